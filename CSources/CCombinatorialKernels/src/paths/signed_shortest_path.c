/* Shortest paths over costs of both signs: in topological order, or by Bellman and Ford; then exactly where rounding
 * may have decided. */
#include "shortest_path.h"

#include <float.h>

/* As relax, without rounding. */
static inline bool relax_exactly(path_search *s, int32_t slot) {
    const int32_t tail = s->graph.tails[slot], head = s->graph.heads[slot];
    if (!(s->costs[slot] < INFINITY)) return false;
    const wide_format f = s->format;
    uint64_t *to = s->wide + (size_t)head * f.words;
    wide_copy(f, s->offer, s->wide + (size_t)tail * f.words);
    wide_add_double(f, s->offer, s->costs[slot]);
    if (s->distances[head] < INFINITY && wide_compare(f, s->offer, to) >= 0) return false;
    wide_copy(f, to, s->offer);
    s->distances[head] = 0;
    s->before[head] = slot;
    return true;
}

/* Writes a topological order of the arcs that are not forbidden; false if they have a cycle. */
static bool sort_topologically(const path_search *shared) {
    const path_search s = *shared;
    const size_t nodes = s.graph.nodes, arcs = s.graph.arcs;
    int32_t *entering = s.place;
    size_t done = 0, found = 0;
    for (size_t node = 0; node < nodes; node++) entering[node] = 0;
    for (size_t slot = 0; slot < arcs; slot++)
        if (s.costs[slot] < INFINITY) entering[s.graph.heads[slot]]++;
    for (size_t node = 0; node < nodes; node++)
        if (entering[node] == 0) s.order[found++] = (int32_t)node;
    while (done < found) {
        leave_if_stopped(s.stop);
        const int32_t node = s.order[done++];
        for (int32_t slot = s.graph.starts[node]; slot < s.graph.starts[node + 1]; slot++)
            if (s.costs[slot] < INFINITY && --entering[s.graph.heads[slot]] == 0)
                s.order[found++] = s.graph.heads[slot];
    }
    return found == nodes;
}

__attribute__((always_inline)) static inline void relax_in_order(
    const path_search *shared, const bool is_exact) {
    path_search s = *shared;
    for (size_t k = 0; k < s.graph.nodes; k++) {
        const int32_t node = s.order[k];
        leave_if_stopped(s.stop);
        if (!(s.distances[node] < INFINITY)) continue;
        for (int32_t slot = s.graph.starts[node]; slot < s.graph.starts[node + 1]; slot++)
            is_exact ? relax_exactly(&s, slot) : relax(&s, slot, 0);
    }
}

/* A node on a cycle of the tree of last arcs, or -1: paths back are marked with the node they are from. */
static int32_t node_on_cycle(const path_search *s) {
    int32_t *marks = s->marks;
    const int32_t *before = s->before, *tails = s->graph.tails;
    const int32_t nodes = (int32_t)s->graph.nodes;
    for (int32_t node = 0; node < nodes; node++) marks[node] = -1;
    for (int32_t start = 0; start < nodes; start++) {
        int32_t node = start;
        while (marks[node] < 0) {
            marks[node] = start;
            if (before[node] < 0) break;
            node = tails[before[node]];
        }
        if (marks[node] == start && before[node] >= 0) return node;
    }
    return -1;
}

enum { NO_CYCLE = -1, NO_END = -2 };

/* Bellman-Ford with a queue of improved nodes; returns a node on a cycle of the tree, or NO_CYCLE. The
 * tree is looked at for cycles after every `nodes` improvements, and costs no more than they do. Without
 * rounding such a cycle is negative, and without one there are no more than `nodes` passes over the
 * nodes; if rounding makes more, that is NO_END. */
__attribute__((always_inline)) static inline int32_t bellman_ford(
    path_search *shared, const bool is_exact) {
    path_search s = *shared;
    const size_t nodes = s.graph.nodes;
    const double slack = 2 * (double)nodes * DBL_EPSILON;
    int32_t *queue = s.order, *is_queued = s.place;
    for (size_t node = 0; node < nodes; node++) is_queued[node] = 0;
    size_t first = 0, count = 1, until_check = nodes;
    uint64_t scans = (uint64_t)(nodes + 1) * (uint64_t)(nodes + 1);
    queue[0] = s.source;
    while (count > 0) {
        leave_if_stopped(s.stop);
        const int32_t node = queue[first];
        first = first + 1 == nodes ? 0 : first + 1;
        count--;
        is_queued[node] = 0;
        if (scans-- == 0) return NO_END;
        for (int32_t slot = s.graph.starts[node]; slot < s.graph.starts[node + 1]; slot++) {
            if (!(is_exact ? relax_exactly(&s, slot) : relax(&s, slot, slack))) continue;
            const int32_t head = s.graph.heads[slot];
            /* An arc into the source, the root of the tree, closes a cycle in any case. */
            if (--until_check == 0 || head == s.source) {
                const int32_t found = node_on_cycle(shared);
                if (found >= 0) return found;
                if (until_check == 0) until_check = nodes;
            }
            if (is_queued[head]) continue;
            is_queued[head] = 1;
            queue[first + count < nodes ? first + count : first + count - nodes] = head;
            count++;
        }
    }
    shared->refused = s.refused;
    return node_on_cycle(shared);
}

/* Writes the slots of the cycle that a node of the tree lies on, in the order of travel. */
static size_t write_cycle(const path_search *s, int32_t node, int32_t *cycle) {
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

/* The exact length of a cycle, rounded, and the sum of its magnitudes. */
static double cycle_length_of(const path_search *s, int32_t node, size_t *arcs, double *magnitude) {
    uint64_t sum[WIDE_SUM_WORDS];
    wide_clear(wide_any_sum, sum);
    *magnitude = 0;
    *arcs = 0;
    int32_t at = node;
    do {
        const double cost = s->costs[s->before[at]];
        wide_add_double(wide_any_sum, sum, cost);
        *magnitude += fabs(cost);
        ++*arcs;
        at = s->graph.tails[s->before[at]];
    } while (at != node);
    return wide_value(wide_any_sum, sum);
}

/* What offers that were refused leave the potentials short of a proof, added up. */
static double violation(const path_search *s) {
    double sum = 0;
    for (size_t slot = 0; slot < s->graph.arcs; slot++) {
        const double offer = s->distances[s->graph.tails[slot]] + s->costs[slot];
        const double excess = s->distances[s->graph.heads[slot]] - offer;
        if (offer < INFINITY && excess > 0) sum += excess;
    }
    return sum;
}

/* Whether the distance of the target is the length of its path, and that of a shortest one, but for n *
 * 2^-52 of the sum of the magnitudes of a shortest path of n arcs.
 *
 * Rounding is monotone, so that no distance exceeds the rounded sum along any path, but for the
 * violations: those are what the length of the path found is compared with. */
static bool is_proven(path_search *s, int32_t target) {
    const double distance = s->distances[target];
    if (!(fabs(distance) <= DBL_MAX / 2)) return false;
    double magnitude = 0;
    size_t arcs = 0;
    for (int32_t node = target; node != s->source; arcs++) {
        if (arcs == s->graph.nodes || s->before[node] < 0) return false;
        magnitude += fabs(s->costs[s->before[node]]);
        node = s->graph.tails[s->before[node]];
    }
    if (!s->refused && magnitude <= 2 * fabs(distance)) return true;
    uint64_t sum[WIDE_SUM_WORDS];
    wide_clear(wide_any_sum, sum);
    for (int32_t node = target; node != s->source; node = s->graph.tails[s->before[node]])
        wide_add_double(wide_any_sum, sum, s->costs[s->before[node]]);
    wide_subtract_double(wide_any_sum, sum, distance);
    const double longer = wide_value(wide_any_sum, sum);
    const double excess = (longer > 0 ? longer : 0) + (s->refused ? violation(s) : 0);
    return excess <= (double)arcs * (DBL_EPSILON / 2) * fabs(distance);
}

typedef double pair __attribute__((ext_vector_type(2), aligned(sizeof(double)), may_alias));

/* Whether rounding of the greatest costs is as large as the least ones, so that distances say nothing of
 * cycles of the latter. */
static bool are_far_apart(const path_search *s) {
    const size_t arcs = s->graph.arcs;
    const double *costs = s->costs;
    pair low = (pair)INFINITY, high = (pair)0;
    for (size_t slot = 0; slot + 2 <= arcs; slot += 2) {
        const pair size = __builtin_elementwise_abs(*(const pair *)(costs + slot));
        low = size < low ? size : low;
        high = size > high ? size : high;
    }
    double least = low.x < low.y ? low.x : low.y, greatest = high.x > high.y ? high.x : high.y;
    /* Costs of 0 and forbidden arcs do not count. */
    const bool counts_all = least > 0 && greatest < INFINITY;
    for (size_t slot = counts_all ? arcs / 2 * 2 : 0; slot < arcs; slot++) {
        if (slot == 0) least = INFINITY, greatest = 0;
        const double size = fabs(costs[slot]);
        least = size > 0 && size < least ? size : least;
        greatest = size < INFINITY && size > greatest ? size : greatest;
    }
    return greatest * (double)s->graph.nodes * DBL_EPSILON >= least;
}

/* The search in exact arithmetic; a node on a cycle, which is negative, or NO_CYCLE. */
static int32_t search_exactly(path_search *s, bool is_acyclic) {
    wide_range range = wide_no_range;
    for (size_t slot = 0; slot < s->graph.arcs; slot++) wide_include(&range, s->costs[slot]);
    s->format = wide_format_for(range, UINT32_MAX);
    start_search(s);
    wide_clear(s->format, s->wide + (size_t)s->source * s->format.words);
    if (!is_acyclic) return bellman_ford(s, true);
    relax_in_order(s, true);
    return NO_CYCLE;
}

static void copy_out(const path_search *exact, path_search *s) {
    for (size_t node = 0; node < s->graph.nodes; node++) {
        s->before[node] = exact->before[node];
        s->distances[node] =
            exact->distances[node] < INFINITY
                ? wide_value(exact->format, exact->wide + node * exact->format.words)
                : (double)INFINITY;
    }
}

cl_status path_solve_signed(
    path_search *s, path_search *exact, int32_t target, double least, size_t *cycle_length) {
    const bool is_acyclic = sort_topologically(s);
    int32_t node = NO_CYCLE;
    if (is_acyclic) relax_in_order(s, false);
    else node = bellman_ford(s, false);
    size_t arcs;
    double magnitude;
    if (node >= 0 && cycle_length_of(s, node, &arcs, &magnitude) < 0) {
        *cycle_length = write_cycle(s, node, s->marks);
        return CL_STATUS_NEGATIVE_CYCLE;
    }
    /* Sums to -infinity, or to +infinity and back, are out of the question above this limit. */
    const bool is_in_range = least >= -DBL_MAX / 4 / (double)s->graph.nodes;
    const bool is_sound = node == NO_CYCLE && is_in_range && (is_acyclic || !are_far_apart(s));
    if (is_sound && is_proven(s, target)) return CL_STATUS_OK;
    if (is_sound && s->distances[target] == INFINITY && !path_is_reachable(s, target))
        return CL_STATUS_INFEASIBLE;

    if (is_acyclic) sort_topologically(s); /* the order may have been lost */
    node = search_exactly(exact, is_acyclic);
    if (node >= 0) {
        /* A cycle whose length is the rounding of its costs counts as one of length 0. */
        const double length = cycle_length_of(exact, node, &arcs, &magnitude);
        if (is_sound && s->distances[target] < INFINITY &&
            -length <= (double)arcs * DBL_EPSILON * magnitude)
            return CL_STATUS_OK;
        *cycle_length = write_cycle(exact, node, s->marks);
        return CL_STATUS_NEGATIVE_CYCLE;
    }
    copy_out(exact, s);
    if (!(exact->distances[target] < INFINITY)) return CL_STATUS_INFEASIBLE;
    return fabs(s->distances[target]) < INFINITY ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
}

