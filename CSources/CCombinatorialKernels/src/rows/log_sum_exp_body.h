/* log-sum-exp of a row: maximum + log(sum exp(x - maximum)), stable for any finite logits.
 *
 * The row is worked on in blocks that stay in the first-level cache: a pass for the maximum so
 * far, then one for the sum, so that a long row is read from memory once. Where a block raises the
 * maximum, the total of the blocks before is rescaled. The maximum's own term is exactly 1, so the
 * result is never below a logit and no loss is negative. (A single pass with the first logit as its
 * reference saves a tenth of the time and loses that.)
 *
 * What is reassociated: a lane adds ROWS_RUN / LANES terms at a time in the element type, runs
 * and blocks are added in double.
 *
 * Work per vector of floats: two loads, two maxima, two additions, one shift and 8 multiply-adds. */

/* Fetches what is one block ahead. The processor's own prefetching stops while a block is worked
 * on for the second time, and ends at page boundaries. The address need not exist. */
ROWS_INLINE void CL_VARIANT(prefetch_next_block)(const CL_REAL *x) {
    __builtin_prefetch((const void *)((uintptr_t)x + ROWS_BLOCK * sizeof(CL_REAL)));
}

ROWS_INLINE CL_REAL CL_VARIANT(maximum_of_block)(const CL_REAL *x, size_t length) {
    enum { UNROLL = 4 }; /* independent maxima: one instruction each is all that a step needs */
    vector maximum[UNROLL];
    for (int u = 0; u < UNROLL; u++)
        maximum[u] = (vector)(CL_REAL)-INFINITY;
    size_t c = 0;
    for (; c + UNROLL * LANES <= length; c += UNROLL * LANES)
        for (int u = 0; u < UNROLL; u++)
            maximum[u] = CL_VARIANT(larger)(maximum[u], CL_VARIANT(load)(x + c + u * LANES));
    for (; c + LANES <= length; c += LANES)
        maximum[0] = CL_VARIANT(larger)(maximum[0], CL_VARIANT(load)(x + c));
    if (c < length)
        maximum[1] = CL_VARIANT(larger)(
            maximum[1], CL_VARIANT(load_last)(x + length, length - c, length, -INFINITY));
    for (int u = 1; u < UNROLL; u++)
        maximum[0] = CL_VARIANT(larger)(maximum[0], maximum[u]);
    return CL_VARIANT(largest_lane)(maximum[0]);
}

/* sum_c exp(x[c] + offset) */
ROWS_INLINE double CL_VARIANT(sum_of_block)(const CL_REAL *x, size_t length, CL_REAL offset) {
    double_vector total = (double_vector)0;
    const size_t whole = length - length % LANES;
    for (size_t c = 0; c < whole;) {
        const size_t end = whole - c < ROWS_RUN ? whole : c + ROWS_RUN;
        vector sum = (vector)0;
        for (; c < end; c += LANES) {
            CL_VARIANT(prefetch_next_block)(x + c);
            CL_VARIANT(exponential_parts)
            parts = CL_VARIANT(exponential_parts_of)(CL_VARIANT(load)(x + c) + offset);
            sum += parts.power * parts.fraction;
        }
        CL_VARIANT(add_to_total)(&total, sum);
    }
    if (whole < length) {
        vector last = CL_VARIANT(load_last)(x + length, length - whole, length, -INFINITY);
        CL_VARIANT(add_to_total)(&total, CL_VARIANT(exponential)(last + offset));
    }
    return CL_VARIANT(sum_of_lanes)(&total);
}

/* Where there is nothing but -infinity, any finite reference gives the sum 0, or NaN for NaN. */
ROWS_INLINE CL_REAL CL_VARIANT(offset)(CL_REAL maximum) {
    return maximum == (CL_REAL)-INFINITY ? 0 : -maximum;
}

static double CL_VARIANT(long_row_log_sum_exp)(const CL_REAL *x, size_t length) {
    CL_REAL maximum = -INFINITY;
    double total = 0;
    for (size_t start = 0, end; start < length; start = end) {
        end = length - start < 2 * ROWS_BLOCK ? length : start + ROWS_BLOCK;
        CL_REAL here = CL_VARIANT(maximum_of_block)(x + start, end - start);
        if (here > maximum) {
            if (start > 0)
                total *= exp((double)maximum - here);
            maximum = here;
        }
        total += CL_VARIANT(sum_of_block)(x + start, end - start, CL_VARIANT(offset)(maximum));
    }
    return maximum + log(total);
}

/* How many rows to take at a time so that they stay in the first-level cache together. */
ROWS_INLINE size_t CL_VARIANT(rows_of_group)(size_t rows, size_t columns) {
    size_t fit = ROWS_BLOCK / (columns + 1);
    fit = fit > ROWS_GROUP ? ROWS_GROUP : fit < 1 ? 1 : fit;
    return rows < fit ? rows : fit;
}

/* The log-sum-exps of up to ROWS_GROUP rows. Short rows go through each step together: a step of
 * one row waits long for the step before, the same step of the next row does not. */
static void CL_VARIANT(group_log_sum_exp)(
    const CL_REAL *x, size_t rows, size_t columns, size_t row_stride,
    double *restrict log_sum_exp) {
    if (columns >= 2 * ROWS_BLOCK) {
        for (size_t i = 0; i < rows; i++)
            log_sum_exp[i] = CL_VARIANT(long_row_log_sum_exp)(x + i * row_stride, columns);
        return;
    }
    CL_REAL maximum[ROWS_GROUP];
    for (size_t i = 0; i < rows; i++)
        maximum[i] = CL_VARIANT(maximum_of_block)(x + i * row_stride, columns);
    for (size_t i = 0; i < rows; i++)
        log_sum_exp[i] = CL_VARIANT(sum_of_block)(
            x + i * row_stride, columns, CL_VARIANT(offset)(maximum[i]));
    for (size_t i = 0; i < rows; i++)
        log_sum_exp[i] = maximum[i] + log(log_sum_exp[i]);
}

static void CL_VARIANT(rows_log_sum_exp)(
    const CL_REAL *x, size_t rows, size_t columns, size_t row_stride,
    double *restrict log_sum_exp) {
    for (size_t i = 0, group; i < rows; i += group) {
        group = CL_VARIANT(rows_of_group)(rows - i, columns);
        CL_VARIANT(group_log_sum_exp)(
            x + i * row_stride, group, columns, row_stride, log_sum_exp + i);
    }
}
