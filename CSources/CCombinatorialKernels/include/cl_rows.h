/* Row kernels: log-sum-exp, softmax, cross-entropy and the costs of a bag, forward and backward.
 *
 * A row x holds `columns` numbers next to each other; rows are row_stride elements apart. Rows of
 * any length from 1 are fine, no alignment is asked for, nothing past a row's end is read or
 * written. Inputs and outputs must not overlap.
 *
 * Numbers. -infinity is a legal logit: its probability is 0. A row that holds NaN or +infinity has
 * the log-sum-exp NaN, a row of -infinity alone has -infinity; no other row has a log-sum-exp that
 * is not finite. So a caller who wants to refuse such rows looks at the log-sum-exps, and searches
 * a row only when it has found one. The log-sum-exp is double for float rows too: floats near 1e4
 * lie 1e-3 apart, which would spoil every probability of a row of such logits.
 *
 * Accuracy, for logits of any magnitude and in every variant; variants differ within it. u is the
 * unit in the last place of 1: 2^-23 in float, 2^-52 in double. Of each row one logit, mostly the
 * maximum, and the logarithm of the sum of the exponentials of what the logits are above it are kept
 * apart, for beside a logit of 1e15 the logarithm would be rounded away. Its error is at most
 *
 *     e = 3e-6 in float: 16 additions that all round the same way, and the terms' own errors;
 *         1e-14 + columns 2^-58 in double; both for up to 2^31 columns.
 *
 *     log-sum-exp                  e, and the rounding of the result to double
 *     log-softmax, losses, costs   e + u |result|
 *     a probability p              p (1.5 e + (4 + 0.6 |log p|) u), where |log p| u / 2 is the
 *                                  rounding of the difference of two logits
 *     a row of a softmax           adds up to 1 within 9 u in float, (19 + columns / 64) u in double,
 *                                  and within columns u where that is less
 *     a gradient                   that of the probability, times the weight, and one rounding for
 *                                  each label that is subtracted
 *     exp(x)                       2 + |x| / 20 units in the last place of the result in float, 2 in
 *                                  double
 *
 * As a rule errors are a tenth of these. Exponentials below 0.7 of the smallest normal number are 0,
 * and so may be a probability below that number. What exceeds the range of the element type, such as
 * the cost of a label that lies further below the maximum, is an infinity. Weights and cotangents,
 * and their sums over a row or a bag, must stay within half of the range. */
#ifndef CL_ROWS_H
#define CL_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

/* How a gradient is stored. */
typedef enum cl_rows_store {
    CL_ROWS_STORE_CACHED = 0,
    /* Past the caches, without reading the lines first: for an output that exceeds them. */
    CL_ROWS_STORE_STREAMING = 1
} cl_rows_store;

/* The functions of one element type, which x, y, costs, losses, weights and gradients have. Where a function
 * takes labels, each must be in 0 ..< columns; if one is not, its position is the column of the fault, the
 * status is CL_STATUS_LABEL_OUT_OF_RANGE, and nothing else has been written. */
typedef struct cl_rows_kernels {
    /* log_sum_exp[i] = log(sum_c exp(x[i][c])) */
    void (*log_sum_exp)(
        const void *x, size_t rows, size_t columns, size_t row_stride,
        double *restrict log_sum_exp);
    /* y[i][c] = exp(x[i][c] - log_sum_exp(x[i])); NaN in rows without a finite log-sum-exp. */
    void (*softmax)(
        const void *x, size_t rows, size_t columns, size_t x_stride, size_t y_stride,
        void *restrict y);
    /* y[i][c] = x[i][c] - log_sum_exp(x[i]); likewise. */
    void (*log_softmax)(
        const void *x, size_t rows, size_t columns, size_t x_stride, size_t y_stride,
        void *restrict y);
    /* dx[i] = y[i] * (dy[i] - sum_c dy[i][c] y[i][c]) for y = softmax(x); all rows packed */
    void (*softmax_backward)(
        const void *y, const void *dy, size_t rows, size_t columns, void *restrict dx);
    /* dx[i] = dy[i] - exp(y[i]) sum_c dy[i][c] for y = log_softmax(x); all rows packed */
    void (*log_softmax_backward)(
        const void *y, const void *dy, size_t rows, size_t columns, void *restrict dx);
    /* losses[i] = log_sum_exp[i] - x[i][labels[i]], never negative; the log-sum-exps are those of
     * log_sum_exp but for their rounding. A loss is more accurate than this difference. */
    cl_status (*cross_entropy)(
        const void *x, const int32_t *labels, size_t rows, size_t columns, size_t row_stride,
        double *restrict log_sum_exp, void *restrict losses, cl_fault *restrict fault);
    /* dx[i] = weights[i * weight_stride] * (softmax(x[i]) - onehot(labels[i])): one read of x,
     * one write of dx. weight_stride 0 gives every row the same weight. log_sum_exp is that of
     * the forward pass: a row that it does not determine (above 2^20 in float, 64 in double) is
     * added up again. NaN in rows without a finite log-sum-exp. */
    cl_status (*cross_entropy_backward)(
        const void *x, const int32_t *labels, const double *log_sum_exp, const void *weights,
        size_t rows, size_t columns, size_t x_stride, size_t weight_stride, size_t dx_stride,
        cl_rows_store store, void *restrict dx, cl_fault *restrict fault);
    /* x [bags, size, columns] and labels [bags, size]: in each bag
     * costs[j][k] = log_sum_exp[j] - x[j][labels[k]], never negative, read while the row is in cache.
     * exponentials, if not NULL, [bags, size, columns] with all rows packed: those of the logits, less
     * what is subtracted from the logits of a row, and totals [bags, size] their sums. */
    cl_status (*bag_costs)(
        const void *x, const int32_t *labels, size_t bags, size_t size, size_t columns,
        size_t row_stride, size_t costs_stride, double *restrict log_sum_exp,
        void *restrict costs, void *restrict exponentials, double *restrict totals,
        cl_fault *restrict fault);
    /* Its pullback for any dcosts [bags, size, size]:
     * dx[j] = softmax(x[j]) sum_k dcosts[j][k] - sum_k dcosts[j][k] onehot(labels[k]) */
    cl_status (*bag_costs_backward)(
        const void *x, const int32_t *labels, const double *log_sum_exp, const void *dcosts,
        size_t bags, size_t size, size_t columns, size_t x_stride, size_t dcosts_stride,
        size_t dx_stride, cl_rows_store store, void *restrict dx, cl_fault *restrict fault);
    /* The exponentials and totals of bag_costs, bit for bit, of rows by themselves. */
    void (*bag_exponentials)(
        const void *x, size_t rows, size_t columns, size_t row_stride, void *restrict exponentials,
        double *restrict totals);
    /* The gradient of matchings, labels[i] that of row i, from exponentials and totals, in the place of
     * the former: weights[i * weight_stride] * (exponentials[i] / totals[i] - onehot(labels[i])), as
     * accurate as cross_entropy_backward, without an exponential. */
    cl_status (*bag_loss_backward)(
        const int32_t *labels, const double *totals, const void *weights, size_t rows, size_t columns,
        size_t weight_stride, void *restrict exponentials, cl_fault *restrict fault);
    /* y[i] = exp(x[i]) for x[i] <= 1 or NaN: the exp of the functions above, for their tests. */
    void (*exponential)(const void *x, size_t count, void *restrict y);
} cl_rows_kernels;

const cl_rows_kernels *cl_rows_table(cl_instruction_set set, cl_element element);

#endif
