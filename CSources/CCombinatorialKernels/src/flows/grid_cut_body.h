/* Costs in, cut and flow out, for one element type; included by grid_cut.c. */
#include "grid_cut_costs_body.h"

/* The sum of the arcs from cells that are on the source's side to cells that are not. Four sums at a
 * time, so that no addition waits for the one before. */
static inline double CL_ELEMENT(sum_cut)(
    const CL_REAL *arcs, const uint8_t *from, const uint8_t *to, size_t count) {
    double sums[4] = {0};
    size_t at = 0;
    for (; at + 4 <= count; at += 4) {
        for (size_t lane = 0; lane < 4; lane++) {
            const double cost = arcs[at + lane];
            sums[lane] += from[at + lane] > to[at + lane] ? cost : 0;
        }
    }
    for (; at < count; at++) sums[at % 4] += from[at] > to[at] ? arcs[at] : 0;
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* The sum of what cells cost where they are, in the same way. */
static double CL_ELEMENT(sum_sides)(const CL_REAL *costs, const uint8_t *source_side, size_t area) {
    double sums[4] = {0};
    size_t at = 0;
    for (; at + 4 <= area; at += 4)
        for (size_t lane = 0; lane < 4; lane++) sums[lane] += costs[source_side[at + lane] * area + at + lane];
    for (; at < area; at++) sums[at % 4] += costs[source_side[at] * area + at];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static double CL_ELEMENT(cut_value)(
    const grid *g, const CL_REAL *costs, size_t neighbors, const uint8_t *source_side) {
    const size_t area = g->rows * g->columns;
    double value = CL_ELEMENT(sum_sides)(costs, source_side, area);
    for (size_t d = 0; d < neighbors; d++) {
        const ptrdiff_t step = step_down[d] * (ptrdiff_t)g->columns + step_right[d];
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            leave_if_stopped(g->stop);
            const size_t at = i * g->columns + columns.from;
            const CL_REAL *arcs = costs + (CL_GRID_CUT_ARCS + d) * area + at;
            const uint8_t *side = source_side + at;
            value += CL_ELEMENT(sum_cut)(arcs, side, side + step, columns.to - columns.from);
        }
    }
    return value;
}

/* Writes what goes to the sink, and makes the source the destination of what is left. After that a
 * cell's balance is less than 0 by what it takes from the source. */
static void CL_ELEMENT(turn_back)(const grid *g, const CL_REAL *costs, double most, double *restrict sink_flow) {
    const size_t area = g->rows * g->columns;
    for (size_t i = 0; i < g->rows; i++) {
        leave_if_stopped(g->stop);
        double *balances = g->balance + cell_at(g, i, 0);
        for (size_t j = 0; j < g->columns; j++) {
            const size_t at = i * g->columns + j;
            const double balance = balances[j], pull = CL_ELEMENT(pull)(costs[at], costs[area + at]);
            const double excess = balance > 0 ? balance : 0;
            sink_flow[at] = CL_ELEMENT(at_most)(pull, most) + (balance - excess);
            balances[j] = excess - CL_ELEMENT(at_most)(-pull, most);
        }
    }
}

/* What each arc's residual capacity is less than its capacity. An arc and the one against it cannot
 * both carry something. */
static void CL_ELEMENT(write_flow)(
    const grid *g, const CL_REAL *costs, size_t neighbors, double most, double *restrict flow) {
    const size_t area = g->rows * g->columns;
    for (size_t i = 0; i < g->rows; i++) {
        leave_if_stopped(g->stop);
        const double *balance = g->balance + cell_at(g, i, 0);
        for (size_t j = 0; j < g->columns; j++)
            flow[i * g->columns + j] = CL_ELEMENT(at_most)(-balance[j], most);
    }
    for (size_t d = 0; d < neighbors; d++) {
        memset(flow + (CL_GRID_CUT_ARCS + d) * area, 0, area * sizeof(double));
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            leave_if_stopped(g->stop);
            for (size_t j = columns.from; j < columns.to; j++) {
                const size_t index = (CL_GRID_CUT_ARCS + d) * area + i * g->columns + j;
                const double capacity = CL_ELEMENT(at_most)(costs[index], most);
                const double left = g->residual[cell_at(g, i, j) * neighbors + d];
                flow[index] = CL_ELEMENT(at_most)(capacity - left, most);
            }
        }
    }
}

/* What cells cost, in magnitude, and what they would save on the other side. */
typedef struct CL_ELEMENT(cell_sums) {
    double magnitudes, savings;
} CL_ELEMENT(cell_sums);

/* Four sums at a time, so that no addition waits for the one before. */
static CL_ELEMENT(cell_sums) CL_ELEMENT(sum_cells)(const CL_REAL *costs, const uint8_t *source_side, size_t area) {
    const CL_REAL *sources = costs, *sinks = costs + area;
    double magnitudes[4] = {0}, savings[4] = {0};
    size_t at = 0;
    for (; at + 4 <= area; at += 4) {
        for (size_t lane = 0; lane < 4; lane++) {
            const double source = sources[at + lane], sink = sinks[at + lane], pull = sink - source;
            const bool is_source = source_side[at + lane] != 0;
            const double saving = is_source ? pull : -pull;
            magnitudes[lane] += fabs(is_source ? sink : source);
            savings[lane] += saving > 0 ? saving : 0;
        }
    }
    for (; at < area; at++) {
        const double pull = sinks[at] - (double)sources[at], saving = source_side[at] ? pull : -pull;
        magnitudes[0] += fabs((double)(source_side[at] ? sinks[at] : sources[at]));
        savings[0] += saving > 0 ? saving : 0;
    }
    return (CL_ELEMENT(cell_sums)){
        (magnitudes[0] + magnitudes[1]) + (magnitudes[2] + magnitudes[3]),
        (savings[0] + savings[1]) + (savings[2] + savings[3])};
}

/* Whether rounding may have hidden costs of the cut beside greater ones that are not in it: what a cell would
 * save on the other side, where its cost is less than 0. */
static bool CL_ELEMENT(hides_costs)(
    const grid *g, const CL_REAL *costs, size_t neighbors, const uint8_t *source_side) {
    const size_t area = g->rows * g->columns, count = (CL_GRID_CUT_ARCS + neighbors) * area;
    const CL_ELEMENT(cell_sums) sums = CL_ELEMENT(sum_cells)(costs, source_side, area);
    if (rounding_of(sums.savings, count) <= 0x1p-12 * sums.magnitudes) return false;
    double least = INFINITY;
    for (size_t at = 0; at < area; at++) {
        const double source = costs[at], sink = costs[area + at], pull = fabs(CL_ELEMENT(pull)(source, sink));
        const double smaller = have_either_sign(source, sink) ? fmin(fabs(source), fabs(sink)) : 0;
        const double term = smaller > 0 ? smaller : pull;
        least = term > 0 && term < least ? term : least;
    }
    for (size_t d = 0; d < neighbors; d++) {
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            leave_if_stopped(g->stop);
            const CL_REAL *arcs = costs + (CL_GRID_CUT_ARCS + d) * area + i * g->columns;
            for (size_t j = columns.from; j < columns.to; j++)
                least = arcs[j] > 0 && arcs[j] < least ? arcs[j] : least;
        }
    }
    return rounding_of(sums.savings, count) > least;
}

/* A 2^64th of the value, for sums that exceed the largest double on the way. */
static double CL_ELEMENT(scaled_cut_value)(
    const grid *g, const CL_REAL *costs, size_t neighbors, const uint8_t *source_side) {
    const size_t area = g->rows * g->columns;
    const double scale = 0x1p-64;
    double value = 0;
    for (size_t at = 0; at < area; at++) value += scale * costs[source_side[at] * area + at];
    for (size_t d = 0; d < neighbors; d++) {
        const ptrdiff_t step = step_down[d] * (ptrdiff_t)g->columns + step_right[d];
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            leave_if_stopped(g->stop);
            for (size_t j = columns.from; j < columns.to; j++) {
                const size_t at = i * g->columns + j;
                if (source_side[at] > source_side[(ptrdiff_t)at + step])
                    value += scale * costs[(CL_GRID_CUT_ARCS + d) * area + at];
            }
        }
    }
    return value;
}

/* Joins a cell to source or sink by two arcs. Costs of either sign need both: their difference may be beyond the
 * largest double, or a small one of them lost in it, which a cut pays where it would save the great one. */
static void CL_ELEMENT(join_terminal)(
    const grid_graph *graph, size_t area, size_t cell, double source, double sink) {
    const double pull = CL_ELEMENT(pull)(source, sink);
    const bool is_split = have_either_sign(source, sink) && isfinite(source) && isfinite(sink);
    for (size_t k = 0; k < TERMINAL_ARCS; k++) {
        const size_t arc = TERMINAL_ARCS * cell + k;
        graph->tails[arc] = (int32_t)(pull < 0 ? area : cell);
        graph->heads[arc] = (int32_t)(pull < 0 ? cell : area + 1);
        graph->capacities[arc] = is_split ? fabs(k == 0 ? source : sink) : k == 0 ? fabs(pull) : 0;
    }
}

/* The arcs of the graph: those of all terminals, then those between cells in the order of their costs. */
static void CL_ELEMENT(build_graph)(
    const grid *g, const grid_graph *graph, const CL_REAL *costs, size_t neighbors) {
    const size_t area = g->rows * g->columns;
    for (size_t at = 0; at < area; at++) {
        if (at % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
        CL_ELEMENT(join_terminal)(graph, area, at, costs[at], costs[area + at]);
    }
    size_t arcs = TERMINAL_ARCS * area;
    for (size_t d = 0; d < neighbors; d++) {
        const ptrdiff_t step = step_down[d] * (ptrdiff_t)g->columns + step_right[d];
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            leave_if_stopped(g->stop);
            for (size_t j = columns.from; j < columns.to; j++, arcs++) {
                const size_t at = i * g->columns + j;
                graph->tails[arcs] = (int32_t)at;
                graph->heads[arcs] = (int32_t)((ptrdiff_t)at + step);
                graph->capacities[arcs] = costs[(CL_GRID_CUT_ARCS + d) * area + at];
            }
        }
    }
}

/* False if what a cell sends to a terminal is beyond the largest double. */
static bool CL_ELEMENT(write_graph_flow)(
    const grid *g, const grid_graph *graph, size_t neighbors, double *restrict flow) {
    const size_t area = g->rows * g->columns;
    memset(flow, 0, CL_GRID_CUT_ARCS * area * sizeof(double));
    for (size_t arc = 0; arc < TERMINAL_ARCS * area; arc++) {
        if (arc % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
        const size_t cell = arc / TERMINAL_ARCS;
        flow[(size_t)graph->tails[arc] == area ? cell : area + cell] += graph->flow[arc];
    }
    size_t arcs = TERMINAL_ARCS * area;
    for (size_t d = 0; d < neighbors; d++) {
        memset(flow + (CL_GRID_CUT_ARCS + d) * area, 0, area * sizeof(double));
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            leave_if_stopped(g->stop);
            for (size_t j = columns.from; j < columns.to; j++, arcs++)
                flow[(CL_GRID_CUT_ARCS + d) * area + i * g->columns + j] = graph->flow[arcs];
        }
    }
    bool is_finite = true;
    for (size_t at = 0; at < CL_GRID_CUT_ARCS * area; at++) is_finite &= flow[at] < INFINITY;
    return is_finite;
}

static cl_status CL_ELEMENT(write_value)(
    const grid *g, const CL_REAL *costs, size_t neighbors, const uint8_t *source_side, double *value) {
    *value = CL_ELEMENT(cut_value)(g, costs, neighbors, source_side);
    if (isfinite(*value)) return CL_STATUS_OK;
    const double scaled = CL_ELEMENT(scaled_cut_value)(g, costs, neighbors, source_side);
    if (scaled == INFINITY) return CL_STATUS_UNBOUNDED;
    *value = scaled * 0x1p64;
    return isfinite(*value) ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
}

static cl_status CL_ELEMENT(solve_exactly)(
    const grid *g, const CL_REAL *costs, cl_grid_cut_shape shape, char *workspace, double *value,
    uint8_t *source_side, double *flow) {
    const size_t area = shape.rows * shape.columns, neighbors = shape.neighbors;
    grid_graph graph;
    arena a = arena_over(workspace);
    lay_out_graph(&graph, &a, shape);
    CL_ELEMENT(build_graph)(g, &graph, costs, neighbors);
    const cl_flow_graph view = {
        graph.tails, graph.heads, graph.nodes, graph.arcs, (int32_t)area, (int32_t)area + 1};
    double sent;
    double *graph_flow = flow ? graph.flow : NULL;
    if (!cl_exact_flow_solve(&view, graph.workspace, &sent, graph.source_side, graph_flow, g->stop))
        return CL_STATUS_UNBOUNDED;
    memcpy(source_side, graph.source_side, area);
    const cl_status status = CL_ELEMENT(write_value)(g, costs, neighbors, source_side, value);
    if (status != CL_STATUS_OK || !flow) return status;
    const bool is_finite = sent < INFINITY && CL_ELEMENT(write_graph_flow)(g, &graph, neighbors, flow);
    return is_finite ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
}

CL_SOLVES cl_status CL_ELEMENT(grid_cut_solve)(
    const void *untyped_costs, cl_grid_cut_shape shape, void *workspace, double *restrict value,
    uint8_t *restrict source_side, double *restrict flow, cl_fault *restrict fault, stop_point *stop) {
    const CL_REAL *costs = untyped_costs;
    if (cl_grid_cut_workspace_size(shape) == 0) return CL_STATUS_INVALID_ARGUMENT;
    const size_t neighbors = shape.neighbors, area = shape.rows * shape.columns;
    *value = 0;
    if (area == 0) return CL_STATUS_OK;
    grid g;
    arena a = arena_over(workspace);
    lay_out(&g, &a, shape);
    g.stop = stop;
    double most = INFINITY;
    if (!CL_ELEMENT(load)(&g, costs, neighbors, most)) {
        const size_t first = CL_ELEMENT(first_fault)(&g, costs, neighbors);
        if (first < (CL_GRID_CUT_ARCS + neighbors) * area) {
            refuse(fault, 0, first / shape.columns, first % shape.columns);
            return CL_STATUS_INVALID_COST;
        }
        bool has_infinite = false;
        const double sum = CL_ELEMENT(sum_costs)(&g, costs, neighbors, &has_infinite);
        if (!stays_finite(sum, has_infinite))
            return CL_ELEMENT(solve_exactly)(&g, costs, shape, workspace, value, source_side, flow);
        most = stand_in_for_infinity(sum);
        CL_ELEMENT(load)(&g, costs, neighbors, most);
    }
    push_out(&g, neighbors);
    for (size_t i = 0; i < g.rows; i++)
        memcpy(source_side + i * g.columns, g.unseen + cell_at(&g, i, 0), g.columns);
    const cl_status status = CL_ELEMENT(write_value)(&g, costs, neighbors, source_side, value);
    if (status != CL_STATUS_OK) return status;
    if (CL_ELEMENT(hides_costs)(&g, costs, neighbors, source_side))
        return CL_ELEMENT(solve_exactly)(&g, costs, shape, workspace, value, source_side, flow);
    if (!flow) return CL_STATUS_OK;

    CL_ELEMENT(turn_back)(&g, costs, most, flow + CL_GRID_CUT_SINK * area);
    push_out(&g, neighbors);
    CL_ELEMENT(write_flow)(&g, costs, neighbors, most, flow);
    if (conserves(&g, neighbors, flow)) return CL_STATUS_OK;
    return CL_ELEMENT(solve_exactly)(&g, costs, shape, workspace, value, source_side, flow);
}
