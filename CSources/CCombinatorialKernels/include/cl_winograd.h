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
#ifndef CL_WINOGRAD_H
#define CL_WINOGRAD_H

#include <stddef.h>

#include "cl_instruction_set.h"

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

/* Elements of the workspace of one call. */
size_t cl_winograd_workspace_count(const cl_winograd_tiles *tiles);

/* B^T x B of the windows of 6 x 6 that start at (4 i - padding, 4 j - padding); 0 outside. */
typedef void cl_winograd_input_f32(
    const float *images, const cl_winograd_tiles *tiles, size_t padding, float *workspace,
    float *restrict transformed);

/* A y A^T of the tiles of 4 x 4: the adjoint of cl_winograd_output_f32. */
typedef void cl_winograd_output_adjoint_f32(
    const float *images, const cl_winograd_tiles *tiles, float *workspace,
    float *restrict transformed);

/* Writes the tiles of 4 x 4, A^T m A and the channel's bias; bias may be NULL. */
typedef void cl_winograd_output_f32(
    const float *products, const cl_winograd_tiles *tiles, const float *bias, float *workspace,
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

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_winograd_kernels *cl_winograd_kernels_for(cl_instruction_set set);

#endif
