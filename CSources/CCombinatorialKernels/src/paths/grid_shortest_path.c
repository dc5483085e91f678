#include "cl_paths.h"

#include <math.h>
#include <stdbool.h>

#include "grid_workspace.h"

/* Bits must agree between the variants. There are no products, but nothing may be reassociated either. */
#pragma STDC FP_CONTRACT OFF

#define CL_BODY "../paths/grid_shortest_path_body.h"
#include "../common/variants.h"
#include "../common/table.h"

CL_SOLVER(cl_grid_shortest_path_solver, cl_grid_shortest_path_solve, grid_shortest_path_solve)

size_t cl_grid_shortest_path_workspace_size(cl_grid grid) {
    size_t framed;
    if (grid.rows > INT32_MAX - 2 || grid.columns > INT32_MAX - 2 ||
        __builtin_mul_overflow(grid.rows + 2, grid.columns + 2, &framed) ||
        framed > (size_t)INT32_MAX || framed > SIZE_MAX / (8 * GRID_CELL_BYTES))
        return 0;
    grid_workspace w;
    return grid_workspace_lay_out(&w, NULL, grid) + GRID_ALIGNMENT;
}
