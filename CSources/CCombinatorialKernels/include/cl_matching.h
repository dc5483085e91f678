/* Matching: assignment, semi-assignment, sparse, bottleneck and ranked assignment. */
#ifndef CL_MATCHING_H
#define CL_MATCHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

/* Linear assignment: shortest augmenting paths over dense cost matrices, O(min(n, m)^2 max(n, m)); over the few
 * other costs where nearly all are one, the greatest or the least of all.
 *
 * Minimize the sum of costs[i][column_of_row[i]] over all ways to match min(rows, columns) pairs.
 * Every answer comes with row and column potentials u, v that prove it:
 *
 *     u[i] + v[j] <= costs[i][j] for every pair,   equality on matched pairs,
 *     v[j] <= 0, and v[j] == 0 where column j is unmatched    (rows < columns; swapped otherwise)
 *
 * The signs hold exactly. u[i] is the least of costs[i][j] - v[j] in double (v[j] that of costs[i][j] - u[i]
 * if columns < rows), so that the first line holds up to half a unit in the last place of u[i], and the
 * equality up to the rounding of the potentials. Where potentials lie 2^36 apart from each other, from the
 * value or from the least cost, rounding may have decided: then the matching is proved without it, or found
 * in numbers of as many bits as the costs need, and its potentials are the nearest doubles. Otherwise it may
 * cost more than the best one by what its potentials were rounded, which the gap between its costs and what
 * they prove shows.
 *
 * Costs are read as float or double; all arithmetic is double, so that the proof holds for float
 * costs too. No contraction, no reassociation: every variant returns the same bits; none is -0.
 *
 * Ties: see docs in CombinatorialSolvers/Assignment. The answer depends on the costs alone. */

/* Finite costs of a greater magnitude are refused as CL_STATUS_INVALID_COST where the answer rests on them:
 * where one is matched, or a potential would come near the end of the range of double. */
#define CL_ASSIGNMENT_GREATEST_COST 0x1p1000

/* Problems of one padded size: costs [count, rows, columns], of which problem k uses its first
 * row_counts[k] rows and column_counts[k] columns; NULL: all. The rest is never read.
 *
 * Square problems start from column potentials [count, columns], finite numbers, if there are any: those
 * of a similar problem save most of the work. Any will do: from those that are far above the value of the
 * answer it is proved, or found again from nothing. Where nearly all costs are one, they are not needed. */
typedef struct cl_assignment_batch {
    size_t count;
    size_t rows;
    size_t columns;
    const size_t *row_counts;
    const size_t *column_counts;
    const double *column_potentials;
} cl_assignment_batch;

/* Where the answers go, padded as the costs are; what is padding is not written. */
typedef struct cl_assignment_output {
    double *values;            /* [count] sums of the matched costs, added up in row order */
    int32_t *column_of_row;    /* [count, rows], -1 where unmatched */
    int32_t *row_of_column;    /* [count, columns], -1 where unmatched */
    double *row_potentials;    /* [count, rows] */
    double *column_potentials; /* [count, columns] */
} cl_assignment_output;

/* For batches of a padded size. */
size_t cl_assignment_workspace_size(size_t rows, size_t columns);

/* How many problems of a size are solved together: callers who make costs piece by piece should make
 * a multiple of it at a time. */
size_t cl_assignment_group_size(size_t rows, size_t columns);

/* costs:     +infinity forbids a pair; NaN and -infinity are CL_STATUS_INVALID_COST, the first of them, and
 *            finite ones that are too great, if there is none.
 * workspace: cl_assignment_workspace_size(rows, columns) bytes; contents need not be kept.
 * output:    the arrays may not overlap the costs or each other.
 * fault:     see cl_status.h. */
typedef cl_status cl_assignment_solve(
    const void *costs, const cl_assignment_batch *batch, void *workspace,
    const cl_assignment_output *output, cl_fault *restrict fault);

cl_assignment_solve *cl_assignment_solver(cl_instruction_set set, cl_element element);

/* Semi-assignment: every row takes one column, and column j at most capacities[j] rows.
 *
 * Minimize the sum of costs[i][column_of_row[i]]. Every answer comes with potentials that prove it:
 *
 *     u[i] + v[j] <= costs[i][j] for every pair,   equality on matched pairs,
 *     v[j] <= 0, and v[j] == 0 where column j has capacity left
 *     sum of u[i] + sum of capacities[j] v[j] == value
 *
 * The signs hold exactly, the rest up to the rounding of the potentials. Where costs and potentials lie 2^36
 * apart, the answer is proved or found without rounding, as in assignment. */

size_t cl_semi_assignment_workspace_size(size_t rows, size_t columns);

/* costs:          [rows, columns]; +infinity forbids a pair. NaN, -infinity, and finite ones beyond
 *                 CL_ASSIGNMENT_GREATEST_COST where the answer rests on them, are CL_STATUS_INVALID_COST.
 * capacities:     [columns], each at least 0.
 * workspace:      cl_semi_assignment_workspace_size(rows, columns) bytes.
 * value:          sum of the matched costs, added up in row order.
 * column_of_row:  [rows]; row_potentials: [rows]; column_potentials: [columns].
 * On any status but CL_STATUS_OK the other outputs are unspecified. */
cl_status cl_semi_assignment_solve(
    const double *costs, size_t rows, size_t columns, const int64_t *capacities, void *workspace,
    double *restrict value, int32_t *restrict column_of_row, double *restrict row_potentials,
    double *restrict column_potentials, cl_fault *restrict fault);

/* Linear assignment over sparse costs: shortest augmenting paths along the rows of a CSR matrix.
 *
 * Minimize the sum of costs[entry_of_row[i]] over all ways to match every row to a column of its own;
 * a pair without an entry is forbidden. Every answer comes with potentials u, v that prove it:
 *
 *     u[i] + v[j] <= costs[e] for every entry e = (i, j),   equality on matched entries,
 *     v[j] <= 0, and v[j] == 0 where column j is unmatched    (rows < columns)
 *
 * The signs hold exactly, the rest up to the rounding of the potentials. Where costs and potentials lie 2^36
 * apart, the answer is proved or found without rounding, as in assignment.
 *
 * There is one build of it: the work is chasing indices, which vectors do not help. */

/* A matrix in compressed rows: entries offsets[i] ..< offsets[i + 1] are those of row i, in any order.
 * An entry that is +infinity is as good as absent; of two for the same pair the cheaper one counts. */
typedef struct cl_sparse_costs {
    size_t rows;
    size_t columns; /* at least as many as rows */
    const int64_t *offsets; /* [rows + 1] */
    const int32_t *column;  /* [entries] */
    const double *cost;     /* [entries] */
} cl_sparse_costs;

size_t cl_sparse_assignment_workspace_size(size_t rows, size_t columns);

/* workspace:         cl_sparse_assignment_workspace_size(rows, columns) bytes.
 * value:             sum of the matched costs, added up in row order.
 * entry_of_row:      [rows]; row_of_column: [columns], -1 where unmatched.
 * row_potentials:    [rows]; column_potentials: [columns].
 * fault:             with CL_STATUS_INVALID_COST, column is the first entry that is NaN or -infinity, or else beyond
 *                    CL_ASSIGNMENT_GREATEST_COST, if the answer rests on such a one.
 * On any status but CL_STATUS_OK the other outputs are unspecified. */
cl_status cl_sparse_assignment_solve(
    const cl_sparse_costs *costs, void *workspace, double *restrict value,
    int64_t *restrict entry_of_row, int32_t *restrict row_of_column,
    double *restrict row_potentials, double *restrict column_potentials, cl_fault *restrict fault);

/* Bottleneck assignment: match every row to a column of its own so that the greatest matched cost is as
 * small as can be.
 *
 * The answer comes with its proof, a violator of Hall's condition: rows that have fewer columns between
 * them at less than the value than there are rows. */

size_t cl_bottleneck_assignment_workspace_size(size_t rows, size_t columns);

/* costs:           [rows, columns] with 0 < rows <= columns; +infinity forbids a pair.
 * workspace:       cl_bottleneck_assignment_workspace_size(rows, columns) bytes.
 * value:           the greatest matched cost.
 * critical_row:    a row whose matched cost is the value: the first, in row order, whose pair cannot be
 *                  replaced once those of earlier rows at that value have been.
 * column_of_row:   [rows]; row_of_column: [columns], -1 where unmatched.
 * row_in_violator: [rows]; column_in_violator: [columns]: every pair of a row inside and a column outside
 *                  costs at least the value, and there is one row inside more than columns inside.
 * On any status but CL_STATUS_OK the other outputs are unspecified. */
cl_status cl_bottleneck_assignment_solve(
    const double *costs, size_t rows, size_t columns, void *workspace, double *restrict value,
    size_t *restrict critical_row, int32_t *restrict column_of_row,
    int32_t *restrict row_of_column, bool *restrict row_in_violator,
    bool *restrict column_in_violator, cl_fault *restrict fault);

/* The k best assignments, from the best one on.
 *
 * Starts from an optimal assignment with its column potentials, as cl_assignment_solve returns them. Where costs
 * lie more than 2^36 apart, the assignments are ranked by their sums without rounding: then the first is
 * found anew, and of several at its value may be another. */

/* To rank up to `most` assignments. */
size_t cl_ranked_assignment_workspace_size(size_t rows, size_t columns, size_t most);

/* costs:          [rows, columns] with 0 < rows <= columns, none of them NaN or -infinity.
 * most:           at least 1.
 * workspace:      cl_ranked_assignment_workspace_size(rows, columns, most) bytes.
 * values:         [most] the sums of the matched costs in row order, ascending up to their rounding; those
 *                 beyond the range of double are infinite, or NaN.
 * column_of_row:  [most, rows]; its first row is an optimal assignment on entry.
 * potentials:     [most, columns]; its first row holds the column potentials on entry. Scratch.
 * count:          how many were found: fewer than `most` if there are no more.
 * fault:          only its `stop` is used. */
cl_status cl_ranked_assignment_solve(
    const double *costs, size_t rows, size_t columns, size_t most, void *workspace,
    double *restrict values, int32_t *restrict column_of_row, double *restrict potentials,
    size_t *restrict count, const cl_fault *fault);

#endif
