/* What a search for an arborescence keeps: its memory in the caller's workspace, and mergeable heaps of the
 * arcs into each set. Included by spanning_arborescence.c alone. */
#ifndef CL_ARBORESCENCE_SETS_H
#define CL_ARBORESCENCE_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/arena.h"
#include "../common/fault.h"
#include "../common/wide.h"
#include "disjoint_sets.h"

typedef struct arborescence {
    double *keys;   /* [arcs] cost, less the duals of the sets entered so far */
    double *add;    /* [arcs] what is still to be added to the keys below an arc in its heap */
    int32_t *left;  /* [arcs] skew heaps of arcs */
    int32_t *right; /* [arcs] */
    int32_t *heap;  /* [2 nodes] the arcs into a set; -1: none */
    int32_t *links; /* [2 nodes] disjoint sets; the root is the outermost set */
    int32_t *state; /* [2 nodes] 0: not visited, else the search that did; -1: given up to a parent */
    int32_t *taken; /* [2 nodes] the arc taken into a set */
    int32_t *path;  /* [2 nodes] sets on the search path */
    const int32_t *ends;
    int32_t nodes;
    /* Of an exact search, in which left[arc] is the next arc into the same node, and heap[node] the first
     * of them. */
    wide_format format;
    uint64_t *entered; /* [nodes] numbers: the duals of the sets around a node */
    uint64_t *key;     /* two: cost, less the duals of the sets entered so far; the least of them */
    int32_t *first;    /* [2 nodes] the nodes of a set, as a list */
    int32_t *last;     /* [2 nodes] */
    int32_t *next;     /* [nodes] */
    const double *costs;
    stop_point *stop;
} arborescence;

static inline void lay_out(arborescence *g, arena *a, size_t nodes, size_t arcs) {
    ARENA_TAKE(a, g->keys, arcs);
    ARENA_TAKE(a, g->add, arcs);
    ARENA_TAKE(a, g->left, arcs);
    ARENA_TAKE(a, g->right, arcs);
    ARENA_TAKE(a, g->heap, 2 * nodes);
    ARENA_TAKE(a, g->links, 2 * nodes);
    ARENA_TAKE(a, g->state, 2 * nodes);
    ARENA_TAKE(a, g->taken, 2 * nodes);
    ARENA_TAKE(a, g->path, 2 * nodes);
    ARENA_TAKE(a, g->entered, WIDE_SUM_WORDS * nodes);
    ARENA_TAKE(a, g->key, 2 * WIDE_SUM_WORDS);
    ARENA_TAKE(a, g->first, 2 * nodes);
    ARENA_TAKE(a, g->last, 2 * nodes);
    ARENA_TAKE(a, g->next, nodes);
}

/* Adds to the key of an arc and of all below it. */
static inline void raise(const arborescence *g, int32_t arc, double amount) {
    if (arc < 0) return;
    g->keys[arc] += amount;
    g->add[arc] += amount;
}

static inline void push_down(const arborescence *g, int32_t arc) {
    raise(g, g->left[arc], g->add[arc]);
    raise(g, g->right[arc], g->add[arc]);
    g->add[arc] = 0;
}

static inline bool comes_before(const arborescence *g, int32_t a, int32_t b) {
    return g->keys[a] < g->keys[b] || (g->keys[a] == g->keys[b] && a < b);
}

/* Merges two skew heaps from the top down (Sleator, Tarjan 1986, doi:10.1137/0215004). */
static inline int32_t merge(const arborescence *g, int32_t a, int32_t b) {
    int32_t root = -1, *link = &root;
    while (a >= 0 && b >= 0) {
        if (comes_before(g, b, a)) {
            const int32_t other = a;
            a = b;
            b = other;
        }
        push_down(g, a);
        *link = a;
        const int32_t rest = g->right[a];
        g->right[a] = g->left[a];
        link = &g->left[a];
        a = rest;
    }
    *link = a >= 0 ? a : b;
    return root;
}

static inline void drop_first(arborescence *g, int32_t set) {
    const int32_t arc = g->heap[set];
    push_down(g, arc);
    g->heap[set] = merge(g, g->left[arc], g->right[arc]);
}

#endif
