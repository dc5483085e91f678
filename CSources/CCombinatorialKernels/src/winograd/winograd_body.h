/* Winograd's transforms for one instruction set; included by winograd.c, and empty for double, which
 * no layer computes in.
 *
 * Vectors run over tiles: the pixels of each place in a window are first gathered for all tiles of a
 * channel, which keeps the transforms free of shuffles and works for images of any width. */

#if CL_REAL_IS_FLOAT

typedef CL_REAL vector
    __attribute__((ext_vector_type(CL_LANES(CL_REAL)), aligned(sizeof(CL_REAL)), may_alias));

/* y = B^T x; strides count vectors, here and below. */
WINOGRAD_INLINE void CL_VARIANT(window)(const vector *x, int s, vector *y, int t) {
    vector even = x[4 * s] - 4 * x[2 * s], odd = x[3 * s] - 4 * x[s];
    vector wide = x[4 * s] - x[2 * s], narrow = 2 * (x[3 * s] - x[s]);
    y[0] = 4 * x[0] - 5 * x[2 * s] + x[4 * s];
    y[t] = even + odd;
    y[2 * t] = even - odd;
    y[3 * t] = wide + narrow;
    y[4 * t] = wide - narrow;
    y[5 * t] = 4 * x[s] - 5 * x[3 * s] + x[5 * s];
}

/* y = A^T x */
WINOGRAD_INLINE void CL_VARIANT(tile)(const vector *x, int s, vector *y, int t) {
    vector near_sum = x[s] + x[2 * s], near_difference = x[s] - x[2 * s];
    vector far_sum = x[3 * s] + x[4 * s], far_difference = x[3 * s] - x[4 * s];
    y[0] = x[0] + near_sum + far_sum;
    y[t] = near_difference + 2 * far_difference;
    y[2 * t] = near_sum + 4 * far_sum;
    y[3 * t] = near_difference + 8 * far_difference + x[5 * s];
}

/* y = A x */
WINOGRAD_INLINE void CL_VARIANT(tile_adjoint)(const vector *x, int s, vector *y, int t) {
    vector near_even = x[0] + x[2 * s], near_odd = x[s] + x[3 * s];
    vector far_even = x[0] + 4 * x[2 * s], far_odd = 2 * x[s] + 8 * x[3 * s];
    y[0] = x[0];
    y[t] = near_even + near_odd;
    y[2 * t] = near_even - near_odd;
    y[3 * t] = far_even + far_odd;
    y[4 * t] = far_even - far_odd;
    y[5 * t] = x[3 * s];
}

/* y = G x */
WINOGRAD_INLINE void CL_VARIANT(filter)(const vector *x, int s, vector *y, int t) {
    vector near_even = (x[0] + x[2 * s]) * (-1.0f / 6), near_odd = x[s] * (-1.0f / 6);
    vector far_even = (x[0] + 4 * x[2 * s]) * (1.0f / 24), far_odd = x[s] * (1.0f / 12);
    y[0] = x[0] * 0.25f;
    y[t] = near_even + near_odd;
    y[2 * t] = near_even - near_odd;
    y[3 * t] = far_even + far_odd;
    y[4 * t] = far_even - far_odd;
    y[5 * t] = x[2 * s];
}

/* y = G^T x */
WINOGRAD_INLINE void CL_VARIANT(filter_adjoint)(const vector *x, int s, vector *y, int t) {
    vector near_sum = (x[s] + x[2 * s]) * (-1.0f / 6);
    vector far_sum = (x[3 * s] + x[4 * s]) * (1.0f / 24);
    y[0] = x[0] * 0.25f + near_sum + far_sum;
    y[t] = (x[s] - x[2 * s]) * (-1.0f / 6) + (x[3 * s] - x[4 * s]) * (1.0f / 12);
    y[2 * t] = near_sum + 4 * far_sum + x[5 * s];
}

/* NAME: T X T^T of matrices [from, from] to [to, to] for the columns of [from^2, from_stride] and
 * [to^2, to_stride], `count` of them, a multiple of the lanes. */
#define DEFINE_TRANSFORM(NAME, FUNCTION, FROM, TO)                                                 \
    WINOGRAD_INLINE void CL_VARIANT(NAME)(                                                         \
        const CL_REAL *from, size_t from_stride, CL_REAL *restrict to, size_t to_stride,           \
        size_t count) {                                                                            \
        for (size_t i = 0; i < count; i += LANES) {                                                \
            vector x[FROM * FROM], h[TO * FROM], y[TO * TO];                                       \
            for (int k = 0; k < FROM * FROM; k++)                                                  \
                x[k] = *(const vector *)(from + (size_t)k * from_stride + i);                      \
            for (int k = 0; k < FROM; k++)                                                         \
                CL_VARIANT(FUNCTION)(x + k, FROM, h + k, FROM);                                    \
            for (int k = 0; k < TO; k++)                                                           \
                CL_VARIANT(FUNCTION)(h + k * FROM, 1, y + k * TO, 1);                              \
            for (int k = 0; k < TO * TO; k++)                                                      \
                *(vector *)(to + (size_t)k * to_stride + i) = y[k];                                \
        }                                                                                          \
    }

DEFINE_TRANSFORM(transform_windows, window, 6, 6)
DEFINE_TRANSFORM(transform_products, tile, 6, 4)
DEFINE_TRANSFORM(transform_tiles, tile_adjoint, 4, 6)
DEFINE_TRANSFORM(transform_filters, filter, 3, 6)
DEFINE_TRANSFORM(transform_filter_gradients, filter_adjoint, 6, 3)
#undef DEFINE_TRANSFORM

/* The pixels 4 t + k of a line as [4, stride]; 0 past its end. As the compiler sees it, full groups of
 * 4: it loads vectors and takes them apart by shuffles. */
WINOGRAD_INLINE void CL_VARIANT(gather_own)(
    const CL_REAL *line, size_t width, size_t columns, size_t stride, CL_REAL *restrict target) {
    size_t whole = width / 4 < columns ? width / 4 : columns;
    CL_REAL *restrict a = target, *restrict b = target + stride;
    CL_REAL *restrict c = target + 2 * stride, *restrict d = target + 3 * stride;
#pragma clang loop vectorize_width(8) interleave_count(1)
    for (size_t t = 0; t < whole; t++) {
        a[t] = line[4 * t];
        b[t] = line[4 * t + 1];
        c[t] = line[4 * t + 2];
        d[t] = line[4 * t + 3];
    }
    for (size_t t = whole; t < columns; t++)
        for (size_t k = 0; k < 4; k++)
            target[k * stride + t] = 4 * t + k < width ? line[4 * t + k] : 0;
}

/* Pixels of `extent` x `extent` windows of one channel, 4 apart, as [extent^2, stride]. */
WINOGRAD_INLINE void CL_VARIANT(gather)(
    const CL_REAL *images, const cl_winograd_tiles *tiles, size_t channel, size_t extent,
    size_t padding, size_t stride, CL_REAL *restrict gathered) {
    size_t width = tiles->width, columns = tiles->tile_columns;
    for (size_t row = 0; row < tiles->row_count; row++, gathered += columns) {
        size_t image = (tiles->first_row + row) / tiles->tile_rows;
        size_t top = 4 * ((tiles->first_row + row) % tiles->tile_rows);
        const CL_REAL *plane =
            images + (image * tiles->channels + channel) * tiles->height * width;
        for (size_t i = 0; i < extent; i++) {
            CL_REAL *target = gathered + i * extent * stride;
            if (top + i < padding || top + i - padding >= tiles->height) {
                for (size_t j = 0; j < extent; j++)
                    memset(target + j * stride, 0, columns * sizeof(CL_REAL));
                continue;
            }
            const CL_REAL *line = plane + (top + i - padding) * width;
            CL_VARIANT(gather_own)(line, width, columns, stride, target + padding * stride);
            for (size_t j = 0; j < padding; j++) {
                target[j * stride] = 0;
                for (size_t t = 1; t < columns; t++)
                    target[j * stride + t] = target[(j + 4) * stride + t - 1];
            }
            for (size_t j = padding + 4; j < extent; j++) {
                for (size_t t = 1; t < columns; t++)
                    target[j * stride + t - 1] = target[(j - 4) * stride + t];
                size_t x = 4 * (columns - 1) + j - padding;
                target[j * stride + columns - 1] = x < width ? line[x] : 0;
            }
        }
    }
}

/* Clears the pixels of the tiles that only fill up the stride. */
WINOGRAD_INLINE void CL_VARIANT(clear_rest)(
    const cl_winograd_tiles *tiles, size_t rows, CL_REAL *gathered) {
    size_t count = tiles->row_count * tiles->tile_columns, stride = row_stride(tiles);
    for (size_t k = 0; k < rows; k++)
        memset(gathered + k * stride + count, 0, (stride - count) * sizeof(CL_REAL));
}

static void CL_VARIANT(winograd_input)(
    const CL_REAL *images, const cl_winograd_tiles *tiles, size_t padding, CL_REAL *workspace,
    CL_REAL *restrict transformed) {
    size_t stride = cl_winograd_tile_stride(tiles), row = row_stride(tiles);
    size_t matrix = cl_winograd_matrix_stride(tiles);
    CL_VARIANT(clear_rest)(tiles, 36, workspace);
    for (size_t channel = 0; channel < tiles->channels; channel++) {
        CL_VARIANT(gather)(images, tiles, channel, 6, padding, row, workspace);
        CL_VARIANT(transform_windows)(
            workspace, row, transformed + channel * stride, matrix, stride);
    }
}

static void CL_VARIANT(winograd_output_adjoint)(
    const CL_REAL *images, const cl_winograd_tiles *tiles, CL_REAL *workspace,
    CL_REAL *restrict transformed) {
    size_t stride = cl_winograd_tile_stride(tiles), row = row_stride(tiles);
    size_t matrix = cl_winograd_matrix_stride(tiles);
    CL_VARIANT(clear_rest)(tiles, 16, workspace);
    for (size_t channel = 0; channel < tiles->channels; channel++) {
        CL_VARIANT(gather)(images, tiles, channel, 4, 0, row, workspace);
        CL_VARIANT(transform_tiles)(
            workspace, row, transformed + channel * stride, matrix, stride);
    }
}

static void CL_VARIANT(winograd_output)(
    const CL_REAL *products, const cl_winograd_tiles *tiles, const CL_REAL *bias,
    CL_REAL *workspace, CL_REAL *restrict images) {
    size_t tile_stride = cl_winograd_tile_stride(tiles), stride = row_stride(tiles);
    size_t matrix = cl_winograd_matrix_stride(tiles);
    size_t height = tiles->height, width = tiles->width, columns = tiles->tile_columns;
    for (size_t channel = 0; channel < tiles->channels; channel++) {
        CL_VARIANT(transform_products)(
            products + channel * tile_stride, matrix, workspace, stride, tile_stride);
        CL_REAL offset = bias ? bias[channel] : 0;
        const CL_REAL *source = workspace;
        for (size_t row = 0; row < tiles->row_count; row++, source += columns) {
            size_t image = (tiles->first_row + row) / tiles->tile_rows;
            size_t top = 4 * ((tiles->first_row + row) % tiles->tile_rows);
            CL_REAL *plane = images + (image * tiles->channels + channel) * height * width;
            for (size_t i = 0; i < 4 && top + i < height; i++) {
                CL_REAL *line = plane + (top + i) * width;
                const CL_REAL *values = source + 4 * i * stride;
#pragma clang loop vectorize_width(8) interleave_count(1)
                for (size_t t = 0; t < width / 4; t++) {
                    line[4 * t] = values[t] + offset;
                    line[4 * t + 1] = values[stride + t] + offset;
                    line[4 * t + 2] = values[2 * stride + t] + offset;
                    line[4 * t + 3] = values[3 * stride + t] + offset;
                }
                for (size_t j = 0; j < width % 4; j++)
                    line[width / 4 * 4 + j] = values[j * stride + width / 4] + offset;
            }
        }
    }
}

static void CL_VARIANT(winograd_filters)(
    const CL_REAL *filters, size_t count, size_t first, size_t end, CL_REAL *restrict transformed) {
    for (size_t start = first; start < end; start += LANES) {
        CL_REAL block[9 * LANES], result[36 * LANES];
        size_t lanes = end - start < LANES ? end - start : LANES;
        memset(block, 0, sizeof(block));
        for (size_t i = 0; i < lanes; i++)
            for (size_t k = 0; k < 9; k++)
                block[k * LANES + i] = filters[(start + i) * 9 + k];
        CL_VARIANT(transform_filters)(block, LANES, result, LANES, LANES);
        for (size_t k = 0; k < 36; k++)
            memcpy(transformed + k * count + start, result + k * LANES, lanes * sizeof(CL_REAL));
    }
}

static void CL_VARIANT(winograd_filters_adjoint)(
    const CL_REAL *transformed, size_t count, size_t first, size_t end, CL_REAL *restrict filters) {
    for (size_t start = first; start < end; start += LANES) {
        CL_REAL block[36 * LANES], result[9 * LANES];
        size_t lanes = end - start < LANES ? end - start : LANES;
        memset(block, 0, sizeof(block));
        for (size_t k = 0; k < 36; k++)
            memcpy(block + k * LANES, transformed + k * count + start, lanes * sizeof(CL_REAL));
        CL_VARIANT(transform_filter_gradients)(block, LANES, result, LANES, LANES);
        for (size_t i = 0; i < lanes; i++)
            for (size_t k = 0; k < 9; k++)
                filters[(start + i) * 9 + k] = result[k * LANES + i];
    }
}

#endif
