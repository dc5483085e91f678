/* Linear assignment: shortest augmenting paths over dense cost matrices, O(min(n, m)^2 max(n, m)).
 *
 * Minimise the sum of costs[i][column_of_row[i]] over all ways to match min(rows, columns) pairs.
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
#ifndef CL_ASSIGNMENT_H
#define CL_ASSIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

/* Finite costs of a greater magnitude are refused as CL_STATUS_INVALID_COST where the answer rests on them:
 * where one is matched, or a potential would come near the end of the range of double. */
#define CL_ASSIGNMENT_GREATEST_COST 0x1p1000

/* Problems of one padded size: costs [count, rows, columns], of which problem k uses its first
 * row_counts[k] rows and column_counts[k] columns; NULL: all. The rest is never read.
 *
 * Square problems start from column potentials [count, columns], finite numbers, if there are any: those
 * of a similar problem save most of the work. Any will do: from those that are far above the value of the
 * answer it is proved, or found again from nothing. */
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

/* The first problem that was refused and, if its status is CL_STATUS_INVALID_COST, the entry. */
typedef struct cl_assignment_fault {
    size_t item;
    size_t row;
    size_t column;
} cl_assignment_fault;

/* Bytes of workspace for batches of a padded size; 0 if that would overflow. Any alignment will do. */
size_t cl_assignment_workspace_size(size_t rows, size_t columns);

/* How many problems of a size are solved together: callers who make costs piece by piece should make
 * a multiple of it at a time. */
size_t cl_assignment_group_size(size_t rows, size_t columns);

/* costs:     +infinity forbids a pair; NaN and -infinity are CL_STATUS_INVALID_COST, the first of them, and
 *            finite ones that are too great, if there is none.
 * workspace: cl_assignment_workspace_size(rows, columns) bytes; contents need not be kept.
 * output:    the arrays may not overlap the costs or each other.
 * fault:     written only when the status is not CL_STATUS_OK; problems before it are solved. */
typedef cl_status cl_assignment_solve_f32(
    const float *costs, const cl_assignment_batch *batch, void *workspace,
    const cl_assignment_output *output, cl_assignment_fault *restrict fault);

typedef cl_status cl_assignment_solve_f64(
    const double *costs, const cl_assignment_batch *batch, void *workspace,
    const cl_assignment_output *output, cl_assignment_fault *restrict fault);

typedef struct cl_assignment_kernels {
    cl_assignment_solve_f32 *solve_f32;
    cl_assignment_solve_f64 *solve_f64;
} cl_assignment_kernels;

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_assignment_kernels *cl_assignment_kernels_for(cl_instruction_set set);

#endif
