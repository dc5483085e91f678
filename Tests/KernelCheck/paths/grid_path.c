/* Paths over grids against the fixed point of their equations in the element type, cell for cell. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "CCombinatorialKernels.h"
#include "paths/paths.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/memory.h"
#include "support/stop.h"

static struct {
    number_kind kind;
    bool is_float;
    size_t count;
    cl_grid shape;
    int32_t *starts, *ends;
    double *costs;
    float *float_costs;
} grids;

typedef struct answer {
    cl_status status;
    double *values;
    int32_t *paths, *lengths;
    double *distances;
    float *float_distances;
    cl_fault *fault;
} answer;

static size_t cells_of_grid(void) { return grids.shape.rows * grids.shape.columns; }

void describe_grid_path(void) {
    fprintf(stderr, "  %zu grids of %zu x %zu %s, %d neighbors, %s\n", grids.count, grids.shape.rows, grids.shape.columns,
        number_kind_name(grids.kind), grids.shape.diagonals ? 8 : 4, grids.is_float ? "float" : "double");
    show_indices("starts", grids.starts, grids.count);
    show_indices("ends", grids.ends, grids.count);
    show_doubles("costs", grids.costs, grids.count * cells_of_grid());
}

static double draw_cost(bool is_maze, bool is_large) {
    if (is_maze) return draw_one_in(3) ? (double)INFINITY : draw_below(2) == 0 ? 0 : 1;
    if (is_large) return (grids.is_float ? (double)FLT_MAX : DBL_MAX) / (double)draw_between(1, 5);
    return draw_one_in(200) ? draw_number(grids.kind) : draw_magnitude(grids.kind);
}

static void draw_grids(void) {
    const size_t size = draw_below(12);
    grids.kind = (number_kind)draw_below(NUMBER_KINDS);
    grids.is_float = draw_one_in(2);
    grids.count = draw_below(18);
    grids.shape = (cl_grid){draw_below(6), draw_below(6), draw_one_in(2)};
    if (size == 0) grids.shape.rows = draw_between(1, 3), grids.shape.columns = draw_between(1, 40);
    if (size == 1) grids.count = draw_below(3), grids.shape.rows = draw_between(1, 24), grids.shape.columns = draw_between(1, 24);
    if (size == 2 && draw_one_in(40)) grids.count = 2, grids.shape.rows = grids.shape.columns = 130;
    const size_t cells = cells_of_grid();
    grids.starts = INPUT(int32_t, grids.count);
    grids.ends = INPUT(int32_t, grids.count);
    grids.costs = INPUT(double, grids.count * cells);
    grids.float_costs = INPUT(float, grids.count * cells);
    const bool is_maze = draw_one_in(4), is_large = draw_one_in(8);
    for (size_t k = 0; k < grids.count * cells; k++) {
        const double cost = draw_cost(is_maze, is_large);
        grids.float_costs[k] = (float)cost;
        grids.costs[k] = grids.is_float ? (double)grids.float_costs[k] : cost;
    }
    for (size_t n = 0; n < grids.count && cells > 0; n++) {
        grids.starts[n] = (int32_t)draw_below(cells);
        grids.ends[n] = (int32_t)draw_below(cells);
    }
}

static answer solve(cl_instruction_set set, bool wants_distances) {
    const size_t cells = grids.count * cells_of_grid();
    answer a = {0, OUTPUT(double, grids.count), OUTPUT(int32_t, cells), OUTPUT(int32_t, grids.count),
                wants_distances && !grids.is_float ? OUTPUT(double, cells) : NULL,
                wants_distances && grids.is_float ? OUTPUT(float, cells) : NULL, new_fault()};
    void *workspace = memory_workspace(cl_grid_shortest_path_workspace_size(grids.shape));
    const void *costs = grids.is_float ? (const void *)grids.float_costs : grids.costs;
    void *distances = grids.is_float ? (void *)a.float_distances : a.distances;
    a.status = RUN(cl_grid_shortest_path_solver(set, element_of(grids.is_float))(costs, grids.count, grids.shape, grids.starts,
        grids.ends, workspace, a.values, a.paths, a.lengths, distances, a.fault));
    return a;
}

/* The neighbors of a cell in the order of ties. */
static size_t neighbors_of(size_t cell, size_t neighbors[8]) {
    static const int down[8] = {-1, 0, 0, 1, -1, -1, 1, 1}, right[8] = {0, -1, 1, 0, -1, 1, -1, 1};
    size_t count = 0;
    for (int k = 0; k < (grids.shape.diagonals ? 8 : 4); k++) {
        const size_t i = cell / grids.shape.columns + (size_t)down[k], j = cell % grids.shape.columns + (size_t)right[k];
        if (i < grids.shape.rows && j < grids.shape.columns) neighbors[count++] = i * grids.shape.columns + j;
    }
    return count;
}

static double rounded(double x) { return grids.is_float ? (double)(float)x : x; }

/* The distances, and whether cells are reached at all, by sweeps over all cells until nothing changes. */
static void find_distances(const double *costs, int32_t start, double *distances, bool *is_reached) {
    const size_t cells = cells_of_grid();
    for (size_t k = 0; k < cells; k++) distances[k] = INFINITY;
    distances[start] = costs[start];
    is_reached[start] = costs[start] < INFINITY;
    size_t neighbors[8];
    for (bool changes = true, forward = true; changes; forward = !forward) {
        changes = false;
        for (size_t n = 0; n < cells; n++) {
            const size_t k = forward ? n : cells - 1 - n, count = neighbors_of(k, neighbors);
            for (size_t m = 0; m < count; m++) {
                const double offer = rounded(distances[neighbors[m]] + costs[k]);
                if (offer < distances[k]) distances[k] = offer, changes = true;
                if (is_reached[neighbors[m]] && costs[k] < INFINITY && !is_reached[k]) is_reached[k] = changes = true;
            }
        }
    }
}

/* Seen from the end: to the first of the nearest neighbors, or across cells of equal distance. */
static void check_ties(const int32_t *path, size_t length, const double *distances) {
    size_t neighbors[8];
    for (size_t k = 1; k < length; k++) {
        const size_t cell = (size_t)path[k], from = (size_t)path[k - 1], count = neighbors_of(cell, neighbors);
        size_t nearest = neighbors[0];
        bool is_beside = false;
        for (size_t m = 0; m < count; m++) {
            is_beside |= neighbors[m] == from;
            if (distances[neighbors[m]] < distances[nearest]) nearest = neighbors[m];
        }
        if (!EXPECT(is_beside, "cell %zu is not beside %zu", from, cell)) return;
        if (distances[nearest] < distances[cell]) EXPECT(from == nearest, "to %zu by %zu, not %zu", cell, from, nearest);
        else EXPECT(distances[from] == distances[cell], "off the plateau at %zu", cell);
    }
}

/* The fewest steps over cells of equal distance to one with a neighbor off them, or to the start. */
static size_t steps_across(size_t cell, size_t start, const double *distances) {
    const size_t cells = cells_of_grid();
    size_t *steps = INPUT(size_t, cells), *queue = INPUT(size_t, cells), neighbors[8], found = 0;
    queue[found++] = cell;
    steps[cell] = 1;
    for (size_t done = 0; done < found; done++) {
        const size_t at = queue[done], count = neighbors_of(at, neighbors);
        bool is_left = at == start;
        for (size_t m = 0; m < count; m++) is_left |= distances[neighbors[m]] < distances[at];
        if (is_left) return steps[at] - 1;
        for (size_t m = 0; m < count; m++)
            if (steps[neighbors[m]] == 0 && distances[neighbors[m]] == distances[cell]) {
                steps[neighbors[m]] = steps[at] + 1;
                queue[found++] = neighbors[m];
            }
    }
    return 0;
}

static void check_plateaus(const int32_t *path, size_t length, const double *distances) {
    for (size_t k = length; k-- > 1;) {
        const double distance = distances[path[k]];
        if (k + 1 < length && distances[path[k + 1]] == distance) continue;
        size_t across = 0;
        while (across < k && distances[path[k - across - 1]] == distance) across++;
        if (across == 0) continue;
        const size_t fewest = steps_across((size_t)path[k], (size_t)path[0], distances);
        EXPECT(across == fewest, "%zu steps over cells of equal distance, not %zu", across, fewest);
    }
}

static void check_problem(const answer *a, size_t n, const double *distances) {
    const size_t cells = cells_of_grid();
    const int32_t *path = a->paths + n * cells;
    const size_t length = (size_t)a->lengths[n];
    if (!EXPECT(length >= 1 && length <= cells, "a path of %zu cells", length)) return;
    EXPECT(path[0] == grids.starts[n] && path[length - 1] == grids.ends[n], "from %d to %d", path[0], path[length - 1]);
    bool *is_visited = INPUT(bool, cells);
    double sum = 0;
    for (size_t k = 0; k < length; k++) {
        if (!EXPECT(path[k] >= 0 && (size_t)path[k] < cells && !is_visited[path[k]], "cell %d", path[k])) return;
        is_visited[path[k]] = true;
        sum += grids.costs[n * cells + (size_t)path[k]];
    }
    EXPECT(a->values[n] == sum, "problem %zu: value %.17g, not %.17g", n, a->values[n], sum);
    check_ties(path, length, distances);
    check_plateaus(path, length, distances);
    for (size_t k = 0; k < cells && (a->distances || a->float_distances); k++) {
        const double found = grids.is_float ? (double)a->float_distances[n * cells + k] : a->distances[n * cells + k];
        if (!EXPECT(found == distances[k], "problem %zu, cell %zu: %.17g, not %.17g", n, k, found, distances[k])) return;
    }
}

static void check_answer(const answer *a) {
    const size_t cells = cells_of_grid();
    for (size_t n = 0; n < grids.count; n++) {
        const double *costs = grids.costs + n * cells;
        size_t invalid = 0;
        while (invalid < cells && costs[invalid] >= 0) invalid++;
        if (invalid < cells) {
            EXPECT(a->status == CL_STATUS_INVALID_COST && a->fault->item == n && a->fault->row == invalid / grids.shape.columns &&
                a->fault->column == invalid % grids.shape.columns, "status %d, problem %zu", a->status, a->fault->item);
            return;
        }
        double *distances = INPUT(double, cells);
        bool *is_reached = INPUT(bool, cells);
        find_distances(costs, grids.starts[n], distances, is_reached);
        if (!(distances[grids.ends[n]] < INFINITY)) {
            const cl_status expected = is_reached[grids.ends[n]] ? CL_STATUS_OUT_OF_RANGE : CL_STATUS_INFEASIBLE;
            EXPECT(a->status == expected && a->fault->item == n && a->fault->row == 0 && a->fault->column == 0,
                "status %d, not %d, problem %zu", a->status, expected, a->fault->item);
            return;
        }
        check_problem(a, n, distances);
    }
    EXPECT(a->status == CL_STATUS_OK, "status %d", a->status);
    EXPECT(is_unwritten_fault(a->fault), "a fault of problem %zu", a->fault->item);
}

void check_grid_path(void) {
    draw_grids();
    const bool wants_distances = draw_one_in(2);
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        const answer a = solve(sets[s], wants_distances);
        if (cells_of_grid() == 0) {
            EXPECT(a.status == CL_STATUS_INVALID_ARGUMENT, "status %d", a.status);
            continue;
        }
        check_answer(&a);
    }
}
