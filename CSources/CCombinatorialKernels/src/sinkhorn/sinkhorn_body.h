/* Rows of the entropic transport problem, for one element type and one instruction set; included by
 * sinkhorn.c. The loop that fills a row is left to the compiler's vectors; the exponentials are those of
 * the row kernels. */

static inline void CL_VARIANT(fill)(
    const CL_REAL *costs, size_t columns, const double *shifts, double shift, double scale,
    double *restrict row) {
#pragma clang loop vectorize(enable) interleave(enable)
    for (size_t j = 0; j < columns; j++)
        row[j] = (shift + shifts[j] - (double)costs[j]) * scale;
}

static void CL_VARIANT(sinkhorn_log_sums)(
    const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride, const double *shifts,
    double scale, cl_rows_log_sum_exp_f64 *log_sum_exp, double *row, double *restrict log_sums) {
    for (size_t i = 0; i < rows; i++) {
        CL_VARIANT(fill)(costs + i * row_stride, columns, shifts, 0, scale, row);
        log_sum_exp(row, 1, columns, columns, log_sums + i);
    }
}

static void CL_VARIANT(sinkhorn_masses)(
    const CL_REAL *costs, size_t columns, const double *shifts, double shift, double scale,
    cl_rows_exponential_f64 *exponential, double *row, double *restrict masses) {
    CL_VARIANT(fill)(costs, columns, shifts, shift, scale, row);
    exponential(row, columns, masses);
}
