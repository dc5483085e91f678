/* Costs in, cut and flow out, for one element type; included by grid_cut.c. */

#if CL_REAL_IS_FLOAT
#define GRID(name) name##_of_float
#define GRID_SOLVE cl_grid_cut_solve_f32
#else
#define GRID(name) name##_of_double
#define GRID_SOLVE cl_grid_cut_solve_f64
#endif

/* What a cell's arc to the sink takes, less what its arc from the source brings. NaN: a cost is none. */
static inline double GRID(pull)(double source, double sink) {
    if (!(source > -INFINITY) || !(sink > -INFINITY)) return NAN;
    return source == sink ? 0 : sink - source;
}

/* A positive number up to `most`; 0 for others. */
static inline double GRID(at_most)(double number, double most) {
    const double positive = number > 0 ? number : 0;
    return positive < most ? positive : most;
}

/* The finite sum of what the costs take at most; otherwise sets the index of the first that is invalid,
 * or that makes the sum infinite, and returns NaN. */
static double GRID(sum_costs)(const grid *g, const CL_REAL *costs, size_t neighbours, size_t *fault) {
    const size_t area = g->rows * g->columns;
    double sum = 0;
    for (size_t i = 0; i < area; i++) {
        const double source = costs[i], sink = costs[area + i];
        const double pull = fabs(GRID(pull)(source, sink));
        const bool is_infinite = source == INFINITY || sink == INFINITY;
        sum += is_infinite ? 0 : pull;
        *fault = source > -INFINITY ? area + i : i;
        if (isnan(pull) || isinf(sum)) return NAN;
    }
    for (size_t d = 0; d < neighbours; d++) {
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            for (size_t j = columns.from; j < columns.to; j++) {
                const size_t index = (CL_GRID_CUT_ARCS + d) * area + i * g->columns + j;
                const double cost = costs[index];
                sum += cost == INFINITY ? 0 : cost;
                *fault = index;
                if (!(cost >= 0) || isinf(sum)) return NAN;
            }
        }
    }
    return sum;
}

static void GRID(load)(const grid *g, const CL_REAL *costs, size_t neighbours, double most) {
    const size_t area = g->rows * g->columns;
    memset(g->residual, 0, g->cells * neighbours * sizeof(double));
    memset(g->excess, 0, g->cells * sizeof(double));
    memset(g->outlet, 0, g->cells * sizeof(double));
    memset(g->supply, 0, g->cells * sizeof(double));
    memset(g->open, 0, g->cells * sizeof(uint8_t));
    for (size_t i = 0; i < g->rows; i++) {
        for (size_t j = 0; j < g->columns; j++) {
            const size_t p = cell_at(g, i, j), at = i * g->columns + j;
            const double pull = GRID(pull)(costs[at], costs[area + at]);
            g->excess[p] = g->supply[p] = GRID(at_most)(-pull, most);
            g->outlet[p] = GRID(at_most)(pull, most);
        }
    }
    for (size_t d = 0; d < neighbours; d++) {
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            const CL_REAL *arcs = costs + (CL_GRID_CUT_ARCS + d) * area + i * g->columns;
            for (size_t j = columns.from; j < columns.to; j++) {
                const size_t p = cell_at(g, i, j);
                g->residual[p * neighbours + d] = GRID(at_most)(arcs[j], most);
                g->open[p] |= (uint8_t)((arcs[j] > 0) << d);
            }
        }
    }
}

static double GRID(cut_value)(
    const grid *g, const CL_REAL *costs, size_t neighbours, const uint8_t *source_side) {
    const size_t area = g->rows * g->columns;
    double value = 0;
    for (size_t at = 0; at < area; at++) value += source_side[at] ? 0 : costs[at];
    for (size_t at = 0; at < area; at++) value += source_side[at] ? costs[area + at] : 0;
    for (size_t d = 0; d < neighbours; d++) {
        const CL_REAL *arcs = costs + (CL_GRID_CUT_ARCS + d) * area;
        const ptrdiff_t step = step_down[d] * (ptrdiff_t)g->columns + step_right[d];
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            for (size_t j = columns.from; j < columns.to; j++) {
                const size_t at = i * g->columns + j;
                const bool is_cut = source_side[at] & !source_side[(ptrdiff_t)at + step];
                value += is_cut ? arcs[at] : 0;
            }
        }
    }
    return value;
}

/* What each arc's residual capacity is less than its capacity. An arc and the one against it cannot
 * both carry something. */
static void GRID(write_flow)(
    const grid *g, const CL_REAL *costs, size_t neighbours, double most, double *restrict flow) {
    const size_t area = g->rows * g->columns;
    for (size_t at = 0; at < area; at++)
        flow[at] = g->outlet[cell_at(g, at / g->columns, at % g->columns)];
    memset(flow + CL_GRID_CUT_ARCS * area, 0, neighbours * area * sizeof(double));
    for (size_t d = 0; d < neighbours; d++) {
        const range rows = before_step(g->rows, step_down[d]);
        const range columns = before_step(g->columns, step_right[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            for (size_t j = columns.from; j < columns.to; j++) {
                const size_t index = (CL_GRID_CUT_ARCS + d) * area + i * g->columns + j;
                const double capacity = GRID(at_most)(costs[index], most);
                const double left = g->residual[cell_at(g, i, j) * neighbours + d];
                flow[index] = GRID(at_most)(capacity - left, most);
            }
        }
    }
}

cl_status GRID_SOLVE(
    const CL_REAL *costs, cl_grid_cut_shape shape, void *workspace, double *restrict value,
    uint8_t *restrict source_side, double *restrict flow, size_t *restrict fault) {
    if (cl_grid_cut_workspace_size(shape) == 0) return CL_STATUS_INVALID_ARGUMENT;
    const size_t neighbours = shape.neighbours, area = shape.rows * shape.columns;
    *value = 0;
    if (area == 0) return CL_STATUS_OK;
    grid g;
    lay_out(&g, aligned(workspace), shape);
    const double sum = GRID(sum_costs)(&g, costs, neighbours, fault);
    if (isnan(sum)) return CL_STATUS_INVALID_COST;
    const double most = stand_in_for_infinity(sum);
    GRID(load)(&g, costs, neighbours, most);
    find_cut(&g, neighbours, source_side);
    *value = GRID(cut_value)(&g, costs, neighbours, source_side);
    if (*value == INFINITY) return CL_STATUS_UNBOUNDED;
    if (!flow) return CL_STATUS_OK;

    for (size_t at = 0; at < area; at++) {
        const size_t p = cell_at(&g, at / g.columns, at % g.columns);
        const double pull = GRID(at_most)(GRID(pull)(costs[at], costs[area + at]), most);
        flow[CL_GRID_CUT_SINK * area + at] = pull - g.outlet[p];
    }
    find_flow(&g, neighbours);
    GRID(write_flow)(&g, costs, neighbours, most, flow);
    return CL_STATUS_OK;
}

#undef GRID
#undef GRID_SOLVE
