#include "cl_trees.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "arborescence_sets.h"
#include "cl_sum.h"

size_t cl_spanning_arborescence_workspace_size(size_t nodes, size_t arcs) {
    if (nodes > INT32_MAX / 2 || arcs > INT32_MAX || arcs > SIZE_MAX / 256 || nodes > SIZE_MAX / 2048)
        return 0;
    arborescence g;
    arena a = {0};
    lay_out(&g, &a, nodes, arcs);
    return arena_size(&a);
}

/* The cheapest arc that enters a set from outside; -1 if there is none. */
static int32_t cheapest_into(arborescence *g, int32_t set) {
    while (g->heap[set] >= 0 && disjoint_root(g->links, g->ends[2 * g->heap[set]]) == set)
        drop_first(g, set);
    return g->heap[set];
}

static void clear_sets(arborescence *g, size_t nodes, int32_t root) {
    for (size_t set = 0; set < 2 * nodes; set++) {
        g->links[set] = (int32_t)set;
        g->heap[set] = -1;
        g->state[set] = 0;
        g->taken[set] = -1;
    }
    g->state[root] = INT32_MAX;
}

/* Puts every usable arc into the heap of its head. Returns the first invalid arc, or `arcs`. */
static size_t set_up(arborescence *g, size_t nodes, size_t arcs, int32_t root) {
    clear_sets(g, nodes, root);
    const double *costs = g->costs;
    const int32_t *ends = g->ends;
    for (size_t arc = 0; arc < arcs; arc++) {
        const double cost = costs[arc];
        if (arc % CL_STEPS_OF_ROUND == 0) leave_if_stopped(g->stop);
        if (!(cost > -INFINITY)) return arc;
        const int32_t tail = ends[2 * arc], head = ends[2 * arc + 1];
        if (cost == INFINITY || head == root || head == tail) continue;
        g->keys[arc] = cost;
        g->add[arc] = 0;
        g->left[arc] = g->right[arc] = -1;
        g->heap[head] = merge(g, g->heap[head], (int32_t)arc);
    }
    return arcs;
}

/* Lists the usable arcs of each head in ascending order, and the node of each set. */
static void set_up_exactly(arborescence *g, size_t nodes, size_t arcs, int32_t root) {
    clear_sets(g, nodes, root);
    wide_range range = wide_no_range;
    for (size_t arc = arcs; arc-- > 0;) {
        const int32_t tail = g->ends[2 * arc], head = g->ends[2 * arc + 1];
        if (g->costs[arc] == INFINITY || head == root || head == tail) continue;
        wide_include(&range, g->costs[arc]);
        g->left[arc] = g->heap[head];
        g->heap[head] = (int32_t)arc;
    }
    g->format = wide_format_for(range, UINT32_MAX);
    for (size_t node = 0; node < nodes; node++) {
        g->first[node] = g->last[node] = (int32_t)node;
        g->next[node] = -1;
        wide_clear(g->format, g->entered + node * g->format.words);
    }
}

/* The cheapest arc that enters a set from outside, and its key; -1 if there is none. */
static int32_t cheapest_exactly(arborescence *g, int32_t set) {
    const wide_format f = g->format;
    uint64_t *key = g->key, *least = g->key + WIDE_SUM_WORDS;
    int32_t cheapest = -1;
    for (int32_t node = g->first[set]; node >= 0; node = g->next[node]) {
        leave_if_stopped(g->stop);
        for (int32_t arc = g->heap[node]; arc >= 0; arc = g->left[arc]) {
            if (disjoint_root(g->links, g->ends[2 * arc]) == set) continue;
            wide_set(f, key, g->costs[arc]);
            wide_subtract(f, key, g->entered + (size_t)node * f.words);
            if (cheapest >= 0 && wide_compare(f, least, key) < 0) continue;
            if (cheapest >= 0 && cheapest < arc && wide_compare(f, key, least) >= 0) continue;
            wide_copy(f, least, key);
            cheapest = arc;
        }
    }
    return cheapest;
}

/* Takes the cheapest arc into a set, and its key as the dual of the set; -1 if there is none. */
__attribute__((always_inline)) static inline int32_t take(
    arborescence *g, int32_t set, double *dual, const bool is_exact) {
    const int32_t arc = is_exact ? cheapest_exactly(g, set) : cheapest_into(g, set);
    if (arc < 0) return -1;
    g->taken[set] = arc;
    if (is_exact) {
        const uint64_t *least = g->key + WIDE_SUM_WORDS;
        *dual = wide_value(g->format, least);
        for (int32_t node = g->first[set]; node >= 0; node = g->next[node])
            wide_add(g->format, g->entered + (size_t)node * g->format.words, least);
    } else {
        /* Nothing lies below the key that a contracted cycle was left with, but by rounding. */
        const double least = set >= g->nodes && g->keys[arc] < 0 ? 0 : g->keys[arc];
        *dual = least;
        raise(g, arc, -least);
        drop_first(g, set);
    }
    return arc;
}

/* Gives a set the arcs, or the nodes, of a part of it. */
__attribute__((always_inline)) static inline void take_in(
    arborescence *g, int32_t whole, int32_t part, const bool is_exact) {
    g->links[part] = whole;
    if (!is_exact) {
        g->heap[whole] = merge(g, g->heap[whole], g->heap[part]);
    } else if (g->first[whole] < 0) {
        g->first[whole] = g->first[part];
        g->last[whole] = g->last[part];
    } else {
        g->next[g->last[whole]] = g->first[part];
        g->last[whole] = g->last[part];
    }
}

/* Goes back from `set` along cheapest arcs until a set that an earlier search visited; sets on a cycle
 * become one. False if no arc enters a set. */
__attribute__((always_inline)) static inline bool search(
    arborescence *g, int32_t set, int32_t number, int32_t *parents, double *duals, size_t *sets,
    const bool is_exact) {
    size_t length = 0;
    while (g->state[set] == 0) {
        leave_if_stopped(g->stop);
        const int32_t arc = take(g, set, duals + set, is_exact);
        if (arc < 0) return false;
        g->state[set] = number;
        g->path[length++] = set;
        const int32_t before = disjoint_root(g->links, g->ends[2 * arc]);
        if (g->state[before] != number) {
            set = before;
            continue;
        }
        const int32_t whole = (int32_t)(*sets)++;
        parents[whole] = -1;
        duals[whole] = 0;
        if (is_exact) g->first[whole] = -1;
        int32_t part;
        do {
            part = g->path[--length];
            parents[part] = whole;
            take_in(g, whole, part, is_exact);
        } while (part != before);
        set = whole;
    }
    return true;
}

/* Takes arcs into all sets; false if the root does not reach every node. */
__attribute__((always_inline)) static inline bool search_all(
    arborescence *g, int32_t *parents, double *duals, size_t *sets, const bool is_exact) {
    *sets = (size_t)g->nodes;
    for (int32_t set = 0; set < g->nodes; set++) {
        parents[set] = -1;
        duals[set] = 0;
    }
    for (int32_t node = 0; node < g->nodes; node++)
        if (!search(g, disjoint_root(g->links, node), node + 1, parents, duals, sets, is_exact))
            return false;
    return true;
}

/* On a copy of which nobody has the address: its pointers stay in registers. */
static __attribute__((noinline)) bool search_in_double(
    const arborescence *shared, int32_t *parents, double *duals, size_t *sets) {
    arborescence g = *shared;
    size_t count;
    const bool reaches_all = search_all(&g, parents, duals, &count, false);
    *sets = count;
    return reaches_all;
}

static __attribute__((noinline)) bool search_exactly(
    arborescence *g, int32_t *parents, double *duals, size_t *sets) {
    return search_all(g, parents, duals, sets, true);
}

/* From the outermost sets inwards: the arc into a set is also that into each of its parts on the way to its
 * head, which give up their own. */
static void expand(arborescence *g, size_t nodes, size_t sets, const int32_t *parents) {
    for (size_t set = sets; set-- > nodes;) {
        if (g->state[set] < 0) continue;
        for (int32_t part = g->ends[2 * g->taken[set] + 1]; part != (int32_t)set; part = parents[part]) {
            g->taken[part] = g->taken[set];
            g->state[part] = -1;
        }
    }
}

/* At least the sum of the magnitudes of any arborescence is that of the least one into each node. */
static double least_magnitude(arborescence *g, size_t nodes, size_t arcs, int32_t root) {
    double sum = 0;
    int32_t *closest = g->heap;
    for (size_t node = 0; node < nodes; node++) closest[node] = -1;
    for (size_t arc = 0; arc < arcs; arc++) {
        const int32_t tail = g->ends[2 * arc], head = g->ends[2 * arc + 1];
        if (g->costs[arc] == INFINITY || head == root || head == tail) continue;
        if (closest[head] < 0 || fabs(g->costs[arc]) < fabs(g->costs[closest[head]])) closest[head] = (int32_t)arc;
    }
    for (size_t node = 0; node < nodes; node++)
        if (closest[node] >= 0) sum += fabs(g->costs[closest[node]]);
    return sum;
}

/* Whether no arborescence costs less by more than n * 2^-52 of the sum of its magnitudes.
 *
 * The first subtraction from a cost, the dual of its head, rounds in proportion to what is left. From then
 * on all keys and duals are at least 0, and what rounding makes of those that an arborescence enters is in
 * proportion to their sum, the duals of the contracted sets: it must not be large beside the costs. */
static bool is_proven(
    arborescence *g, size_t nodes, size_t arcs, int32_t root, const double *duals, size_t sets,
    double sum, double magnitude) {
    double contracted = 0;
    for (size_t set = nodes; set < sets; set++) contracted += duals[set];
    if (contracted == 0) return true;
    if (!(contracted <= DBL_MAX / 4)) return false;
    const bool is_accurate = magnitude * (double)nodes * DBL_EPSILON <= fabs(sum) / 4;
    if (is_accurate && contracted <= 2 * fabs(sum)) return true;
    return contracted <= 2 * least_magnitude(g, nodes, arcs, root);
}

/* The arc into each node; returns what all cost, and the sum of the magnitudes. */
static double write_arcs(
    const arborescence *g, size_t nodes, int32_t *restrict arc_into, double *restrict magnitude) {
    const double *costs = g->costs;
    double sum = 0, size = 0;
    for (size_t node = 0; node < nodes; node++) {
        const int32_t arc = g->taken[node];
        arc_into[node] = arc;
        if (arc < 0) continue;
        sum += costs[arc];
        size += fabs(costs[arc]);
    }
    *magnitude = size;
    return sum;
}

/* The same sum, where it may have cancelled. */
static double sum_of_arcs(const arborescence *g, size_t nodes) {
    size_t count = 0;
    for (size_t node = 0; node < nodes; node++)
        if (g->taken[node] >= 0) g->keys[count++] = g->costs[g->taken[node]];
    return cl_sum(g->keys, count);
}

static arborescence place_in(
    void *workspace, const double *costs, size_t nodes, size_t arcs, const int32_t *ends) {
    arborescence g = {.ends = ends, .costs = costs, .nodes = (int32_t)nodes};
    arena a = arena_over(workspace);
    lay_out(&g, &a, nodes, arcs);
    return g;
}

CL_SOLVES cl_status solve(
    const double *costs, size_t nodes, size_t arcs, const int32_t *ends, int32_t root,
    void *workspace, double *restrict value, int32_t *restrict arc_into, int32_t *restrict parents,
    double *restrict duals, size_t *restrict sets, cl_fault *restrict fault, stop_point *stop) {
    if (cl_spanning_arborescence_workspace_size(nodes, arcs) == 0 || (size_t)root >= nodes)
        return CL_STATUS_INVALID_ARGUMENT;
    arborescence g = place_in(workspace, costs, nodes, arcs, ends);
    g.stop = stop;
    const size_t first_invalid = set_up(&g, nodes, arcs, root);
    if (first_invalid < arcs) {
        refuse(fault, 0, 0, first_invalid);
        return CL_STATUS_INVALID_COST;
    }
    if (!search_in_double(&g, parents, duals, sets)) return CL_STATUS_INFEASIBLE;
    expand(&g, nodes, *sets, parents);
    double magnitude;
    *value = write_arcs(&g, nodes, arc_into, &magnitude);
    if (!is_proven(&g, nodes, arcs, root, duals, *sets, *value, magnitude)) {
        set_up_exactly(&g, nodes, arcs, root);
        search_exactly(&g, parents, duals, sets);
        expand(&g, nodes, *sets, parents);
        *value = write_arcs(&g, nodes, arc_into, &magnitude);
    }
    if (!(magnitude <= 2 * fabs(*value)) || !(magnitude < INFINITY)) *value = sum_of_arcs(&g, nodes);
    return fabs(*value) < INFINITY ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
}

cl_status cl_spanning_arborescence_solve(
    const double *costs, size_t nodes, size_t arcs, const int32_t *ends, int32_t root,
    void *workspace, double *restrict value, int32_t *restrict arc_into, int32_t *restrict parents,
    double *restrict duals, size_t *restrict sets, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve(
        costs, nodes, arcs, ends, root, workspace, value, arc_into, parents, duals, sets, fault, stop));
}

double cl_spanning_arborescence_gap(
    const double *costs, size_t nodes, size_t arcs, const int32_t *ends, int32_t root, void *workspace,
    const int32_t *arc_into, const int32_t *parents, size_t sets) {
    arborescence g = place_in(workspace, costs, nodes, arcs, ends);
    set_up_exactly(&g, nodes, arcs, root);
    uint64_t total[WIDE_SUM_WORDS];
    wide_clear(g.format, total);
    for (size_t node = 0; node < nodes; node++)
        if (arc_into[node] >= 0) wide_add_double(g.format, total, costs[arc_into[node]]);
    for (size_t set = nodes; set < sets; set++) g.first[set] = -1;
    double penalty = 0;
    /* Parts have smaller numbers than their set. One that is not yet part of it is on its own. */
    for (size_t set = 0; set < sets; set++) {
        if ((int32_t)set == root) continue;
        double dual;
        if (take(&g, (int32_t)set, &dual, true) < 0) return INFINITY;
        wide_subtract(g.format, total, g.key + WIDE_SUM_WORDS);
        /* An arborescence enters a set of several nodes as often as it has nodes, at most. */
        if (set >= nodes && dual < 0) penalty -= dual * (double)nodes;
        if (parents[set] >= 0) take_in(&g, parents[set], (int32_t)set, true);
    }
    return wide_value(g.format, total) + penalty;
}
