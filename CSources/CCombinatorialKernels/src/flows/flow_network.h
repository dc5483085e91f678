/* Push-relabel on a directed graph: its two directions of arcs, labels, and the pushing itself. */
#ifndef CL_FLOW_NETWORK_H
#define CL_FLOW_NETWORK_H

#include <string.h>

#include "cl_flows.h"
#include "flow_common.h"
#include "../common/fault.h"

/* One direction of an arc. The arcs of a node are consecutive, in the order of their numbers. */
typedef struct half_arc {
    int32_t head;
    int32_t back;    /* the position of the other direction */
    double residual; /* what this direction can still take */
} half_arc;

typedef struct network {
    size_t nodes, arcs;
    int32_t source, sink;
    int32_t *first;     /* [nodes + 1] of a node's half arcs */
    int32_t *current;   /* [nodes] the half arc to try next: those before it are of no use */
    int32_t *label;     /* [nodes] a lower bound of the steps to the destination */
    int32_t *queue;     /* [nodes + 1] a ring: nodes with an excess that may move */
    int32_t *forward;   /* [arcs] the position of each arc */
    double *excess;     /* [nodes] what has come in and not gone out */
    double *passing;    /* [nodes] of the flow in the end: see `conserves` */
    half_arc *half_arcs; /* [2 arcs] */
    stop_point *stop;
} network;

static inline void network_lay_out(network *n, arena *a, size_t nodes, size_t arcs) {
    n->nodes = nodes;
    n->arcs = arcs;
    ARENA_TAKE(a, n->first, nodes + 1);
    ARENA_TAKE(a, n->current, nodes);
    ARENA_TAKE(a, n->label, nodes);
    ARENA_TAKE(a, n->queue, nodes + 1);
    ARENA_TAKE(a, n->forward, arcs);
    ARENA_TAKE(a, n->excess, nodes);
    ARENA_TAKE(a, n->passing, nodes);
    ARENA_TAKE(a, n->half_arcs, 2 * arcs);
}

/* Sorts the half arcs by their tails, without their capacities. Loops get none. */
static inline void build(network *n, const cl_flow_graph *graph) {
    n->source = graph->source;
    n->sink = graph->sink;
    memset(n->first, 0, (n->nodes + 1) * sizeof(int32_t));
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        if (graph->tails[a] == graph->heads[a]) continue;
        n->first[graph->tails[a] + 1]++;
        n->first[graph->heads[a] + 1]++;
    }
    for (size_t v = 0; v < n->nodes; v++) {
        n->first[v + 1] += n->first[v];
        n->current[v] = n->first[v];
    }
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        const int32_t tail = graph->tails[a], head = graph->heads[a];
        n->forward[a] = -1;
        if (tail == head) continue;
        const int32_t there = n->current[tail]++, back = n->current[head]++;
        n->half_arcs[there] = (half_arc){head, back, 0};
        n->half_arcs[back] = (half_arc){tail, there, 0};
        n->forward[a] = there;
    }
}

/* A ring buffer of nodes, each in it at most once. */
typedef struct ring {
    size_t head, count;
} ring;

static inline void enqueue(const network *n, ring *r, int32_t node) {
    size_t at = r->head + r->count++;
    n->queue[at > n->nodes ? at - n->nodes - 1 : at] = node;
}

static inline int32_t dequeue(const network *n, ring *r) {
    const int32_t node = n->queue[r->head];
    r->head = r->head == n->nodes ? 0 : r->head + 1;
    r->count--;
    return node;
}

/* Labels every node with its steps to the destination, by breadth-first search against the arcs. No path
 * leads through `barred`, the other terminal. */
static inline void label_exactly(const network *n, int32_t destination, int32_t barred) {
    for (size_t v = 0; v < n->nodes; v++) {
        n->label[v] = UNREACHABLE;
        n->current[v] = n->first[v];
    }
    ring reached = {0, 0};
    n->label[destination] = 0;
    enqueue(n, &reached, destination);
    while (reached.count > 0) {
        leave_if_stopped(n->stop);
        const int32_t v = dequeue(n, &reached);
        for (int32_t k = n->first[v]; k < n->first[v + 1]; k++) {
            const half_arc arc = n->half_arcs[k];
            if (n->label[arc.head] != UNREACHABLE || arc.head == barred) continue;
            if (!(n->half_arcs[arc.back].residual > 0)) continue;
            n->label[arc.head] = n->label[v] + 1;
            enqueue(n, &reached, arc.head);
        }
    }
}

/* A label higher than the lowest that a residual arc leads to. */
static inline void relabel(const network *n, int32_t v) {
    int32_t lowest = UNREACHABLE;
    for (int32_t k = n->first[v]; k < n->first[v + 1]; k++) {
        const half_arc arc = n->half_arcs[k];
        if (arc.residual > 0 && n->label[arc.head] < lowest) lowest = n->label[arc.head];
    }
    n->label[v] = lowest < UNREACHABLE ? lowest + 1 : UNREACHABLE;
    n->current[v] = n->first[v];
}

/* Pushes what a node has along the arcs that lead one step closer; relabels it and returns true if
 * something stays. */
static inline bool discharge(const network *n, ring *active, int32_t v) {
    leave_if_stopped(n->stop);
    double excess = n->excess[v];
    int32_t k = n->current[v];
    for (; k < n->first[v + 1]; k++) {
        half_arc *arc = &n->half_arcs[k];
        if (!(arc->residual > 0) || n->label[arc->head] >= n->label[v]) continue;
        const double moved = excess < arc->residual ? excess : arc->residual;
        excess -= moved;
        arc->residual -= moved;
        n->half_arcs[arc->back].residual += moved;
        if (n->excess[arc->head] == 0 && n->label[arc->head] > 0) enqueue(n, active, arc->head);
        n->excess[arc->head] += moved;
        if (excess == 0) break;
    }
    n->excess[v] = excess;
    n->current[v] = k;
    if (excess == 0) return false;
    relabel(n, v);
    if (n->label[v] < UNREACHABLE) enqueue(n, active, v);
    return true;
}

/* Moves all excess to the destination that can get there; exact labels in the end. */
static inline void push_out(const network *n, int32_t destination, int32_t barred) {
    for (;;) {
        label_exactly(n, destination, barred);
        ring active = {0, 0};
        for (size_t v = 0; v < n->nodes; v++)
            if (n->excess[v] > 0 && n->label[v] > 0 && n->label[v] < UNREACHABLE)
                enqueue(n, &active, (int32_t)v);
        if (active.count == 0) return;
        for (size_t relabels = 0; active.count > 0 && relabels <= n->nodes / 2;)
            relabels += discharge(n, &active, dequeue(n, &active));
    }
}

#endif
