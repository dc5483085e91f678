#include <float.h>
#include <string.h>

#include "cl_flows.h"
#include "exact_flow.h"
#include "flow_common.h"
#include "../common/fault.h"

#pragma STDC FP_CONTRACT OFF

#define MOST_NEIGHBORS 8

/* Vectors that compilers make of any instruction set's: `STEP` cells at a time, the last of a row with what follows. */
enum { STEP = 8 };
typedef double doubles __attribute__((ext_vector_type(STEP), aligned(8), may_alias));
typedef uint8_t bytes __attribute__((ext_vector_type(STEP), aligned(1), may_alias));
typedef bool bits __attribute__((ext_vector_type(STEP)));

/* Grids with so many cells a row, and rows, are searched by `search_rows` while it finds so many a row in each round of
 * levels, and so has room for all. */
enum { LEAST_SHORT = 8, MOST_SHORT = 64, MOST_ROWS = 128, LEVELS_OF_ROUND = 32, LEAST_FOUND = 8 };
enum { MOST_LEVELS = LEVELS_OF_ROUND * (MOST_SHORT / LEAST_FOUND + 1) + 1 };

typedef uint64_t row_set; /* bit j: the cell of column j */

typedef struct range {
    size_t from, to;
} range;

/* A grid with a border of cells that no arc reaches, so that no step asks where it stands. The destination
 * is the sink and later, when what is left goes back, the source. */
typedef struct grid {
    size_t rows, columns, width;      /* width: columns + 2 */
    size_t cells;                     /* (rows + 2) width */
    int32_t offset[MOST_NEIGHBORS];  /* from a cell to its neighbor */
    double *residual;                 /* [cells, neighbors] what the arcs can still take */
    double *balance;                  /* [cells] excess; below 0: what can still go to the destination */
    int32_t *label;                   /* [cells] the steps to the destination, 1 next to it, or UNREACHABLE */
    int32_t *order;                   /* [cells] those that reach the destination, nearest first */
    int32_t *active;                  /* [cells] those with an excess: see `search` and `sweep` */
    int32_t *beside;                  /* [cells] those that got theirs from cells of their level */
    uint8_t *unseen;                  /* [cells] 1: not found on the way back from the destination */
    uint8_t *entries;                 /* [cells] bit d: residual > 0 from the neighbor in direction d */
    double *passing;                  /* [cells] of the flow in the end: see `conserves` */
    double *room;                     /* [2 neighbors + 2, room_width] what rows of arcs can take: see `load_for` */
    /* Of grids with short rows: */
    row_set *entered;                 /* [neighbors, row_sets] those to which an arc from a direction can take more */
    row_set *holding;                 /* [row_sets] those with an excess */
    row_set *unseen_rows;             /* [row_sets] as `unseen` */
    row_set *below;                   /* [row_sets] those of lower levels than the sweep's */
    row_set *rows_at;                 /* [MOST_LEVELS, row_sets] those of each level */
    uint8_t *row_of;                  /* [cells] the row in sets */
    stop_point *stop;
} grid;

/* The same as a graph, for cl_exact_flow_solve: cells, then source and sink. The first arcs of each cell are
 * two with one of these. */
typedef struct grid_graph {
    size_t nodes, arcs;
    char *workspace;        /* of cl_exact_flow_solve */
    double *capacities;     /* [arcs], in there */
    int32_t *tails, *heads; /* [arcs] */
    double *flow;           /* [arcs] */
    uint8_t *source_side;   /* [nodes] */
} grid_graph;

enum { TERMINAL_ARCS = 2 };

/* Whether one is less than 0 and the other is not. */
static inline bool have_either_sign(double source, double sink) { return (source < 0) != (sink < 0); }

static const int step_down[MOST_NEIGHBORS] = {0, 1, 0, -1, 1, 1, -1, -1};
static const int step_right[MOST_NEIGHBORS] = {1, 0, -1, 0, 1, -1, -1, 1};

static inline size_t opposite(size_t d) { return d / 4 * 4 + (d + 2) % 4; }

static inline size_t row_sets(const grid *g) { return g->rows + 2; }

static inline size_t room_width(const grid *g) { return g->columns + 2 * STEP; }

static inline bool has_short_rows(const grid *g) {
    return g->columns >= LEAST_SHORT && g->columns <= MOST_SHORT && g->rows <= MOST_ROWS;
}

static void lay_out_rows(grid *g, arena *a, size_t neighbors) {
    ARENA_TAKE(a, g->row_of, g->cells);
    ARENA_TAKE(a, g->entered, row_sets(g) * neighbors);
    ARENA_TAKE(a, g->holding, row_sets(g));
    ARENA_TAKE(a, g->unseen_rows, row_sets(g));
    ARENA_TAKE(a, g->below, row_sets(g));
    ARENA_TAKE(a, g->rows_at, row_sets(g) * MOST_LEVELS);
}

static void lay_out(grid *g, arena *a, cl_grid_cut_shape shape) {
    g->rows = shape.rows;
    g->columns = shape.columns;
    g->width = shape.columns + 2;
    g->cells = (shape.rows + 2) * g->width;
    for (size_t d = 0; d < MOST_NEIGHBORS; d++)
        g->offset[d] = step_down[d] * (int32_t)g->width + step_right[d];
    ARENA_TAKE(a, g->residual, g->cells * shape.neighbors);
    ARENA_TAKE(a, g->balance, g->cells);
    ARENA_TAKE(a, g->label, g->cells);
    ARENA_TAKE(a, g->order, g->cells + 1);
    ARENA_TAKE(a, g->active, g->cells + 1);
    ARENA_TAKE(a, g->beside, g->cells + 1);
    ARENA_TAKE(a, g->unseen, g->cells + STEP);
    ARENA_TAKE(a, g->entries, g->cells + STEP);
    ARENA_TAKE(a, g->passing, g->cells);
    ARENA_TAKE(a, g->room, (2 * shape.neighbors + 2) * room_width(g));
    if (has_short_rows(g)) lay_out_rows(g, a, shape.neighbors);
}

/* False if the size would overflow. */
static bool lay_out_graph(grid_graph *graph, arena *a, cl_grid_cut_shape shape) {
    const size_t area = shape.rows * shape.columns;
    graph->nodes = area + 2;
    graph->arcs = TERMINAL_ARCS * area;
    for (size_t d = 0; area > 0 && d < shape.neighbors; d++)
        graph->arcs += (shape.rows - (step_down[d] != 0)) * (shape.columns - (step_right[d] != 0));
    const size_t size = cl_exact_flow_workspace_size(graph->nodes, graph->arcs);
    if (size == 0) return false;
    ARENA_TAKE(a, graph->workspace, size);
    if (a->base) graph->capacities = cl_exact_flow_capacities(graph->nodes, graph->arcs, graph->workspace);
    ARENA_TAKE(a, graph->tails, graph->arcs);
    ARENA_TAKE(a, graph->heads, graph->arcs);
    ARENA_TAKE(a, graph->flow, graph->arcs);
    ARENA_TAKE(a, graph->source_side, graph->nodes);
    return true;
}

size_t cl_grid_cut_workspace_size(cl_grid_cut_shape shape) {
    size_t cells;
    if ((shape.neighbors != 4 && shape.neighbors != 8) || shape.rows > INT32_MAX ||
        shape.columns > INT32_MAX ||
        __builtin_mul_overflow(shape.rows + 2, shape.columns + 2, &cells) || cells > INT32_MAX / 2)
        return 0;
    grid g;
    grid_graph graph;
    arena a = {0}, exact = {0};
    lay_out(&g, &a, shape);
    if (!lay_out_graph(&graph, &exact, shape)) return 0;
    return arena_size(a.used > exact.used ? &a : &exact);
}

static inline size_t cell_at(const grid *g, size_t row, size_t column) {
    return (row + 1) * g->width + column + 1;
}

/* The rows or columns from which a step stays inside. */
static inline range before_step(size_t count, int step) {
    return (range){step < 0, step > 0 ? count - 1 : count};
}

/* What is compiled for 4 and for 8 neighbors, or for each scale. */
#define FOR_EITHER static inline __attribute__((always_inline))

/* The arcs in one direction out of a row of cells: one such row after another, from {0}. */
typedef struct arc_row {
    size_t direction, next, count;
    size_t cell, index; /* of the first arc: where it leads from, and its place among costs and flows */
    ptrdiff_t step;     /* to where an arc leads */
} arc_row;

FOR_EITHER bool next_row(const grid *g, size_t neighbors, arc_row *row) {
    for (; row->direction < neighbors; row->direction++, row->next = 0) {
        const size_t d = row->direction;
        const range rows = before_step(g->rows, step_down[d]), columns = before_step(g->columns, step_right[d]);
        const size_t i = row->next > rows.from ? row->next : rows.from;
        if (i >= rows.to) continue;
        leave_if_stopped(g->stop);
        row->next = i + 1;
        row->count = columns.to - columns.from;
        row->cell = i * g->columns + columns.from;
        row->index = (CL_GRID_CUT_ARCS + d) * g->rows * g->columns + row->cell;
        row->step = step_down[d] * (ptrdiff_t)g->columns + step_right[d];
        return true;
    }
    return false;
}

/* What a cell's arc to the sink takes, less what its arc from the source brings. NaN: a cost is none. */
FOR_EITHER double pull_of(double source, double sink) {
    if (!(source > -INFINITY) || !(sink > -INFINITY)) return NAN;
    return source == sink ? 0 : sink - source;
}

/* A positive number up to `most`; 0 for others. */
FOR_EITHER double at_most(double number, double most) {
    const double positive = number > 0 ? number : 0;
    if (most == INFINITY) return positive;
    return positive < most ? positive : most;
}

/* What a cell with `here` for the sink sends to a neighbor that has `other`, and lacks something, through an arc that
 * can take so much. */
FOR_EITHER double sent(double here, double other, double room) {
    return at_most(here < -other ? here : -other, room);
}

/* Makes what no cost is written to 0. */
static void clear_borders(const grid *g, size_t neighbors) {
    memset(g->balance, 0, g->cells * sizeof(double));
    memset(g->entries, 0, g->cells * sizeof(uint8_t));
    memset(g->room, 0, (2 * neighbors + 2) * room_width(g) * sizeof(double));
}

/* Writes the arcs of a row of cells, and those into them, from what arcs can take in each direction from there and,
 * above and below, from the rows beside. */
FOR_EITHER void write_arcs(
    const grid *g, size_t neighbors, size_t i, double *const *rooms, double *const *rooms_beside) {
    double *restrict residual = g->residual + cell_at(g, i, 0) * neighbors;
    uint8_t *restrict entries = g->entries + cell_at(g, i, 0);
    for (size_t d = 0; d < neighbors; d += 4, residual += 4) {
        const double *restrict right = rooms[d], *restrict down = rooms[d + 1], *restrict left = rooms[d + 2],
                     *restrict up = rooms[d + 3];
        for (size_t j = 0; j < g->columns; j++) {
            residual[j * neighbors] = right[j];
            residual[j * neighbors + 1] = down[j];
            residual[j * neighbors + 2] = left[j];
            residual[j * neighbors + 3] = up[j];
        }
    }
    for (size_t j = 0; j < g->columns; j += STEP) {
        bytes entry = 0;
        for (size_t d = 0; d < neighbors; d++) {
            const double *room = (step_down[d] == 0 ? rooms : rooms_beside)[opposite(d)] + (ptrdiff_t)j + step_right[d];
            entry |= __builtin_convertvector(*(const doubles *)room > 0, bytes) & (uint8_t)(1u << d);
        }
        *(bytes *)(entries + j) = entry;
    }
}

#include "grid_cut_push.h"

/* What comes into the cells of a row less what goes out, and what passes through them. */
static void balance_row(
    const grid *g, size_t neighbors, const double *flow, size_t row, double *restrict net,
    double *restrict passing) {
    const size_t area = g->rows * g->columns;
    const double *sources = flow + row * g->columns, *sinks = sources + area;
    for (size_t j = 0; j < g->columns; j++) {
        net[j] = sources[j] - sinks[j];
        passing[j] = sources[j];
    }
    for (size_t d = 0; d < neighbors; d++) {
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        if (row < rows.from || row >= rows.to) continue;
        const ptrdiff_t step = step_down[d] * (ptrdiff_t)g->columns + step_right[d];
        const double *out = flow + (CL_GRID_CUT_ARCS + d) * area + row * g->columns;
        const double *in = flow + (CL_GRID_CUT_ARCS + opposite(d)) * area + row * g->columns + step;
        for (size_t j = columns.from; j < columns.to; j++) {
            net[j] += in[j] - out[j];
            passing[j] += in[j];
        }
    }
}

/* Whether rounding has left a flow. */
static bool conserves(const grid *g, size_t neighbors, const double *flow) {
    const size_t area = g->rows * g->columns;
    double *net = g->balance, *passing = g->passing, value = 0, lost = 0;
    bool is_everywhere = true;
    for (size_t i = 0; i < g->rows; i++) {
        leave_if_stopped(g->stop);
        balance_row(g, neighbors, flow, i, net, passing);
        for (size_t j = 0; j < g->columns; j++) {
            const double here = fabs(net[j]);
            is_everywhere &= is_lost_by_rounding(here, passing[j]);
            lost += here + 0x1p-53 * passing[j]; /* what the sums themselves may hide */
            value += flow[i * g->columns + j];
        }
    }
    return is_everywhere && lost <= rounding_of(value, area * (CL_GRID_CUT_ARCS + neighbors));
}

/* Joins a cell to source or sink by two arcs. Costs of either sign need both: their difference may be beyond the
 * largest double, or a small one of them lost in it, which a cut pays where it would save the great one. */
static void join_terminal(const grid_graph *graph, size_t area, size_t cell, double source, double sink) {
    const double pull = pull_of(source, sink);
    const bool is_split = have_either_sign(source, sink) && isfinite(source) && isfinite(sink);
    for (size_t k = 0; k < TERMINAL_ARCS; k++) {
        const size_t arc = TERMINAL_ARCS * cell + k;
        graph->tails[arc] = (int32_t)(pull < 0 ? area : cell);
        graph->heads[arc] = (int32_t)(pull < 0 ? cell : area + 1);
        graph->capacities[arc] = is_split ? fabs(k == 0 ? source : sink) : k == 0 ? fabs(pull) : 0;
    }
}

/* False if what a cell sends to a terminal is beyond the largest double. */
static bool write_graph_flow(const grid *g, const grid_graph *graph, size_t neighbors, double *restrict flow) {
    const size_t area = g->rows * g->columns;
    memset(flow, 0, (CL_GRID_CUT_ARCS + neighbors) * area * sizeof(double));
    for (size_t arc = 0; arc < TERMINAL_ARCS * area; arc++) {
        if (arc % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
        const size_t cell = arc / TERMINAL_ARCS;
        flow[(size_t)graph->tails[arc] == area ? cell : area + cell] += graph->flow[arc];
    }
    size_t arcs = TERMINAL_ARCS * area;
    for (arc_row row = {0}; next_row(g, neighbors, &row); arcs += row.count)
        memcpy(flow + row.index, graph->flow + arcs, row.count * sizeof(double));
    bool is_finite = true;
    for (size_t at = 0; at < CL_GRID_CUT_ARCS * area; at++) is_finite &= flow[at] < INFINITY;
    return is_finite;
}

/* What cells cost, in magnitude, and what they would save on the other side. */
typedef struct cell_sums {
    double magnitudes, savings;
} cell_sums;

#define CL_BODY "../flows/grid_cut_body.h"
#include "../common/element_types.h"

cl_status cl_grid_cut_solve(
    cl_element element, const void *costs, cl_grid_cut_shape shape, void *workspace,
    double *restrict value, uint8_t *restrict source_side, double *restrict flow,
    cl_fault *restrict fault) {
    CL_STOPPABLE(fault, (element == CL_FLOAT32 ? grid_cut_solve_f32 : grid_cut_solve_f64)(
        costs, shape, workspace, value, source_side, flow, fault, stop));
}
