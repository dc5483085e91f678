/* The gradient of a row of logits x, which every loss here has in one form:
 *
 *     y = weight * exp(x - log_sum_exp) - sum_k amounts[k] * onehot(labels[k])
 *
 * one read of x, one write of y. Work per vector of floats: a load, a maximum, two additions, one
 * shift, two multiplications, 7 multiply-adds, a store. */

/* A double log-sum-exp as what one addition and one multiplication per vector can use: its
 * rounding to the element type, and weight * exp(-the rest). */
typedef struct CL_VARIANT(row_scale) {
    CL_REAL offset;
    CL_REAL factor;
} CL_VARIANT(row_scale);

ROWS_INLINE CL_VARIANT(row_scale) CL_VARIANT(scale_of_row)(double log_sum_exp, CL_REAL weight) {
    CL_REAL rounded = (CL_REAL)log_sum_exp;
    double rest = log_sum_exp - rounded;
    /* Logits to 1e4 leave a rest of at most 5e-4: three terms of the series are exact enough. */
    bool is_small = rest > -1e-3 && rest < 1e-3;
    double correction = is_small ? 1 - rest + rest * rest / 2 : exp(-rest);
    return (CL_VARIANT(row_scale)){-rounded, (CL_REAL)(weight * correction)};
}

ROWS_INLINE vector CL_VARIANT(scaled_exponential)(vector x, CL_VARIANT(row_scale) scale) {
    CL_VARIANT(exponential_parts) parts = CL_VARIANT(exponential_parts_of)(x + scale.offset);
    return (parts.power * scale.factor) * parts.fraction;
}

ROWS_INLINE void CL_VARIANT(write_scaled_exponential)(
    const CL_REAL *x, size_t length, CL_VARIANT(row_scale) scale, CL_REAL *restrict y) {
    size_t c = 0;
    for (; c + LANES <= length; c += LANES) {
        CL_VARIANT(prefetch_next_block)(x + c);
        CL_VARIANT(store)(y + c, CL_VARIANT(scaled_exponential)(CL_VARIANT(load)(x + c), scale));
    }
    if (c == length)
        return;
    vector end = CL_VARIANT(load_end)(x + length, length - c, length);
    CL_VARIANT(store_last)(
        y + length, length - c, length, CL_VARIANT(scaled_exponential)(end, scale));
}

/* Copies to an aligned y past the caches, except for the last elements of a row. */
ROWS_INLINE void CL_VARIANT(stream)(const CL_REAL *x, size_t length, CL_REAL *restrict y) {
    size_t c = 0;
    for (; c + LANES <= length; c += LANES)
        __builtin_nontemporal_store(CL_VARIANT(load)(x + c), (vector *)(y + c));
    for (; c < length; c++)
        y[c] = x[c];
}

/* Writes a gradient past the caches, a block at a time: the block is made in `stage`, where the
 * labels that fall into it are still in cache. Against cached stores this saves reading every line
 * of y before it is overwritten. */
static void CL_VARIANT(stream_row_gradient)(
    const CL_REAL *x, size_t length, CL_VARIANT(row_scale) scale, const int32_t *labels,
    const CL_REAL *amounts, size_t count, CL_REAL *restrict y) {
    CL_REAL stage[ROWS_BLOCK] __attribute__((aligned(64)));
    size_t misaligned = (uintptr_t)y % sizeof(vector) / sizeof(CL_REAL);
    size_t end = misaligned == 0 ? 0 : LANES - misaligned;
    for (size_t start = 0; start < length; start = end, end += ROWS_BLOCK) {
        if (end == 0)
            continue;
        if (end > length)
            end = length;
        CL_VARIANT(write_scaled_exponential)(x + start, end - start, scale, stage);
        for (size_t k = 0; k < count; k++)
            if ((size_t)labels[k] >= start && (size_t)labels[k] < end)
                stage[(size_t)labels[k] - start] -= amounts[k];
        CL_VARIANT(stream)(stage, end - start, y + start);
    }
}

ROWS_INLINE void CL_VARIANT(write_row_gradient)(
    const CL_REAL *x, size_t length, CL_VARIANT(row_scale) scale, const int32_t *labels,
    const CL_REAL *amounts, size_t count, cl_rows_store store, CL_REAL *restrict y) {
    if (store == CL_ROWS_STORE_STREAMING) {
        CL_VARIANT(stream_row_gradient)(x, length, scale, labels, amounts, count, y);
        return;
    }
    CL_VARIANT(write_scaled_exponential)(x, length, scale, y);
    for (size_t k = 0; k < count; k++)
        y[labels[k]] -= amounts[k];
}

/* Streaming stores are not ordered by themselves: another thread must see them all. */
ROWS_INLINE void CL_VARIANT(finish)(cl_rows_store store) {
    if (store == CL_ROWS_STORE_STREAMING)
        atomic_thread_fence(memory_order_seq_cst);
}
