#include "cl_transport.h"

#include "cl_rows.h"

#include "../common/arena.h"

size_t cl_sinkhorn_workspace_size(size_t columns) {
    return columns > SIZE_MAX / sizeof(double) - 1 ? 0 : (columns + 1) * sizeof(double);
}

#define CL_BODY "../transport/sinkhorn_body.h"
#include "../common/variants.h"
#include "../common/table.h"

#define SINKHORN(suffix, set) {sinkhorn_log_sums_##suffix##_##set, sinkhorn_masses_##suffix##_##set}
CL_TABLE(cl_sinkhorn_table, cl_sinkhorn_kernels, SINKHORN)
