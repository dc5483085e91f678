/* softmax and log-softmax of rows and their pullbacks. */

static void rows_softmax(
    const void *untyped_x, size_t rows, size_t columns, size_t x_stride, size_t y_stride,
    void *restrict untyped_y) {
    const CL_REAL *x = untyped_x;
    CL_REAL *y = untyped_y;
    for (size_t i = 0; i < rows; i++, x += x_stride, y += y_stride) {
        row_scale scale = scale_by_sum(x, columns, 1);
        write_scaled_exponential(x, columns, scale, y);
    }
}

static void rows_log_softmax(
    const void *untyped_x, size_t rows, size_t columns, size_t x_stride, size_t y_stride,
    void *restrict untyped_y) {
    const CL_REAL *x = untyped_x;
    CL_REAL *y = untyped_y;
    for (size_t i = 0; i < rows; i++, x += x_stride, y += y_stride) {
        CL_REAL maximum, log_sum = (CL_REAL)log_sum_by_maximum(x, columns, &maximum);
        size_t c = 0;
        for (; c + LANES <= columns; c += LANES)
            store(y + c, (load(x + c) - maximum) - log_sum);
        for (; c < columns; c++)
            y[c] = (x[c] - maximum) - log_sum;
    }
}

/* sum_c a[c] * b[c]; the sum of b alone where a is NULL. */
CL_INLINE double dot(const CL_REAL *a, const CL_REAL *b, size_t length) {
    double_vector total = (double_vector)0;
    const size_t whole = length - length % LANES;
    for (size_t c = 0; c < whole;) {
        const size_t end = whole - c < ROWS_RUN ? whole : c + ROWS_RUN;
        vector sum = (vector)0;
        for (; c < end; c += LANES)
            sum += (a ? load(a + c) : (vector)1) * load(b + c);
        add_to_total(&total, sum);
    }
    double result = sum_of_lanes(&total);
    for (size_t c = whole; c < length; c++)
        result += a ? (double)a[c] * b[c] : b[c];
    return result;
}

static void rows_softmax_backward(
    const void *untyped_y, const void *untyped_dy, size_t rows, size_t columns,
    void *restrict untyped_dx) {
    const CL_REAL *y = untyped_y, *dy = untyped_dy;
    CL_REAL *dx = untyped_dx;
    for (size_t i = 0; i < rows; i++, y += columns, dy += columns, dx += columns) {
        CL_REAL mean = (CL_REAL)dot(y, dy, columns);
        size_t c = 0;
        for (; c + LANES <= columns; c += LANES)
            store(dx + c, load(y + c) * (load(dy + c) - mean));
        for (; c < columns; c++)
            dx[c] = y[c] * (dy[c] - mean);
    }
}

static void rows_log_softmax_backward(
    const void *untyped_y, const void *untyped_dy, size_t rows, size_t columns,
    void *restrict untyped_dx) {
    const CL_REAL *y = untyped_y, *dy = untyped_dy;
    CL_REAL *dx = untyped_dx;
    for (size_t i = 0; i < rows; i++, y += columns, dy += columns, dx += columns) {
        row_scale scale = {0, (CL_REAL)dot(0, dy, columns)};
        write_scaled_exponential(y, columns, scale, dx);
        size_t c = 0;
        for (; c + LANES <= columns; c += LANES)
            store(dx + c, load(dy + c) - load(dx + c));
        for (; c < columns; c++)
            dx[c] = dy[c] - dx[c];
    }
}
