/* Rows of the entropic transport problem, of one variant. The loop that fills a row is left to the compiler's vectors; the exponentials are those of
 * the row kernels. */

extern const cl_rows_kernels CL_NAME(cl_rows_kernels, f64, CL_SET);
#define ROWS_OF_DOUBLES CL_NAME(cl_rows_kernels, f64, CL_SET)

static inline void fill(
    const CL_REAL *costs, size_t columns, const double *shifts, double shift, double scale,
    double *restrict row) {
#pragma clang loop vectorize(enable) interleave(enable)
    for (size_t j = 0; j < columns; j++)
        row[j] = (shift + shifts[j] - (double)costs[j]) * scale;
}

static void sinkhorn_log_sums(
    const void *untyped_costs, size_t rows, size_t columns, size_t row_stride, const double *shifts,
    double scale, void *workspace, double *restrict log_sums) {
    const CL_REAL *costs = untyped_costs;
    arena a = arena_over(workspace);
    double *row = arena_take(&a, columns, sizeof(double));
    for (size_t i = 0; i < rows; i++) {
        fill(costs + i * row_stride, columns, shifts, 0, scale, row);
        ROWS_OF_DOUBLES.log_sum_exp(row, 1, columns, columns, log_sums + i);
    }
}

static void sinkhorn_masses(
    const void *untyped_costs, size_t columns, const double *shifts, double shift, double scale,
    void *workspace, double *restrict masses) {
    const CL_REAL *costs = untyped_costs;
    arena a = arena_over(workspace);
    double *row = arena_take(&a, columns, sizeof(double));
    fill(costs, columns, shifts, shift, scale, row);
    ROWS_OF_DOUBLES.exponential(row, columns, masses);
}

const cl_sinkhorn_kernels CL_VARIANT(cl_sinkhorn_kernels) = {sinkhorn_log_sums, sinkhorn_masses};
