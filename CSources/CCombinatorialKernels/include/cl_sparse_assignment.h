/* Linear assignment over sparse costs: shortest augmenting paths along the rows of a CSR matrix.
 *
 * Minimise the sum of costs[entry_of_row[i]] over all ways to match every row to a column of its own;
 * a pair without an entry is forbidden. Every answer comes with potentials u, v that prove it:
 *
 *     u[i] + v[j] <= costs[e] for every entry e = (i, j),   equality on matched entries,
 *     v[j] <= 0, and v[j] == 0 where column j is unmatched    (rows < columns)
 *
 * The signs hold exactly, the rest up to the rounding of the potentials. Where costs and potentials lie 2^36
 * apart, the answer is proved or found without rounding, as in cl_assignment.h.
 *
 * There is one build of it: the work is chasing indices, which vectors do not help. */
#ifndef CL_SPARSE_ASSIGNMENT_H
#define CL_SPARSE_ASSIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "cl_status.h"

/* A matrix in compressed rows: entries offsets[i] ..< offsets[i + 1] are those of row i, in any order.
 * An entry that is +infinity is as good as absent; of two for the same pair the cheaper one counts. */
typedef struct cl_sparse_costs {
    size_t rows;
    size_t columns; /* at least as many as rows */
    const int64_t *offsets; /* [rows + 1] */
    const int32_t *column;  /* [entries] */
    const double *cost;     /* [entries] */
} cl_sparse_costs;

/* Bytes of workspace for one problem; 0 if that size would overflow. Any alignment will do. */
size_t cl_sparse_assignment_workspace_size(size_t rows, size_t columns);

/* workspace:         cl_sparse_assignment_workspace_size(rows, columns) bytes.
 * value:             sum of the matched costs, added up in row order.
 * entry_of_row:      [rows]; row_of_column: [columns], -1 where unmatched.
 * row_potentials:    [rows]; column_potentials: [columns].
 * fault:             with CL_STATUS_INVALID_COST, the first entry that is NaN or -infinity, or else beyond
 *                    CL_ASSIGNMENT_GREATEST_COST, if the answer rests on such a one.
 * On any status but CL_STATUS_OK the other outputs are unspecified. */
cl_status cl_sparse_assignment_solve(
    const cl_sparse_costs *costs, void *workspace, double *restrict value,
    int64_t *restrict entry_of_row, int32_t *restrict row_of_column,
    double *restrict row_potentials, double *restrict column_potentials, size_t *restrict fault);

#endif
