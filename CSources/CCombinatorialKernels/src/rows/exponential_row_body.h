/* The exponential of consecutive numbers. */

static void CL_VARIANT(rows_exponential)(
    const void *untyped_x, size_t count, void *restrict untyped_y) {
    const CL_REAL *x = untyped_x;
    CL_REAL *y = untyped_y;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        CL_VARIANT(store)(y + i, CL_VARIANT(exponential)(CL_VARIANT(load)(x + i)));
    if (i == count)
        return;
    vector end = CL_VARIANT(exponential)(CL_VARIANT(load_end)(x + count, count - i, count));
    CL_VARIANT(store_last)(y + count, count - i, count, end);
}
