#include "cl_trees.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "../common/arena.h"
#include "../common/fault.h"
#include "../common/wide.h"
#include "disjoint_sets.h"

/* Digits of a key, and bits of a digit: short tables for few edges. */
#define PASSES 3
#define FEW_EDGES ((size_t)4096)
#define FEW_BITS 8
#define MANY_BITS 10
#define MOST_COUNTS ((size_t)PASSES << MANY_BITS)

/* Items are keys in the high half and edges in the low one. */
typedef struct tree_workspace {
    uint64_t *items; /* [edges] */
    uint64_t *other_items;
    uint32_t *counts; /* [MOST_COUNTS] of each digit of each pass */
    int32_t *links;   /* [nodes] */
    stop_point *stop;
} tree_workspace;

static void lay_out(tree_workspace *w, arena *a, size_t nodes, size_t edges) {
    ARENA_TAKE(a, w->items, edges);
    ARENA_TAKE(a, w->other_items, edges);
    ARENA_TAKE(a, w->counts, MOST_COUNTS);
    ARENA_TAKE(a, w->links, nodes);
}

size_t cl_spanning_tree_workspace_size(size_t nodes, size_t edges) {
    if (nodes > INT32_MAX || edges > INT32_MAX || edges > SIZE_MAX / 64) return 0;
    tree_workspace w;
    arena a = {0};
    lay_out(&w, &a, nodes, edges);
    return arena_size(&a);
}

static inline size_t edge_of(uint64_t item) { return (uint32_t)item; }

/* Moves the items into the order of one digit, stably; false, and nothing done, if they all share it.
 * `counts` becomes the places. */
static bool sort_digit(
    const uint64_t *restrict from, uint64_t *restrict to, size_t count, int shift, int digit_bits,
    uint32_t *restrict counts) {
    const uint64_t last = ((uint64_t)1 << digit_bits) - 1;
    if (count == 0 || counts[from[0] >> shift & last] == count) return false;
    uint32_t sum = 0;
    for (size_t digit = 0; digit <= last; digit++) {
        const uint32_t here = counts[digit];
        counts[digit] = sum;
        sum += here;
    }
    for (size_t k = 0; k < count; k++) to[counts[from[k] >> shift & last]++] = from[k];
    return true;
}

#define CL_BODY "../trees/kruskal_body.h"
#include "../common/element_types.h"

cl_status cl_spanning_tree_solve(
    cl_element element, const void *costs, size_t nodes, size_t edges, const int32_t *ends,
    void *workspace, double *restrict value, int32_t *restrict tree, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, (element == CL_FLOAT32 ? spanning_tree_solve_f32 : spanning_tree_solve_f64)(
        costs, nodes, edges, ends, workspace, value, tree, fault, stop));
}
