/* The k best assignments, from the best one on.
 *
 * Starts from an optimal assignment with its column potentials, as cl_assignment.h returns them. Where costs
 * lie more than 2^36 apart, the assignments are ranked by their sums without rounding: then the first is
 * found anew, and of several at its value may be another. */
#ifndef CL_RANKED_ASSIGNMENT_H
#define CL_RANKED_ASSIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "cl_status.h"

/* Bytes of workspace to rank up to `most` assignments; 0 if that size would overflow. Any alignment
 * will do. */
size_t cl_ranked_assignment_workspace_size(size_t rows, size_t columns, size_t most);

/* costs:          [rows, columns] with 0 < rows <= columns, none of them NaN or -infinity.
 * most:           at least 1.
 * workspace:      cl_ranked_assignment_workspace_size(rows, columns, most) bytes.
 * values:         [most] the sums of the matched costs in row order, ascending up to their rounding; those
 *                 beyond the range of double are infinite, or NaN.
 * column_of_row:  [most, rows]; its first row is an optimal assignment on entry.
 * potentials:     [most, columns]; its first row holds the column potentials on entry. Scratch.
 * count:          how many were found: fewer than `most` if there are no more. */
cl_status cl_ranked_assignment_solve(
    const double *costs, size_t rows, size_t columns, size_t most, void *workspace,
    double *restrict values, int32_t *restrict column_of_row, double *restrict potentials,
    size_t *restrict count);

#endif
