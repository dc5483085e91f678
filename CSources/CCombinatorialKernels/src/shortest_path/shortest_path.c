#include "cl_shortest_path.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* The proof is checked with the same sums: nothing is contracted. */
#pragma STDC FP_CONTRACT OFF

#define HEAP_REAL double
#define HEAP(name) graph_##name
#include "heap_body.h"

typedef struct search {
    cl_digraph graph;
    const double *costs;
    double *distances;
    int32_t *before;
    int32_t *order; /* [nodes] a heap, a queue, or a topological order */
    int32_t *place; /* [nodes] */
} search;

size_t cl_shortest_path_workspace_size(size_t nodes) {
    return nodes > INT32_MAX - 1 || nodes > SIZE_MAX / 64 ? 0 : (2 * nodes + 2) * sizeof(int32_t);
}

/* Offers the head of a slot the way through it; whether that is shorter by more than the slack. */
static inline bool relax(search *s, int32_t slot, double slack) {
    const int32_t tail = s->graph.tails[slot], head = s->graph.heads[slot];
    const double offer = s->distances[tail] + s->costs[slot];
    if (!(offer < s->distances[head])) return false;
    if (slack > 0 && s->distances[head] < INFINITY) {
        const double size = fabs(s->distances[tail]) + fabs(s->costs[slot]);
        if (!(offer < s->distances[head] - slack * size)) return false;
    }
    s->distances[head] = offer;
    s->before[head] = slot;
    return true;
}

static void dijkstra(search *s, int32_t source, int32_t target) {
    graph_heap heap = {s->order, s->place, s->distances, 1, 0};
    for (size_t node = 0; node < s->graph.nodes; node++) s->place[node] = -1;
    graph_insert(&heap, source);
    while (heap.count > 0) {
        const int32_t node = graph_take(&heap);
        if (node == target) break;
        for (int32_t slot = s->graph.starts[node]; slot < s->graph.starts[node + 1]; slot++)
            if (relax(s, slot, 0)) graph_insert(&heap, s->graph.heads[slot]);
    }
    const double longest = s->distances[target];
    for (size_t node = 0; node < s->graph.nodes; node++)
        if (s->distances[node] > longest) s->distances[node] = longest;
}

/* Writes a topological order of the arcs that are not forbidden; false if they have a cycle. */
static bool sort_topologically(search *s) {
    const size_t nodes = s->graph.nodes, arcs = s->graph.arcs;
    int32_t *entering = s->place;
    size_t done = 0, found = 0;
    for (size_t node = 0; node < nodes; node++) entering[node] = 0;
    for (size_t slot = 0; slot < arcs; slot++)
        if (s->costs[slot] < INFINITY) entering[s->graph.heads[slot]]++;
    for (size_t node = 0; node < nodes; node++)
        if (entering[node] == 0) s->order[found++] = (int32_t)node;
    while (done < found) {
        const int32_t node = s->order[done++];
        for (int32_t slot = s->graph.starts[node]; slot < s->graph.starts[node + 1]; slot++)
            if (s->costs[slot] < INFINITY && --entering[s->graph.heads[slot]] == 0)
                s->order[found++] = s->graph.heads[slot];
    }
    return found == nodes;
}

static void relax_in_order(search *s) {
    for (size_t k = 0; k < s->graph.nodes; k++) {
        const int32_t node = s->order[k];
        if (!(s->distances[node] < INFINITY)) continue;
        for (int32_t slot = s->graph.starts[node]; slot < s->graph.starts[node + 1]; slot++)
            relax(s, slot, 0);
    }
}

/* A node on a cycle of the tree of last arcs, or -1: paths back are marked with the node they are from. */
static int32_t node_on_cycle(search *s, int32_t *marks) {
    for (size_t node = 0; node < s->graph.nodes; node++) marks[node] = -1;
    for (int32_t start = 0; (size_t)start < s->graph.nodes; start++) {
        int32_t node = start;
        while (marks[node] < 0 && s->before[node] >= 0) {
            marks[node] = start;
            node = s->graph.tails[s->before[node]];
        }
        if (marks[node] == start && s->before[node] >= 0) return node;
        if (marks[node] < 0) marks[node] = start;
    }
    return -1;
}

/* Bellman-Ford with a queue of improved nodes; returns a node on a negative cycle, or -1. The tree is
 * looked at for cycles after every `nodes` improvements, and costs no more than they do. */
static int32_t bellman_ford(search *s, int32_t source, int32_t *marks) {
    const size_t nodes = s->graph.nodes;
    const double slack = (double)nodes * DBL_EPSILON;
    int32_t *queue = s->order, *is_queued = s->place;
    for (size_t node = 0; node < nodes; node++) is_queued[node] = 0;
    size_t first = 0, count = 1, improvements = 0;
    queue[0] = source;
    while (count > 0) {
        const int32_t node = queue[first];
        first = first + 1 == nodes ? 0 : first + 1;
        count--;
        is_queued[node] = 0;
        for (int32_t slot = s->graph.starts[node]; slot < s->graph.starts[node + 1]; slot++) {
            if (!relax(s, slot, slack)) continue;
            const int32_t head = s->graph.heads[slot];
            /* An arc into the source, the root of the tree, closes a cycle in any case. */
            if (++improvements % nodes == 0 || head == source) {
                const int32_t found = node_on_cycle(s, marks);
                if (found >= 0) return found;
            }
            if (is_queued[head]) continue;
            is_queued[head] = 1;
            queue[first + count < nodes ? first + count : first + count - nodes] = head;
            count++;
        }
    }
    return -1;
}

/* Writes the slots of the cycle that a node of the tree lies on, in the order of travel. */
static size_t write_cycle(const search *s, int32_t node, int32_t *cycle) {
    size_t length = 0;
    int32_t at = node;
    do {
        cycle[length++] = s->before[at];
        at = s->graph.tails[s->before[at]];
    } while (at != node);
    for (size_t k = 0; k < length / 2; k++) {
        const int32_t other = cycle[k];
        cycle[k] = cycle[length - 1 - k];
        cycle[length - 1 - k] = other;
    }
    return length;
}

cl_status cl_shortest_path_solve(
    cl_digraph graph, const double *costs, int32_t source, int32_t target, void *workspace,
    double *restrict potentials, int32_t *restrict before, int32_t *restrict cycle,
    size_t *restrict cycle_length, size_t *restrict invalid) {
    if (cl_shortest_path_workspace_size(graph.nodes) == 0 || graph.arcs > INT32_MAX ||
        (size_t)source >= graph.nodes || (size_t)target >= graph.nodes)
        return CL_STATUS_INVALID_ARGUMENT;
    bool is_negative = false;
    for (size_t slot = 0; slot < graph.arcs; slot++) {
        if (!(costs[slot] > -INFINITY)) {
            *invalid = slot;
            return CL_STATUS_INVALID_COST;
        }
        is_negative |= costs[slot] < 0;
    }
    char *base = workspace;
    base += (sizeof(int32_t) - (uintptr_t)base % sizeof(int32_t)) % sizeof(int32_t);
    search s = {graph, costs, potentials, before, (int32_t *)(void *)base, NULL};
    s.place = s.order + graph.nodes;
    for (size_t node = 0; node < graph.nodes; node++) {
        potentials[node] = INFINITY;
        before[node] = -1;
    }
    potentials[source] = 0;

    if (!is_negative) {
        dijkstra(&s, source, target);
    } else if (sort_topologically(&s)) {
        relax_in_order(&s);
    } else {
        const int32_t node = bellman_ford(&s, source, cycle);
        if (node >= 0) {
            *cycle_length = write_cycle(&s, node, cycle);
            return CL_STATUS_NEGATIVE_CYCLE;
        }
    }
    return potentials[target] < INFINITY ? CL_STATUS_OK : CL_STATUS_INFEASIBLE;
}
