/* Chains: the labels of a sequence. */
#ifndef CL_CHAINS_H
#define CL_CHAINS_H

#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

/* Cheapest labelings of chains: one label for each position, which costs, and so does each step from the
 * label of one position to that of the next. Viterbi's algorithm.
 *
 * distance[t][k] is the least cost of the positions 0 ... t with label k at t, in the element type:
 *
 *     distance[0][k] = unary[0][k]
 *     distance[t][k] = min over j of (distance[t - 1][j] + steps[t - 1][j][k]) + unary[t][k]
 *
 * A minimum does not depend on the order of its arguments: all variants return the same bits. The value
 * is the sum over the labeling in double, from the first position on; or the nearest double to the exact
 * sum, where rounding made more of the former than positions * 2^-52 of it.
 *
 * With costs of both signs sums may cancel, and hide what decides. A labeling is returned if it proves
 * itself: no other costs less by more than n epsilon of the sum of the magnitudes of its n terms, with the
 * epsilon of the element type. Otherwise, and if sums may leave the range of the element type while a
 * labeling is allowed, the status is CL_STATUS_INEXACT. With m the largest number of the type, it never is
 * for costs of at least 0 whose least distance is at most m / 2, nor for costs of at most 0 of which none is
 * below -m / (8 positions); +infinity may be among either. The same costs in double may tell, and
 * cl_chain_labeling_solve_exact does.
 *
 * Ties: the last position takes the smallest label of least distance; then, from the end to the start,
 * each the smallest label from which the distance of the next one comes.
 *
 * A. J. Viterbi, IEEE Trans. Inf. Theory 13 (1967), doi:10.1109/TIT.1967.1054010. */

/* Where costs lie, in elements. Strides of 0 share costs between problems or positions; the labels of a
 * position, and the [labels, labels] matrix of a step, are consecutive. */
typedef struct cl_chain {
    size_t positions;
    size_t labels;
    size_t unary_problem_stride;
    size_t unary_position_stride;
    size_t step_problem_stride;
    size_t step_position_stride;
} cl_chain;

/* Of any number of problems; 0 also if there are no positions or no labels. */
size_t cl_chain_labeling_workspace_size(cl_chain chain);

/* unary:      [count, positions, labels]. +infinity forbids a label; NaN and -infinity are
 *             CL_STATUS_INVALID_COST.
 * steps:      [count, positions - 1, labels, labels]: from the label of a position (row) to that of the
 *             next one (column); likewise.
 * lengths:    [count], positions in use, 0 ... positions; what lies behind them is not read.
 * workspace:  cl_chain_labeling_workspace_size(chain) bytes; or NULL with distances.
 * values:     [count].
 * labels:     [count, positions]; -1 behind the end.
 * distances:  [count, positions, labels], unspecified behind the end; or NULL.
 * fault:      row is the position. Column is the label whose cost was refused, 0 ..< labels; or, of a step
 *             into the position, labels + from * labels + label.
 * If every labeling is forbidden the status is CL_STATUS_INFEASIBLE. */
typedef cl_status cl_chain_labeling_solve(
    const void *unary, const void *steps, size_t count, cl_chain chain, const int32_t *lengths,
    void *restrict workspace, double *restrict values, int32_t *restrict labels,
    void *restrict distances, cl_fault *restrict fault);

cl_chain_labeling_solve *cl_chain_labeling_solver(cl_instruction_set set, cl_element element);

size_t cl_chain_labeling_exact_workspace_size(cl_chain chain);

/* One problem in exact arithmetic, whatever the magnitudes of its costs: arguments as above, with the
 * length of the chain. The value and the distances are the nearest doubles, infinite beyond the range of
 * double. Ties are decided by the same rule on exact sums: each label takes the smallest one before it
 * that costs least. A value beyond the largest double is CL_STATUS_OUT_OF_RANGE.
 * Takes O(positions * labels^2) sums of 2 to 34 words, as the magnitudes lie apart. */
cl_status cl_chain_labeling_solve_exact(
    const double *unary, const double *steps, cl_chain chain, size_t length, void *workspace,
    double *restrict value, int32_t *restrict labels, double *restrict distances,
    cl_fault *restrict fault);

#endif
