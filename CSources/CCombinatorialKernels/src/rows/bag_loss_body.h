/* The gradient of the value of matchings from the exponentials of rows that bag_costs has kept, in their place. */

static void rows_bag_exponentials(
    const void *untyped_x, size_t rows, size_t columns, size_t row_stride, void *restrict exponentials,
    double *restrict totals) {
    const CL_REAL *x = untyped_x;
    CL_REAL *kept = exponentials, reference[ROWS_GROUP];
    double log_sums[ROWS_GROUP];
    for (size_t first = 0, group; first < rows; first += group) {
        group = rows_of_group(rows - first, columns);
        sum_and_keep_group(
            x + first * row_stride, group, columns, row_stride, kept + first * columns, reference, totals + first,
            log_sums);
    }
}

/* To probabilities first: the quotient of weight and total may be too small for the element type. The end is loaded
 * first, which overlaps what comes before. */
CL_INLINE void scale_row(CL_REAL *y, size_t length, CL_REAL share, CL_REAL weight) {
    const vector end = load_end(y + length, length) * share * weight;
    size_t c = 0;
    for (; c + LANES <= length; c += LANES)
        store(y + c, load(y + c) * share * weight);
    if (c < length)
        store_last(y + length, length, end);
}

static cl_status rows_bag_loss_backward(
    const int32_t *labels, const double *totals, const void *untyped_weights, size_t rows, size_t columns,
    size_t weight_stride, void *restrict exponentials, cl_fault *restrict fault) {
    const CL_REAL *weights = untyped_weights;
    CL_REAL *dx = exponentials;
    cl_status status = check_labels(labels, rows, columns, fault);
    if (status != CL_STATUS_OK)
        return status;
    for (size_t i = 0; i < rows; i++, dx += columns) {
        const CL_REAL weight = weights[i * weight_stride];
        scale_row(dx, columns, (CL_REAL)(1 / totals[i]), weight);
        dx[labels[i]] -= weight;
    }
    return CL_STATUS_OK;
}
