/* The costs of matching the rows of bags with their labels, and their pullback. */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first label of a pair has the low half");
typedef CL_REAL four_elements __attribute__((ext_vector_type(4), aligned(sizeof(CL_REAL)), may_alias));

/* log-sum-exp less the label's logit, of two parts of the former: what the element type holds, and what is left, to which
 * belongs what was lost in the addition to the reference.
 * Four at a time, the last of which may overlap those before; labels are loaded in pairs, as loads are the limit. */
CL_INLINE void gather_costs(
    const CL_REAL *x, const int32_t *labels, size_t size, CL_REAL high, CL_REAL low, CL_REAL *restrict costs) {
    for (size_t k = 0; size < 4 && k < size; k++) {
        const CL_REAL cost = (high - x[labels[k]]) + low;
        costs[k] = cost < 0 ? 0 : cost;
    }
    for (size_t k = 0; size >= 4 && k < size; k += 4) {
        k = k < size - 4 ? k : size - 4;
        uint64_t pairs[2];
        memcpy(pairs, labels + k, sizeof pairs);
        const four_elements logits = {
            x[(uint32_t)pairs[0]], x[pairs[0] >> 32], x[(uint32_t)pairs[1]], x[pairs[1] >> 32]};
        const four_elements cost = (high - logits) + low;
        *(four_elements *)(costs + k) = cost < 0 ? 0 : cost;
    }
}

/* The rows of all bags in groups, whatever bags they are of. */
static cl_status rows_bag_costs(
    const void *untyped_x, const int32_t *labels, size_t bags, size_t size, size_t columns,
    size_t row_stride, size_t costs_stride, double *restrict log_sum_exp, void *restrict untyped_costs,
    void *restrict exponentials, double *restrict totals, cl_fault *restrict fault) {
    const CL_REAL *x = untyped_x;
    CL_REAL *costs = untyped_costs, *kept = exponentials, reference[ROWS_GROUP];
    double log_sums[ROWS_GROUP];
    const size_t rows = bags * size;
    cl_status status = check_labels(labels, rows, columns, fault);
    if (status != CL_STATUS_OK)
        return status;
    for (size_t first = 0, group, in_bag = 0; first < rows; first += group) {
        group = rows_of_group(rows - first, columns);
        if (kept)
            sum_and_keep_group(
                x, group, columns, row_stride, kept + first * columns, reference, totals + first, log_sums);
        else
            sum_group(x, group, columns, row_stride, reference, log_sums);
        for (size_t row = first; row < first + group; row++, x += row_stride, costs += costs_stride) {
            const double own = reference[row - first], log_sum = log_sums[row - first];
            const double sum = own + log_sum, lost = rounding_error(own, log_sum, sum);
            const CL_REAL high = (CL_REAL)sum;
            log_sum_exp[row] = sum;
            gather_costs(x, labels, size, high, (CL_REAL)((sum - high) + lost), costs);
            in_bag++;
            if (in_bag == size) {
                in_bag = 0;
                labels += size;
            }
        }
    }
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
