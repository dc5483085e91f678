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
    const void *untyped_costs, size_t rows, size_t columns, size_t row_stride, const double *shifts,
    double scale, void *workspace, double *restrict log_sums) {
    const CL_REAL *costs = untyped_costs;
    const cl_rows_kernels *rows_of_set = cl_rows_table(CL_SET_VALUE, CL_FLOAT64);
    double *row = aligned_workspace(workspace);
    for (size_t i = 0; i < rows; i++) {
        CL_VARIANT(fill)(costs + i * row_stride, columns, shifts, 0, scale, row);
        rows_of_set->log_sum_exp(row, 1, columns, columns, log_sums + i);
    }
}

static void CL_VARIANT(sinkhorn_masses)(
    const void *untyped_costs, size_t columns, const double *shifts, double shift, double scale,
    void *workspace, double *restrict masses) {
    const CL_REAL *costs = untyped_costs;
    const cl_rows_kernels *rows_of_set = cl_rows_table(CL_SET_VALUE, CL_FLOAT64);
    double *row = aligned_workspace(workspace);
    CL_VARIANT(fill)(costs, columns, shifts, shift, scale, row);
    rows_of_set->exponential(row, columns, masses);
}
