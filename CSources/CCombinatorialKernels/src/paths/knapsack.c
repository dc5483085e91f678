#include "cl_paths.h"

#include "../common/table.h"
#include "knapsack_workspace.h"

CL_SOLVER(cl_knapsack_solver, cl_knapsack_solve)

size_t cl_knapsack_workspace_size(cl_knapsack knapsack) {
    size_t bytes;
    if (knapsack.capacity > SIZE_MAX / 64 ||
        __builtin_mul_overflow(knapsack.items, knapsack_choice_bytes(knapsack), &bytes) ||
        bytes > SIZE_MAX / 2)
        return 0;
    knapsack_workspace w;
    arena a = {0};
    knapsack_workspace_lay_out(&w, &a, knapsack);
    return arena_size(&a);
}
