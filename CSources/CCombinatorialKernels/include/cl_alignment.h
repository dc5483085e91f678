/* Global alignment: the shortest monotone path over a grid of (rows + 1) x (columns + 1) nodes.
 *
 * From node (i, k) three moves lead on, towards (rows, columns):
 *
 *     D  to (i + 1, k + 1)   matches row i with column k
 *     H  to (i, k + 1)       skips column k
 *     V  to (i + 1, k)       skips row i
 *
 * and a rule says what they cost, with i' = min(i, rows - 1), k' = min(k, columns - 1):
 *
 *                   D              H                            V
 *     GAP_FACTOR    costs[i][k]    factor * costs[i'][k']       factor * costs[i'][k']
 *     GAP_COSTS     costs[i][k]    column_gaps[k]               row_gaps[i]
 *     TIME_WARPING  costs[i][k]    costs[i][k], not at i = rows costs[i][k], not at k = columns
 *
 * Time warping so is the classical sum over the visited cells (the last D leaves the last one). Its
 * band (Sakoe, Chiba) forbids cells that lie more than `band` columns outside of the two diagonals
 * that start in the corners; it never forbids all paths.
 *
 * Distances to the end are computed in the element type, from the end backwards: D(i, k) =
 * min(D(i+1, k+1) + d, D(i, k+1) + h, D(i+1, k) + v). Ties: D before H before V. Nothing is contracted
 * or reassociated, lanes are problems or rows, so every variant returns the same bits. The value is
 * the sum over the path in double.
 *
 * The path costs at most 2 (rows + columns) u (M + m) more than the cheapest one: u is the rounding unit of
 * the element type, 2^-24 or 2^-53, M the sum of the magnitudes of what the path pays and m that of what
 * the cheapest path pays. Where the distances do not prove that and M <= 8 |value| (costs of either sign
 * that cancel, sums beyond the range of the element type, a factor whose products lose digits), the
 * problem is solved a second time without any rounding: a path of least cost, by the same rule for ties,
 * and the double nearest to its cost. That takes 10 to 100 times as long. CL_STATUS_OUT_OF_RANGE:
 * the value is beyond the range of double. With labels the costs are what the element type holds, unless
 * they are beyond its range.
 *
 * S. B. Needleman, C. D. Wunsch, J. Mol. Biol. 48 (1970), doi:10.1016/0022-2836(70)90057-4;
 * H. Sakoe, S. Chiba, IEEE Trans. ASSP 26 (1978), doi:10.1109/TASSP.1978.1163055. */
#ifndef CL_ALIGNMENT_H
#define CL_ALIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

typedef enum cl_alignment_gaps {
    CL_ALIGNMENT_GAP_FACTOR = 0,
    CL_ALIGNMENT_GAP_COSTS = 1,
    CL_ALIGNMENT_TIME_WARPING = 2
} cl_alignment_gaps;

typedef enum cl_alignment_move {
    CL_ALIGNMENT_DIAGONAL = 0,
    CL_ALIGNMENT_HORIZONTAL = 1,
    CL_ALIGNMENT_VERTICAL = 2
} cl_alignment_move;

typedef struct cl_alignment_rule {
    cl_alignment_gaps gaps;
    double gap_factor;  /* of GAP_FACTOR: finite, greater than 0 */
    double temperature; /* of soft alignment: finite, greater than 0 */
    size_t band;        /* of TIME_WARPING; SIZE_MAX: none */
    /* A problem that is worked on by itself keeps the moves of this many rows at a time, at two bits a
     * cell, and distances at the boundaries: half the speed, memory in proportion. 0: all rows. */
    size_t block_rows;
} cl_alignment_rule;

/* One problem. Without labels, costs[i][k] = x[i * row_stride + k]. With labels, x holds logits and
 * costs[i][k] = offsets[i] - x[i * row_stride + labels[k]]: no matrix of costs exists. +infinity forbids a
 * cell; NaN and -infinity are CL_STATUS_INVALID_COST. The caller has checked the labels. */
typedef struct cl_alignment_problem {
    const void *x;
    size_t rows;
    size_t columns;
    size_t row_stride;
    const int32_t *labels;   /* [columns], or NULL */
    const double *offsets;   /* [rows], with labels */
    const void *row_gaps;    /* [rows], of GAP_COSTS; +infinity forbids a gap */
    const void *column_gaps; /* [columns], of GAP_COSTS; neither NaN nor -infinity */
    const uint8_t *row_letters; /* [rows]: row i reads row row_letters[i] of x; NULL: row i. Not with labels */
} cl_alignment_problem;

/* For a call with `count` problems of at most `rows` and `columns`. */
size_t cl_alignment_workspace_size(
    size_t count, size_t rows, size_t columns, cl_alignment_rule rule);

/* values[p]: the cost of the shortest path of problem p, a sum in double.
 * moves[p * moves_stride]: its moves from (0, 0) on; moves_stride >= rows + columns.
 * move_counts[p]: their number; what lies behind them, up to the stride, is unspecified.
 * fault: see cl_status.h.
 * Problems without cells have the value 0, but GAP_COSTS the sum of the gaps; time warping is infeasible if
 * just one side is empty, as no cell of the other one can be visited. */
typedef cl_status cl_alignment_solve(
    const cl_alignment_problem *problems, size_t count, cl_alignment_rule rule, void *workspace,
    size_t moves_stride, double *restrict values, uint8_t *restrict moves,
    size_t *restrict move_counts, cl_fault *restrict fault);

cl_alignment_solve *cl_alignment_solver(cl_instruction_set set, cl_element element);

/* The gradient of weight * value: weight for each D and weight * gap_weight for each gap that reads a cell:
 * gap_weight is the factor of GAP_FACTOR, 0 of GAP_COSTS and 1 of TIME_WARPING. Every cell of gradient
 * [rows, columns], gradient_stride apart, is written; of the gaps, if not NULL, row_gradient [rows] and
 * column_gradient [columns]: weight for each V and H. The weight is rounded to the element type. */
void cl_alignment_gradient(
    cl_element element, const uint8_t *moves, size_t move_count, size_t rows, size_t columns,
    double weight, double gap_weight, size_t gradient_stride, void *restrict gradient,
    void *restrict row_gradient, void *restrict column_gradient);

/* By how much a path costs more than the cheapest one, without rounding but for that to the next double
 * upwards; +infinity if it is no path. The costs are valid, and a path exists. The workspace is that of one
 * problem. */
double cl_alignment_excess(
    cl_element element, const cl_alignment_problem *p, cl_alignment_rule rule, const uint8_t *moves,
    size_t move_count, void *workspace);

/* Two sequences of letters, numbers below `letters`. The caller has checked them. */
typedef struct cl_letter_pair {
    const uint8_t *row_letters;    /* [rows] */
    const uint8_t *column_letters; /* [columns] */
    size_t rows;
    size_t columns;
} cl_letter_pair;

/* What all pairs pay. */
typedef struct cl_letter_costs {
    const void *substitutions; /* [letters, letters], elements: row letter by column letter; +infinity forbids a pair */
    size_t letters;            /* at most 256 */
    double row_gap;            /* of V, a number of the element type; +infinity forbids it, neither NaN nor -infinity */
    double column_gap;         /* of H */
} cl_letter_costs;

/* Of a call with letters up to `letters` and pairs of at most `rows` and `columns`. */
size_t cl_letter_alignment_workspace_size(size_t letters, size_t rows, size_t columns, size_t block_rows);

/* The alignments of sequences of letters: GAP_COSTS with costs[i][k] = substitutions[row_letters[i]][column_letters[k]],
 * with the same answers, and no matrix. Where what pairs save over their gaps are multiples of a number by at most
 * 254, as the scores of tables are, they are found in bytes: exactly, whatever the length, and, where the sequences
 * are long and alike, in a band of the table that proves to hold all best paths. block_rows as in the rule.
 * With CL_STATUS_INVALID_COST, fault names the entry of substitutions, and item 0. */
typedef cl_status cl_letter_alignment_solve(
    const cl_letter_pair *pairs, size_t count, cl_letter_costs costs, size_t block_rows, void *workspace,
    size_t moves_stride, double *restrict values, uint8_t *restrict moves, size_t *restrict move_counts,
    cl_fault *restrict fault);

cl_letter_alignment_solve *cl_letter_alignment_solver(cl_instruction_set set, cl_element element);

/* As cl_alignment_excess, with the workspace of such a pair. */
double cl_letter_alignment_excess(
    cl_element element, const cl_letter_pair *p, cl_letter_costs costs, size_t block_rows, const uint8_t *moves,
    size_t move_count, void *workspace);

/* In proportion to rows * columns. */
size_t cl_soft_alignment_workspace_size(size_t rows, size_t columns);

/* The smoothed value of one problem, with softmin(a, b, c) = -t log(exp(-a/t) + exp(-b/t) + exp(-c/t)) in
 * the place of the minimum, t = rule.temperature, in double and in log-space; and, if gradient is not NULL,
 * its gradient: the expectation of that of a path drawn with probability proportional to exp(-cost / t).
 * The exponential is that of the rows of the set; without such a one, CL_STATUS_INVALID_ARGUMENT.
 * With n = rows + columns and A = n (greatest magnitude of a price + t log 3), the value is within
 * 8 n (A 2^-52 + 2^-1074) for every t: towards 0 it is the hard minimum less t times the logarithm of the
 * number of cheapest paths, towards infinity less that of all paths. At each node the probabilities of its
 * moves add up to 1. They are as sure as the distances of the cheapest paths, at most H: within a factor of
 * exp(8 (H 2^-52 + n 2^-1074) / t), and exact as to how many paths there are. An entry of the gradient
 * beyond the range of float, which takes such a gap factor, is +infinity.
 * CL_STATUS_OUT_OF_RANGE: the value, or the price of a gap that matters, is beyond the range of double.
 * Problems without cells as above.
 * (M. Cuturi, M. Blondel, ICML 2017, arXiv:1703.01541; A. Mensch, M. Blondel, ICML 2018,
 * arXiv:1802.03676.) */
cl_status cl_soft_alignment_solve(
    cl_instruction_set set, cl_element element, const cl_alignment_problem *p,
    cl_alignment_rule rule, void *workspace, size_t gradient_stride, double *restrict value,
    void *restrict gradient, void *restrict row_gradient, void *restrict column_gradient,
    cl_fault *restrict fault);

#endif
