/* The transport simplex without any rounding, for what doubles cannot tell: prices are wide integers, so that
 * costs which the plan avoids drown nothing, and a forbidden pair has a cost above all paths of others;
 * flows are wide integers, so that every mass counts, however small beside the total.
 *
 * The double method's tree is the start if it carries the exact masses, else the greedy start is made again.
 * Doubles of the prices find the entering pair; where their rounding leaves a sign open, integers tell. Tree
 * and exchange are network_tree.h's: `arc` names the number that holds the flow, `rise` is not used. */
#include "transport_exact.h"

#include <float.h>

#pragma STDC FP_CONTRACT OFF

/* ---- The tree ---- */

/* What sorting for the plan has overwritten. */
static void restore_order(network_tree *t, int32_t root) {
    t->depth[root] = 0;
    for (int32_t node = root;;) {
        const int32_t next = t->next[node];
        t->previous[next] = node;
        if (next == root) return;
        t->depth[next] = t->depth[t->parent[next]] + 1;
        node = next;
    }
}

/* Turns masses into the flows of the tree there is; false if it lacks a column that wants some. */
static bool carry_masses(exact_transport *e) {
    const transport *p = e->base;
    network_tree *t = &e->base->tree;
    size_t nodes = 1;
    restore_order(t, p->root);
    t->arc[p->root] = p->root;
    for (int32_t node = t->previous[p->root]; node != p->root; node = t->previous[node]) {
        nodes++;
        t->arc[node] = node;
        wide_subtract(e->masses, flow_at(e, t->parent[node]), flow_of(e, node));
    }
    for (size_t j = 0; j < p->columns; j++) nodes += p->demand[j] == 0 && column_node(e, j) != p->root;
    return nodes == p->rows + p->columns;
}

/* Whether the tree is a start: no flow is negative, and arcs without any point to the root. */
static bool is_strongly_feasible(const exact_transport *e) {
    const transport *p = e->base;
    const network_tree *t = &p->tree;
    for (int32_t node = t->next[p->root]; node != p->root; node = t->next[node]) {
        const int sign = wide_sign(e->masses, flow_of(e, node));
        if (sign < 0 || (sign == 0 && !transport_is_row(p, node))) return false;
    }
    return true;
}

/* Whether the flows of an optimal tree are a plan: those below 0 are rounding of the masses, as totals of 1 / n
 * and 1 / m leave it, too little to matter to a mass or, at the potentials, to the value. They become 0. */
static bool is_plan(const exact_transport *e, const cl_transport_output *output) {
    const transport *p = e->base;
    const network_tree *t = &p->tree;
    const double share = DBL_EPSILON * (double)(p->rows + p->columns);
    double doubt = 0;
    for (int32_t node = t->next[p->root]; node != p->root; node = t->next[node]) {
        const size_t i = transport_row_of(p, node), j = transport_column_of(p, node);
        const double flow = wide_value(e->masses, flow_of(e, node));
        if (flow >= 0) continue;
        if (!(-flow <= share * p->supply[i] && -flow <= share * p->demand[j])) return false;
        doubt -= flow * p->units * (fabs(output->row_potentials[i]) + fabs(output->column_potentials[j]));
        wide_clear(e->masses, flow_of(e, node));
    }
    return doubt <= p->rounding;
}

/* Writes to marks which columns are wanted; returns their number. */
static size_t mark_columns(exact_transport *e) {
    transport *p = e->base;
    size_t open = 0, most = 0;
    for (size_t j = 0; j < p->columns; j++)
        if (wide_compare(e->masses, flow_at(e, column_node(e, j)), flow_at(e, column_node(e, most))) > 0)
            most = j;
    p->root = column_node(e, most);
    for (size_t j = 0; j < p->columns; j++) {
        p->marks[j] = j == most || wide_sign(e->masses, flow_at(e, column_node(e, j))) > 0;
        open += p->marks[j];
    }
    return open;
}

static size_t cheapest_open(const exact_transport *e, size_t i) {
    const transport *p = e->base;
    leave_if_stopped(p->stop);
    size_t best = p->columns;
    double lowest = 0;
    for (size_t j = 0; j < p->columns; j++) {
        if (!p->marks[j]) continue;
        const double cost = transport_cost(e->costs, i, j);
        if (best < p->columns && !(cost < lowest)) continue;
        best = j;
        lowest = cost;
    }
    return best;
}

/* The start of transport_body.h. What an end has left when it is served is what its arc carries. */
static void start(exact_transport *e) {
    transport *p = e->base;
    network_tree *t = &p->tree;
    size_t open = mark_columns(e), served = 0;
    for (size_t k = 0; k < p->rows; k++) {
        const int32_t row = p->sorted[k];
        for (bool row_served = false; !row_served;) {
            const size_t j = cheapest_open(e, (size_t)row);
            const int32_t column = column_node(e, j);
            if (open == 1) p->root = column;
            row_served = open == 1 || wide_compare(e->masses, flow_at(e, row), flow_at(e, column)) < 0;
            const int32_t node = row_served ? row : column, parent = row_served ? column : row;
            network_tree_hang(t, node, parent, (tree_arc){node, 0, 0});
            wide_subtract(e->masses, flow_at(e, parent), flow_at(e, node));
            t->order[served++] = node;
            if (row_served) continue;
            p->marks[j] = false;
            open--;
        }
    }
    network_tree_plant(t, p->root);
    t->arc[p->root] = p->root;
    while (served-- > 0) {
        const int32_t node = t->order[served];
        network_tree_add_leaf(t, node, t->parent[node], (tree_arc){node, 0, 0});
    }
}

/* ---- Prices ---- */

/* The double of a price, and in marks whether it is not the price itself. */
static void round_price(const exact_transport *e, int32_t node) {
    bool is_exact;
    e->base->tree.price[node] = wide_scaled_value(e->sums, price_of(e, node), -e->shift, &is_exact);
    e->base->marks[node] = !is_exact;
}

/* The price that follows from the parent's. */
static void set_price(const exact_transport *e, int32_t node, uint64_t *price) {
    const transport *p = e->base;
    wide_copy(e->sums, price, price_of(e, p->tree.parent[node]));
    add_cost(e, price, transport_row_of(p, node), transport_column_of(p, node), transport_is_row(p, node));
}

static void set_prices(const exact_transport *e) {
    const transport *p = e->base;
    network_tree *t = &e->base->tree;
    for (size_t j = 0; j < p->columns; j++) { /* columns that are no part of the tree never enter */
        t->price[column_node(e, j)] = INFINITY;
        p->marks[column_node(e, j)] = false;
    }
    wide_clear(e->sums, price_of(e, p->root));
    round_price(e, p->root);
    for (int32_t node = t->next[p->root]; node != p->root; node = t->next[node]) {
        set_price(e, node, price_of(e, node));
        round_price(e, node);
    }
}

/* Whether the reduced cost of a pair is below 0, where doubles leave that open. */
static bool is_below_zero(const exact_transport *e, size_t i, size_t j, double cost) {
    const transport *p = e->base;
    const int32_t row = (int32_t)i, column = column_node(e, j);
    if (p->tree.parent[row] == column || p->tree.parent[column] == row) return false;
    if (e->shift == 0 && !p->marks[row] && !p->marks[column]) {
        const double a = cost, b = p->tree.price[column], price = p->tree.price[row];
        const double sum = a + b;
        return sum < price || (sum == price && rounding_error(a, b, sum) < 0);
    }
    reduced_cost(e, i, j, p->scratch);
    return wide_is_negative(e->sums, p->scratch);
}

/* A column that enters from row i, the best as far as doubles tell; columns if none has a reduced cost
 * below 0. */
static size_t entering_column(const exact_transport *e, size_t i) {
    const transport *p = e->base;
    leave_if_stopped(p->stop);
    const double *prices = p->tree.price + p->rows, price = p->tree.price[i];
    const double forbidden = ldexp(1, e->forbidden_exponent - e->shift);
    const double underflow = e->shift > 0 ? 0x1p-1070 : 0;
    size_t best = p->columns;
    double lowest = 0;
    for (int pass = 0; pass < 2 && best == p->columns; pass++)
        for (size_t j = 0; j < p->columns; j++) {
            const double own = transport_cost(e->costs, i, j);
            const double cost = own < INFINITY ? own * e->scale : forbidden;
            const double reduced = (cost + prices[j]) - price;
            if (!(reduced < INFINITY)) continue;
            const double error = 0x1p-50 * (fabs(cost) + fabs(prices[j]) + fabs(price)) + underflow;
            if (pass == 0 ? reduced < -error && reduced < lowest
                          : reduced <= error && is_below_zero(e, i, j, cost)) {
                best = j;
                lowest = reduced;
                if (pass == 1) break;
            }
        }
    return best;
}

/* ---- Pivots ---- */

typedef struct exact_cycle {
    int32_t join;
    int32_t leaving;
    bool leaves_up;
} exact_cycle;

/* As in transport_pivot: who leaves when flow goes round the cycle of a pair. */
static exact_cycle cycle_of(const exact_transport *e, int32_t start, int32_t end) {
    const transport *p = e->base;
    const network_tree *t = &p->tree;
    int32_t down = start, up = end, leaving_down = -1, leaving_up = -1;
    while (down != up) {
        if (t->depth[down] >= t->depth[up]) {
            if (transport_is_row(p, down) &&
                (leaving_down < 0 || wide_compare(e->masses, flow_of(e, down), flow_of(e, leaving_down)) < 0))
                leaving_down = down;
            down = t->parent[down];
        } else {
            if (!transport_is_row(p, up) &&
                (leaving_up < 0 || wide_compare(e->masses, flow_of(e, up), flow_of(e, leaving_up)) <= 0))
                leaving_up = up;
            up = t->parent[up];
        }
    }
    const bool leaves_up =
        leaving_down < 0 ||
        (leaving_up >= 0 && wide_compare(e->masses, flow_of(e, leaving_up), flow_of(e, leaving_down)) <= 0);
    return (exact_cycle){down, leaves_up ? leaving_up : leaving_down, leaves_up};
}

static void move(const exact_transport *e, int32_t node, bool loses, const uint64_t *units) {
    if (loses)
        wide_subtract(e->masses, flow_of(e, node), units);
    else
        wide_add(e->masses, flow_of(e, node), units);
}

static void pivot(const exact_transport *e, size_t i, size_t j) {
    const transport *p = e->base;
    network_tree *t = &e->base->tree;
    const int32_t start = (int32_t)i, end = column_node(e, j);
    const exact_cycle cycle = cycle_of(e, start, end);
    const int32_t number = t->arc[cycle.leaving];
    uint64_t *units = p->scratch, *rise = p->scratch;
    wide_copy(e->masses, units, flow_at(e, number));
    if (wide_sign(e->masses, units) > 0) {
        for (int32_t x = start; x != cycle.join; x = t->parent[x]) move(e, x, transport_is_row(p, x), units);
        for (int32_t x = end; x != cycle.join; x = t->parent[x]) move(e, x, !transport_is_row(p, x), units);
    }
    wide_copy(e->masses, flow_at(e, number), units);
    const int32_t inner = cycle.leaves_up ? end : start, outer = cycle.leaves_up ? start : end;
    network_tree_exchange(t, inner, outer, cycle.leaving, (tree_arc){number, 0, 0});
    set_price(e, inner, rise);
    wide_subtract(e->sums, rise, price_of(e, inner));
    int32_t x = inner;
    do {
        wide_add(e->sums, price_of(e, x), rise);
        round_price(e, x);
        x = t->next[x];
    } while (t->depth[x] > t->depth[inner]);
}

/* Ends when no row has a pair that enters. */
static void optimize(const exact_transport *e) {
    const size_t rows = e->base->rows;
    set_prices(e);
    for (size_t i = 0, seen = 0; seen < rows; i = i + 1 < rows ? i + 1 : 0) {
        const size_t j = entering_column(e, i);
        seen++;
        if (j == e->base->columns) continue;
        pivot(e, i, j);
        seen = 0;
    }
}

/* ---- What comes out ---- */

/* Writes the plan; false if some row or column keeps more than the share of its own mass that rounding of
 * masses may explain. */
static bool write_plan(exact_transport *e, double share, const cl_transport_output *output) {
    transport *p = e->base;
    network_tree *t = &p->tree;
    double value = 0, excess = 0, *stranded[2] = {p->keys, t->rise};
    size_t entries = 0;
    bool is_exact, is_feasible = true;
    for (size_t i = 0; i < p->rows; i++) stranded[0][i] = 0;
    for (size_t j = 0; j < p->columns; j++) stranded[1][j] = 0;
    for (int32_t node = t->next[p->root]; node != p->root; node = t->next[node])
        t->flow[node] = wide_sign(e->masses, flow_of(e, node));
    const size_t count = transport_plan_nodes(p);
    for (size_t k = 0; k < count; k++) {
        const int32_t node = t->order[k];
        const size_t i = transport_row_of(p, node), j = transport_column_of(p, node);
        const double cost = transport_cost(e->costs, i, j);
        const double mass = wide_scaled_value(e->masses, flow_of(e, node), 0, &is_exact);
        if (!(cost < INFINITY)) {
            stranded[0][i] += mass;
            stranded[1][j] += mass;
            excess = INFINITY;
        } else if (mass > 0) {
            value += cost * mass;
            output->plan_rows[entries] = (int32_t)i;
            output->plan_columns[entries] = (int32_t)j;
            output->plan_masses[entries++] = mass;
        }
        if (is_exact || !(cost < INFINITY)) continue;
        uint64_t *rest = flow_of(e, node);
        wide_add_double(e->masses, rest, -mass);
        excess += fabs(cost * wide_value(e->masses, rest));
    }
    for (size_t i = 0; i < p->rows; i++) is_feasible &= stranded[0][i] <= share * p->supply[i];
    for (size_t j = 0; j < p->columns; j++) is_feasible &= stranded[1][j] <= share * p->demand[j];
    *output->value = value;
    *output->plan_count = entries;
    if (output->excess != NULL) *output->excess = excess;
    return is_feasible;
}

cl_status transport_solve_exactly(
    transport *p, transport_costs costs, transport_start found, double tolerance,
    const cl_transport_output *output) {
    exact_transport e = {.base = p, .costs = costs};
    transport_format_masses(&e);
    transport_count_masses(&e);
    const bool is_carried = found != TRANSPORT_NOTHING && carry_masses(&e);
    const double share = (double)(p->rows + p->columns) * (tolerance + (tolerance > 0 ? e.imbalance : 0));
    const bool has_potentials = is_carried && found == TRANSPORT_POTENTIALS;
    const bool is_start = is_carried && !has_potentials && is_strongly_feasible(&e);
    if (has_potentials && is_plan(&e, output) && write_plan(&e, share, output)) {
        if (output->excess != NULL) *output->excess = INFINITY;
        return isfinite(*output->value) ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
    }
    if (!is_start) { /* also where writing a plan has used up the tree */
        transport_count_masses(&e);
        start(&e);
    }
    transport_format_sums(&e);
    optimize(&e);
    if (!write_plan(&e, share, output)) return CL_STATUS_INFEASIBLE;
    const bool is_in_range = transport_write_potentials(&e, output);
    return is_in_range && isfinite(*output->value) ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
}
