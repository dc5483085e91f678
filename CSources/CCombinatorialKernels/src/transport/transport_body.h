/* The transport simplex, of one variant: the reading of costs, and what becomes of the optimal tree.
 * transport_start_body.h has the first tree, transport_core_body.h the pivots, transport_matrix_body.h and
 * transport_points_body.h the entries. */

typedef struct transport_problem {
    transport base;
    const CL_REAL *costs;
    size_t stride;
#if !CL_REAL_IS_FLOAT
    point_rows *points; /* NULL, or the costs are distances */
#endif
} transport_problem;

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
static inline size_t position(const CL_REAL *c, const double *prices, size_t count, double sum) {
    size_t j = 0;
    for (; j + 4 * WIDE_LANES <= count; j += 4 * WIDE_LANES) {
        wide_index is_there = 0;
        for (int v = 0; v < 4; v++) {
            const size_t from = j + (size_t)(v * WIDE_LANES);
            is_there |= widened(c + from) + *(const wide *)(prices + from) == sum;
        }
        if (__builtin_reduce_or(is_there) != 0) break;
    }
    while ((double)c[j] + prices[j] != sum) j++;
    return j;
}

/* Checks the costs, and finds by what to sort the rows and what forbidden pairs are to cost. */
static bool survey(transport_problem *p) {
    double least = INFINITY, greatest = -INFINITY;
    for (size_t i = 0; i < p->base.rows; i++) {
        leave_if_stopped(p->base.stop);
        const CL_REAL *c = costs_of_row(p, i);
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
        if (!__builtin_reduce_and(valid)) return false;
        double low = lowest_lane(lows), high = -lowest_lane(-highs);
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

#include "transport_start_body.h"
#include "transport_core_body.h"

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
    const cl_transport_known *known, stop_point *stop) {
    transport_lay_out(&p->base, a, rows, columns);
    p->base.supply = supply;
    p->base.demand = demand;
    p->base.known = known;
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
