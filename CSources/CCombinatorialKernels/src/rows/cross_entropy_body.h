/* Cross-entropy of rows of logits with a label each. */

CL_INLINE cl_status check_labels(const int32_t *labels, size_t count, size_t columns, cl_fault *fault) {
    for (size_t i = 0; i < count; i++)
        if (labels[i] < 0 || (size_t)labels[i] >= columns) {
            refuse(fault, 0, 0, i);
            return CL_STATUS_LABEL_OUT_OF_RANGE;
        }
    return CL_STATUS_OK;
}

static cl_status rows_cross_entropy(
    const void *untyped_x, const int32_t *labels, size_t rows, size_t columns, size_t row_stride,
    double *restrict log_sum_exp, void *restrict untyped_losses, cl_fault *restrict fault) {
    const CL_REAL *x = untyped_x;
    CL_REAL *losses = untyped_losses;
    cl_status status = check_labels(labels, rows, columns, fault);
    if (status != CL_STATUS_OK)
        return status;
    for (size_t first = 0, group; first < rows; first += group, x += group * row_stride) {
        group = rows_of_group(rows - first, columns);
        CL_REAL reference[ROWS_GROUP];
        double log_sums[ROWS_GROUP];
        if (columns >= 2 * ROWS_BLOCK) {
            group_log_sums(x, group, columns, row_stride, reference, log_sums);
        } else {
            for (size_t i = 0; i < group; i++)
                reference[i] = x[i * row_stride + labels[first + i]];
            referred_log_sums(x, group, columns, row_stride, reference, false, log_sums);
        }
        for (size_t i = 0; i < group; i++)
            log_sum_exp[first + i] = reference[i] + log_sums[i];
        for (size_t i = 0; i < group; i++) {
            double label_logit = x[i * row_stride + labels[first + i]];
            losses[first + i] = (CL_REAL)((reference[i] - label_logit) + log_sums[i]);
        }
    }
    return CL_STATUS_OK;
}

static cl_status rows_cross_entropy_backward(
    const void *untyped_x, const int32_t *labels, const double *log_sum_exp,
    const void *untyped_weights, size_t rows, size_t columns, size_t x_stride, size_t weight_stride,
    size_t dx_stride, cl_rows_store store, void *restrict untyped_dx, cl_fault *restrict fault) {
    const CL_REAL *x = untyped_x, *weights = untyped_weights;
    CL_REAL *dx = untyped_dx;
    cl_status status = check_labels(labels, rows, columns, fault);
    if (status != CL_STATUS_OK)
        return status;
    for (size_t i = 0; i < rows; i++, x += x_stride, dx += dx_stride) {
        CL_REAL weight = weights[i * weight_stride];
        row_scale scale =
            scale_of_row(x, columns, log_sum_exp[i], weight);
        write_row_gradient(x, columns, scale, labels + i, &weight, 1, store, dx);
    }
    finish_stores(store);
    return CL_STATUS_OK;
}
