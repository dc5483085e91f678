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

/* The functions of one element type. Where a function takes labels, each must be in
 * 0 ..< columns; if one is not, it writes its position to `fault`, returns
 * CL_STATUS_LABEL_OUT_OF_RANGE and has written nothing else. */
#define CL_ROWS_DECLARE_FUNCTIONS(real, suffix)                                                    \
    /* log_sum_exp[i] = log(sum_c exp(x[i][c])) */                                                 \
    typedef void cl_rows_log_sum_exp_##suffix(                                                     \
        const real *x, size_t rows, size_t columns, size_t row_stride,                             \
        double *restrict log_sum_exp);                                                             \
    /* y[i][c] = exp(x[i][c] - log_sum_exp(x[i])); NaN in rows without a finite log-sum-exp. */    \
    typedef void cl_rows_softmax_##suffix(                                                         \
        const real *x, size_t rows, size_t columns, size_t x_stride, size_t y_stride,              \
        real *restrict y);                                                                         \
    /* y[i][c] = x[i][c] - log_sum_exp(x[i]); likewise. */                                         \
    typedef void cl_rows_log_softmax_##suffix(                                                     \
        const real *x, size_t rows, size_t columns, size_t x_stride, size_t y_stride,              \
        real *restrict y);                                                                         \
    /* dx[i] = y[i] * (dy[i] - sum_c dy[i][c] y[i][c]) for y = softmax(x); all rows packed */      \
    typedef void cl_rows_softmax_backward_##suffix(                                                \
        const real *y, const real *dy, size_t rows, size_t columns, real *restrict dx);            \
    /* dx[i] = dy[i] - exp(y[i]) sum_c dy[i][c] for y = log_softmax(x); all rows packed */         \
    typedef void cl_rows_log_softmax_backward_##suffix(                                            \
        const real *y, const real *dy, size_t rows, size_t columns, real *restrict dx);            \
    /* losses[i] = log_sum_exp[i] - x[i][labels[i]], never negative; the log-sum-exps are those of \
     * log_sum_exp but for their rounding. A loss is more accurate than this difference. */        \
    typedef cl_status cl_rows_cross_entropy_##suffix(                                              \
        const real *x, const int32_t *labels, size_t rows, size_t columns, size_t row_stride,      \
        double *restrict log_sum_exp, real *restrict losses, size_t *restrict fault);              \
    /* dx[i] = weights[i * weight_stride] * (softmax(x[i]) - onehot(labels[i])): one read of x,    \
     * one write of dx. weight_stride 0 gives every row the same weight. log_sum_exp is that of    \
     * the forward pass: a row that it does not determine (above 2^20 in float, 64 in double) is   \
     * added up again. NaN in rows without a finite log-sum-exp. */                                \
    typedef cl_status cl_rows_cross_entropy_backward_##suffix(                                     \
        const real *x, const int32_t *labels, const double *log_sum_exp, const real *weights,      \
        size_t rows, size_t columns, size_t x_stride, size_t weight_stride, size_t dx_stride,      \
        cl_rows_store store, real *restrict dx, size_t *restrict fault);                           \
    /* x [bags, size, columns] and labels [bags, size]: in each bag                                \
     * costs[j][k] = log_sum_exp[j] - x[j][labels[k]], read while the row is in cache. */          \
    typedef cl_status cl_rows_bag_costs_##suffix(                                                  \
        const real *x, const int32_t *labels, size_t bags, size_t size, size_t columns,            \
        size_t row_stride, size_t costs_stride, double *restrict log_sum_exp,                      \
        real *restrict costs, size_t *restrict fault);                                             \
    /* Its pullback for any dcosts [bags, size, size]:                                             \
     * dx[j] = softmax(x[j]) sum_k dcosts[j][k] - sum_k dcosts[j][k] onehot(labels[k]) */          \
    typedef cl_status cl_rows_bag_costs_backward_##suffix(                                         \
        const real *x, const int32_t *labels, const double *log_sum_exp, const real *dcosts,       \
        size_t bags, size_t size, size_t columns, size_t x_stride, size_t dcosts_stride,           \
        size_t dx_stride, cl_rows_store store, real *restrict dx, size_t *restrict fault);         \
    /* y[i] = exp(x[i]) for x[i] <= 1 or NaN: the exp of the functions above, for their tests. */  \
    typedef void cl_rows_exponential_##suffix(const real *x, size_t count, real *restrict y);      \
                                                                                                   \
    typedef struct cl_rows_kernels_##suffix {                                                      \
        cl_rows_log_sum_exp_##suffix *log_sum_exp;                                                 \
        cl_rows_softmax_##suffix *softmax;                                                         \
        cl_rows_log_softmax_##suffix *log_softmax;                                                 \
        cl_rows_softmax_backward_##suffix *softmax_backward;                                       \
        cl_rows_log_softmax_backward_##suffix *log_softmax_backward;                               \
        cl_rows_cross_entropy_##suffix *cross_entropy;                                             \
        cl_rows_cross_entropy_backward_##suffix *cross_entropy_backward;                           \
        cl_rows_bag_costs_##suffix *bag_costs;                                                     \
        cl_rows_bag_costs_backward_##suffix *bag_costs_backward;                                   \
        cl_rows_exponential_##suffix *exponential;                                                 \
    } cl_rows_kernels_##suffix;

CL_ROWS_DECLARE_FUNCTIONS(float, f32)
CL_ROWS_DECLARE_FUNCTIONS(double, f64)

typedef struct cl_rows_kernels {
    cl_rows_kernels_f32 f32;
    cl_rows_kernels_f64 f64;
} cl_rows_kernels;

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_rows_kernels *cl_rows_kernels_for(cl_instruction_set set);

#endif
