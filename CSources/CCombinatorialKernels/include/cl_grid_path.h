/* Shortest paths over grids whose cells cost: batches of small ones, or large ones one by one.
 *
 * A path leads from its start to its end over cells that share a side, or a side or corner, and costs
 * the sum over the cells that it visits, both ends included. Costs are at least 0.
 *
 * distance[cell] is the cost of the cheapest path from the start, the cell included, added up in the
 * element type from the start on:
 *
 *     distance[cell] = costs[cell] + min over the neighbours of distance[neighbour]
 *
 * Rounding is monotone, so these equations have one solution in the element type, which every order of
 * relaxation ends in: all variants return the same bits. The value is the sum over the path in double.
 * There is nothing to cancel: no path is cheaper by more than n epsilon of the value, with n the cells of
 * the path and the epsilon of the element type.
 *
 * Ties: seen from the end, the path goes on to the neighbour of least distance, of equal ones to the
 * first of up, left, right, down, up-left, up-right, down-left, down-right. Only where a cell adds
 * nothing to the distance (it costs 0, or so little that it is lost in the sum) it takes the fewest
 * steps over cells of equal distance instead. */
#ifndef CL_GRID_PATH_H
#define CL_GRID_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

typedef struct cl_grid {
    size_t rows;
    size_t columns;
    bool diagonals; /* 8 neighbours instead of 4 */
} cl_grid;

/* Where the costs were refused: a cell of CL_STATUS_INVALID_COST; or only the problem. */
typedef struct cl_grid_path_fault {
    size_t problem;
    size_t row;
    size_t column;
} cl_grid_path_fault;

/* Bytes of workspace for any number of problems; 0 if that size would overflow. Any alignment. */
size_t cl_grid_path_workspace_size(cl_grid grid);

/* costs:     [count, rows, columns], at least 0; +infinity forbids a cell. NaN and negative costs are
 *            CL_STATUS_INVALID_COST.
 * starts:    [count], the first cell of each path as row * columns + column; ends: [count].
 * workspace: cl_grid_path_workspace_size(grid) bytes; contents need not be kept.
 * values:    [count].
 * paths:     [count, rows * columns], the cells from the start to the end.
 * lengths:   [count], the cells of each path.
 * distances: [count, rows, columns], +infinity where no path leads, or where it is longer than the largest
 *            number of the element type; or NULL.
 * fault:     written only when the status is not CL_STATUS_OK: the first problem that has one. The outputs
 *            of the problems before it are complete.
 * Without a path the status is CL_STATUS_INFEASIBLE. If each exceeds the largest number of the element
 * type, that is CL_STATUS_OUT_OF_RANGE: floats whose sums do not exceed it in double can be solved there. */
typedef cl_status cl_grid_path_solve_f32(
    const float *costs, size_t count, cl_grid grid, const int32_t *starts, const int32_t *ends,
    void *workspace, double *restrict values, int32_t *restrict paths, int32_t *restrict lengths,
    float *restrict distances, cl_grid_path_fault *restrict fault);

typedef cl_status cl_grid_path_solve_f64(
    const double *costs, size_t count, cl_grid grid, const int32_t *starts, const int32_t *ends,
    void *workspace, double *restrict values, int32_t *restrict paths, int32_t *restrict lengths,
    double *restrict distances, cl_grid_path_fault *restrict fault);

typedef struct cl_grid_path_kernels {
    cl_grid_path_solve_f32 *solve_f32;
    cl_grid_path_solve_f64 *solve_f64;
} cl_grid_path_kernels;

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_grid_path_kernels *cl_grid_path_kernels_for(cl_instruction_set set);

#endif
