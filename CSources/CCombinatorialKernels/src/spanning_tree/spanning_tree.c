#include "cl_spanning_tree.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "disjoint_sets.h"

/* Bits of a digit: fewer passes over many edges, shorter tables of digits for few. */
#define FEW_EDGES ((size_t)4096)
#define FEW_BITS 8
#define MANY_BITS 11
#define PASSES(key, bits) ((8 * sizeof(key) + (size_t)(bits) - 1) / (size_t)(bits))
#define MOST_COUNTS (PASSES(uint64_t, MANY_BITS) << MANY_BITS)
/* A key of 8 bytes, an edge of 4, and what alignment adds. */
#define ITEM_BYTES ((size_t)16)
#define TREE_ALIGNMENT ((size_t)64)

typedef struct tree_workspace {
    void *items; /* [edges] */
    void *other_items;
    uint32_t *counts; /* [MOST_COUNTS] of each digit of each pass */
    int32_t *links;   /* [nodes] */
} tree_workspace;

static inline size_t tree_aligned(size_t bytes) {
    return (bytes + TREE_ALIGNMENT - 1) / TREE_ALIGNMENT * TREE_ALIGNMENT;
}

static tree_workspace tree_workspace_lay_out(void *workspace, size_t nodes, size_t edges) {
    char *base = workspace;
    base += (TREE_ALIGNMENT - (uintptr_t)base % TREE_ALIGNMENT) % TREE_ALIGNMENT;
    tree_workspace w;
    w.items = base;
    w.other_items = base + tree_aligned(edges * ITEM_BYTES);
    w.counts = (void *)((char *)w.other_items + tree_aligned(edges * ITEM_BYTES));
    w.links = (void *)(w.counts + MOST_COUNTS);
    (void)nodes;
    return w;
}

size_t cl_spanning_tree_workspace_size(size_t nodes, size_t edges) {
    if (nodes > INT32_MAX || edges > INT32_MAX || edges > SIZE_MAX / 8 / ITEM_BYTES) return 0;
    return TREE_ALIGNMENT + 2 * tree_aligned(edges * ITEM_BYTES) +
           MOST_COUNTS * sizeof(uint32_t) + nodes * sizeof(int32_t);
}

#define CL_REAL float
#define KEY uint32_t
#define KRUSKAL(name) name##_f32
#include "kruskal_body.h"
#undef CL_REAL
#undef KEY
#undef KRUSKAL

#define CL_REAL double
#define KEY uint64_t
#define KRUSKAL(name) name##_f64
#include "kruskal_body.h"
