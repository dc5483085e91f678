/* The costs of matching the rows of bags with their labels, and their pullback. */

/* In two parts, as in log_softmax: the larger difference is exact or nearly so. */
ROWS_INLINE void CL_VARIANT(gather_costs)(
    const CL_REAL *x, const int32_t *labels, size_t size, double log_sum_exp,
    CL_REAL *restrict costs) {
    CL_REAL rounded = (CL_REAL)log_sum_exp, rest = (CL_REAL)(log_sum_exp - rounded);
    for (size_t k = 0; k < size; k++)
        costs[k] = (rounded - x[labels[k]]) + rest;
}

static void CL_VARIANT(costs_of_bag)(
    const CL_REAL *x, const int32_t *labels, size_t size, size_t columns, size_t row_stride,
    size_t costs_stride, double *restrict log_sum_exp, CL_REAL *restrict costs) {
    for (size_t first = 0, group; first < size; first += group) {
        group = CL_VARIANT(rows_of_group)(size - first, columns);
        CL_VARIANT(group_log_sum_exp)(
            x + first * row_stride, group, columns, row_stride, log_sum_exp + first);
        for (size_t j = first; j < first + group; j++)
            CL_VARIANT(gather_costs)(
                x + j * row_stride, labels, size, log_sum_exp[j], costs + j * costs_stride);
    }
}

static cl_status CL_VARIANT(rows_bag_costs)(
    const CL_REAL *x, const int32_t *labels, size_t bags, size_t size, size_t columns,
    size_t row_stride, size_t costs_stride, double *restrict log_sum_exp, CL_REAL *restrict costs,
    size_t *restrict fault) {
    cl_status status = CL_VARIANT(check_labels)(labels, bags * size, columns, fault);
    if (status != CL_STATUS_OK)
        return status;
    for (size_t i = 0; i < bags * size; i += size)
        CL_VARIANT(costs_of_bag)(
            x + i * row_stride, labels + i, size, columns, row_stride, costs_stride,
            log_sum_exp + i, costs + i * costs_stride);
    return CL_STATUS_OK;
}

static cl_status CL_VARIANT(rows_bag_costs_backward)(
    const CL_REAL *x, const int32_t *labels, const double *log_sum_exp, const CL_REAL *dcosts,
    size_t bags, size_t size, size_t columns, size_t x_stride, size_t dcosts_stride,
    size_t dx_stride, cl_rows_store store, CL_REAL *restrict dx, size_t *restrict fault) {
    const size_t rows = bags * size;
    cl_status status = CL_VARIANT(check_labels)(labels, rows, columns, fault);
    if (status != CL_STATUS_OK)
        return status;
    for (size_t i = 0; i < rows; i++, x += x_stride, dcosts += dcosts_stride, dx += dx_stride) {
        double total = 0;
        for (size_t k = 0; k < size; k++)
            total += dcosts[k];
        CL_VARIANT(row_scale) scale = CL_VARIANT(scale_of_row)(log_sum_exp[i], (CL_REAL)total);
        CL_VARIANT(write_row_gradient)(
            x, columns, scale, labels + i - i % size, dcosts, size, store, dx);
    }
    CL_VARIANT(finish)(store);
    return CL_STATUS_OK;
}
