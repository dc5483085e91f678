/* Bottleneck assignment: match every row to a column of its own so that the greatest matched cost is as
 * small as can be.
 *
 * The answer comes with its proof, a violator of Hall's condition: rows that have fewer columns between
 * them at less than the value than there are rows. */
#ifndef CL_BOTTLENECK_ASSIGNMENT_H
#define CL_BOTTLENECK_ASSIGNMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl_assignment.h"
#include "cl_status.h"

/* Bytes of workspace for one problem; 0 if that size would overflow. Any alignment will do. */
size_t cl_bottleneck_assignment_workspace_size(size_t rows, size_t columns);

/* costs:           [rows, columns] with 0 < rows <= columns; +infinity forbids a pair.
 * workspace:       cl_bottleneck_assignment_workspace_size(rows, columns) bytes.
 * value:           the greatest matched cost.
 * critical_row:    a row whose matched cost is the value: the first, in row order, whose pair cannot be
 *                  replaced once those of earlier rows at that value have been.
 * column_of_row:   [rows]; row_of_column: [columns], -1 where unmatched.
 * row_in_violator: [rows]; column_in_violator: [columns]: every pair of a row inside and a column outside
 *                  costs at least the value, and there is one row inside more than columns inside.
 * fault:           written only when the status is CL_STATUS_INVALID_COST.
 * On any status but CL_STATUS_OK the other outputs are unspecified. */
cl_status cl_bottleneck_assignment_solve(
    const double *costs, size_t rows, size_t columns, void *workspace, double *restrict value,
    size_t *restrict critical_row, int32_t *restrict column_of_row,
    int32_t *restrict row_of_column, bool *restrict row_in_violator,
    bool *restrict column_in_violator, cl_assignment_fault *restrict fault);

#endif
