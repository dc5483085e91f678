/* Push-relabel on a directed graph: its two directions of arcs, labels, and the pushing itself.
 *
 * Of the nodes with an excess one with the highest label is next. A node whose label has risen by more than a step
 * several times is likely to pass its excess to and fro with one that cannot reach the destination either: it waits
 * until all labels are made exact again. That happens when no other node has an excess, or when relabeling has taken
 * some multiple of what it takes (B. V. Cherkassky, A. V. Goldberg, Algorithmica 19 (1997), doi:10.1007/PL00009180).
 * That nodes wait, and that a search which makes labels exact already takes from each node that it finds what the
 * arc lets through, are ideas of OR-Tools' maximum flow. */
#ifndef CL_FLOW_NETWORK_H
#define CL_FLOW_NETWORK_H

#include <string.h>

#include "cl_flows.h"
#include "flow_common.h"
#include "../common/fault.h"

/* What a relabel costs beside the arcs of the node, in arcs; and after how many long rises a node waits. */
enum { COST_OF_RELABEL = 6, RISES_BEFORE_WAIT = 3 };

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
    int32_t *queue;      /* [nodes] of a search */
    int32_t *highest;    /* [nodes] by label: the first node with an excess, or -1 */
    int32_t *next;       /* [nodes] the one after it */
    int32_t *labeled;    /* [nodes] by label: how many nodes have it */
    uint8_t *rises;      /* [nodes] by more than a step, since labels were exact */
    int32_t *arc;        /* [2 arcs] the number of an arc, at its direction into a node */
    double *excess;      /* [nodes] what has come in and not gone out */
    double *missing;     /* [nodes] of the flow in the end: see flow_from_preflow.h */
    half_arc *half_arcs; /* [2 arcs] */
    stop_point *stop;
} network;

static inline void network_lay_out(network *n, arena *a, size_t nodes, size_t arcs) {
    n->nodes = nodes;
    n->arcs = arcs;
    ARENA_TAKE(a, n->first, nodes + 1);
    ARENA_TAKE(a, n->incoming, nodes);
    ARENA_TAKE(a, n->current, nodes);
    ARENA_TAKE(a, n->label, nodes);
    ARENA_TAKE(a, n->queue, nodes);
    ARENA_TAKE(a, n->highest, nodes);
    ARENA_TAKE(a, n->next, nodes);
    ARENA_TAKE(a, n->labeled, nodes);
    ARENA_TAKE(a, n->rises, nodes);
    ARENA_TAKE(a, n->arc, 2 * arcs);
    ARENA_TAKE(a, n->excess, nodes);
    ARENA_TAKE(a, n->missing, nodes);
    ARENA_TAKE(a, n->half_arcs, 2 * arcs);
}

static inline double capacity_at(cl_element element, const void *capacities, size_t arc) {
    return element == CL_FLOAT32 ? (double)((const float *)capacities)[arc] : ((const double *)capacities)[arc];
}

/* Counts the arcs out of each node in `current` and into it in `incoming`, and makes these places of half arcs. */
static inline void place_half_arcs(const network *n, const cl_flow_graph *graph) {
    uint32_t *out = n->current, *in = n->incoming, place = 0;
    memset(out, 0, n->nodes * sizeof(uint32_t));
    memset(in, 0, n->nodes * sizeof(uint32_t));
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        const uint32_t count = graph->tails[a] != graph->heads[a];
        out[graph->tails[a]] += count;
        in[graph->heads[a]] += count;
    }
    for (size_t v = 0; v < n->nodes; v++) {
        const uint32_t leaving = out[v], entering = in[v];
        n->first[v] = out[v] = place;
        in[v] = place + leaving;
        place += leaving + entering;
    }
    n->first[n->nodes] = place;
}

/* Sorts the half arcs by their tails, with capacities of at most `most`, or without any. Loops get none. */
static inline __attribute__((always_inline)) void build(
    network *n, const cl_flow_graph *graph, cl_element element, const void *capacities, double most) {
    n->source = graph->source;
    n->sink = graph->sink;
    place_half_arcs(n, graph);
    uint32_t *out = n->current, *in = n->incoming;
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        const int32_t tail = graph->tails[a], head = graph->heads[a];
        if (tail == head) continue;
        const double capacity = capacities ? capacity_at(element, capacities, a) : 0;
        const uint32_t there = out[tail]++, back = in[head]++;
        n->half_arcs[there] = (half_arc){head, back << 1, capacity < most ? capacity : most};
        n->half_arcs[back] = (half_arc){tail, there << 1 | (capacity > 0), 0};
        n->arc[back] = (int32_t)a;
    }
    memcpy(in, out, n->nodes * sizeof(uint32_t)); /* the arcs out of a node end where those into it begin */
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

/* Takes from a node that the search finds from `v` what the arc between lets through. */
static inline bool take_excess(const network *n, const half_arc *from_v, int32_t v) {
    half_arc *half = twin_of(n, from_v);
    double *excess = &n->excess[from_v->head];
    const double taken = *excess < half->residual ? *excess : half->residual;
    move_through(n, half, taken);
    *excess -= taken;
    n->excess[v] += taken;
    return half->residual > 0;
}

/* Labels every node with its steps to the destination, by breadth-first search against the open arcs. No path leads
 * through `barred`, the other terminal, if it is one. Nodes that are found with an excess pass it on; an arc that
 * becomes full does not lead to them.
 *
 * If so many nodes with an excess as `awaited`, which is not 0, have been found, labels of nodes that have not are
 * only lower bounds, and the answer is false. */
static inline bool label_exactly(const network *n, int32_t destination, int32_t barred, size_t awaited) {
    int32_t *restrict label = n->label, *restrict queue = n->queue;
    const uint32_t *restrict first = n->first;
    for (size_t v = 0; v < n->nodes; v++) label[v] = UNREACHABLE;
    memcpy(n->current, n->first, n->nodes * sizeof(uint32_t));
    const size_t most = n->nodes - (barred >= 0);
    size_t read = 0, found = 0;
    label[destination] = 0;
    queue[found++] = destination;
    if (barred >= 0) label[barred] = 0; /* as if it had been found */
    bool is_complete = true;
    while (is_complete && read < found && found < most) {
        leave_if_stopped(n->stop);
        const int32_t v = queue[read++], steps = label[v] + 1;
        if (read + 2 < found) __builtin_prefetch(&n->half_arcs[first[queue[read + 2]]]);
        for (uint32_t k = first[v], end = first[v + 1]; k < end; k++) {
            const half_arc *half = &n->half_arcs[k];
            const int32_t found_now = half->head;
            if (label[found_now] != UNREACHABLE || !(half->twin & 1)) continue;
            if (n->excess[found_now] > 0) {
                const bool stays_open = take_excess(n, half, v);
                if (!stays_open && n->excess[found_now] > 0) continue;
                is_complete &= --awaited != 0;
                if (!stays_open) continue;
            }
            label[found_now] = steps;
            queue[found++] = found_now;
        }
        if (!is_complete)
            for (size_t w = 0; w < n->nodes; w++) label[w] = label[w] == UNREACHABLE ? steps : label[w];
    }
    if (barred >= 0) label[barred] = UNREACHABLE;
    return is_complete;
}

static inline void add_active(const network *n, int32_t v, int32_t label) {
    n->next[v] = n->highest[label];
    n->highest[label] = v;
}

/* Sorts the nodes with an excess that can reach the destination by labels; the highest one, 0 if there are none. */
static inline int32_t sort_active(const network *n) {
    memset(n->labeled, 0, n->nodes * sizeof(int32_t));
    memset(n->rises, 0, n->nodes);
    for (size_t v = 0; v < n->nodes; v++) n->highest[v] = -1;
    int32_t top = 0;
    for (size_t v = 0; v < n->nodes; v++) {
        const int32_t label = n->label[v];
        if (label == UNREACHABLE) continue;
        n->labeled[label]++;
        if (!(n->excess[v] > 0) || label == 0) continue;
        add_active(n, (int32_t)v, label);
        top = label > top ? label : top;
    }
    return top;
}

/* Raises a node's label above the lowest that an open arc leads to; to UNREACHABLE if no other node has had it, so
 * that none above can get below. Returns the half arc that leads there. */
static inline uint32_t relabel(const network *n, int32_t v, int32_t label) {
    int32_t lowest = UNREACHABLE;
    uint32_t at = n->first[v];
    for (uint32_t k = at, end = n->first[v + 1]; k < end; k++) {
        const half_arc *half = &n->half_arcs[k];
        if (!(half->residual > 0) || n->label[half->head] >= lowest) continue;
        lowest = n->label[half->head];
        at = k;
        if (lowest <= label) break; /* it cannot be lower */
    }
    const bool is_cut_off = --n->labeled[label] == 0 || (size_t)lowest + 1 >= n->nodes;
    n->label[v] = is_cut_off ? UNREACHABLE : lowest + 1;
    if (!is_cut_off) n->labeled[lowest + 1]++;
    return at;
}

/* Pushes what a node has along the arcs that lead one step closer, and relabels it until nothing stays or nothing
 * can go. Returns its last label that was not UNREACHABLE, and adds to `work` what relabeling has taken. */
static inline int32_t discharge(const network *n, int32_t v, int32_t label, int32_t destination, size_t *work) {
    double excess = n->excess[v];
    uint32_t k = n->current[v];
    const uint32_t end = n->first[v + 1];
    for (;;) {
        for (; k < end; k++) {
            half_arc *half = &n->half_arcs[k];
            const int32_t head = half->head;
            if (!((half->residual > 0) & (n->label[head] == label - 1))) continue;
            const double moved = excess < half->residual ? excess : half->residual;
            excess -= moved;
            move_through(n, half, moved);
            if (n->excess[head] == 0 && head != destination) add_active(n, head, label - 1);
            n->excess[head] += moved;
            if (excess == 0) break; /* the arc may still be open */
        }
        if (excess == 0) break;
        *work += COST_OF_RELABEL + (end - n->first[v]);
        k = relabel(n, v, label);
        if (n->label[v] == UNREACHABLE) break;
        label = n->label[v];
    }
    n->excess[v] = excess;
    n->current[v] = k;
    return label;
}

/* Moves all excess to the destination that can get there; exact labels in the end. */
static inline void push_out(const network *n, int32_t destination, int32_t barred) {
    size_t awaited = 0;
    for (size_t v = 0; v < n->nodes; v++)
        awaited += n->excess[v] > 0 && (int32_t)v != destination && (int32_t)v != barred;
    const size_t most_work = (COST_OF_RELABEL * n->nodes + 2 * n->arcs) / 2;
    for (;; awaited = 0) { /* only the first labels may be less than exact: they never fall */
        const bool is_exact = label_exactly(n, destination, barred, awaited);
        int32_t top = sort_active(n);
        if (top == 0 && is_exact) return;
        for (size_t work = 0; top > 0 && work <= most_work;) {
            const int32_t v = n->highest[top];
            if (v < 0) {
                top--;
                continue;
            }
            leave_if_stopped(n->stop);
            n->highest[top] = n->next[v];
            if (n->rises[v] >= RISES_BEFORE_WAIT) continue;
            const int32_t before = top;
            top = discharge(n, v, top, destination, &work);
            n->rises[v] += top > before + 1;
        }
    }
}

#endif
