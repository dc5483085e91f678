#include "transport.h"

#include <float.h>

#include "../common/table.h"

/* Bits must agree between the variants: a * b + c is never contracted. */
#pragma STDC FP_CONTRACT OFF

/* Totals that 64-bit units count with all bits of the masses that matter. */
#define LEAST_TOTAL 0x1p-900
#define GREATEST_TOTAL 0x1p1020

/* Notes whether whole units are a mass, and if not, whether they are but for a share of it. */
static inline void compare_count(transport *p, double mass, double in_units, int64_t units, double share) {
    const double error = fabs((double)units - in_units);
    p->has_fractions |= error > 0;
    p->counts_well &= error <= share * in_units && (units > 0 || mass == 0);
}

void transport_count_units(transport *p) {
    double supplied = 0, demanded = 0;
    for (size_t i = 0; i < p->rows; i++) supplied += p->supply[i];
    for (size_t j = 0; j < p->columns; j++) demanded += p->demand[j];
    p->root = (int32_t)p->rows;
    p->counts_well = true;
    p->has_fractions = false;
    const bool is_countable = supplied >= LEAST_TOTAL && supplied <= GREATEST_TOTAL &&
                              demanded >= LEAST_TOTAL && demanded <= GREATEST_TOTAL;
    if (!is_countable && (supplied > 0 || demanded > 0)) p->is_in_range = false;
    if (!p->is_in_range) return;
    p->units = network_units(supplied);
    const double scale = p->demand_scale = demanded > 0 ? supplied / demanded : 0;
    const double share = DBL_EPSILON * (double)(p->rows + p->columns);

    int64_t surplus = 0;
    for (size_t i = 0; i < p->rows; i++) {
        const double mass = p->supply[i] * p->units;
        surplus += p->supply_units[i] = llrint(mass);
        compare_count(p, p->supply[i], mass, p->supply_units[i], share);
    }
    size_t most = 0;
    for (size_t j = 0; j < p->columns; j++) {
        const double mass = p->demand[j] * scale * p->units;
        surplus -= p->demand_units[j] = llrint(mass);
        compare_count(p, p->demand[j], mass, p->demand_units[j], share);
        if (p->demand_units[j] > p->demand_units[most]) most = j;
    }
    p->counts_well &= fabs((double)surplus) <= share * (double)p->demand_units[most];
    p->demand_units[most] += surplus; /* what rounding left */
    p->surplus = fabs((double)surplus);
    p->root = (int32_t)(p->rows + most);
}

/* Whether row a comes after row b. */
static inline bool comes_after(const double *keys, int32_t a, int32_t b) {
    return keys[a] < keys[b] || (keys[a] == keys[b] && a > b);
}

static void sift_down(const double *keys, int32_t *heap, size_t count, size_t hole, int32_t row) {
    for (size_t child; (child = 2 * hole + 1) < count; hole = child) {
        if (child + 1 < count && comes_after(keys, heap[child + 1], heap[child])) child++;
        if (!comes_after(keys, heap[child], row)) break;
        heap[hole] = heap[child];
    }
    heap[hole] = row;
}

void transport_sort_rows(transport *p) {
    for (size_t i = 0; i < p->rows; i++) p->sorted[i] = (int32_t)i;
    for (size_t i = p->rows / 2; i-- > 0;)
        sift_down(p->keys, p->sorted, p->rows, i, p->sorted[i]);
    for (size_t end = p->rows; end-- > 1;) {
        const int32_t row = p->sorted[end];
        p->sorted[end] = p->sorted[0];
        sift_down(p->keys, p->sorted, end, 0, row);
    }
}

/* Sorts nodes by the row or column of their arcs, keeping the order of equal ones. */
static void sort_nodes(
    transport *p, bool by_row, size_t count, const int32_t *restrict from, int32_t *restrict to) {
    const size_t ends = by_row ? p->rows : p->columns;
    int32_t *place = p->tree.depth;
    for (size_t k = 0; k < ends; k++) place[k] = 0;
    for (size_t k = 0; k < count; k++)
        place[by_row ? transport_row_of(p, from[k]) : transport_column_of(p, from[k])]++;
    for (int32_t k = 0, sum = 0; (size_t)k < ends; k++) {
        const int32_t here = place[k];
        place[k] = sum;
        sum += here;
    }
    for (size_t k = 0; k < count; k++)
        to[place[by_row ? transport_row_of(p, from[k]) : transport_column_of(p, from[k])]++] = from[k];
}

/* u + v - cost, rounded once or twice, but not before what they share has cancelled. */
static inline double excess_of(double u, double v, double cost) {
    const double sum = cost - v;
    return (u - sum) - rounding_error(cost, -v, sum);
}

/* By how much u[i] + v[j] exceeds a cost of the row, at most. */
static double row_violation(
    const transport *p, transport_costs costs, size_t i, const cl_transport_output *output) {
    leave_if_stopped(p->stop);
    const double u = output->row_potentials[i], *v = output->column_potentials;
    double violation = 0;
    for (size_t j = 0; j < p->columns; j++) {
        const double cost = transport_cost(costs, i, j);
        if (!(cost - v[j] <= u)) continue;
        const double excess = excess_of(u, v[j], cost);
        violation = excess > violation ? excess : violation;
    }
    return violation;
}

/* What the costs of the plan are above the potentials, and how much of that counts as rounding: a share of the
 * value, which is no more than the terms of an optimal plan, where those of this one may be large and cancel. */
typedef struct tightness {
    double slack;
    double bound;
} tightness;

static tightness tightness_of(
    const transport *p, transport_costs costs, const cl_transport_output *output) {
    const network_tree *t = &p->tree;
    const double *u = output->row_potentials, *v = output->column_potentials;
    double value = 0, slack = 0;
    for (int32_t node = t->next[p->root]; node != p->root; node = t->next[node]) {
        if (t->flow[node] == 0) continue;
        const size_t i = transport_row_of(p, node), j = transport_column_of(p, node);
        const double cost = transport_cost(costs, i, j);
        value += (double)t->flow[node] * cost;
        slack += (double)t->flow[node] * fabs(excess_of(u[i], v[j], cost));
    }
    return (tightness){slack, TRANSPORT_PROOF * DBL_EPSILON * (double)(p->rows + p->columns) * fabs(value)};
}

/* u[i] is the least c - v[j] rounded once, so that no pair lies below it by more than a half of its last
 * place; only where that leaves too much in doubt are the pairs looked at. */
bool transport_is_proven(
    transport *p, transport_costs costs, const cl_transport_output *output) {
    const tightness plan = tightness_of(p, costs, output);
    p->rounding = plan.bound;
    if (!(plan.slack <= plan.bound && plan.bound < INFINITY)) return false;
    double violation = 0;
    for (size_t i = 0; i < p->rows; i++)
        violation += DBL_EPSILON / 2 * (p->supply[i] * p->units) * fabs(output->row_potentials[i]);
    if (plan.slack + violation <= plan.bound) return true;
    violation = 0;
    for (size_t i = 0; i < p->rows && plan.slack + violation <= plan.bound; i++)
        violation += p->supply[i] * p->units * row_violation(p, costs, i, output);
    return plan.slack + violation <= plan.bound;
}

/* Shifts the potentials to the gauge. */
static void center(const transport *p, const cl_transport_output *output) {
    double *u = output->row_potentials, *v = output->column_potentials;
    double of_rows = 0, of_columns = 0, mass = 0;
    for (size_t i = 0; i < p->rows; i++) of_rows += p->supply[i] * u[i];
    for (size_t j = 0; j < p->columns; j++) of_columns += p->demand[j] * v[j];
    for (size_t i = 0; i < p->rows; i++) mass += p->supply[i];
    for (size_t j = 0; j < p->columns; j++) mass += p->demand[j];
    if (!(mass > 0)) {
        of_rows = of_columns = 0;
        for (size_t i = 0; i < p->rows; i++) of_rows += u[i] / (double)p->rows;
        for (size_t j = 0; j < p->columns; j++) of_columns += v[j] / (double)p->columns;
        mass = 2;
    }
    const double shift = (of_columns - of_rows) / mass;
    for (size_t i = 0; i < p->rows; i++) u[i] += shift;
    for (size_t j = 0; j < p->columns; j++) v[j] -= shift;
}

/* What a mass changes by when it is counted changes the value by that times a potential. */
bool transport_is_counted(const transport *p, const cl_transport_output *output) {
    if (!p->counts_well) return false;
    const double scaling = p->demand_scale == 1 ? 0 : 2 * DBL_EPSILON * p->units;
    if (!p->has_fractions && p->surplus == 0 && scaling == 0) return true;
    double sum = 0, greatest = 0;
    for (size_t i = 0; i < p->rows; i++) sum += 0.5 * fabs(output->row_potentials[i]);
    for (size_t j = 0; j < p->columns; j++) {
        const double v = fabs(output->column_potentials[j]);
        sum += (0.5 + scaling * p->demand[j]) * v;
        greatest = v > greatest ? v : greatest;
    }
    return sum + p->surplus * greatest <= p->rounding;
}

bool transport_center_well(
    const transport *p, transport_costs costs, const cl_transport_output *output) {
    center(p, output);
    double moved = 0; /* each potential was rounded once */
    for (size_t i = 0; i < p->rows; i++) moved += p->supply[i] * p->units * fabs(output->row_potentials[i]);
    for (size_t j = 0; j < p->columns; j++) moved += p->demand[j] * p->units * fabs(output->column_potentials[j]);
    if (DBL_EPSILON * moved <= p->rounding) return true;
    return tightness_of(p, costs, output).slack <= p->rounding;
}

size_t transport_plan_nodes(transport *p) {
    network_tree *t = &p->tree;
    size_t count = 0;
    for (int32_t node = t->next[p->root]; node != p->root; node = t->next[node])
        if (t->flow[node] > 0) t->order[count++] = node;
    sort_nodes(p, false, count, t->order, t->previous);
    sort_nodes(p, true, count, t->previous, t->order);
    return count;
}

size_t cl_transport_workspace_size(size_t rows, size_t columns) {
    if (rows > INT32_MAX / 2 || columns > INT32_MAX / 2 - rows) return 0;
    transport p;
    arena a = {0};
    transport_lay_out(&p, &a, rows, columns);
    return arena_size(&a);
}

CL_SOLVER(cl_transport_solver, cl_transport_solve)
