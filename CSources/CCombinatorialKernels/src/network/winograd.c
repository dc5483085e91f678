#include "cl_network.h"

#include "../common/table.h"
#include "winograd.h"

CL_TABLE_OF_FLOATS(cl_winograd_table, cl_winograd_kernels)

size_t cl_winograd_tile_stride(const cl_winograd_tiles *tiles) { return tile_stride(tiles); }

size_t cl_winograd_matrix_stride(const cl_winograd_tiles *tiles) { return matrix_stride(tiles); }

size_t cl_winograd_workspace_size(const cl_winograd_tiles *tiles) {
    arena a = {0};
    arena_take(&a, winograd_workspace_count(tiles), sizeof(float));
    return arena_size(&a);
}
