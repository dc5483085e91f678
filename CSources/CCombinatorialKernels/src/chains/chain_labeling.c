#include "cl_chains.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "../common/arena.h"
#include "../common/wide.h"

/* Bits must agree between the variants: sums are taken as they are written, and minima may be reordered. */
#pragma STDC FP_CONTRACT OFF

#define CL_BODY "../chains/chain_labeling_body.h"
#include "../common/variants.h"
#include "../common/table.h"

CL_SOLVER(cl_chain_labeling_solver, cl_chain_labeling_solve, chain_labeling_solve)

size_t cl_chain_labeling_workspace_size(cl_chain chain) {
    size_t count;
    if (chain.labels > INT32_MAX || chain.positions > INT32_MAX ||
        __builtin_mul_overflow(chain.positions, chain.labels, &count) ||
        count > SIZE_MAX / sizeof(double) - 1)
        return 0;
    return count == 0 ? 0 : count * sizeof(double) + sizeof(double);
}
