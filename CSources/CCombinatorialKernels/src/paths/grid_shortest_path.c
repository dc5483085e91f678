#include "cl_paths.h"

#include "../common/table.h"
#include "grid_workspace.h"

CL_SOLVER(cl_grid_shortest_path_solver, cl_grid_shortest_path_solve)

size_t cl_grid_shortest_path_workspace_size(cl_grid grid) {
    size_t framed;
    if (grid.rows > INT32_MAX - 2 || grid.columns > INT32_MAX - 2 ||
        __builtin_mul_overflow(grid.rows + 2, grid.columns + 2, &framed) ||
        framed > (size_t)INT32_MAX || framed > SIZE_MAX / (8 * GRID_CELL_BYTES))
        return 0;
    grid_workspace w;
    arena a = {0};
    grid_workspace_lay_out(&w, &a, grid);
    return arena_size(&a);
}
