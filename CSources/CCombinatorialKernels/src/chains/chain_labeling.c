#include "cl_chains.h"

#include "../common/arena.h"
#include "../common/table.h"

CL_SOLVER(cl_chain_labeling_solver, cl_chain_labeling_solve)

size_t cl_chain_labeling_workspace_size(cl_chain chain) {
    size_t count;
    if (chain.labels > INT32_MAX || chain.positions > INT32_MAX ||
        __builtin_mul_overflow(chain.positions, chain.labels, &count) ||
        count > SIZE_MAX / 16)
        return 0;
    if (count == 0) return 0;
    arena a = {0};
    arena_take(&a, count, sizeof(double));
    return arena_size(&a);
}
