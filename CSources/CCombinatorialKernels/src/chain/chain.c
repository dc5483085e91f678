#include "cl_chain.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "../exact/wide.h"

/* Bits must agree between the variants: sums are taken as they are written, and minima may be reordered. */
#pragma STDC FP_CONTRACT OFF

#define CL_BODY "../chain/chain_body.h"
#include "../dispatch/each_variant.h"

#define CL_TABLE(set, value)                                                                       \
    static const cl_chain_kernels chain_kernels_##set = {                                          \
        chain_solve_f32_##set,                                                                     \
        chain_solve_f64_##set,                                                                     \
    };
CL_FOR_EACH_INSTRUCTION_SET(CL_TABLE)

const cl_chain_kernels *cl_chain_kernels_for(cl_instruction_set set) {
    switch (set) {
#define CL_CASE(set, value)                                                                        \
    case value:                                                                                    \
        return &chain_kernels_##set;
        CL_FOR_EACH_INSTRUCTION_SET(CL_CASE)
    default:
        return NULL;
    }
}

size_t cl_chain_workspace_count(cl_chain chain) {
    size_t count;
    if (chain.labels > INT32_MAX || chain.positions > INT32_MAX ||
        __builtin_mul_overflow(chain.positions, chain.labels, &count) ||
        count > SIZE_MAX / sizeof(double))
        return 0;
    return count;
}
