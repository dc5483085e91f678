/* The exponential of consecutive numbers. */

static void rows_exponential(const void *untyped_x, size_t count, void *restrict untyped_y) {
    const CL_REAL *x = untyped_x;
    CL_REAL *y = untyped_y;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        store(y + i, exponential(load(x + i)));
    if (i == count)
        return;
    vector end = exponential(load_end(x + count, count));
    store_last(y + count, count, end);
}
