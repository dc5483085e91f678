/* Cheapest labellings of chains: one label for each position, which costs, and so does each step from the
 * label of one position to that of the next. Viterbi's algorithm.
 *
 * distance[t][k] is the least cost of the positions 0 ... t with label k at t, in the element type:
 *
 *     distance[0][k] = unary[0][k]
 *     distance[t][k] = min over j of (distance[t - 1][j] + steps[t - 1][j][k]) + unary[t][k]
 *
 * A minimum does not depend on the order of its arguments: all variants return the same bits. The value
 * is the sum over the labelling in double, from the first position on; or the nearest double to the exact
 * sum, where rounding made more of the former than positions * 2^-52 of it.
 *
 * With costs of both signs sums may cancel, and hide what decides. A labelling is returned if it proves
 * itself: no other costs less by more than n epsilon of the sum of the magnitudes of its n terms, with the
 * epsilon of the element type. Otherwise, and if sums leave the range of the element type while a
 * labelling is allowed, the status is CL_STATUS_INEXACT. It never is for costs of one sign whose sums are
 * at most half of the largest number of the type. The same costs in double may tell, and
 * cl_chain_solve_exact does.
 *
 * Ties: the last position takes the smallest label of least distance; then, from the end to the start,
 * each the smallest label from which the distance of the next one comes.
 *
 * A. J. Viterbi, IEEE Trans. Inf. Theory 13 (1967), doi:10.1109/TIT.1967.1054010. */
#ifndef CL_CHAIN_H
#define CL_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

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

/* Where the costs were refused: the cost of a label at a position (row 0), or of the step into it from
 * label row - 1; or only the problem. */
typedef struct cl_chain_fault {
    size_t problem;
    size_t position;
    size_t row;
    size_t label;
} cl_chain_fault;

/* Elements of workspace for any number of problems: [positions, labels]; 0 if that size would overflow, or
 * if there are no positions or no labels, which is CL_STATUS_INVALID_ARGUMENT. */
size_t cl_chain_workspace_count(cl_chain chain);

/* unary:      [count, positions, labels]. +infinity forbids a label; NaN and -infinity are
 *             CL_STATUS_INVALID_COST.
 * steps:      [count, positions - 1, labels, labels]: from the label of a position (row) to that of the
 *             next one (column); likewise.
 * lengths:    [count], positions in use, 0 ... positions; what lies behind them is not read.
 * workspace:  cl_chain_workspace_count(chain) elements; or NULL with distances.
 * values:     [count].
 * labels:     [count, positions]; -1 behind the end.
 * distances:  [count, positions, labels], unspecified behind the end; or NULL.
 * fault:      written only when the status is not CL_STATUS_OK: the first problem that has one. The outputs
 *             of the problems before it are complete.
 * If every labelling is forbidden the status is CL_STATUS_INFEASIBLE. */
typedef cl_status cl_chain_solve_f32(
    const float *unary, const float *steps, size_t count, cl_chain chain, const int32_t *lengths,
    float *restrict workspace, double *restrict values, int32_t *restrict labels,
    float *restrict distances, cl_chain_fault *restrict fault);

typedef cl_status cl_chain_solve_f64(
    const double *unary, const double *steps, size_t count, cl_chain chain, const int32_t *lengths,
    double *restrict workspace, double *restrict values, int32_t *restrict labels,
    double *restrict distances, cl_chain_fault *restrict fault);

/* Bytes of workspace of cl_chain_solve_exact, any alignment; 0 as above, or if that size would overflow. */
size_t cl_chain_exact_workspace_size(cl_chain chain);

/* One problem in exact arithmetic, whatever the magnitudes of its costs: arguments as above, with the
 * length of the chain. The value and the distances are the nearest doubles, infinite beyond the range of
 * double. Ties are decided by the same rule on exact sums: each label takes the smallest one before it
 * that costs least. A value beyond the largest double is CL_STATUS_OUT_OF_RANGE.
 * Takes O(positions * labels^2) sums of 2 to 34 words, as the magnitudes lie apart. */
cl_status cl_chain_solve_exact(
    const double *unary, const double *steps, cl_chain chain, size_t length, void *workspace,
    double *restrict value, int32_t *restrict labels, double *restrict distances,
    cl_chain_fault *restrict fault);

typedef struct cl_chain_kernels {
    cl_chain_solve_f32 *solve_f32;
    cl_chain_solve_f64 *solve_f64;
} cl_chain_kernels;

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_chain_kernels *cl_chain_kernels_for(cl_instruction_set set);

#endif
