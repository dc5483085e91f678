/* Linear assignment: shortest augmenting paths over dense cost matrices, O(min(n, m)^2 max(n, m)).
 *
 * Minimise the sum of costs[i][column_of_row[i]] over all ways to match min(rows, columns) pairs.
 * Every answer comes with row and column potentials u, v that prove it:
 *
 *     u[i] + v[j] <= costs[i][j] for every pair,   equality on matched pairs,
 *     v[j] <= 0, and v[j] == 0 where column j is unmatched    (rows < columns; swapped otherwise)
 *
 * Costs are read as float or double; all arithmetic is double, so that the proof holds for float
 * costs too. No contraction, no reassociation: every variant returns the same bits.
 *
 * Ties: see docs in CombinatorialSolvers/Assignment. The answer depends on the costs alone. */
#ifndef CL_ASSIGNMENT_H
#define CL_ASSIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

/* Where the costs were refused: an entry of CL_STATUS_INVALID_COST. */
typedef struct cl_assignment_fault {
    size_t row;
    size_t column;
} cl_assignment_fault;

/* Bytes of workspace for one problem; 0 if that size would overflow. Any alignment will do. */
size_t cl_assignment_workspace_size(size_t rows, size_t columns);

/* costs:          [rows, columns], consecutive in a row; row_stride counts elements.
 *                 +infinity forbids a pair; NaN and -infinity are CL_STATUS_INVALID_COST.
 * workspace:      cl_assignment_workspace_size(rows, columns) bytes; contents need not be kept.
 * value:          sum of the matched costs, added up in row order.
 * column_of_row:  [rows], -1 where unmatched.
 * row_of_column:  [columns], -1 where unmatched.
 * row_potentials: [rows]; column_potentials: [columns].
 * fault:          written only when the status is CL_STATUS_INVALID_COST.
 * On any status but CL_STATUS_OK the other outputs are unspecified. */
typedef cl_status cl_assignment_solve_f32(
    const float *costs, size_t rows, size_t columns, size_t row_stride, void *workspace,
    double *restrict value, int32_t *restrict column_of_row, int32_t *restrict row_of_column,
    double *restrict row_potentials, double *restrict column_potentials,
    cl_assignment_fault *restrict fault);

typedef cl_status cl_assignment_solve_f64(
    const double *costs, size_t rows, size_t columns, size_t row_stride, void *workspace,
    double *restrict value, int32_t *restrict column_of_row, int32_t *restrict row_of_column,
    double *restrict row_potentials, double *restrict column_potentials,
    cl_assignment_fault *restrict fault);

typedef struct cl_assignment_kernels {
    cl_assignment_solve_f32 *solve_f32;
    cl_assignment_solve_f64 *solve_f64;
} cl_assignment_kernels;

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_assignment_kernels *cl_assignment_kernels_for(cl_instruction_set set);

#endif
