/* Layers of networks: recurrent cells and Winograd convolution. */
#ifndef CL_NETWORK_H
#define CL_NETWORK_H

#include <stddef.h>

#include "cl_instruction_set.h"

/* The steps of recurrent cells between their matrix products: gates, new state, and their gradients.
 * One call takes the `hidden` units of one item.
 *
 * The gates of an LSTM are i, f, g, o and its state is h and then c, `hidden` numbers each:
 *
 *     c' = s(f) c + s(i) tanh(g)        h' = s(o) tanh(c')
 *
 * The gates of a GRU are r, z, the recurrent part u of the candidate and, only written, n:
 *
 *     n = tanh(x + s(r) u)        h' = (1 - s(z)) n + s(z) h
 *
 * s is the logistic function. Only exponentials of numbers below 0 are taken, so nothing overflows; s
 * and tanh are within 3e-7. Variants differ by rounding. */

/* gates [4 hidden]: in, sums; out, s(i), s(f), tanh(g), s(o). state [2 hidden]: replaced. */
typedef void cl_lstm_forward_f32(size_t hidden, float *restrict gates, float *restrict state);

/* The pullback. `gates` as the forward pass left them, the states before (`previous`) and after the
 * step. carry [2 hidden]: in, the gradient by the state after the step; out, what of the gradient by
 * the one before does not go through the sums. dsums [4 hidden]. */
typedef void cl_lstm_backward_f32(
    size_t hidden, const float *gates, const float *previous, const float *state,
    float *restrict carry, float *restrict dsums);

/* gates [4 hidden]: in, the sums of r and z, and u; out, s(r), s(z), u, n. x [hidden]: the input's part
 * of the candidate. state [hidden]: replaced. */
typedef void cl_gru_forward_f32(
    size_t hidden, float *restrict gates, const float *x, float *restrict state);

/* The pullback: as for an LSTM; drecurrent [3 hidden] by the sums of r and z and by u, dinput
 * [3 hidden] by those sums and by x. */
typedef void cl_gru_backward_f32(
    size_t hidden, const float *gates, const float *previous, float *restrict carry,
    float *restrict drecurrent, float *restrict dinput);

typedef struct cl_recurrent_kernels {
    cl_lstm_forward_f32 *lstm_forward;
    cl_lstm_backward_f32 *lstm_backward;
    cl_gru_forward_f32 *gru_forward;
    cl_gru_backward_f32 *gru_backward;
} cl_recurrent_kernels;

const cl_recurrent_kernels *cl_recurrent_table(cl_instruction_set set);

/* The transforms of Winograd's minimal filtering F(4x4, 3x3): a convolution of images with filters of
 * 3 x 3 at a stride of 1 becomes 36 matrix products, with a quarter of the multiplications.
 *
 *     y = A^T [ (G w G^T) * (B^T x B) ] A
 *
 * for each tile of 4 x 4 outputs, where x is the window of 6 x 6 inputs that they read and * is
 * elementwise, summed over channels: of each of the 36 elements, the product of the matrices
 * [outputs, inputs] and [inputs, tiles]. The gradient by the filters is the adjoint,
 * dw = G^T [ (A dy A^T) * (B^T x B) ] G, summed over tiles. After A. Lavin, S. Gray, Fast algorithms
 * for convolutional neural networks, CVPR 2016, doi:10.1109/CVPR.2016.435, with the points 0, +-1,
 * +-2 and infinity, whose rounding errors are about ten times those of the sum itself.
 *
 * Work comes in rows of tiles, counted through all images of a batch [images, channels, height,
 * width]; a call takes some consecutive ones. Transformed tiles are 36 matrices [channels,
 * cl_winograd_tile_stride()], one every cl_winograd_matrix_stride(); what is past the last tile is 0.
 * Variants differ by rounding. */

/* Planes of a batch of images, and some rows of tiles of all channels of them. */
typedef struct cl_winograd_tiles {
    size_t channels;
    size_t height;
    size_t width;
    /* Rows of tiles in an image, and tiles in a row. */
    size_t tile_rows;
    size_t tile_columns;
    size_t first_row;
    size_t row_count;
} cl_winograd_tiles;

/* Tiles that a row of a transformed matrix has room for: their number, rounded up. */
size_t cl_winograd_tile_stride(const cl_winograd_tiles *tiles);

/* Elements from one matrix to the next: a cache line more than a matrix has, for with channels and
 * tiles that are powers of two all 36 would otherwise fall into the same lines of the cache, which
 * took two to three times as long. */
size_t cl_winograd_matrix_stride(const cl_winograd_tiles *tiles);

/* Of one call. */
size_t cl_winograd_workspace_size(const cl_winograd_tiles *tiles);

/* B^T x B of the windows of 6 x 6 that start at (4 i - padding, 4 j - padding); 0 outside. */
typedef void cl_winograd_input_f32(
    const float *images, const cl_winograd_tiles *tiles, size_t padding, void *workspace,
    float *restrict transformed);

/* A y A^T of the tiles of 4 x 4: the adjoint of cl_winograd_output_f32. */
typedef void cl_winograd_output_adjoint_f32(
    const float *images, const cl_winograd_tiles *tiles, void *workspace,
    float *restrict transformed);

/* Writes the tiles of 4 x 4, A^T m A and the channel's bias; bias may be NULL. */
typedef void cl_winograd_output_f32(
    const float *products, const cl_winograd_tiles *tiles, const float *bias, void *workspace,
    float *restrict images);

/* G w G^T of the filters first ..< end out of [count, 9], as [36, count]. */
typedef void cl_winograd_filters_f32(
    const float *filters, size_t count, size_t first, size_t end, float *restrict transformed);

/* G^T u G of [36, count], as [count, 9]: the adjoint. */
typedef void cl_winograd_filters_adjoint_f32(
    const float *transformed, size_t count, size_t first, size_t end, float *restrict filters);

typedef struct cl_winograd_kernels {
    cl_winograd_input_f32 *input;
    cl_winograd_output_adjoint_f32 *output_adjoint;
    cl_winograd_output_f32 *output;
    cl_winograd_filters_f32 *filters;
    cl_winograd_filters_adjoint_f32 *filters_adjoint;
} cl_winograd_kernels;

const cl_winograd_kernels *cl_winograd_table(cl_instruction_set set);

#endif
