#include "shortest_path.h"

#include "../common/arena.h"

#define HEAP_KEY double
#include "../common/heap.h"

/* First what every search needs, then what is only touched by exact ones: of costs below 0 alone. */
static void lay_out(path_search *s, path_search *exact, arena *a, size_t nodes, bool is_signed) {
    ARENA_TAKE(a, s->order, nodes);
    ARENA_TAKE(a, s->place, nodes);
    *exact = *s;
    if (!is_signed) return;
    ARENA_TAKE(a, exact->distances, nodes);
    ARENA_TAKE(a, exact->wide, nodes * WIDE_SUM_WORDS);
    ARENA_TAKE(a, exact->offer, WIDE_SUM_WORDS);
    ARENA_TAKE(a, exact->before, nodes);
}

size_t cl_shortest_path_workspace_size(size_t nodes, bool is_signed) {
    if (nodes > INT32_MAX - 1 || nodes > SIZE_MAX / (16 * WIDE_SUM_WORDS)) return 0;
    path_search s = {0}, exact;
    arena a = {0};
    lay_out(&s, &exact, &a, nodes, is_signed);
    return arena_size(&a);
}

static void dijkstra(path_search *s, int32_t target) {
    heap h = {s->order, s->place, s->distances, 1, 0};
    for (size_t node = 0; node < s->graph.nodes; node++) s->place[node] = -1;
    heap_insert(&h, s->source);
    while (h.count > 0) {
        leave_if_stopped(s->stop);
        const int32_t node = heap_take(&h);
        if (node == target) break;
        for (int32_t slot = s->graph.starts[node]; slot < s->graph.starts[node + 1]; slot++)
            if (relax(s, slot, 0)) heap_insert(&h, s->graph.heads[slot]);
    }
    const double longest = s->distances[target];
    for (size_t node = 0; node < s->graph.nodes; node++)
        if (s->distances[node] > longest) s->distances[node] = longest;
}

bool path_is_reachable(path_search *s, int32_t target) {
    int32_t *queue = s->order, *is_found = s->place;
    for (size_t node = 0; node < s->graph.nodes; node++) is_found[node] = 0;
    size_t done = 0, found = 0;
    is_found[s->source] = 1;
    queue[found++] = s->source;
    while (done < found && !is_found[target]) {
        leave_if_stopped(s->stop);
        const int32_t node = queue[done++];
        for (int32_t slot = s->graph.starts[node]; slot < s->graph.starts[node + 1]; slot++) {
            const int32_t head = s->graph.heads[slot];
            if (is_found[head] || !(s->costs[slot] < INFINITY)) continue;
            is_found[head] = 1;
            queue[found++] = head;
        }
    }
    return is_found[target];
}

CL_SOLVES cl_status solve(
    cl_digraph graph, const double *costs, int32_t source, int32_t target, void *workspace,
    double *restrict potentials, int32_t *restrict before, int32_t *restrict cycle,
    size_t *restrict cycle_length, cl_fault *restrict fault, stop_point *stop) {
    if (cl_shortest_path_workspace_size(graph.nodes, true) == 0 || graph.arcs > INT32_MAX ||
        (size_t)source >= graph.nodes || (size_t)target >= graph.nodes)
        return CL_STATUS_INVALID_ARGUMENT;
    double least = 0;
    for (size_t slot = 0; slot < graph.arcs; slot++) {
        if (!(costs[slot] > -INFINITY)) {
            refuse(fault, 0, 0, slot);
            return CL_STATUS_INVALID_COST;
        }
        least = costs[slot] < least ? costs[slot] : least;
    }
    path_search s = {.graph = graph, .costs = costs, .source = source, .distances = potentials,
                .before = before, .marks = cycle, .stop = stop};
    path_search exact;
    arena a = arena_over(workspace);
    lay_out(&s, &exact, &a, graph.nodes, least < 0);
    start_search(&s);
    if (least < 0) return path_solve_signed(&s, &exact, target, least, cycle_length);
    dijkstra(&s, target);
    if (potentials[target] < INFINITY) return CL_STATUS_OK;
    return path_is_reachable(&s, target) ? CL_STATUS_OUT_OF_RANGE : CL_STATUS_INFEASIBLE;
}

cl_status cl_shortest_path_solve(
    cl_digraph graph, const double *costs, int32_t source, int32_t target, void *workspace,
    double *restrict potentials, int32_t *restrict before, int32_t *restrict cycle,
    size_t *restrict cycle_length, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve(
        graph, costs, source, target, workspace, potentials, before, cycle, cycle_length, fault, stop));
}
