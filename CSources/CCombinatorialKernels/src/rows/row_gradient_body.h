/* The gradient of a row of logits x, which every loss here has in one form:
 *
 *     y = weight * exp(x - log_sum_exp) - sum_k amounts[k] * onehot(labels[k])
 *
 * one read of x, one write of y. Work per vector of floats: a load, a maximum, two additions, one
 * shift, two multiplications, 7 multiply-adds, a store: 9 cycles where one register is multiplied per
 * cycle, for what the caches hold. What they do not hold goes at the speed of a copy. (To begin with
 * the last rows, which the forward pass has read last, gains nothing.) */

/* The first term as one addition and one multiplication per vector: factor * exp(x + offset). (Vectors,
 * because a pair of floats is passed in one register: the first exponentials, which need the offset alone,
 * would wait for the factor, and rows of 100 take a sixth longer.) */
typedef struct row_scale {
    vector offset;
    vector factor;
} row_scale;

/* NaN for a row whose log-sum-exp is not finite. */
CL_INLINE row_scale scale_by_sum(const CL_REAL *x, size_t columns, CL_REAL weight) {
    CL_REAL maximum;
    double total = sum_by_maximum(x, columns, &maximum);
    return (row_scale){offset(maximum), (CL_REAL)(weight / total)};
}

/* Up to here what rounding to double took from a log-sum-exp does not show: 2^-34 of a probability in
 * float, and in double 2^-48, a third of what the log-sum-exp's tolerance allows. */
#if CL_REAL_IS_FLOAT
#define ROWS_MOST_LOG_SUM_EXP 0x1p20
#else
#define ROWS_MOST_LOG_SUM_EXP 0x1p6
#endif

/* From the log-sum-exp; of a row whose logits are too large for that, from its sum, which is added up
 * again. */
CL_INLINE row_scale scale_of_row(const CL_REAL *x, size_t columns, double log_sum_exp, CL_REAL weight) {
    if (__builtin_expect(!(fabs(log_sum_exp) <= ROWS_MOST_LOG_SUM_EXP), 0))
        return scale_by_sum(x, columns, weight);
    CL_REAL rounded = (CL_REAL)log_sum_exp;
    double rest = log_sum_exp - rounded;
    /* Logits to 1e4 leave a rest of at most 5e-4: three terms of the series are exact enough. */
    bool is_small = rest > -1e-3 && rest < 1e-3;
    double correction = is_small ? 1 - rest + rest * rest / 2 : exp(-rest);
    return (row_scale){-rounded, (CL_REAL)(weight * correction)};
}

#undef ROWS_MOST_LOG_SUM_EXP

CL_INLINE vector scaled_exponential(vector x, row_scale scale) {
    exponential_parts parts = exponential_parts_of(x + scale.offset);
    return (parts.power * scale.factor) * parts.fraction;
}

CL_INLINE void write_scaled_exponential(
    const CL_REAL *x, size_t length, row_scale scale, CL_REAL *restrict y) {
    size_t c = 0;
    for (; c + LANES <= length; c += LANES) {
        prefetch_next_block(x + c);
        store(y + c, scaled_exponential(load(x + c), scale));
    }
    if (c == length)
        return;
    vector end = load_end(x + length, length);
    store_last(y + length, length, scaled_exponential(end, scale));
}

/* The same for whole vectors and an aligned y, past the caches. */
CL_INLINE void stream_scaled_exponential(
    const CL_REAL *x, size_t length, row_scale scale, CL_REAL *restrict y) {
    for (size_t c = 0; c < length; c += LANES) {
        prefetch_next_block(x + c);
        vector value = scaled_exponential(load(x + c), scale);
        __builtin_nontemporal_store(value, (vector *)(y + c));
    }
}

/* y[labels[k]] -= amounts[k] for the labels in start ..< end; y points to column `start`. */
CL_INLINE void subtract_labels(
    const int32_t *labels, const CL_REAL *amounts, size_t count, size_t start, size_t end,
    CL_REAL *restrict y) {
    for (size_t k = 0; k < count; k++)
        if ((size_t)labels[k] >= start && (size_t)labels[k] < end)
            y[(size_t)labels[k] - start] -= amounts[k];
}

/* The least label in start ..< end with an amount; `end` if there is none. The gradient of a
 * matching's costs has one amount a row, and 0 for the bag's other labels. */
CL_INLINE size_t next_label(
    const int32_t *labels, const CL_REAL *amounts, size_t count, size_t start, size_t end) {
    for (size_t k = 0; k < count; k++)
        if ((size_t)labels[k] >= start && (size_t)labels[k] < end && amounts[k] != 0)
            end = (size_t)labels[k];
    return end;
}

/* Writes a gradient past the caches, which saves reading every line of y before it is overwritten.
 * A line must be written once, so a vector that holds labels is finished before it is stored. (To
 * finish whole blocks in a buffer and copy them took twice as long: the copies came in bursts.)
 * What shares a cache line with the neighboring rows is stored as usual: half a line past the
 * caches is slower than all of it through them. */
static void stream_row_gradient(
    const CL_REAL *x, size_t length, row_scale scale, const int32_t *labels,
    const CL_REAL *amounts, size_t count, CL_REAL *restrict y) {
    const size_t line = ROWS_LINE_BYTES / sizeof(CL_REAL);
    size_t head = (line - (uintptr_t)y % ROWS_LINE_BYTES / sizeof(CL_REAL)) % line;
    head = head < length ? head : length;
    const size_t end = length - (length - head) % line;
    for (size_t start = head, at; start < end; start = at + LANES) {
        at = next_label(labels, amounts, count, start, end);
        at = at - (at - head) % LANES;
        stream_scaled_exponential(x + start, at - start, scale, y + start);
        if (at == end)
            break;
        CL_REAL lane[LANES] __attribute__((aligned(sizeof(vector))));
        write_scaled_exponential(x + at, LANES, scale, lane);
        subtract_labels(labels, amounts, count, at, at + LANES, lane);
        __builtin_nontemporal_store(*(const vector *)lane, (vector *)(y + at));
    }
    write_scaled_exponential(x, head, scale, y);
    subtract_labels(labels, amounts, count, 0, head, y);
    write_scaled_exponential(x + end, length - end, scale, y + end);
    subtract_labels(labels, amounts, count, end, length, y + end);
}

CL_INLINE void write_row_gradient(
    const CL_REAL *x, size_t length, row_scale scale, const int32_t *labels,
    const CL_REAL *amounts, size_t count, cl_rows_store store, CL_REAL *restrict y) {
    if (store == CL_ROWS_STORE_STREAMING) {
        stream_row_gradient(x, length, scale, labels, amounts, count, y);
        return;
    }
    write_scaled_exponential(x, length, scale, y);
    for (size_t k = 0; k < count; k++)
        y[labels[k]] -= amounts[k];
}

/* Streaming stores are not ordered by themselves: another thread must see them all. */
CL_INLINE void finish_stores(cl_rows_store store) {
    if (store == CL_ROWS_STORE_STREAMING)
        atomic_thread_fence(memory_order_seq_cst);
}
