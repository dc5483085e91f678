/* Semi-assignment: every row takes one column, and column j at most capacities[j] rows.
 *
 * Minimise the sum of costs[i][column_of_row[i]]. Every answer comes with potentials that prove it:
 *
 *     u[i] + v[j] <= costs[i][j] for every pair,   equality on matched pairs,
 *     v[j] <= 0, and v[j] == 0 where column j has capacity left
 *     sum of u[i] + sum of capacities[j] v[j] == value
 *
 * The signs hold exactly, the rest up to the rounding of the potentials. Where costs and potentials lie 2^36
 * apart, the answer is proved or found without rounding, as in cl_assignment.h. */
#ifndef CL_SEMI_ASSIGNMENT_H
#define CL_SEMI_ASSIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "cl_assignment.h"
#include "cl_status.h"

/* Bytes of workspace for one problem; 0 if that size would overflow. Any alignment will do. */
size_t cl_semi_assignment_workspace_size(size_t rows, size_t columns);

/* costs:          [rows, columns]; +infinity forbids a pair. NaN, -infinity, and finite ones beyond
 *                 CL_ASSIGNMENT_GREATEST_COST where the answer rests on them, are CL_STATUS_INVALID_COST.
 * capacities:     [columns], each at least 0.
 * workspace:      cl_semi_assignment_workspace_size(rows, columns) bytes.
 * value:          sum of the matched costs, added up in row order.
 * column_of_row:  [rows]; row_potentials: [rows]; column_potentials: [columns].
 * fault:          written only when the status is CL_STATUS_INVALID_COST.
 * On any status but CL_STATUS_OK the other outputs are unspecified. */
cl_status cl_semi_assignment_solve(
    const double *costs, size_t rows, size_t columns, const int64_t *capacities, void *workspace,
    double *restrict value, int32_t *restrict column_of_row, double *restrict row_potentials,
    double *restrict column_potentials, cl_assignment_fault *restrict fault);

#endif
