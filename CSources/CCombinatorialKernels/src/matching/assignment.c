#include "cl_matching.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "assignment_workspace.h"
#include "exact_matching.h"
#include "magnitudes.h"

/* Bits must agree between the variants: a * b + c is never contracted. */
#pragma STDC FP_CONTRACT OFF

#define CL_BODY "../matching/assignment_body.h"
#include "../common/variants.h"
#include "../common/table.h"

CL_SOLVER(cl_assignment_solver, cl_assignment_solve, assignment_solve)

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
