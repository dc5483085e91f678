/* y = weight * exp(x - log_sum_exp) over a row: the pass that every gradient here consists of. */

/* A double log-sum-exp as what one subtraction and one multiplication per vector can use: its
 * rounding to the element type, and weight * exp(-the rest). */
typedef struct CL_VARIANT(row_scale) {
    CL_REAL shift;
    CL_REAL factor;
} CL_VARIANT(row_scale);

ROWS_INLINE CL_VARIANT(row_scale) CL_VARIANT(scale_of_row)(double log_sum_exp, CL_REAL weight) {
    CL_REAL shift = (CL_REAL)log_sum_exp;
    double rest = log_sum_exp - shift;
    /* Logits to 1e4 leave a rest of at most 5e-4: three terms of the series are exact enough. */
    bool is_small = rest > -1e-3 && rest < 1e-3;
    double correction = is_small ? 1 - rest + rest * rest / 2 : exp(-rest);
    return (CL_VARIANT(row_scale)){shift, (CL_REAL)(weight * correction)};
}

ROWS_INLINE vector CL_VARIANT(scaled_exponential)(vector x, CL_VARIANT(row_scale) scale) {
    return CL_VARIANT(exponential)(x - scale.shift) * scale.factor;
}

ROWS_INLINE void CL_VARIANT(write_scaled_exponential)(
    const CL_REAL *x, size_t length, CL_VARIANT(row_scale) scale, CL_REAL *restrict y) {
    size_t c = 0;
    for (; c + ROWS_UNROLL * LANES <= length; c += ROWS_UNROLL * LANES)
        for (int u = 0; u < ROWS_UNROLL; u++)
            CL_VARIANT(store)(
                y + c + u * LANES,
                CL_VARIANT(scaled_exponential)(CL_VARIANT(load)(x + c + u * LANES), scale));
    for (; c + LANES <= length; c += LANES)
        CL_VARIANT(store)(y + c, CL_VARIANT(scaled_exponential)(CL_VARIANT(load)(x + c), scale));
    if (c == length)
        return;
    vector last = CL_VARIANT(scaled_exponential)(
        CL_VARIANT(load_last)(x + length, length - c, length, 0), scale);
    CL_VARIANT(store_last)(y + length, last, length - c, length);
}
