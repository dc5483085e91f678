#include "cl_assignment.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "assignment_workspace.h"
#include "../matching/exact_matching.h"
#include "../matching/magnitudes.h"

/* Bits must agree between the variants: a * b + c is never contracted. */
#pragma STDC FP_CONTRACT OFF

#define CL_BODY "../assignment/assignment_body.h"
#include "../dispatch/each_variant.h"

#define CL_TABLE(set, value)                                                                       \
    static const cl_assignment_kernels cl_assignment_##set = {                                     \
        cl_assignment_solve_f32_##set,                                                             \
        cl_assignment_solve_f64_##set,                                                             \
    };
CL_FOR_EACH_INSTRUCTION_SET(CL_TABLE)

const cl_assignment_kernels *cl_assignment_kernels_for(cl_instruction_set set) {
    switch (set) {
#define CL_CASE(set, value)                                                                        \
    case value:                                                                                    \
        return &cl_assignment_##set;
        CL_FOR_EACH_INSTRUCTION_SET(CL_CASE)
    default:
        return NULL;
    }
}

size_t cl_assignment_workspace_size(size_t rows, size_t columns) {
    const size_t size = assignment_problem_size(rows, columns);
    const size_t fewer = rows < columns ? rows : columns, more = rows < columns ? columns : rows;
    return size == 0 ? 0
                     : assignment_group_memory(rows, columns) + simplex_memory(rows, columns) +
                           exact_matching_workspace_size(fewer, padded(more)) + WORKSPACE_ALIGNMENT;
}

size_t cl_assignment_group_size(size_t rows, size_t columns) {
    return assignment_group_size(rows, columns);
}
