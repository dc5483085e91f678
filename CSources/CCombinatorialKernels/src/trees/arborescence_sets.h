/* What a search for an arborescence keeps: its memory in the caller's workspace, and mergeable heaps of the
 * arcs into each set. Included by arborescence.c alone. */
#ifndef CL_ARBORESCENCE_SETS_H
#define CL_ARBORESCENCE_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/wide.h"
#include "disjoint_sets.h"

#define ARBORESCENCE_ALIGNMENT ((size_t)64)

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
} arborescence;

static inline size_t lay_out(arborescence *g, char *base, size_t nodes, size_t arcs) {
    size_t used = 0;
#define PLACE(field, count, type)                                                                  \
    do {                                                                                           \
        g->field = base ? (void *)(base + used) : NULL;                                            \
        used += ((count) * sizeof(type) + ARBORESCENCE_ALIGNMENT - 1) / ARBORESCENCE_ALIGNMENT *   \
                ARBORESCENCE_ALIGNMENT;                                                            \
    } while (0)
    PLACE(keys, arcs, double);
    PLACE(add, arcs, double);
    PLACE(left, arcs, int32_t);
    PLACE(right, arcs, int32_t);
    PLACE(heap, 2 * nodes, int32_t);
    PLACE(links, 2 * nodes, int32_t);
    PLACE(state, 2 * nodes, int32_t);
    PLACE(taken, 2 * nodes, int32_t);
    PLACE(path, 2 * nodes, int32_t);
    PLACE(entered, WIDE_SUM_WORDS * nodes, uint64_t);
    PLACE(key, 2 * WIDE_SUM_WORDS, uint64_t);
    PLACE(first, 2 * nodes, int32_t);
    PLACE(last, 2 * nodes, int32_t);
    PLACE(next, nodes, int32_t);
#undef PLACE
    return used;
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
