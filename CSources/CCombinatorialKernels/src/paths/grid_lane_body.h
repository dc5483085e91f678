/* One grid of a group: Dijkstra's algorithm for those that sweeps do not finish, and the path. */

#define HEAP_KEY CL_REAL
#include "../common/heap.h"

typedef struct grid_lane {
    cl_grid grid;
    size_t stride; /* elements from a cell to the next */
    const CL_REAL *costs;
    CL_REAL *distances;
    int32_t *heap;
    int32_t *place;
    stop_point *stop;
} grid_lane;

static size_t framed_cells(const grid_lane *g) {
    return (g->grid.rows + 2) * (g->grid.columns + 2);
}

/* Forbidden neighbors, those of the border included, never offer less than +infinity. */
static void dijkstra(const grid_lane *g, int32_t start) {
    const size_t stride = g->stride, framed = framed_cells(g);
    const CL_REAL *costs = g->costs;
    CL_REAL *distances = g->distances;
    ptrdiff_t steps[8];
    const int count = grid_steps(g->grid, steps);
    for (size_t k = 0; k < framed; k++) distances[k * stride] = INFINITY;
    for (size_t k = 0; k < framed; k++) g->place[k] = -1;
    heap h = {g->heap, g->place, distances, stride, 0};
    const size_t first = grid_framed(g->grid, start);
    distances[first * stride] = costs[first * stride];
    heap_insert(&h, (int32_t)first);
    while (h.count > 0) {
        leave_if_stopped(g->stop);
        const int32_t cell = heap_take(&h);
        const CL_REAL distance = distances[(size_t)cell * stride];
        for (int k = 0; k < count; k++) {
            const size_t next = (size_t)(cell + steps[k]);
            const CL_REAL offer = costs[next * stride] + distance;
            if (!(offer < distances[next * stride])) continue;
            distances[next * stride] = offer;
            heap_insert(&h, (int32_t)next);
        }
    }
}

/* The neighbor of least distance; of equal ones the first. */
static inline size_t nearest_neighbor(const grid_lane *g, const ptrdiff_t steps[8], int count, size_t cell) {
    size_t nearest = cell + (size_t)steps[0];
    for (int k = 1; k < count; k++) {
        const size_t next = cell + (size_t)steps[k];
        if (g->distances[next * g->stride] < g->distances[nearest * g->stride]) nearest = next;
    }
    return nearest;
}

/* Cells of equal distance form a plateau: breadth-first search over it from `cell` to the nearest cell
 * that has a neighbor off it, or is the start. Each plateau is searched once at most, so that g->place,
 * cleared before the first, holds the cell before each cell on all of them. */
static size_t cross_plateau(
    const grid_lane *g, const ptrdiff_t steps[8], int count, size_t cell, size_t start) {
    const CL_REAL level = g->distances[cell * g->stride];
    size_t done = 0, found = 0;
    g->heap[found++] = (int32_t)cell;
    g->place[cell] = (int32_t)cell;
    while (done < found) {
        leave_if_stopped(g->stop);
        const size_t at = (size_t)g->heap[done++];
        const size_t nearest = nearest_neighbor(g, steps, count, at);
        if (at == start || g->distances[nearest * g->stride] < level) return at;
        for (int k = 0; k < count; k++) {
            const size_t next = at + (size_t)steps[k];
            if (g->distances[next * g->stride] != level || g->place[next] >= 0) continue;
            g->place[next] = (int32_t)at;
            g->heap[found++] = (int32_t)next;
        }
    }
    return start; /* not reached: a cheapest path leads there */
}

/* Writes the path; false if there is none. It is found from its end backwards, and then reversed. */
static bool trace_path(
    const grid_lane *g, int32_t start_cell, int32_t end_cell, int32_t *path, int32_t *length) {
    const size_t start = grid_framed(g->grid, start_cell);
    size_t cell = grid_framed(g->grid, end_cell);
    if (!(g->distances[cell * g->stride] < INFINITY)) return false;
    ptrdiff_t steps[8];
    const int count = grid_steps(g->grid, steps);
    bool is_cleared = false;
    int32_t cells = 0;
    path[cells++] = end_cell;
    while (cell != start) {
        size_t next = nearest_neighbor(g, steps, count, cell);
        if (g->distances[next * g->stride] < g->distances[cell * g->stride]) {
            path[cells++] = grid_unframed(g->grid, next);
            cell = next;
            continue;
        }
        const size_t framed = framed_cells(g);
        for (size_t k = 0; !is_cleared && k < framed; k++) g->place[k] = -1;
        is_cleared = true;
        next = cross_plateau(g, steps, count, cell, start);
        /* Links lead back from the far side: they fill the path from its end of the plateau. */
        int32_t across = 0;
        for (size_t at = next; at != cell; at = (size_t)g->place[at]) across++;
        for (size_t at = next, k = (size_t)(cells + across); at != cell; at = (size_t)g->place[at])
            path[--k] = grid_unframed(g->grid, at);
        cells += across;
        cell = next;
    }
    for (int32_t k = 0; k < cells / 2; k++) {
        const int32_t other = path[cells - 1 - k];
        path[cells - 1 - k] = path[k];
        path[k] = other;
    }
    *length = cells;
    return true;
}

/* Whether a path leads to the end, whatever it costs. */
static bool can_reach(const grid_lane *g, int32_t start_cell, int32_t end_cell) {
    const size_t start = grid_framed(g->grid, start_cell), end = grid_framed(g->grid, end_cell);
    const size_t framed = framed_cells(g);
    ptrdiff_t steps[8];
    const int count = grid_steps(g->grid, steps);
    for (size_t k = 0; k < framed; k++) g->place[k] = -1;
    size_t found = 0;
    if (g->costs[start * g->stride] < (CL_REAL)INFINITY) {
        g->place[start] = 0;
        g->heap[found++] = (int32_t)start;
    }
    for (size_t done = 0; done < found; done++) {
        leave_if_stopped(g->stop);
        for (int k = 0; k < count; k++) {
            const size_t next = (size_t)(g->heap[done] + steps[k]);
            if (g->place[next] >= 0 || !(g->costs[next * g->stride] < (CL_REAL)INFINITY)) continue;
            g->place[next] = 0;
            g->heap[found++] = (int32_t)next;
        }
    }
    return g->place[end] >= 0;
}
