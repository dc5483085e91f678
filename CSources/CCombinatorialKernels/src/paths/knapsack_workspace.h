#ifndef CL_KNAPSACK_WORKSPACE_H
#define CL_KNAPSACK_WORKSPACE_H

#include "../common/arena.h"
#include "cl_paths.h"

/* Weights that are looked at together; their choices are a byte. */
#define KNAPSACK_BLOCK ((size_t)8)

typedef struct knapsack_workspace {
    double *least;    /* [capacity + 1] and the rest of a last block */
    uint8_t *choices; /* [items], of whole blocks */
} knapsack_workspace;

static inline size_t knapsack_choice_bytes(cl_knapsack knapsack) {
    return knapsack.capacity / KNAPSACK_BLOCK + 1;
}

static inline void knapsack_workspace_lay_out(
    knapsack_workspace *w, arena *a, cl_knapsack knapsack) {
    ARENA_TAKE(a, w->least, knapsack.capacity + KNAPSACK_BLOCK);
    ARENA_TAKE(a, w->choices, knapsack.items * knapsack_choice_bytes(knapsack));
}

#endif
