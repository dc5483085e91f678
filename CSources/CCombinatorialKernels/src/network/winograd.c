#include "cl_network.h"

#include "../common/table.h"
#include "winograd.h"

CL_TABLE_OF_FLOATS(cl_winograd_table, cl_winograd_kernels)

size_t cl_winograd_tile_stride(const cl_winograd_tiles *tiles) {
    size_t count = tiles->row_count * tiles->tile_columns;
    return (count + TILE_LANES - 1) / TILE_LANES * TILE_LANES;
}

size_t cl_winograd_matrix_stride(const cl_winograd_tiles *tiles) {
    return tiles->channels * cl_winograd_tile_stride(tiles) + TILE_LANES;
}

size_t cl_winograd_workspace_size(const cl_winograd_tiles *tiles) {
    arena a = {0};
    arena_take(&a, winograd_workspace_count(tiles), sizeof(float));
    return arena_size(&a);
}
