/* What searches for shortest paths share: that over costs of at least 0, and those over costs of both signs. */
#ifndef CL_SHORTEST_PATH_H
#define CL_SHORTEST_PATH_H

#include <math.h>
#include <stdbool.h>

#include "cl_paths.h"

#include "../common/fault.h"
#include "../common/wide.h"

/* The proof is checked with the same sums: nothing is contracted. */
#pragma STDC FP_CONTRACT OFF

typedef struct path_search {
    cl_digraph graph;
    const double *costs;
    int32_t source;
    double *distances; /* [nodes]; of an exact search: 0 where a path leads, else +infinity */
    int32_t *before;
    int32_t *order; /* [nodes] a heap, a queue, or a topological order */
    int32_t *place; /* [nodes] */
    int32_t *marks; /* [nodes] */
    double largest; /* magnitude of a distance so far */
    bool refused;   /* an offer was better by no more than the slack */
    stop_point *stop;
    /* Of an exact search. */
    wide_format format;
    uint64_t *wide;  /* [nodes] numbers */
    uint64_t *offer; /* one */
} path_search;

static inline void start_search(path_search *s) {
    for (size_t node = 0; node < s->graph.nodes; node++) {
        s->distances[node] = INFINITY;
        s->before[node] = -1;
    }
    s->distances[s->source] = 0;
}

/* Offers the head of a slot the way through it; whether that is shorter by more than the slack, a part of
 * the largest distance so far: with it rounding alone does not close a cycle. */
static inline bool relax(path_search *s, int32_t slot, double slack) {
    const int32_t tail = s->graph.tails[slot], head = s->graph.heads[slot];
    const double offer = s->distances[tail] + s->costs[slot];
    if (!(offer < s->distances[head])) return false;
    if (slack > 0) {
        if (s->distances[head] < INFINITY && !(offer < s->distances[head] - slack * s->largest)) {
            s->refused = true;
            return false;
        }
        s->largest = fabs(offer) > s->largest ? fabs(offer) : s->largest;
    }
    s->distances[head] = offer;
    s->before[head] = slot;
    return true;
}

/* Whether a path leads to the target, whatever its length. */
bool path_is_reachable(path_search *s, int32_t target);

/* Costs of both signs: in double, and if that proves nothing, exactly. `least` is the least cost. */
cl_status path_solve_signed(
    path_search *s, path_search *exact, int32_t target, double least, size_t *cycle_length);

#endif
