/* Costs read and laid out, for one element type; included by grid_cut_body.h. */

/* The index of the first cost that is none; the count of costs if there is no such. */
static size_t CL_ELEMENT(first_fault)(const grid *g, const CL_REAL *costs, size_t neighbors) {
    const size_t area = g->rows * g->columns;
    for (size_t index = 0; index < CL_GRID_CUT_ARCS * area; index++)
        if (!(costs[index] > -INFINITY)) return index;
    for (arc_row row = {0}; next_row(g, neighbors, &row);)
        for (size_t j = 0; j < row.count; j++)
            if (!(costs[row.index + j] >= 0)) return row.index + j;
    return (CL_GRID_CUT_ARCS + neighbors) * area;
}

/* The sum of what the finite costs take at most. */
static double CL_ELEMENT(sum_costs)(
    const grid *g, const CL_REAL *costs, size_t neighbors, bool *has_infinite) {
    const size_t area = g->rows * g->columns;
    double sum = 0;
    for (size_t i = 0; i < area; i++) {
        const double source = costs[i], sink = costs[area + i];
        const bool is_infinite = source == INFINITY || sink == INFINITY;
        *has_infinite |= is_infinite;
        sum += is_infinite ? 0 : fabs(sink - source);
    }
    for (arc_row row = {0}; next_row(g, neighbors, &row);) {
        for (size_t j = 0; j < row.count; j++) {
            const double cost = costs[row.index + j];
            *has_infinite |= cost == INFINITY;
            sum += cost == INFINITY ? 0 : cost;
        }
    }
    return sum;
}

/* What each cell has for the sink: less than 0 what it lacks. Returns whether all costs are numbers up to `limit`. */
FOR_EITHER bool CL_ELEMENT(load_cells)(const grid *g, const CL_REAL *costs, double most, double limit, size_t i) {
    const CL_REAL *restrict sources = costs + i * g->columns, *restrict sinks = sources + g->rows * g->columns;
    double *restrict balance = g->balance + cell_at(g, i, 0);
    bool is_plain = true;
    for (size_t j = 0; j < g->columns; j++) {
        const double source = sources[j], sink = sinks[j];
        is_plain &= (fabs(source) <= limit) & (fabs(sink) <= limit);
        const double pull = most == INFINITY ? sink - source : pull_of(source, sink);
        balance[j] = at_most(-pull, most) - at_most(pull, most);
    }
    return is_plain;
}

/* Lets the neighbors of a row exchange, first forth, then back, as a cell would give the same to both sides. */
FOR_EITHER bool CL_ELEMENT(exchange_within)(
    const grid *g, const CL_REAL *costs, size_t neighbors, double most, double limit, size_t i, double *const *rooms) {
    const size_t area = g->rows * g->columns, count = g->columns - 1;
    const CL_REAL *restrict there = costs + CL_GRID_CUT_ARCS * area + i * g->columns;
    const CL_REAL *restrict opposed = there + 2 * area + 1;
    double *restrict balance = g->balance + cell_at(g, i, 0);
    double *restrict forth = g->room + 2 * neighbors * room_width(g) + 1; /* 0 before and after the arcs */
    double *restrict back = forth + room_width(g), *restrict right = rooms[0], *restrict left = rooms[2] + 1;
    bool is_plain = true;
    for (size_t j = 0; j < count; j++) {
        const double ahead = there[j], against = opposed[j];
        is_plain &= (ahead >= 0) & (ahead <= limit) & (against >= 0) & (against <= limit);
        forth[j] = sent(balance[j], balance[j + 1], at_most(ahead, most));
    }
    for (size_t j = 0; j <= count; j++) balance[j] += forth[(ptrdiff_t)j - 1] - forth[j]; /* one of them is 0 */
    for (size_t j = 0; j < count; j++)
        back[j] = sent(balance[j + 1], balance[j], at_most(opposed[j], most));
    for (size_t j = 0; j <= count; j++) balance[j] += back[j] - back[(ptrdiff_t)j - 1];
    for (size_t j = 0; j < count; j++) {
        const double moved = forth[j] - back[j];
        right[j] = at_most(there[j], most) - moved;
        left[j] = at_most(opposed[j], most) + moved;
    }
    return is_plain;
}

/* Lets the cells of a row exchange with their neighbors of the next one in direction `d`. */
FOR_EITHER bool CL_ELEMENT(exchange_down)(
    const grid *g, const CL_REAL *costs, double most, double limit, size_t d, size_t i, double *const *rooms,
    double *const *rooms_below) {
    const range columns = before_step(g->columns, step_right[d]);
    const size_t from = columns.from, count = columns.to - from, to = from + (size_t)step_right[d];
    const CL_REAL *channels = costs + CL_GRID_CUT_ARCS * g->rows * g->columns;
    const CL_REAL *restrict there = channels + (d * g->rows + i) * g->columns + from;
    const CL_REAL *restrict opposed = channels + (opposite(d) * g->rows + i + 1) * g->columns + to;
    double *restrict balance = g->balance + cell_at(g, i, from), *restrict below = g->balance + cell_at(g, i + 1, to);
    double *restrict down = rooms[d] + from, *restrict up = rooms_below[opposite(d)] + to;
    bool is_plain = true;
    for (size_t j = 0; j < count; j++) {
        const double ahead = there[j], against = opposed[j], here = balance[j], other = below[j];
        is_plain &= (ahead >= 0) & (ahead <= limit) & (against >= 0) & (against <= limit);
        const double room = at_most(ahead, most), room_back = at_most(against, most);
        const double moved = sent(here, other, room) - sent(other, here, room_back);
        balance[j] = here - moved;
        below[j] = other + moved;
        down[j] = room - moved;
        up[j] = room_back + moved;
    }
    return is_plain;
}

/* Lays out the costs; where one is more than `most`, or none, that or 0. What a search need not find goes through at
 * once: of each row while it and the one before stand in `room`. Returns whether all are numbers that cannot add up
 * to infinity. */
FOR_EITHER bool CL_ELEMENT(load_for)(const grid *g, const CL_REAL *costs, size_t neighbors, double most) {
    const size_t rows = g->rows;
    const double limit = DBL_MAX / (double)(rows * g->columns) / (double)(2 * CL_GRID_CUT_ARCS + MOST_NEIGHBORS);
    double *rooms[2][MOST_NEIGHBORS];
    bool is_plain = true;
    clear_borders(g, neighbors);
    for (size_t d = 0; d < 2 * neighbors; d++) rooms[d / neighbors][d % neighbors] = g->room + d * room_width(g) + 1;
    for (size_t i = 0; i < rows; i++) {
        double *const *here = rooms[i % 2], *const *above = rooms[(i + 1) % 2];
        leave_if_stopped(g->stop);
        is_plain &= CL_ELEMENT(load_cells)(g, costs, most, limit, i);
        is_plain &= CL_ELEMENT(exchange_within)(g, costs, neighbors, most, limit, i, here);
        if (i == 0) continue;
        for (size_t d = 0; d < neighbors; d++)
            if (step_down[d] > 0) is_plain &= CL_ELEMENT(exchange_down)(g, costs, most, limit, d, i - 1, above, here);
        write_arcs(g, neighbors, i - 1, above, here);
    }
    for (size_t d = 0; d < neighbors; d++) /* arcs out of the grid, and into it */
        if (step_down[d] != 0)
            memset(rooms[(rows - (step_down[d] > 0)) % 2][d], 0, g->columns * sizeof(double));
    write_arcs(g, neighbors, rows - 1, rooms[(rows - 1) % 2], rooms[rows % 2]);
    return is_plain;
}

static bool CL_ELEMENT(load)(const grid *g, const CL_REAL *costs, size_t neighbors, double most) {
    if (most < INFINITY)
        return neighbors == 4 ? CL_ELEMENT(load_for)(g, costs, 4, most) : CL_ELEMENT(load_for)(g, costs, 8, most);
    return neighbors == 4 ? CL_ELEMENT(load_for)(g, costs, 4, INFINITY) : CL_ELEMENT(load_for)(g, costs, 8, INFINITY);
}
