/* The transport simplex, of one variant.
 *
 * Start: each row sends what it has to its cheapest column that still wants some; rows with the widest
 * range of costs, which have most to lose, come first. Then pivots, until no pair has a negative reduced
 * cost: the cheapest pairs of some rows are collected, and the best of them enter as long as they still
 * help. A row costs one pass over it, in vectors, for a minimum; where that is found is looked for only
 * if it is good enough. */

/* Rows whose best pairs are collected before the best of those enter the basis, one after the other. */
#define TRANSPORT_CANDIDATES 32

typedef struct transport_problem {
    transport base;
    const CL_REAL *costs;
    size_t stride;
#if !CL_REAL_IS_FLOAT
    point_rows *points; /* NULL, or the costs are distances */
#endif
} transport_problem;

typedef struct candidate {
    size_t row;
    size_t column;
} candidate;

#if CL_REAL_IS_FLOAT
static inline const CL_REAL *costs_of_row(const transport_problem *p, size_t i) { return p->costs + i * p->stride; }

static inline double pair_cost(const transport_problem *p, size_t i, size_t j) {
    return (double)costs_of_row(p, i)[j];
}
#else
#include "points_body.h"

static inline const CL_REAL *costs_of_row(const transport_problem *p, size_t i) {
    return p->points ? row_of_points(p->points, p->base.columns, i) : p->costs + i * p->stride;
}

static inline double pair_cost(const transport_problem *p, size_t i, size_t j) {
    return p->points ? cl_points_distance(p->points->points, i, j) : p->costs[i * p->stride + j];
}
#endif

/* The cost of a pair in the tree. */
static inline double cost_of_pair(const transport_problem *p, size_t i, size_t j) {
    const double cost = pair_cost(p, i, j);
    return cost < INFINITY ? cost : p->base.forbidden_cost;
}

static inline double reduced_cost(const transport_problem *p, size_t i, size_t j) {
    const double *price = p->base.tree.price;
    return pair_cost(p, i, j) + price[p->base.rows + j] - price[i];
}

static inline double lowest_lane(wide values) {
    double lowest = values[0];
    for (int lane = 1; lane < WIDE_LANES; lane++)
        lowest = values[lane] < lowest ? values[lane] : lowest;
    return lowest;
}

#define LOWER(low, from)                                                                           \
    do {                                                                                           \
        const wide sum = widened(c + (from)) + *(const wide *)(prices + (from));          \
        low = sum < low ? sum : low;                                                               \
    } while (0)

/* The least c[j] + prices[j]. */
static inline double lowest_sum(const CL_REAL *c, const double *prices, size_t count) {
    wide a = INFINITY, b = INFINITY, d = INFINITY, e = INFINITY;
    if (count < (size_t)WIDE_LANES) {
        double lowest = INFINITY;
        for (size_t j = 0; j < count; j++) {
            const double sum = (double)c[j] + prices[j];
            lowest = sum < lowest ? sum : lowest;
        }
        return lowest;
    }
    size_t j = 0;
    for (; j + 4 * WIDE_LANES <= count; j += 4 * WIDE_LANES) {
        LOWER(a, j);
        LOWER(b, j + WIDE_LANES);
        LOWER(d, j + 2 * WIDE_LANES);
        LOWER(e, j + 3 * WIDE_LANES);
    }
    for (; j + WIDE_LANES <= count; j += WIDE_LANES) LOWER(a, j);
    LOWER(b, count - WIDE_LANES); /* the last vector may overlap the one before */
    a = b < a ? b : a;
    d = e < d ? e : d;
    return lowest_lane(d < a ? d : a);
}

#undef LOWER

/* The first j whose c[j] + prices[j] is `sum`; there is one. */
static inline size_t position(const CL_REAL *c, const double *prices, double sum) {
    size_t j = 0;
    while ((double)c[j] + prices[j] != sum) j++;
    return j;
}

/* Checks the costs, and finds by what to sort the rows and what forbidden pairs are to cost. */
static bool survey(transport_problem *p) {
    double least = INFINITY, greatest = -INFINITY;
    for (size_t i = 0; i < p->base.rows; i++) {
        leave_if_stopped(p->base.stop);
        const CL_REAL *c = costs_of_row(p, i);
        double low = INFINITY, high = -INFINITY;
        wide_index valid = -1;
        wide lows = INFINITY, highs = -INFINITY;
        size_t j = 0;
        for (; j + WIDE_LANES <= p->base.columns; j += WIDE_LANES) {
            const wide x = widened(c + j);
            const wide permitted = x < (wide)INFINITY ? x : (wide)-INFINITY;
            valid &= x > (wide)-INFINITY;
            lows = x < lows ? x : lows;
            highs = permitted > highs ? permitted : highs;
        }
        for (int lane = 0; lane < WIDE_LANES; lane++) {
            if (!valid[lane]) return false;
            low = lows[lane] < low ? lows[lane] : low;
            high = highs[lane] > high ? highs[lane] : high;
        }
        for (; j < p->base.columns; j++) {
            const double x = (double)c[j];
            if (!(x > -INFINITY)) return false;
            low = x < low ? x : low;
            high = x < INFINITY && x > high ? x : high;
        }
        p->base.keys[i] = high - low;
        least = low < least ? low : least;
        greatest = high > greatest ? high : greatest;
    }
    const double range = greatest > least ? greatest - least : 0;
    p->base.forbidden_cost = greatest + (range > 0 ? range : 1) * (double)(p->base.rows + p->base.columns);
    if (!(greatest > -INFINITY)) p->base.forbidden_cost = 1;
    p->base.is_in_range = -NETWORK_GREATEST_COST <= least && greatest <= NETWORK_GREATEST_COST;
    return true;
}

static void refuse_first_fault(const transport_problem *p, cl_fault *fault) {
    for (size_t i = 0; i < p->base.rows; i++) {
        leave_if_stopped(p->base.stop);
        for (size_t j = 0; j < p->base.columns; j++) {
            const double x = pair_cost(p, i, j);
            if (!(x > -INFINITY)) {
                refuse(fault, 0, i, j);
                return;
            }
        }
    }
}

/* The cheapest column that row i can send to. The prices of columns are 0 if they are open, else
 * +infinity; one is. */
static size_t cheapest_open(const transport_problem *p, size_t i) {
    const double *prices = p->base.tree.price + p->base.rows;
    const double lowest = lowest_sum(costs_of_row(p, i), prices, p->base.columns);
    if (lowest < INFINITY) return position(costs_of_row(p, i), prices, lowest);
    size_t j = 0; /* all forbidden */
    while (prices[j] > 0) j++;
    return j;
}

/* A strongly feasible tree. An end that is served hangs from its partner in the last step, which is
 * served later. Where both would be, the column is: the row goes on with nothing to send, and hangs
 * from the next column by an arc that carries nothing, and points to the root: the column that is wanted
 * last. */
static void start_tree(transport_problem *p) {
    transport *b = &p->base;
    network_tree *t = &b->tree;
    double *prices = t->price + b->rows;
    size_t open = 0, served = 0;
    for (size_t j = 0; j < b->columns; j++) {
        const bool is_open = b->demand_units[j] > 0 || j + b->rows == (size_t)b->root;
        prices[j] = is_open ? 0 : INFINITY;
        open += is_open;
    }
    for (size_t k = 0; k < b->rows; k++) {
        const int32_t row = b->sorted[k];
        for (bool row_served = false; !row_served;) {
            leave_if_stopped(b->stop);
            const size_t j = cheapest_open(p, (size_t)row);
            const int32_t column = (int32_t)(b->rows + j);
            if (open == 1) b->root = column;
            row_served = open == 1 || b->supply_units[row] < b->demand_units[j];
            const int64_t units = row_served ? b->supply_units[row] : b->demand_units[j];
            const int32_t node = row_served ? row : column;
            const double cost = cost_of_pair(p, (size_t)row, j);
            network_tree_hang(
                t, node, row_served ? column : row,
                (tree_arc){0, units, row_served ? cost : -cost});
            t->order[served++] = node;
            b->supply_units[row] -= units;
            b->demand_units[j] -= units;
            if (row_served) continue;
            prices[j] = INFINITY;
            open--;
        }
    }
    network_tree_plant(t, b->root);
    while (served-- > 0) {
        const int32_t node = t->order[served];
        network_tree_add_leaf(t, node, t->parent[node], (tree_arc){0, t->flow[node], t->rise[node]});
    }
}

/* Lets the candidates enter, the best first, until none has a reduced cost below -tolerance. */
static void pivot_on(transport_problem *p, candidate *list, size_t count, double tolerance) {
    while (count > 0 && p->base.pivots_left > 0) {
        size_t best = count;
        double lowest = -tolerance;
        for (size_t k = 0; k < count;) {
            const double reduced = reduced_cost(p, list[k].row, list[k].column);
            if (!(reduced < -tolerance)) {
                list[k] = list[--count];
                continue;
            }
            if (reduced < lowest) {
                lowest = reduced;
                best = k;
            }
            k++;
        }
        if (best >= count) return;
        leave_if_stopped(p->base.stop);
        const candidate c = list[best];
        list[best] = list[--count];
        p->base.pivots_left--;
        transport_pivot(&p->base, c.row, c.column, cost_of_pair(p, c.row, c.column));
    }
}

/* Ends when all rows have been looked at without a pivot, and with the tolerance of the present tree; or,
 * where rounding might make it go round in a circle, after more pivots than are ever needed. */
static void optimize(transport_problem *p) {
    const double *price = p->base.tree.price, *prices = price + p->base.rows;
    candidate list[TRANSPORT_CANDIDATES];
    double tolerance = transport_tolerance(&p->base);
    p->base.pivots_left = 1000 * (p->base.rows + p->base.columns);
    for (size_t i = 0, seen = 0, count = 0; seen < p->base.rows && p->base.pivots_left > 0;) {
        leave_if_stopped(p->base.stop);
        const CL_REAL *c = costs_of_row(p, i);
        const double lowest = lowest_sum(c, prices, p->base.columns);
        if (lowest - price[i] < -tolerance)
            list[count++] = (candidate){i, position(c, prices, lowest)};
        i = i + 1 < p->base.rows ? i + 1 : 0;
        seen++;
        if (count == TRANSPORT_CANDIDATES || (seen == p->base.rows && count > 0)) {
            pivot_on(p, list, count, tolerance);
            seen = count = 0;
        }
        if (i > 0) continue;
        const double before = tolerance;
        tolerance = transport_tolerance(&p->base);
        if (tolerance < before / 2) seen = 0;
    }
}

static void write_potentials(transport_problem *p, const cl_transport_output *output) {
    const transport *b = &p->base;
    const double *prices = b->tree.price + b->rows;
    double *u = output->row_potentials, *v = output->column_potentials;
    for (size_t i = 0; i < b->rows; i++) {
        leave_if_stopped(b->stop);
        const double lowest = lowest_sum(costs_of_row(p, i), prices, b->columns);
        u[i] = lowest < INFINITY ? lowest : b->tree.price[i];
    }
    bool all_in_tree = true;
    for (size_t j = 0; j < b->columns; j++) {
        v[j] = -prices[j];
        all_in_tree = all_in_tree && prices[j] < INFINITY;
    }
    for (size_t j = 0; !all_in_tree && j < b->columns; j++) { /* without demand: as much as u permits */
        if (prices[j] < INFINITY) continue;
        leave_if_stopped(b->stop);
        v[j] = INFINITY;
        for (size_t i = 0; i < b->rows; i++) {
            const double slack = cost_of_pair(p, i, j) - u[i];
            v[j] = slack < v[j] ? slack : v[j];
        }
    }
}

/* False if some mass has no permitted way. */
static bool write_plan(transport_problem *p, const cl_transport_output *output) {
    const transport *b = &p->base;
    const size_t count = transport_plan_nodes(&p->base);
    double value = 0;
    size_t entries = 0;
    for (size_t k = 0; k < count; k++) {
        const int32_t node = b->tree.order[k];
        const size_t i = transport_row_of(b, node), j = transport_column_of(b, node);
        const double cost = pair_cost(p, i, j);
        const double mass = (double)b->tree.flow[node] / b->units;
        if (!(cost < INFINITY)) return false;
        value += cost * mass;
        output->plan_rows[entries] = (int32_t)i;
        output->plan_columns[entries] = (int32_t)j;
        output->plan_masses[entries++] = mass;
    }
    *output->value = value;
    *output->plan_count = entries;
    return isfinite(value);
}

/* Solves in doubles; true if they prove their answer, else *found says how far they came. */
static bool solve_in_doubles(
    transport_problem *p, transport_costs costs, const cl_transport_output *output, transport_start *found) {
    *found = TRANSPORT_TREE;
    start_tree(p);
    optimize(p);
    write_potentials(p, output);
    if (!write_plan(p, output)) return false;
    if (!transport_is_proven(&p->base, costs, output)) return false;
    const bool is_counted = transport_is_counted(&p->base, output);
    if (!transport_center_well(&p->base, costs, output)) return false;
    *found = TRANSPORT_POTENTIALS;
    if (output->excess != NULL) *output->excess = INFINITY;
    return is_counted;
}

/* Lays out what is not of a matrix or of points alone. */
static void begin(
    transport_problem *p, arena *a, size_t rows, size_t columns, const double *supply, const double *demand,
    stop_point *stop) {
    transport_lay_out(&p->base, a, rows, columns);
    p->base.supply = supply;
    p->base.demand = demand;
    p->base.stop = stop;
}

static cl_status solve_problem(
    transport_problem *p, transport_costs costs, double tolerance, const cl_transport_output *output,
    cl_fault *restrict fault) {
    const size_t rows = p->base.rows, columns = p->base.columns;
    *output->value = 0;
    *output->plan_count = 0;
    if (output->excess != NULL) *output->excess = 0;
    if (rows == 0 || columns == 0) {
        for (size_t i = 0; i < rows; i++) output->row_potentials[i] = 0;
        for (size_t j = 0; j < columns; j++) output->column_potentials[j] = 0;
        return CL_STATUS_OK;
    }
    if (!survey(p)) {
        refuse_first_fault(p, fault);
        return CL_STATUS_INVALID_COST;
    }
    transport_count_units(&p->base);
    transport_sort_rows(&p->base);
    transport_start found = TRANSPORT_NOTHING;
    if (p->base.is_in_range && solve_in_doubles(p, costs, output, &found)) return CL_STATUS_OK;
    return transport_solve_exactly(&p->base, costs, found, tolerance, output);
}

CL_SOLVES cl_status solve_transport(
    const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride, const double *supply,
    const double *demand, double tolerance, void *workspace, const cl_transport_output *output,
    cl_fault *restrict fault, stop_point *stop) {
    if (row_stride < columns || cl_transport_workspace_size(rows, columns) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    transport_problem p = {.costs = costs, .stride = row_stride};
    arena a = arena_over(workspace);
    begin(&p, &a, rows, columns, supply, demand, stop);
    return solve_problem(
        &p, (transport_costs){costs, CL_REAL_IS_FLOAT, row_stride, NULL}, tolerance, output, fault);
}

cl_status CL_VARIANT(cl_transport_solve)(
    const void *costs, size_t rows, size_t columns, size_t row_stride, const double *supply,
    const double *demand, double tolerance, void *workspace, const cl_transport_output *output,
    cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve_transport(
        costs, rows, columns, row_stride, supply, demand, tolerance, workspace, output, fault, stop));
}

#if !CL_REAL_IS_FLOAT
CL_SOLVES cl_status solve_points(
    const cl_points *points, size_t rows, size_t columns, const double *supply, const double *demand,
    double tolerance, void *workspace, const cl_transport_output *output, cl_fault *restrict fault,
    stop_point *stop) {
    if (cl_transport_points_workspace_size(rows, columns, points->dimensions) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    point_rows row;
    transport_problem p = {.points = &row};
    arena a = arena_over(workspace);
    begin(&p, &a, rows, columns, supply, demand, stop);
    points_lay_out(&row, &a, columns, points->dimensions);
    points_begin(&row, points, columns);
    for (size_t i = 0; i < rows; i++) {
        leave_if_stopped(stop);
        const double *distances = row_of_points(&row, columns, i);
        for (size_t j = 0; j < columns; j++) {
            if (distances[j] < INFINITY) continue;
            refuse(fault, 0, i, j);
            return CL_STATUS_INVALID_COST;
        }
    }
    return solve_problem(&p, (transport_costs){.points = points}, tolerance, output, fault);
}

cl_status CL_VARIANT(cl_transport_points_solve)(
    const cl_points *points, size_t rows, size_t columns, const double *supply, const double *demand,
    double tolerance, void *workspace, const cl_transport_output *output, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve_points(
        points, rows, columns, supply, demand, tolerance, workspace, output, fault, stop));
}
#endif
