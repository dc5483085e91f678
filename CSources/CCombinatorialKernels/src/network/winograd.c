#include "cl_network.h"

#include <string.h>

#include "../common/arena.h"

/* Tiles are rounded up to the lanes of the widest register. */
#define TILE_LANES 16
#define WINOGRAD_INLINE static inline __attribute__((always_inline))

size_t cl_winograd_tile_stride(const cl_winograd_tiles *tiles) {
    size_t count = tiles->row_count * tiles->tile_columns;
    return (count + TILE_LANES - 1) / TILE_LANES * TILE_LANES;
}

size_t cl_winograd_matrix_stride(const cl_winograd_tiles *tiles) {
    return tiles->channels * cl_winograd_tile_stride(tiles) + TILE_LANES;
}

/* Elements of the workspace from one array to the next: the lines of all rows of tiles, with room for a
 * vector more; one pixel of all tiles, which keep apart in the cache like the matrices; and a line. */
static size_t pixel_stride(const cl_winograd_tiles *tiles) {
    return 4 * cl_winograd_tile_stride(tiles) + TILE_LANES;
}

static size_t part_stride(const cl_winograd_tiles *tiles) {
    return cl_winograd_tile_stride(tiles) + TILE_LANES;
}

static size_t line_stride(const cl_winograd_tiles *tiles) {
    return 4 * tiles->tile_columns + 2 + TILE_LANES;
}

size_t cl_winograd_workspace_size(const cl_winograd_tiles *tiles) {
    return sizeof(float) * (6 * (pixel_stride(tiles) + part_stride(tiles) + line_stride(tiles)) +
                            12 * tiles->row_count) +
           sizeof(double);
}

#define LANES CL_LANES(CL_REAL)
#define vector CL_VARIANT(winograd_vector)
#define CL_BODY "../network/winograd_body.h"
#include "../common/variants.h"
#include "../common/table.h"

#define WINOGRAD_CASE(set, value, ...) \
    case value: { \
        static const cl_winograd_kernels table = { \
            winograd_input_f32_##set, winograd_output_adjoint_f32_##set, winograd_output_f32_##set, winograd_filters_f32_##set, winograd_filters_adjoint_f32_##set}; \
        return &table; \
    }
const cl_winograd_kernels *cl_winograd_table(cl_instruction_set set) {
    switch (set) {
        CL_FOR_EACH_INSTRUCTION_SET(WINOGRAD_CASE, )
    default:
        return NULL;
    }
}
