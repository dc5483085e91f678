#include <float.h>
#include <string.h>

#include "cl_flows.h"
#include "exact_flow.h"
#include "flow_common.h"
#include "../common/fault.h"

#pragma STDC FP_CONTRACT OFF

#define MOST_NEIGHBORS 8

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
    ARENA_TAKE(a, g->unseen, g->cells);
    ARENA_TAKE(a, g->entries, g->cells);
    ARENA_TAKE(a, g->passing, g->cells);
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
typedef struct range {
    size_t from, to;
} range;

static inline range before_step(size_t count, int step) {
    return (range){step < 0, step > 0 ? count - 1 : count};
}

/* Every function below is compiled for 4 and for 8 neighbors. */
#define FOR_EITHER static inline __attribute__((always_inline))

/* What a breadth-first search leaves. */
typedef struct search {
    size_t roots;   /* so many at the front of `order` are all that have balance < 0 */
    size_t holders; /* so many at the front of `active` have an excess and a label, nearest first */
    int32_t level;  /* the highest label */
} search;

/* Asks whether to stop, and says where to ask again: no loop over cells has room for the question. */
static inline size_t end_of_round(const grid *g, size_t from, size_t to) {
    leave_if_stopped(g->stop);
    return to - from < ARCS_OF_ROUND ? to : from + ARCS_OF_ROUND;
}

/* Labels cells by searching back from the destination, until all of a level are labelled and `wanted`
 * with an excess among them. */
FOR_EITHER void search_back(const grid *g, size_t neighbors, size_t wanted, search *found) {
    const double *restrict balance = g->balance;
    const uint8_t *restrict entries = g->entries;
    uint8_t *restrict unseen = g->unseen;
    int32_t *restrict order = g->order, *restrict label = g->label, *restrict active = g->active;
    ptrdiff_t offset[MOST_NEIGHBORS];
    for (size_t d = 0; d < neighbors; d++) offset[d] = g->offset[d];
    size_t head = 0, tail = 0, holders = 0;
    int32_t level = 0;
    memset(unseen, 1, g->cells);
    for (size_t p = 0; p < g->cells; p++) label[p] = UNREACHABLE;
    for (size_t i = 0; i < found->roots;) {
        for (const size_t stop = end_of_round(g, i, found->roots); i < stop; i++) {
            const int32_t p = order[i];
            const bool is_root = balance[p] < 0;
            unseen[p] = !is_root;
            order[tail] = p;
            tail += is_root;
        }
    }
    found->roots = tail;
    for (size_t end = tail; head < end && holders < wanted; end = tail) {
        level++;
        while (head < end) {
            for (const size_t stop = end_of_round(g, head, end); head < stop; head++) {
                const ptrdiff_t p = order[head];
                const uint32_t entry = entries[p];
                label[p] = level;
                active[holders] = (int32_t)p;
                holders += balance[p] > 0;
                for (size_t d = 0; d < neighbors; d++) {
                    const ptrdiff_t q = p + offset[d];
                    const uint32_t is_new = entry >> d & unseen[q];
                    unseen[q] ^= (uint8_t)is_new;
                    order[tail] = (int32_t)q;
                    tail += is_new;
                }
            }
        }
    }
    found->holders = holders;
    found->level = level;
}

/* Pushes what a cell has along some of its arcs. Those that then have an excess extend `list` from `*end` on, by steps
 * of `way`. Returns what stays. */
FOR_EITHER double push_along(
    const grid *g, size_t neighbors, int32_t p, uint32_t arcs, double excess, int32_t *restrict list, size_t *end,
    ptrdiff_t way) {
    double *restrict residuals = g->residual, *restrict balance = g->balance;
    uint8_t *restrict entries = g->entries;
    double *residual = residuals + (size_t)p * neighbors;
    uint32_t entry = entries[p];
    while (arcs) {
        const size_t d = (size_t)__builtin_ctz(arcs), back = opposite(d);
        const ptrdiff_t q = p + g->offset[d];
        const double capacity = residual[d], moved = excess < capacity ? excess : capacity;
        const double before = balance[q], after = before + moved;
        excess -= moved;
        residual[d] = capacity - moved;
        entries[q] &= (uint8_t)~((uint32_t)(moved == capacity) << back);
        residuals[(size_t)q * neighbors + back] += moved;
        entry |= 1u << d;
        balance[q] = after;
        list[*end] = (int32_t)q;
        *end += (size_t)((before <= 0) & (after > 0)) * (size_t)way;
        arcs = excess > 0 ? arcs & (arcs - 1) : 0;
    }
    entries[p] = (uint8_t)entry;
    balance[p] = excess;
    return excess;
}

/* Pushes what a cell has along its arcs to the level below, and what then stays along those to its own, for which the
 * cell rises. Those that then have an excess extend the back of `active` downwards, or `beside`. Returns whether
 * something stays. */
FOR_EITHER bool discharge(
    const grid *g, size_t neighbors, int32_t p, int32_t level, size_t *back_end, size_t *beside_end) {
    int32_t *restrict label = g->label;
    const double *residual = g->residual + (size_t)p * neighbors;
    uint32_t lower = 0, level_arcs = 0;
    for (size_t d = 0; d < neighbors; d++) {
        const int32_t there = label[p + g->offset[d]];
        lower |= (uint32_t)((there < level) & (residual[d] > 0)) << d;
        level_arcs |= (uint32_t)((there == level) & (residual[d] > 0)) << d;
    }
    const double left = push_along(g, neighbors, p, lower, g->balance[p], g->active - 1, back_end, -1);
    if (!(left > 0) || !level_arcs) return left > 0;
    label[p] = level + 1;
    return push_along(g, neighbors, p, level_arcs, left, g->beside, beside_end, 1) > 0;
}

/* Discharges cells with an excess, level by level from the farthest on: those that the search found, at the front of
 * `active`, those that got theirs from the level above, at its back, and those that got it from cells of their own
 * level that have risen. What stays has no way on before the next search. Returns how many cells it stays in. */
FOR_EITHER size_t sweep(const grid *g, size_t neighbors, const search *found) {
    size_t front = found->holders, back = g->cells, back_end = g->cells, beside = 0, stuck = 0;
    for (int32_t level = found->level; level > 0; level--) {
        const size_t from_above = back_end;
        leave_if_stopped(g->stop);
        for (; front > 0 && g->label[g->active[front - 1]] == level; front--) {
            if (front % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
            stuck += discharge(g, neighbors, g->active[front - 1], level, &back_end, &beside);
        }
        for (; back > from_above; back--) {
            if (back % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
            stuck += discharge(g, neighbors, g->active[back - 1], level, &back_end, &beside);
        }
        while (beside > 0) {
            if (beside % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
            const int32_t p = g->beside[--beside];
            stuck += discharge(g, neighbors, p, level, &back_end, &beside);
        }
    }
    return stuck;
}

/* Moves all excess to the destination that can get there; the last search sees all cells that can.
 * What a search has not reached can never get there: searches end with the last that is stuck. */
FOR_EITHER void push_out_of(const grid *g, size_t neighbors) {
    search found = {0};
    size_t wanted = g->cells;
    for (size_t p = 0; p < g->cells; p++) {
        g->order[found.roots] = (int32_t)p;
        found.roots += g->balance[p] < 0;
    }
    for (;;) {
        search_back(g, neighbors, wanted, &found);
        if (found.holders == 0) return;
        const size_t stuck = sweep(g, neighbors, &found);
        wanted = stuck > 0 ? stuck : g->cells;
    }
}

static void push_out(const grid *g, size_t neighbors) {
    if (neighbors == 4)
        push_out_of(g, 4);
    else
        push_out_of(g, 8);
}

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

#define CL_BODY "../flows/grid_cut_body.h"
#include "../common/element_types.h"

cl_status cl_grid_cut_solve(
    cl_element element, const void *costs, cl_grid_cut_shape shape, void *workspace,
    double *restrict value, uint8_t *restrict source_side, double *restrict flow,
    cl_fault *restrict fault) {
    CL_STOPPABLE(fault, (element == CL_FLOAT32 ? grid_cut_solve_f32 : grid_cut_solve_f64)(
        costs, shape, workspace, value, source_side, flow, fault, stop));
}
