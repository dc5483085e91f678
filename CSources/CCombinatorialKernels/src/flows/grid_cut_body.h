/* Costs in, cut and flow out, for one element type; included by grid_cut.c. */
#include "grid_cut_costs_body.h"

/* The sum of the arcs from cells that are on the source's side to cells that are not, times a scale. Four sums at a
 * time, so that no addition waits for the one before. */
FOR_EITHER double CL_ELEMENT(sum_cut)(
    const CL_REAL *arcs, const uint8_t *from, const uint8_t *to, size_t count, double scale) {
    double sums[4] = {0};
    size_t at = 0;
    for (; at + 4 <= count; at += 4) {
        for (size_t lane = 0; lane < 4; lane++) {
            const double cost = scale * arcs[at + lane];
            sums[lane] += from[at + lane] > to[at + lane] ? cost : 0;
        }
    }
    for (; at < count; at++) sums[at % 4] += from[at] > to[at] ? scale * arcs[at] : 0;
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* The sum of what cells cost where they are, in the same way. */
FOR_EITHER double CL_ELEMENT(sum_sides)(const CL_REAL *costs, const uint8_t *source_side, size_t area, double scale) {
    double sums[4] = {0};
    size_t at = 0;
    for (; at + 4 <= area; at += 4)
        for (size_t lane = 0; lane < 4; lane++) sums[lane] += scale * costs[source_side[at + lane] * area + at + lane];
    for (; at < area; at++) sums[at % 4] += scale * costs[source_side[at] * area + at];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* Times a scale. */
FOR_EITHER double CL_ELEMENT(cut_value)(
    const grid *g, const CL_REAL *costs, size_t neighbors, const uint8_t *source_side, double scale) {
    double value = CL_ELEMENT(sum_sides)(costs, source_side, g->rows * g->columns, scale);
    for (arc_row row = {0}; next_row(g, neighbors, &row);) {
        const uint8_t *side = source_side + row.cell;
        value += CL_ELEMENT(sum_cut)(costs + row.index, side, side + row.step, row.count, scale);
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
            const double balance = balances[j], pull = pull_of(costs[at], costs[area + at]);
            const double excess = balance > 0 ? balance : 0;
            sink_flow[at] = at_most(pull, most) + (balance - excess);
            balances[j] = excess - at_most(-pull, most);
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
            flow[i * g->columns + j] = at_most(-balance[j], most);
    }
    memset(flow + CL_GRID_CUT_ARCS * area, 0, neighbors * area * sizeof(double));
    for (arc_row row = {0}; next_row(g, neighbors, &row);) {
        const size_t place = cell_at(g, row.cell / g->columns, row.cell % g->columns);
        const double *residual = g->residual + place * neighbors + row.direction;
        for (size_t j = 0; j < row.count; j++) {
            const double capacity = at_most(costs[row.index + j], most);
            flow[row.index + j] = at_most(capacity - residual[j * neighbors], most);
        }
    }
}

/* Four sums at a time, so that no addition waits for the one before. */
static cell_sums CL_ELEMENT(sum_cells)(const CL_REAL *costs, const uint8_t *source_side, size_t area) {
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
    return (cell_sums){
        (magnitudes[0] + magnitudes[1]) + (magnitudes[2] + magnitudes[3]),
        (savings[0] + savings[1]) + (savings[2] + savings[3])};
}

/* Whether rounding may have hidden costs of the cut beside greater ones that are not in it: what a cell would
 * save on the other side, where its cost is less than 0. */
static bool CL_ELEMENT(hides_costs)(
    const grid *g, const CL_REAL *costs, size_t neighbors, const uint8_t *source_side) {
    const size_t area = g->rows * g->columns, count = (CL_GRID_CUT_ARCS + neighbors) * area;
    const cell_sums sums = CL_ELEMENT(sum_cells)(costs, source_side, area);
    if (rounding_of(sums.savings, count) <= 0x1p-12 * sums.magnitudes) return false;
    double least = INFINITY;
    for (size_t at = 0; at < area; at++) {
        const double source = costs[at], sink = costs[area + at], pull = fabs(pull_of(source, sink));
        const double smaller = have_either_sign(source, sink) ? fmin(fabs(source), fabs(sink)) : 0;
        const double term = smaller > 0 ? smaller : pull;
        least = term > 0 && term < least ? term : least;
    }
    for (arc_row row = {0}; next_row(g, neighbors, &row);) {
        const CL_REAL *arcs = costs + row.index;
        for (size_t j = 0; j < row.count; j++) least = arcs[j] > 0 && arcs[j] < least ? arcs[j] : least;
    }
    return rounding_of(sums.savings, count) > least;
}

/* The arcs of the graph: those of all terminals, then those between cells in the order of their costs. */
static void CL_ELEMENT(build_graph)(
    const grid *g, const grid_graph *graph, const CL_REAL *costs, size_t neighbors) {
    const size_t area = g->rows * g->columns;
    for (size_t at = 0; at < area; at++) {
        if (at % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
        join_terminal(graph, area, at, costs[at], costs[area + at]);
    }
    size_t arcs = TERMINAL_ARCS * area;
    for (arc_row row = {0}; next_row(g, neighbors, &row);)
        for (size_t j = 0; j < row.count; j++, arcs++) {
            graph->tails[arcs] = (int32_t)(row.cell + j);
            graph->heads[arcs] = (int32_t)((ptrdiff_t)(row.cell + j) + row.step);
            graph->capacities[arcs] = costs[row.index + j];
        }
}

/* Where sums exceed the largest double on the way, all that is added up is made smaller. */
static cl_status CL_ELEMENT(write_value)(
    const grid *g, const CL_REAL *costs, size_t neighbors, const uint8_t *source_side, double *value) {
    *value = CL_ELEMENT(cut_value)(g, costs, neighbors, source_side, 1);
    if (isfinite(*value)) return CL_STATUS_OK;
    const double scaled = CL_ELEMENT(cut_value)(g, costs, neighbors, source_side, 0x1p-64);
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
    const bool is_finite = sent < INFINITY && write_graph_flow(g, &graph, neighbors, flow);
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
