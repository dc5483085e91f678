#include "cl_transport.h"

#include "../common/arena.h"
#include "../common/table.h"

CL_TABLE(cl_sinkhorn_table, cl_sinkhorn_kernels)

size_t cl_sinkhorn_workspace_size(size_t columns) {
    if (columns > SIZE_MAX / 16) return 0;
    arena a = {0};
    arena_take(&a, columns, sizeof(double));
    return arena_size(&a);
}
