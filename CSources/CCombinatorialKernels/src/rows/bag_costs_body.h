/* The costs of matching the rows of bags with their labels, and their pullback. */

/* Of two parts, neither of them negative: what a label is below the maximum, and the logarithm. */
CL_INLINE void gather_costs(
    const CL_REAL *x, const int32_t *labels, size_t size, CL_REAL maximum, double log_sum,
    CL_REAL *restrict costs) {
    CL_REAL rest = (CL_REAL)log_sum;
    for (size_t k = 0; k < size; k++)
        costs[k] = (maximum - x[labels[k]]) + rest;
}

static void costs_of_bag(
    const CL_REAL *x, const int32_t *labels, size_t size, size_t columns, size_t row_stride,
    size_t costs_stride, double *restrict log_sum_exp, CL_REAL *restrict costs) {
    CL_REAL maximum[ROWS_GROUP];
    double log_sums[ROWS_GROUP];
    for (size_t first = 0, group; first < size; first += group, x += group * row_stride) {
        group = rows_of_group(size - first, columns);
        group_log_sums(x, group, columns, row_stride, maximum, log_sums);
        for (size_t i = 0; i < group; i++) {
            log_sum_exp[first + i] = maximum[i] + log_sums[i];
            gather_costs(
                x + i * row_stride, labels, size, maximum[i], log_sums[i],
                costs + (first + i) * costs_stride);
        }
    }
}

static cl_status rows_bag_costs(
    const void *untyped_x, const int32_t *labels, size_t bags, size_t size, size_t columns,
    size_t row_stride, size_t costs_stride, double *restrict log_sum_exp,
    void *restrict untyped_costs, cl_fault *restrict fault) {
    const CL_REAL *x = untyped_x;
    CL_REAL *costs = untyped_costs;
    cl_status status = check_labels(labels, bags * size, columns, fault);
    if (status != CL_STATUS_OK)
        return status;
    for (size_t i = 0; i < bags * size; i += size)
        costs_of_bag(
            x + i * row_stride, labels + i, size, columns, row_stride, costs_stride,
            log_sum_exp + i, costs + i * costs_stride);
    return CL_STATUS_OK;
}

/* Amounts may cancel: none is rounded before it is added. */
CL_INLINE double sum_in_double(const CL_REAL *amounts, size_t count) {
    wide lanes = (wide)0;
    size_t k = 0;
    for (; k + WIDE_LANES <= count; k += WIDE_LANES)
        lanes += widened(amounts + k);
    double total = 0;
    for (int i = 0; i < WIDE_LANES; i++)
        total += lanes[i];
    for (; k < count; k++)
        total += amounts[k];
    return total;
}

static cl_status rows_bag_costs_backward(
    const void *untyped_x, const int32_t *labels, const double *log_sum_exp,
    const void *untyped_dcosts, size_t bags, size_t size, size_t columns, size_t x_stride,
    size_t dcosts_stride, size_t dx_stride, cl_rows_store store, void *restrict untyped_dx,
    cl_fault *restrict fault) {
    const CL_REAL *x = untyped_x, *dcosts = untyped_dcosts;
    CL_REAL *dx = untyped_dx;
    const size_t rows = bags * size;
    cl_status status = check_labels(labels, rows, columns, fault);
    if (status != CL_STATUS_OK)
        return status;
    for (size_t i = 0; i < rows; i++, x += x_stride, dcosts += dcosts_stride, dx += dx_stride) {
        row_scale scale =
            scale_of_row(x, columns, log_sum_exp[i], (CL_REAL)sum_in_double(dcosts, size));
        write_row_gradient(x, columns, scale, labels + i - i % size, dcosts, size, store, dx);
    }
    finish_stores(store);
    return CL_STATUS_OK;
}
