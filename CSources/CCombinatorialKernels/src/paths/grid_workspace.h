/* The memory of one group of grids, laid out in the caller's workspace. */
#ifndef CL_GRID_WORKSPACE_H
#define CL_GRID_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl_paths.h"

#include "../common/arena.h"
#include "../common/fault.h"

/* The problems of a group fill the widest vector of any variant: 64 bytes a cell. */
#define GRID_CELL_BYTES ((size_t)64)

/* Columns first ... last of the frame; none if first > last. */
typedef struct grid_span {
    int32_t first;
    int32_t last;
} grid_span;

/* Cells are framed by a border of forbidden ones, so that each has all its neighbors. */
typedef struct grid_workspace {
    char *costs;       /* [rows + 2, columns + 2], of groups */
    char *distances;   /* [rows + 2, columns + 2] */
    char *pulled;      /* [columns + 2] distances of a row as its neighbors offer them */
    char *rightward;   /* [columns + 2] the same after passing them on to the right */
    char *leftward;    /* [columns + 2] */
    grid_span *waiting; /* [rows + 2] columns of a row with neighbors that have changed since */
    int32_t *heap;     /* [cells] framed cells in the order of the heap; the queue of a plateau */
    int32_t *place;    /* [(rows + 2) * (columns + 2)] where a cell is in the heap, or -1 */
    stop_point *stop;
} grid_workspace;

static inline void grid_workspace_lay_out(grid_workspace *w, arena *a, cl_grid grid) {
    const size_t width = grid.columns + 2, framed = (grid.rows + 2) * width;
    ARENA_TAKE(a, w->costs, framed * GRID_CELL_BYTES);
    ARENA_TAKE(a, w->distances, framed * GRID_CELL_BYTES);
    ARENA_TAKE(a, w->pulled, width * GRID_CELL_BYTES);
    ARENA_TAKE(a, w->rightward, width * GRID_CELL_BYTES);
    ARENA_TAKE(a, w->leftward, width * GRID_CELL_BYTES);
    ARENA_TAKE(a, w->waiting, grid.rows + 2);
    ARENA_TAKE(a, w->heap, grid.rows * grid.columns);
    ARENA_TAKE(a, w->place, framed);
}

/* The steps to the neighbors of a framed cell, in the order of ties. */
static inline int grid_steps(cl_grid grid, ptrdiff_t steps[8]) {
    const ptrdiff_t width = (ptrdiff_t)grid.columns + 2;
    const ptrdiff_t all[8] = {-width, -1, 1, width, -width - 1, -width + 1, width - 1, width + 1};
    for (int k = 0; k < 8; k++) steps[k] = all[k];
    return grid.diagonals ? 8 : 4;
}

static inline size_t grid_framed(cl_grid grid, int32_t cell) {
    const size_t row = (size_t)cell / grid.columns, column = (size_t)cell % grid.columns;
    return (row + 1) * (grid.columns + 2) + column + 1;
}

static inline int32_t grid_unframed(cl_grid grid, size_t framed) {
    const size_t width = grid.columns + 2;
    return (int32_t)((framed / width - 1) * grid.columns + framed % width - 1);
}

#endif
