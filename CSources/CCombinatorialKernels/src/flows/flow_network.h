/* A directed graph as push-relabel sees it: the two directions of its arcs.
 *
 * What is pushed and cannot arrive costs the most: it goes to and fro until that is known, and then back. So arcs are
 * turned, and flow is pushed from the sink, where less seems to get into it than out of the source. */
#ifndef CL_FLOW_NETWORK_H
#define CL_FLOW_NETWORK_H

#include <string.h>

#include "cl_flows.h"
#include "flow_common.h"
#include "../common/fault.h"

/* So many arcs are near the processor, in its second cache; the places of more are fetched ahead of their time, if
 * their nodes are many too. */
#ifndef MOST_NEAR /* tests have fewer */
#define MOST_NEAR ((size_t)1 << 16)
#endif

/* Arcs that are looked at together for one of a terminal. */
enum { ARCS_OF_BLOCK = 32 };

/* One direction of an arc. Those of a node are consecutive: first the arcs out of it, then the other directions of
 * the arcs into it, both in the order of their numbers. */
typedef struct half_arc {
    int32_t head;
    uint32_t twin;   /* the position of the other direction, twice, and 1 if that one is open: has a residual */
    double residual; /* what this direction can still take */
} half_arc;

typedef struct network {
    size_t nodes, arcs;
    int32_t source, sink;
    uint32_t *first;     /* [nodes + 1] of a node's half arcs */
    uint32_t *incoming;  /* [nodes] the first of those of the arcs into it */
    uint32_t *current;   /* [nodes] the half arc to try next: those before it are of no use */
    int32_t *label;      /* [nodes] a lower bound of the steps to the destination */
    int32_t *queue;      /* [nodes + 1] of a search: what it has found, nearest first */
    size_t found;        /* how many these are */
    int32_t *highest;    /* [nodes] by label: the first node with an excess, or -1 */
    int32_t *next;       /* [nodes] the one after it */
    int32_t *labeled;    /* [nodes] by label: how many nodes have it */
    uint8_t *rises;      /* [nodes] by more than a step, since labels were exact */
    int32_t *back;       /* [arcs] an arc's direction into its head; -1 of a loop */
    int32_t *arc;        /* [2 arcs] the number of an arc, at its direction into a node: see number_arcs */
    double *excess;      /* [nodes] what has come in and not gone out */
    double *missing;     /* [nodes] of the flow in the end: see flow_from_preflow.h */
    half_arc *half_arcs; /* [2 arcs] */
    bool is_turned;      /* all arcs are: the source is the graph's sink */
    stop_point *stop;
} network;

static inline void network_lay_out(network *n, arena *a, size_t nodes, size_t arcs) {
    n->nodes = nodes;
    n->arcs = arcs;
    ARENA_TAKE(a, n->first, nodes + 1);
    ARENA_TAKE(a, n->incoming, nodes);
    ARENA_TAKE(a, n->current, nodes);
    ARENA_TAKE(a, n->label, nodes);
    ARENA_TAKE(a, n->queue, nodes + 1);
    ARENA_TAKE(a, n->highest, nodes);
    ARENA_TAKE(a, n->next, nodes);
    ARENA_TAKE(a, n->labeled, nodes);
    ARENA_TAKE(a, n->rises, nodes);
    ARENA_TAKE(a, n->back, arcs);
    ARENA_TAKE(a, n->arc, 2 * arcs);
    ARENA_TAKE(a, n->excess, nodes);
    ARENA_TAKE(a, n->missing, nodes);
    ARENA_TAKE(a, n->half_arcs, 2 * arcs);
}

static inline double capacity_at(cl_element element, const void *capacities, size_t arc) {
    return element == CL_FLOAT32 ? (double)((const float *)capacities)[arc] : ((const double *)capacities)[arc];
}

/* Counts the arcs out of each node in `current` and into it in `incoming`. Notes those of source and sink in `arc`,
 * and how many: most blocks of arcs have none. */
static inline size_t count_half_arcs(const network *n, const cl_flow_graph *graph) {
    const int32_t *restrict tails = graph->tails, *restrict heads = graph->heads;
    const int32_t source = graph->source, sink = graph->sink;
    uint32_t *restrict out = n->current, *restrict in = n->incoming;
    int32_t *restrict noted = n->arc;
    size_t terminal_arcs = 0;
    memset(out, 0, n->nodes * sizeof(uint32_t));
    memset(in, 0, n->nodes * sizeof(uint32_t));
    for (size_t from = 0, to; from < n->arcs; from = to) {
        leave_if_stopped(n->stop);
        to = n->arcs - from < ARCS_OF_BLOCK ? n->arcs : from + ARCS_OF_BLOCK;
        uint32_t has_any = 0;
        for (size_t a = from; a < to; a++) {
            const uint32_t count = tails[a] != heads[a];
            out[tails[a]] += count;
            in[heads[a]] += count;
        }
        for (size_t a = from; a < to; a++) has_any |= (tails[a] == source) | (heads[a] == sink);
        for (size_t a = from; has_any && a < to; a++)
            if ((tails[a] == source) ^ (heads[a] == sink)) noted[terminal_arcs++] = (int32_t)a;
    }
    return terminal_arcs;
}

/* What the nodes behind the source's arcs can send on, to `excess`, and what those before the sink's can get, to
 * `missing`. */
static inline __attribute__((always_inline)) void sum_beyond_terminals(
    const network *n, const cl_flow_graph *graph, cl_element element, const void *capacities, size_t terminal_arcs) {
    double *restrict sent = n->excess, *restrict taken = n->missing;
    memset(sent, 0, n->nodes * sizeof(double));
    memset(taken, 0, n->nodes * sizeof(double));
    enum { BEHIND_SOURCE = 1, BEFORE_SINK = 2 };
    uint8_t *restrict places = n->rises;
    memset(places, 0, n->nodes);
    for (size_t k = 0; k < terminal_arcs; k++) {
        const int32_t tail = graph->tails[n->arc[k]], head = graph->heads[n->arc[k]];
        if (tail == graph->source) places[head] |= BEHIND_SOURCE;
        else places[tail] |= BEFORE_SINK;
    }
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        const int32_t tail = graph->tails[a], head = graph->heads[a];
        if (!((places[tail] & BEHIND_SOURCE) | (places[head] & BEFORE_SINK))) continue;
        const double capacity = capacity_at(element, capacities, a);
        sent[tail] += capacity;
        taken[head] += capacity;
    }
}

/* Whether less seems to get into the sink than out of the source: what the arcs there take, and the nodes beyond.
 * Where these are many, that is what so many arcs take on the average. A few arcs tell little, and where most nodes are
 * joined to both ends nothing is before them. */
static inline __attribute__((always_inline)) bool is_narrow_at_sink(
    const network *n, const cl_flow_graph *graph, cl_element element, const void *capacities, double average,
    size_t terminal_arcs) {
    if (terminal_arcs < 16 || terminal_arcs > n->nodes) return false;
    const bool counts = terminal_arcs > n->nodes / 4;
    if (!counts) sum_beyond_terminals(n, graph, element, capacities, terminal_arcs);
    double leaving = 0, entering = 0;
    for (size_t k = 0; k < terminal_arcs; k++) {
        const size_t a = (size_t)n->arc[k];
        const int32_t tail = graph->tails[a], head = graph->heads[a];
        const double capacity = capacity_at(element, capacities, a);
        const bool leaves = tail == graph->source;
        const double sum = leaves ? n->excess[head] : n->missing[tail];
        const uint32_t count = leaves ? n->current[head] : n->incoming[tail];
        const double beyond = counts ? average * count : sum;
        *(leaves ? &leaving : &entering) += capacity < beyond ? capacity : beyond;
    }
    return entering < leaving;
}

/* Makes the counts places of half arcs. */
static inline void place_half_arcs(const network *n) {
    uint32_t *out = n->is_turned ? n->incoming : n->current, *in = n->is_turned ? n->current : n->incoming, place = 0;
    for (size_t v = 0; v < n->nodes; v++) {
        const uint32_t leaving = out[v], entering = in[v];
        n->first[v] = n->current[v] = place;
        n->incoming[v] = place + leaving;
        place += leaving + entering;
    }
    n->first[n->nodes] = place;
}

/* Puts some arcs into their places, with capacities of at most `most`, or without any. Loops get none. Places are
 * fetched `ahead` of their time, if that is less than all. */
static inline __attribute__((always_inline)) void fill_places(
    const network *n, const int32_t *restrict tails, const int32_t *restrict heads, cl_element element,
    const void *capacities, double most, size_t from, size_t to, size_t ahead) {
    uint32_t *restrict out = n->current, *restrict in = n->incoming;
    half_arc *restrict half_arcs = n->half_arcs;
    int32_t *restrict backs = n->back;
    for (size_t a = from; a < to; a++) {
        const int32_t tail = tails[a], head = heads[a];
        if (a + ahead < to) {
            __builtin_prefetch(&half_arcs[out[tails[a + ahead]]], 1);
            __builtin_prefetch(&half_arcs[in[heads[a + ahead]]], 1);
        }
        backs[a] = -1;
        if (tail == head) continue;
        const double capacity = capacities ? capacity_at(element, capacities, a) : 0;
        const uint32_t there = out[tail]++, back = in[head]++;
        half_arcs[there] = (half_arc){head, back << 1, capacity < most ? capacity : most};
        half_arcs[back] = (half_arc){tail, there << 1 | (capacity > 0), 0};
        backs[a] = (int32_t)back;
    }
}

/* Sorts the half arcs by their tails, with capacities of at most `most`, `average` on the average, or without any:
 * then they are not turned. */
static inline __attribute__((always_inline)) void build(
    network *n, const cl_flow_graph *graph, cl_element element, const void *capacities, double most, double average) {
    const size_t terminal_arcs = count_half_arcs(n, graph);
    n->is_turned = capacities && is_narrow_at_sink(n, graph, element, capacities, average, terminal_arcs);
    n->source = n->is_turned ? graph->sink : graph->source;
    n->sink = n->is_turned ? graph->source : graph->sink;
    place_half_arcs(n);
    const int32_t *tails = n->is_turned ? graph->heads : graph->tails;
    const int32_t *heads = n->is_turned ? graph->tails : graph->heads;
    const bool is_far = n->arcs > MOST_NEAR && n->nodes > MOST_NEAR / 16;
    for (size_t from = 0, to; from < n->arcs; from = to) {
        leave_if_stopped(n->stop);
        to = n->arcs - from < ARCS_OF_ROUND ? n->arcs : from + ARCS_OF_ROUND;
        fill_places(n, tails, heads, element, capacities, most, from, to, is_far ? 16 : to - from);
    }
    memcpy(n->incoming, n->current, n->nodes * sizeof(uint32_t)); /* where the arcs out of a node end */
}

/* Writes `arc`. */
static inline void number_arcs(const network *n) {
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        if (n->back[a] >= 0) n->arc[n->back[a]] = (int32_t)a;
    }
}

static inline half_arc *twin_of(const network *n, const half_arc *half) { return &n->half_arcs[half->twin >> 1]; }

/* Moves so much, which it can take, through one direction of an arc. */
static inline void move_through(const network *n, half_arc *half, double amount) {
    half_arc *twin = twin_of(n, half);
    half->residual -= amount;
    twin->residual += amount;
    half->twin |= 1;
    twin->twin = (twin->twin & ~(uint32_t)1) | (half->residual > 0);
}

#endif
