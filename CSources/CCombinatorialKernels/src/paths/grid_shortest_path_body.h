/* Grids, of one variant. Full groups of them lie side by side, one in each lane; what is left, or too large for the caches so, is solved alone. */

/* Cells beyond which a group of grids leaves the second-level cache, and measures slower than alone. */
#define CELLS_SIDE_BY_SIDE ((size_t)16384)

/* Cells relaxed, as a multiple of the cells there are, before Dijkstra's algorithm takes over. */
#ifndef MOST_SWEEPS /* tests have fewer */
#define MOST_SWEEPS 24
#endif

#include "grid_lane_body.h"

#define GRID_ALONE 1
#define GRID_LANES 1
#define GRID(name) name##_alone
#include "grid_group_body.h"
#undef GRID_ALONE
#undef GRID_LANES
#undef GRID

#if CL_REGISTER_BYTES
#define GRID_ALONE 0
#define GRID_LANES CL_LANES(CL_REAL)
#define GRID(name) name##_side_by_side
#include "grid_group_body.h"
#undef GRID_ALONE
#undef GRID_LANES
#undef GRID
#endif

/* Whether all costs are costs; else the first that is none. */
static bool check_grids(
    const CL_REAL *costs, size_t count, cl_grid grid, cl_fault *fault, stop_point *stop) {
    const size_t cells = grid.rows * grid.columns, all = count * cells;
    for (size_t end = 0, k = 0; end < all; k = end) {
        leave_if_stopped(stop);
        end = all - k < CL_STEPS_OF_ROUND ? all : k + CL_STEPS_OF_ROUND;
        int valid = 1;
        for (size_t at = k; at < end; at++) valid &= costs[at] >= 0;
        if (valid) continue;
        while (costs[k] >= 0) k++;
        refuse(fault, k / cells, k % cells / grid.columns, k % grid.columns);
        return false;
    }
    return true;
}

CL_SOLVES cl_status find_grid_paths(
    const CL_REAL *costs, size_t count, cl_grid grid, const int32_t *starts, const int32_t *ends,
    void *workspace, double *restrict values, int32_t *restrict paths, int32_t *restrict lengths,
    CL_REAL *restrict distances, cl_fault *restrict fault, stop_point *stop) {
    if (cl_grid_shortest_path_workspace_size(grid) == 0 || grid.rows * grid.columns == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    const size_t cells = grid.rows * grid.columns;
    grid_workspace w;
    arena a = arena_over(workspace);
    grid_workspace_lay_out(&w, &a, grid);
    w.stop = stop;
    cl_fault invalid = {.item = count};
    const bool is_valid = check_grids(costs, count, grid, &invalid, stop);
    /* Problems before the first invalid one may have a fault that comes first. */
    count = invalid.item;
    size_t done = 0, solved = 0;
    bool is_reachable = false;
    while (done < count) {
        leave_if_stopped(stop);
        size_t group = 1;
#define SOLVE(name)                                                                                \
    name(costs + done * cells, group, grid, starts + done, ends + done, &w, values + done,         \
         paths + done * cells, lengths + done, distances ? distances + done * cells : NULL,    \
         &is_reachable)
#if CL_REGISTER_BYTES
        if (count - done > 1 && cells <= CELLS_SIDE_BY_SIDE) {
            const size_t lanes = CL_LANES(CL_REAL);
            group = count - done < lanes ? count - done : lanes;
            solved = SOLVE(solve_group_side_by_side);
        } else
#endif
            solved = SOLVE(solve_group_alone);
#undef SOLVE
        if (solved < group) {
            refuse(fault, done + solved, 0, 0);
            return is_reachable ? CL_STATUS_OUT_OF_RANGE : CL_STATUS_INFEASIBLE;
        }
        done += group;
    }
    if (!is_valid) refuse(fault, invalid.item, invalid.row, invalid.column);
    return is_valid ? CL_STATUS_OK : CL_STATUS_INVALID_COST;
}

cl_status CL_VARIANT(cl_grid_shortest_path_solve)(
    const void *costs, size_t count, cl_grid grid, const int32_t *starts, const int32_t *ends,
    void *workspace, double *restrict values, int32_t *restrict paths, int32_t *restrict lengths,
    void *restrict distances, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, find_grid_paths(
        costs, count, grid, starts, ends, workspace, values, paths, lengths, distances, fault, stop));
}

#undef CELLS_SIDE_BY_SIDE
