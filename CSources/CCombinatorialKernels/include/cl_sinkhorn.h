/* Rows of the entropic transport problem: log-sum-exps and exponentials of scale * (shift - cost).
 *
 * M. Cuturi, NIPS 2013, arXiv:1306.0895; in the log domain: J. Feydy, Geometric data analysis beyond
 * convolutions (2020), chapter 3. */
#ifndef CL_SINKHORN_H
#define CL_SINKHORN_H

#include <stddef.h>

#include "cl_instruction_set.h"
#include "cl_rows.h"

/* log_sums[i] = log sum_j exp(scale * (shifts[j] - costs[i][j])), in double.
 *
 * costs: [rows, columns], consecutive in a row; +infinity is a pair without mass. A row that holds NaN
 *        or -infinity has the result NaN. shifts: [columns], -infinity or finite. scale: above 0.
 * row:   [columns], workspace. log_sum_exp: of the instruction set at hand. */
#define CL_SINKHORN_DECLARE(real, suffix)                                                          \
    typedef void cl_sinkhorn_log_sums_##suffix(                                                    \
        const real *costs, size_t rows, size_t columns, size_t row_stride, const double *shifts,   \
        double scale, cl_rows_log_sum_exp_f64 *log_sum_exp, double *row,                           \
        double *restrict log_sums);                                                                \
    /* masses[j] = exp(scale * (shift + shifts[j] - costs[j])) of one row, which must be 1 at most  \
     * times the exponential of 1. */                                                              \
    typedef void cl_sinkhorn_masses_##suffix(                                                      \
        const real *costs, size_t columns, const double *shifts, double shift, double scale,       \
        cl_rows_exponential_f64 *exponential, double *row, double *restrict masses);

CL_SINKHORN_DECLARE(float, f32)
CL_SINKHORN_DECLARE(double, f64)

typedef struct cl_sinkhorn_kernels {
    cl_sinkhorn_log_sums_f32 *log_sums_f32;
    cl_sinkhorn_log_sums_f64 *log_sums_f64;
    cl_sinkhorn_masses_f32 *masses_f32;
    cl_sinkhorn_masses_f64 *masses_f64;
} cl_sinkhorn_kernels;

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_sinkhorn_kernels *cl_sinkhorn_kernels_for(cl_instruction_set set);

#endif
