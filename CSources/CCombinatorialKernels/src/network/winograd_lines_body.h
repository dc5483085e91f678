/* The one-dimensional transforms, of vectors and of lines; included by winograd_body.h. */

/* The sum and the difference. */
CL_INLINE void both(vector even, vector odd, unaligned_vector *y, int t) {
    y[0] = even + odd;
    y[t] = even - odd;
}

/* y = B^T x; strides count vectors, here and below. */
CL_INLINE void window(const unaligned_vector *x, int s, unaligned_vector *y, int t) {
    y[0] = 4 * x[0] - 5 * x[2 * s] + x[4 * s];
    both(x[4 * s] - 4 * x[2 * s], x[3 * s] - 4 * x[s], y + t, t);
    both(x[4 * s] - x[2 * s], 2 * (x[3 * s] - x[s]), y + 3 * t, t);
    y[5 * t] = 4 * x[s] - 5 * x[3 * s] + x[5 * s];
}

/* y = A^T x */
CL_INLINE void tile(const unaligned_vector *x, int s, unaligned_vector *y, int t) {
    unaligned_vector near_sum = x[s] + x[2 * s], near_difference = x[s] - x[2 * s];
    unaligned_vector far_sum = x[3 * s] + x[4 * s], far_difference = x[3 * s] - x[4 * s];
    y[0] = x[0] + near_sum + far_sum;
    y[t] = near_difference + 2 * far_difference;
    y[2 * t] = near_sum + 4 * far_sum;
    y[3 * t] = near_difference + 8 * far_difference + x[5 * s];
}

/* y = A x */
CL_INLINE void tile_adjoint(const unaligned_vector *x, int s, unaligned_vector *y, int t) {
    y[0] = x[0];
    both(x[0] + x[2 * s], x[s] + x[3 * s], y + t, t);
    both(x[0] + 4 * x[2 * s], 2 * x[s] + 8 * x[3 * s], y + 3 * t, t);
    y[5 * t] = x[3 * s];
}

/* y = G x */
CL_INLINE void filter(const unaligned_vector *x, int s, unaligned_vector *y, int t) {
    y[0] = x[0] * 0.25f;
    both((x[0] + x[2 * s]) * (-1.0f / 6), x[s] * (-1.0f / 6), y + t, t);
    both((x[0] + 4 * x[2 * s]) * (1.0f / 24), x[s] * (1.0f / 12), y + 3 * t, t);
    y[5 * t] = x[2 * s];
}

/* y = G^T x */
CL_INLINE void filter_adjoint(const unaligned_vector *x, int s, unaligned_vector *y, int t) {
    unaligned_vector near_sum = (x[s] + x[2 * s]) * (-1.0f / 6);
    unaligned_vector far_sum = (x[3 * s] + x[4 * s]) * (1.0f / 24);
    y[0] = x[0] * 0.25f + near_sum + far_sum;
    y[t] = (x[s] - x[2 * s]) * (-1.0f / 6) + (x[3 * s] - x[4 * s]) * (1.0f / 12);
    y[2 * t] = near_sum + 4 * far_sum + x[5 * s];
}

/* NAME: T X T^T of matrices [from, from] to [to, to] for the columns of [from^2, from_stride] and
 * [to^2, to_stride], `count` of them, a multiple of the lanes. */
#define DEFINE_TRANSFORM(NAME, FUNCTION, FROM, TO)                                                 \
    CL_INLINE void NAME(                                                         \
        const CL_REAL *from, size_t from_stride, CL_REAL *restrict to, size_t to_stride,           \
        size_t count) {                                                                            \
        for (size_t i = 0; i < count; i += LANES) {                                                \
            unaligned_vector x[FROM * FROM], h[TO * FROM], y[TO * TO];                                       \
            for (int k = 0; k < FROM * FROM; k++)                                                  \
                x[k] = *(const unaligned_vector *)(from + (size_t)k * from_stride + i);                      \
            for (int k = 0; k < FROM; k++)                                                         \
                FUNCTION(x + k, FROM, h + k, FROM);                                    \
            for (int k = 0; k < TO; k++)                                                           \
                FUNCTION(h + k * FROM, 1, y + k * TO, 1);                              \
            for (int k = 0; k < TO * TO; k++)                                                      \
                *(unaligned_vector *)(to + (size_t)k * to_stride + i) = y[k];                                \
        }                                                                                          \
    }

DEFINE_TRANSFORM(transform_filters, filter, 3, 6)
DEFINE_TRANSFORM(transform_filter_gradients, filter_adjoint, 6, 3)
#undef DEFINE_TRANSFORM

/* NAME: T x for `count` columns x of [FROM] arrays to [TO] arrays, in whole vectors. */
#define DEFINE_LINES(NAME, FUNCTION, FROM, TO)                                                     \
    CL_INLINE void NAME(                                                         \
        const CL_REAL *const *from, CL_REAL *to, size_t stride, size_t count) {                    \
        for (size_t i = 0; i < count; i += LANES) {                                                \
            unaligned_vector x[FROM], y[TO];                                                                 \
            for (int k = 0; k < FROM; k++)                                                         \
                x[k] = *(const unaligned_vector *)(from[k] + i);                                             \
            FUNCTION(x, 1, y, 1);                                                      \
            for (int k = 0; k < TO; k++)                                                           \
                *(unaligned_vector *)(to + (size_t)k * stride + i) = y[k];                                   \
        }                                                                                          \
    }

DEFINE_LINES(window_lines, window, 6, 6)
DEFINE_LINES(product_lines, tile, 6, 4)
DEFINE_LINES(tile_lines, tile_adjoint, 4, 6)
#undef DEFINE_LINES
