/* Costs read and laid out, for one element type; included by grid_cut_body.h. */

/* What a cell's arc to the sink takes, less what its arc from the source brings. NaN: a cost is none. */
static inline double CL_ELEMENT(pull)(double source, double sink) {
    if (!(source > -INFINITY) || !(sink > -INFINITY)) return NAN;
    return source == sink ? 0 : sink - source;
}

/* A positive number up to `most`; 0 for others. */
static inline double CL_ELEMENT(at_most)(double number, double most) {
    const double positive = number > 0 ? number : 0;
    return positive < most ? positive : most;
}

/* The arcs in one direction from a row of cells: one such row after another, from {0}. */
typedef struct CL_ELEMENT(arc_row) {
    size_t direction, next, count;
    const CL_REAL *costs;
} CL_ELEMENT(arc_row);

static bool CL_ELEMENT(next_row)(const grid *g, const CL_REAL *costs, size_t neighbors, CL_ELEMENT(arc_row) *row) {
    for (; row->direction < neighbors; row->direction++, row->next = 0) {
        const size_t d = row->direction;
        const range rows = before_step(g->rows, step_down[d]), columns = before_step(g->columns, step_right[d]);
        const size_t i = row->next > rows.from ? row->next : rows.from;
        if (i >= rows.to) continue;
        leave_if_stopped(g->stop);
        row->next = i + 1;
        row->count = columns.to - columns.from;
        row->costs = costs + ((CL_GRID_CUT_ARCS + d) * g->rows + i) * g->columns + columns.from;
        return true;
    }
    return false;
}

/* The index of the first cost that is none; the count of costs if there is no such. */
static size_t CL_ELEMENT(first_fault)(const grid *g, const CL_REAL *costs, size_t neighbors) {
    const size_t area = g->rows * g->columns;
    for (size_t index = 0; index < CL_GRID_CUT_ARCS * area; index++)
        if (!(costs[index] > -INFINITY)) return index;
    for (CL_ELEMENT(arc_row) row = {0}; CL_ELEMENT(next_row)(g, costs, neighbors, &row);)
        for (size_t j = 0; j < row.count; j++)
            if (!(row.costs[j] >= 0)) return (size_t)(row.costs - costs) + j;
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
    for (CL_ELEMENT(arc_row) row = {0}; CL_ELEMENT(next_row)(g, costs, neighbors, &row);) {
        for (size_t j = 0; j < row.count; j++) {
            const double cost = row.costs[j];
            *has_infinite |= cost == INFINITY;
            sum += cost == INFINITY ? 0 : cost;
        }
    }
    return sum;
}

/* Sends through a row of arcs, up to `most_there` and against them up to `most_back`, what cells have for the sink and
 * their neighbors behind lack. */
FOR_EITHER void CL_ELEMENT(exchange)(
    const CL_REAL *there, const CL_REAL *opposed, double most_there, double most_back, size_t count, double *balance,
    double *beyond, double *restrict sent) {
    for (size_t j = 0; j < count; j++) {
        const double here = balance[j], other = beyond[j];
        const double forth = here < -other ? here : -other, against = other < -here ? other : -here;
        sent[j] = CL_ELEMENT(at_most)(forth, CL_ELEMENT(at_most)(there[j], most_there)) -
                  CL_ELEMENT(at_most)(against, CL_ELEMENT(at_most)(opposed[j], most_back));
    }
    for (size_t j = 0; j < count; j++) balance[j] -= sent[j];
    for (size_t j = 0; j < count; j++) beyond[j] += sent[j];
}

/* Lays out the arcs of a row of cells in direction `d` and those against them, when what a search need not find has
 * gone through: within a row first forth, then back, as a cell would give the same to both sides. `sent`, `taken`: room
 * for a row. Returns whether all are numbers up to `limit`. */
FOR_EITHER bool CL_ELEMENT(load_row)(
    const grid *g, const CL_REAL *costs, size_t neighbors, double most, double limit, size_t d, size_t i,
    double *restrict sent, double *restrict taken) {
    const size_t area = g->rows * g->columns, back = opposite(d);
    const range columns = before_step(g->columns, step_right[d]);
    const size_t count = columns.to - columns.from;
    const ptrdiff_t step = step_down[d] * (ptrdiff_t)g->columns + step_right[d];
    const CL_REAL *there = costs + (CL_GRID_CUT_ARCS + d) * area + i * g->columns + columns.from;
    const CL_REAL *opposed = costs + (CL_GRID_CUT_ARCS + back) * area + i * g->columns + columns.from + step;
    const size_t from = cell_at(g, i, columns.from), to = from + (size_t)g->offset[d];
    double *balance = g->balance + from, *beyond = g->balance + to;
    if (step_down[d] == 0) {
        CL_ELEMENT(exchange)(there, opposed, most, 0, count, balance, beyond, sent);
        CL_ELEMENT(exchange)(there, opposed, 0, most, count, balance, beyond, taken);
        for (size_t j = 0; j < count; j++) sent[j] += taken[j]; /* one of them is 0 */
    } else {
        CL_ELEMENT(exchange)(there, opposed, most, most, count, balance, beyond, sent);
    }
    double *residual = g->residual + from * neighbors + d, *left = g->residual + to * neighbors + back;
    uint8_t *entries = g->entries + from, *entries_beyond = g->entries + to;
    bool is_plain = true;
    for (size_t j = 0; j < count; j++) {
        is_plain &= (there[j] >= 0) & (there[j] <= limit) & (opposed[j] >= 0) & (opposed[j] <= limit);
        const double forth = CL_ELEMENT(at_most)(there[j], most) - sent[j];
        const double against = CL_ELEMENT(at_most)(opposed[j], most) + sent[j];
        residual[j * neighbors] = forth;
        left[j * neighbors] = against;
        entries[j] |= (uint8_t)((against > 0) << d);
        entries_beyond[j] |= (uint8_t)((forth > 0) << back);
    }
    return is_plain;
}

/* Lays out the costs; where one is more than `most`, or none, that or 0. Returns whether all are numbers
 * that cannot add up to infinity. */
FOR_EITHER bool CL_ELEMENT(load_for)(const grid *g, const CL_REAL *costs, size_t neighbors, double most) {
    const size_t area = g->rows * g->columns;
    const double limit = DBL_MAX / (double)area / (double)(2 * CL_GRID_CUT_ARCS + MOST_NEIGHBORS);
    bool is_plain = true;
    memset(g->balance, 0, g->cells * sizeof(double));
    memset(g->entries, 0, g->cells * sizeof(uint8_t));
    for (size_t i = 0; i < g->rows; i++) {
        leave_if_stopped(g->stop);
        const CL_REAL *sources = costs + i * g->columns, *sinks = sources + area;
        double *balance = g->balance + cell_at(g, i, 0), *residual = g->residual + cell_at(g, i, 0) * neighbors;
        const size_t inner = i > 0 && i + 1 < g->rows && g->columns > 1 ? g->columns - 1 : 1;
        for (size_t j = 0; j < g->columns; j += inner) /* arcs that lead out of the grid */
            memset(residual + j * neighbors, 0, neighbors * sizeof(double));
        for (size_t j = 0; j < g->columns; j++) {
            const double pull = CL_ELEMENT(pull)(sources[j], sinks[j]);
            is_plain &= (fabs((double)sources[j]) <= limit) & (fabs((double)sinks[j]) <= limit);
            balance[j] = CL_ELEMENT(at_most)(-pull, most) - CL_ELEMENT(at_most)(pull, most);
        }
    }
    for (size_t d = 0; d < neighbors; d += d % 4 == 1 ? 3 : 1) { /* of each two directions the first */
        const range rows = before_step(g->rows, step_down[d]);
        for (size_t i = rows.from; i < rows.to; i++) {
            leave_if_stopped(g->stop);
            is_plain &= CL_ELEMENT(load_row)(
                g, costs, neighbors, most, limit, d, i, g->passing, g->passing + g->width);
        }
    }
    return is_plain;
}

static bool CL_ELEMENT(load)(const grid *g, const CL_REAL *costs, size_t neighbors, double most) {
    return neighbors == 4 ? CL_ELEMENT(load_for)(g, costs, 4, most) : CL_ELEMENT(load_for)(g, costs, 8, most);
}
