/* How the workspace of a call is cut. */
#ifndef CL_WINOGRAD_WORKSPACE_H
#define CL_WINOGRAD_WORKSPACE_H

#include "cl_network.h"

#include "../common/arena.h"

/* Tiles are rounded up to the lanes of the widest register. */
#define TILE_LANES 16

static inline size_t tile_stride(const cl_winograd_tiles *tiles) {
    const size_t count = tiles->row_count * tiles->tile_columns;
    return (count + TILE_LANES - 1) / TILE_LANES * TILE_LANES;
}

static inline size_t matrix_stride(const cl_winograd_tiles *tiles) {
    return tiles->channels * tile_stride(tiles) + TILE_LANES;
}

/* Elements of the workspace from one array to the next: the lines of all rows of tiles, with room for a
 * vector more; one pixel of all tiles, which keep apart in the cache like the matrices; and a line. */
static inline size_t pixel_stride(const cl_winograd_tiles *tiles) {
    return 4 * tile_stride(tiles) + TILE_LANES;
}

static inline size_t part_stride(const cl_winograd_tiles *tiles) {
    return tile_stride(tiles) + TILE_LANES;
}

static inline size_t line_stride(const cl_winograd_tiles *tiles) {
    return 4 * tiles->tile_columns + 2 + TILE_LANES;
}

static inline size_t winograd_workspace_count(const cl_winograd_tiles *tiles) {
    return 6 * (pixel_stride(tiles) + part_stride(tiles) + line_stride(tiles)) +
           12 * tiles->row_count;
}

#endif
