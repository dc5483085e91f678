/* Sums of exponentials of the rows of bags, which may be kept for the gradient.
 *
 * The greatest of a row's first logits is mostly as good a reference as the maximum of all, and saves the pass for that.
 * No sum is below 1 then; where it is not in ROWS_LEAST_SUM ... ROWS_GREATEST_SUM, as some logit is 55 above the reference
 * or the first ones are -infinity, the maximum takes its place, and the row is done again. Such references add at most
 * 0.55 log(ROWS_GREATEST_SUM) = 30 u / 2 to the error of a term that matters, if all terms err to one side, see
 * log_sum_exp_body.h. What has vanished is below 0.7 / ROWS_LEAST_SUM < 1 of the smallest normal number as a probability,
 * too. */

/* sum_c exp(x[c] + offset) of a row of any length, in blocks. */
CL_INLINE double sum_in_blocks(
    const CL_REAL *x, size_t length, CL_REAL offset, summands by, CL_REAL *restrict kept) {
    double total = 0;
    double_vector lanes = (double_vector)0;
    add_to_total(&lanes, end_of_block(x, length, offset, by, kept));
    total += sum_of_lanes(&lanes);
    for (size_t start = 0, end; start < length; start = end) {
        end = length - start < 2 * ROWS_BLOCK ? length : start + ROWS_BLOCK;
        add_block(x + start, end - start, offset, by, (vector)0, by.are_kept ? kept + start : NULL, &lanes);
        total += sum_of_lanes(&lanes);
    }
    return total;
}

static __attribute__((noinline, cold)) double sum_and_keep_again(
    const CL_REAL *x, size_t columns, CL_REAL *restrict reference, CL_REAL *restrict kept) {
    *reference = maximum_of_block(x, columns);
    const summands by = {.are_bounded = true, .are_kept = true};
    return sum_in_blocks(x, columns, offset(*reference), by, kept);
}

/* Of a vector; 0 if all are -infinity. */
CL_INLINE CL_REAL greatest_of_first(const CL_REAL *x, size_t columns) {
    const CL_REAL greatest =
        largest_lane(columns >= (size_t)LANES ? load(x) : load_short(x, columns, -(CL_REAL)INFINITY));
    return greatest == -(CL_REAL)INFINITY ? 0 : greatest;
}

/* sum_c exp(x[i][c] - reference[i]) and its logarithm, for a group of rows_of_group rows; a reference is one of the row's
 * logits, or 0. With `keeps` the exponentials go to kept [rows, columns]. */
CL_INLINE void sums_of_group(
    const CL_REAL *x, size_t rows, size_t columns, size_t row_stride, bool keeps,
    CL_REAL *restrict kept, CL_REAL *restrict reference, double *restrict totals, double *restrict log_sums) {
    const summands by = {.are_kept = keeps};
    vector sum[ROWS_GROUP];
    double_vector lanes[ROWS_GROUP];
    for (size_t i = 0; i < rows; i++)
        reference[i] = greatest_of_first(x + i * row_stride, columns);
    if (columns >= 2 * ROWS_BLOCK) { /* A group of one. */
        totals[0] = sum_in_blocks(x, columns, -reference[0], by, kept);
    } else {
        for (size_t i = 0; i < rows; i++)
            sum[i] = end_of_block(x + i * row_stride, columns, -reference[i], by, keeps ? kept + i * columns : NULL);
        for (size_t i = 0; i < rows; i++)
            add_block(
                x + i * row_stride, columns, -reference[i], by, sum[i], keeps ? kept + i * columns : NULL, lanes + i);
#pragma clang loop vectorize(disable) /* by gathers, which take longer */
        for (size_t i = 0; i < rows; i++)
            totals[i] = sum_of_lanes(lanes + i);
    }
    for (size_t i = 0; i < rows; i++) {
        if (totals[i] >= ROWS_LEAST_SUM && totals[i] <= ROWS_GREATEST_SUM)
            continue;
        const CL_REAL *row = x + i * row_stride;
        totals[i] = keeps ? sum_and_keep_again(row, columns, reference + i, kept + i * columns)
                          : sum_by_maximum(row, columns, reference + i);
    }
    for (size_t i = 0; i < rows; i++)
        log_sums[i] = logarithm(totals[i]);
}

static void sum_group(
    const CL_REAL *x, size_t rows, size_t columns, size_t row_stride, CL_REAL *restrict reference,
    double *restrict log_sums) {
    double totals[ROWS_GROUP];
    sums_of_group(x, rows, columns, row_stride, false, NULL, reference, totals, log_sums);
}

static void sum_and_keep_group(
    const CL_REAL *x, size_t rows, size_t columns, size_t row_stride, CL_REAL *restrict kept,
    CL_REAL *restrict reference, double *restrict totals, double *restrict log_sums) {
    sums_of_group(x, rows, columns, row_stride, true, kept, reference, totals, log_sums);
}
