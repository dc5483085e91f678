#include "cl_grid_path.h"

#include <math.h>
#include <stdbool.h>

#include "grid_workspace.h"

/* Bits must agree between the variants. There are no products, but nothing may be reassociated either. */
#pragma STDC FP_CONTRACT OFF

#define CL_BODY "../shortest_path/grid_path_body.h"
#include "../dispatch/each_variant.h"

#define CL_TABLE(set, value)                                                                       \
    static const cl_grid_path_kernels cl_grid_path_##set = {                                       \
        cl_grid_path_solve_f32_##set,                                                              \
        cl_grid_path_solve_f64_##set,                                                              \
    };
CL_FOR_EACH_INSTRUCTION_SET(CL_TABLE)

const cl_grid_path_kernels *cl_grid_path_kernels_for(cl_instruction_set set) {
    switch (set) {
#define CL_CASE(set, value)                                                                        \
    case value:                                                                                    \
        return &cl_grid_path_##set;
        CL_FOR_EACH_INSTRUCTION_SET(CL_CASE)
    default:
        return NULL;
    }
}

size_t cl_grid_path_workspace_size(cl_grid grid) {
    size_t framed;
    if (grid.rows > INT32_MAX - 2 || grid.columns > INT32_MAX - 2 ||
        __builtin_mul_overflow(grid.rows + 2, grid.columns + 2, &framed) ||
        framed > (size_t)INT32_MAX || framed > SIZE_MAX / (8 * GRID_CELL_BYTES))
        return 0;
    grid_workspace w;
    return grid_workspace_lay_out(&w, NULL, grid) + GRID_ALIGNMENT;
}
