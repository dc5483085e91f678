/* Semi-, sparse and bottleneck assignment, and the k best assignments. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "CCombinatorialKernels.h"
#include "../../../CSources/CCombinatorialKernels/src/matching/exact_matching.h"
#include "matching.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/memory.h"
#include "support/stop.h"

static struct {
    cost_family family;
    matching_problem problem;
    double *costs;
    int64_t *capacities;
} drawn;

void describe_matching(void) {
    fprintf(stderr, "  %zu x %zu of %s\n", drawn.problem.rows, drawn.problem.columns, cost_family_name(&drawn.family));
    show_doubles("costs", drawn.costs, drawn.problem.rows * drawn.problem.columns);
    for (size_t j = 0; drawn.capacities != NULL && j < drawn.problem.columns; j++)
        fprintf(stderr, "  capacities[%zu] = %lld\n", j, (long long)drawn.capacities[j]);
}

/* Leaves most rows a few columns alone, too few for all of them as a rule: more than one row is left over. */
static void crowd_rows(size_t rows, size_t columns) {
    const size_t permitted = draw_between(1, 2);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = draw_one_in(3) ? columns : permitted; j < columns; j++) drawn.costs[i * columns + j] = INFINITY;
}

/* Fewer cheap columns than rows: their potentials are as high as the others cost, and hide what decides. */
static void hide_costs(size_t rows, size_t columns) {
    const size_t cheap = draw_between(1, rows - 1);
    const double base = ldexp(1, (int)draw_between(50, 56)), unit = draw_one_in(2) ? 1 : draw_unit();
    for (size_t k = 0; k < rows * columns; k++)
        drawn.costs[k] = unit * (double)draw_below(20) + (k % columns < cheap || draw_one_in(4) ? 0 : base);
}

/* A problem of either shape; `is_wide`: with at most as many rows as columns. */
static void draw_problem(bool is_wide, size_t least, size_t most) {
    drawn.family = draw_cost_family();
    size_t rows = draw_between(least, 5), columns = draw_between(least, 6);
    if (draw_one_in(6)) rows = draw_between(least, most), columns = draw_between(least, most);
    if (is_wide && rows > columns) {
        const size_t longer = rows;
        rows = columns;
        columns = longer;
    }
    drawn.costs = INPUT(double, rows * columns);
    for (size_t k = 0; k < rows * columns; k++) drawn.costs[k] = draw_cost(&drawn.family, k / columns, k % columns);
    if (draw_one_in(12)) crowd_rows(rows, columns);
    if (rows > 2 && draw_one_in(4)) hide_costs(rows, columns);
    drawn.capacities = NULL;
    drawn.problem = (matching_problem){rows, columns, drawn.costs, NULL};
}

/* Whether the refusal of costs is right; `is_over` if nothing is left to check. */
static bool check_status(cl_status status, size_t fault, const cl_fault *at, bool *is_over) {
    const size_t cells = drawn.problem.rows * drawn.problem.columns;
    const size_t invalid = first_invalid_cost(drawn.costs, cells), great = first_too_great_cost(drawn.costs, cells);
    *is_over = true;
    if (invalid < cells || status == CL_STATUS_INVALID_COST) {
        const size_t expected = invalid < cells ? invalid : great;
        EXPECT(invalid < cells || !needs_no_great_cost(&drawn.problem), "cost %zu is refused, and not needed", great);
        return EXPECT(status == CL_STATUS_INVALID_COST && fault == expected && expected < cells, "status %d, cost %zu, not %zu", status, fault, expected);
    }
    if (at != NULL) EXPECT(is_unwritten_fault(at), "a fault with status %d", status);
    const bool is_feasible = can_match_all_rows(&drawn.problem, INFINITY, false);
    *is_over = !is_feasible;
    return EXPECT(status == (is_feasible ? CL_STATUS_OK : CL_STATUS_INFEASIBLE), "status %d", status);
}

static size_t cell_of(const cl_fault *fault) { return fault->row * drawn.problem.columns + fault->column; }

/* Whether the kernel sees that rounding may have decided, and answers without any. */
static bool is_found_exactly(const double *matched, const double *u, const double *v, const double *costs, size_t count) {
    answer_magnitudes numbers = {0, 0}, all = {0, 0};
    for (size_t k = 0; k < count; k++)
        if (costs[k] < INFINITY) note_number(&numbers, costs[k]), note_number(&all, costs[k]);
    numbers.greatest = 0;
    for (size_t i = 0; i < drawn.problem.rows; i++) note_number(&numbers, matched[i]), note_number(&numbers, u[i]);
    for (size_t j = 0; j < drawn.problem.columns; j++) note_number(&numbers, v[j]);
    return lie_far_apart(numbers) || all.greatest > 0x1p1000;
}

/* Whether the kernels can tell what a proof is: from these potentials, or some that are off. */
static void check_exact_proof(const int32_t *column_of_row, const double *v) {
    const matching_problem *p = &drawn.problem;
    const exact_matching m = {.costs = p->costs, .rows = p->rows, .columns = p->columns, .stride = p->columns};
    int64_t *entry_of_row = INPUT(int64_t, p->rows);
    double *potentials = INPUT(double, p->columns);
    const size_t way = draw_below(4);
    for (size_t i = 0; i < p->rows; i++) entry_of_row[i] = (int64_t)(i * p->columns) + column_of_row[i];
    for (size_t j = 0; j < p->columns; j++) {
        potentials[j] = v[j];
        if (way == 1 && draw_one_in(2)) potentials[j] = nextafter(v[j], draw_one_in(2) ? 1e300 : -1e300);
        if (way == 2) potentials[j] = draw_number(NUMBER_APART);
        if (way == 3 && draw_one_in(2)) potentials[j] = -draw_unit() * 0x1p-20;
    }
    const bool is_proof = unproved_part(p, column_of_row, potentials) == 0;
    EXPECT(exact_matching_is_proved(&m, entry_of_row, potentials) == is_proof, "taken for the opposite: %s", is_proof ? "a proof" : "none");
}

/* The exact solver finds the least sum, also where doubles would do; its potentials are right but for their rounding. */
static void check_exact_solver(const exact *least) {
    const matching_problem *p = &drawn.problem;
    const exact_matching m = {.costs = p->costs, .rows = p->rows, .columns = p->columns, .stride = p->columns, .capacities = p->capacities};
    int64_t *entry_of_row = OUTPUT(int64_t, p->rows);
    double *potentials = OUTPUT(double, p->columns);
    void *workspace = memory_workspace(exact_matching_workspace_size(p->rows, p->columns));
    if (!EXPECT(exact_matching_solve(&m, workspace, entry_of_row, potentials) == CL_STATUS_OK, "not solved")) return;
    exact sum;
    exact_clear(&sum);
    double greatest = 0;
    int32_t *column_of_row = INPUT(int32_t, p->rows);
    for (size_t i = 0; i < p->rows; i++) {
        exact_add(&sum, p->costs[entry_of_row[i]]);
        column_of_row[i] = (int32_t)((size_t)entry_of_row[i] - i * p->columns);
    }
    EXPECT(exact_compare(&sum, least) == 0, "%g, the least sum is %g", exact_value(&sum), exact_value(least));
    for (size_t j = 0; j < p->columns; j++) {
        greatest = fmax(greatest, fabs(potentials[j]));
        if (p->capacities != NULL && p->capacities[j] == 0) return; /* no potential of it proves anything */
    }
    EXPECT(unproved_part(p, column_of_row, potentials) <= roundings((double)p->rows, greatest), "exact potentials prove less");
}

/* Sums, potentials and the proof of a matching of all rows. */
static void check_proof(const int32_t *column_of_row, double value, const double *u, const double *v, const int64_t *room) {
    const matching_problem *p = &drawn.problem;
    double *matched = INPUT(double, p->rows);
    double sum = 0, greatest = 0;
    exact exact_sum, least;
    exact_clear(&exact_sum);
    for (size_t i = 0; i < p->rows; i++) {
        matched[i] = p->costs[i * p->columns + (size_t)column_of_row[i]];
        sum += matched[i];
        exact_add(&exact_sum, matched[i]);
        EXPECT(!is_too_great(matched[i]), "%g is matched", matched[i]);
        EXPECT(u[i] == matched[i] - v[column_of_row[i]], "u[%zu] = %.17g", i, u[i]);
        greatest = fmax(greatest, fmax(fabs(u[i]), fabs(matched[i])));
    }
    EXPECT(memory_equals(&sum, &value, sizeof sum), "value %.17g of costs %.17g", value, sum);
    for (size_t j = 0; j < p->columns; j++) {
        greatest = fmax(greatest, fabs(v[j]));
        EXPECT(isfinite(v[j]), "v[%zu] = %g", j, v[j]);
        if (p->rows < p->columns || p->capacities != NULL)
            EXPECT(v[j] <= 0 && (v[j] == 0 || room[j] == 0), "v[%zu] = %.17g with room for %lld", j, v[j], (long long)room[j]);
    }
    check_exact_proof(column_of_row, v);
    const double n = (double)p->rows, unproved = unproved_part(p, column_of_row, v);
    EXPECT(unproved <= roundings(8 * (n + 1) * (n + 1), greatest), "a gap of %g", unproved);
    if (p->rows > 4 && !(p->rows <= 6 && draw_one_in(8))) return;
    if (!least_matching_sum(p, &least)) return;
    check_exact_solver(&least);
    exact_subtract_exact(&exact_sum, &least);
    const double excess = exact_value(&exact_sum);
    EXPECT(excess == 0 || !is_found_exactly(matched, u, v, p->costs, p->rows * p->columns), "%g above the least sum, found without rounding", excess);
    EXPECT(excess >= 0 && excess <= unproved && excess <= fmax(rounding_of_sum(matched, p->rows), roundings(n, 0x1p-36 * greatest)), "%g above the least sum, proved within %g", excess, unproved);
}

void check_semi_assignment(void) {
    if (draw_one_in(64)) check_semi_assignment_sizes();
    draw_problem(false, 0, 30);
    matching_problem *p = &drawn.problem;
    drawn.capacities = INPUT(int64_t, p->columns);
    for (size_t j = 0; j < p->columns; j++) drawn.capacities[j] = draw_one_in(9) ? INT64_MAX : (int64_t)draw_below(4);
    p->capacities = drawn.capacities;
    double *value = OUTPUT(double, 1), *u = OUTPUT(double, p->rows), *v = OUTPUT(double, p->columns);
    int32_t *column_of_row = OUTPUT(int32_t, p->rows);
    cl_fault *fault = new_fault();
    void *workspace = memory_workspace(cl_semi_assignment_workspace_size(p->rows, p->columns));
    const cl_status status = RUN(cl_semi_assignment_solve(
        p->costs, p->rows, p->columns, p->capacities, workspace, value, column_of_row, u, v, fault));
    bool is_over;
    if (!check_status(status, cell_of(fault), fault, &is_over) || is_over) return;
    int64_t *room = INPUT(int64_t, p->columns);
    for (size_t j = 0; j < p->columns; j++) room[j] = p->capacities[j];
    for (size_t i = 0; i < p->rows; i++) {
        if (!EXPECT(column_of_row[i] >= 0 && (size_t)column_of_row[i] < p->columns, "row %zu has column %d", i, column_of_row[i])) return;
        if (!EXPECT(room[column_of_row[i]]-- > 0, "column %d has too many rows", column_of_row[i])) return;
    }
    if (p->columns > 0) check_proof(column_of_row, *value, u, v, room);
}

typedef struct entries {
    int64_t *offsets;
    int32_t *column;
    double *cost;
    size_t count;
} entries;

/* Entries of the drawn problem in any order, some missing, some twice; the problem becomes what they say. */
static entries draw_entries(void) {
    matching_problem *p = &drawn.problem;
    const size_t most = 2 * p->rows * p->columns;
    entries e = {INPUT(int64_t, p->rows + 1), INPUT(int32_t, most), INPUT(double, most), 0};
    double *dense = INPUT(double, p->rows * p->columns);
    const size_t keeps = draw_between(1, 4);
    for (size_t k = 0; k < p->rows * p->columns; k++) dense[k] = INFINITY;
    for (size_t i = 0; i < p->rows; i++) {
        e.offsets[i] = (int64_t)e.count;
        for (size_t j = 0; j < p->columns; j++) {
            const size_t copies = draw_one_in(8) ? 2 : draw_below(keeps + 1) == 0 ? 0 : 1;
            for (size_t copy = 0; copy < copies; copy++) {
                const size_t at = draw_one_in(2) ? j : draw_below(p->columns);
                const double cost = draw_cost(&drawn.family, i, at);
                e.column[e.count] = (int32_t)at;
                e.cost[e.count++] = cost;
                if (!(dense[i * p->columns + at] <= cost)) dense[i * p->columns + at] = cost;
            }
        }
    }
    e.offsets[p->rows] = (int64_t)e.count;
    double *cost = INPUT(double, e.count); /* of exactly that size */
    int32_t *column = INPUT(int32_t, e.count);
    for (size_t k = 0; k < e.count; k++) cost[k] = e.cost[k], column[k] = e.column[k];
    e.cost = cost;
    e.column = column;
    p->costs = drawn.costs = dense;
    return e;
}

void check_sparse_assignment(void) {
    if (draw_one_in(64)) check_sparse_assignment_sizes();
    draw_problem(true, 0, draw_one_in(8) ? 90 : 30); /* rows of more entries than are looked at in one go */
    matching_problem *p = &drawn.problem;
    const entries e = draw_entries();
    double *value = OUTPUT(double, 1), *u = OUTPUT(double, p->rows), *v = OUTPUT(double, p->columns);
    int64_t *entry_of_row = OUTPUT(int64_t, p->rows);
    int32_t *row_of_column = OUTPUT(int32_t, p->columns), *column_of_row = INPUT(int32_t, p->rows);
    cl_fault *fault = new_fault();
    const cl_sparse_costs sparse = {p->rows, p->columns, e.offsets, e.column, e.cost};
    void *workspace = memory_workspace(cl_sparse_assignment_workspace_size(p->rows, p->columns));
    const cl_status status = RUN(cl_sparse_assignment_solve(&sparse, workspace, value, entry_of_row, row_of_column, u, v, fault));
    const size_t invalid = first_invalid_cost(e.cost, e.count), great = first_too_great_cost(e.cost, e.count);
    if (invalid < e.count || status == CL_STATUS_INVALID_COST) {
        const size_t expected = invalid < e.count ? invalid : great;
        EXPECT(status == CL_STATUS_INVALID_COST && is_at(fault, expected) && expected < e.count, "status %d, entry %zu, not %zu", status, fault->column, expected);
        EXPECT(invalid < e.count || !needs_no_great_cost(p), "entry %zu is refused, and not needed", great);
        return;
    }
    EXPECT(is_unwritten_fault(fault), "a fault with status %d", status);
    const bool is_feasible = can_match_all_rows(p, INFINITY, false);
    if (!EXPECT(status == (is_feasible ? CL_STATUS_OK : CL_STATUS_INFEASIBLE), "status %d", status) || !is_feasible) return;
    int64_t *room = INPUT(int64_t, p->columns);
    for (size_t j = 0; j < p->columns; j++) room[j] = 1;
    for (size_t i = 0; i < p->rows; i++) {
        const int64_t entry = entry_of_row[i];
        if (!EXPECT(entry >= e.offsets[i] && entry < e.offsets[i + 1], "row %zu has entry %lld", i, (long long)entry)) return;
        const int32_t j = column_of_row[i] = e.column[entry];
        if (!EXPECT(room[j]-- > 0 && row_of_column[j] == (int32_t)i, "column %d is not row %zu's", j, i)) return;
        EXPECT(e.cost[entry] == p->costs[i * p->columns + (size_t)j], "entry %lld is not the cheaper one", (long long)entry);
    }
    for (size_t j = 0; j < p->columns; j++) EXPECT(room[j] == 0 || row_of_column[j] == -1, "column %zu has row %d", j, row_of_column[j]);
    check_proof(column_of_row, *value, u, v, room);
}

void check_bottleneck_assignment(void) {
    if (draw_one_in(64)) check_bottleneck_assignment_sizes();
    draw_problem(true, 0, 24);
    const matching_problem *p = &drawn.problem;
    const size_t rows = p->rows, columns = p->columns;
    double *value = OUTPUT(double, 1);
    size_t *critical = OUTPUT(size_t, 1);
    int32_t *column_of_row = OUTPUT(int32_t, rows), *row_of_column = OUTPUT(int32_t, columns);
    bool *row_inside = OUTPUT(bool, rows), *column_inside = OUTPUT(bool, columns);
    cl_fault *fault = new_fault();
    void *workspace = memory_workspace(cl_bottleneck_assignment_workspace_size(rows, columns));
    const cl_status status = RUN(cl_bottleneck_assignment_solve(
        p->costs, rows, columns, workspace, value, critical, column_of_row, row_of_column, row_inside, column_inside, fault));
    if (rows == 0) {
        EXPECT(status == CL_STATUS_INVALID_ARGUMENT, "status %d", status);
        return;
    }
    bool is_over;
    if (!check_status(status, cell_of(fault), fault, &is_over) || is_over) return;
    double greatest = -INFINITY;
    size_t inside = 0, matched = 0;
    for (size_t i = 0; i < rows; i++) {
        const int32_t j = column_of_row[i];
        if (!EXPECT(j >= 0 && (size_t)j < columns && row_of_column[j] == (int32_t)i, "row %zu has column %d", i, j)) return;
        greatest = fmax(greatest, p->costs[i * columns + (size_t)j]);
        inside += row_inside[i];
    }
    for (size_t j = 0; j < columns; j++) {
        matched += row_of_column[j] >= 0;
        EXPECT(row_of_column[j] >= -1 && row_of_column[j] < (int32_t)rows, "column %zu has row %d", j, row_of_column[j]);
        inside -= column_inside[j];
        for (size_t i = 0; i < rows; i++)
            EXPECT(!row_inside[i] || column_inside[j] || p->costs[i * columns + j] >= *value, "row %zu, column %zu are below the value", i, j);
    }
    EXPECT(matched == rows && inside == 1, "%zu columns matched, %zu rows more than columns inside", matched, inside);
    EXPECT(*value == greatest && !can_match_all_rows(p, *value, true), "value %.17g, greatest cost %.17g", *value, greatest);
    EXPECT(*critical < rows && p->costs[*critical * columns + (size_t)column_of_row[*critical]] == *value && row_inside[*critical], "critical row %zu", *critical);
}

static exact all_sums[3000];
static size_t sum_count;

static void list_sums(const matching_problem *p, size_t row, size_t used, const exact *sum) {
    if (row == p->rows) {
        all_sums[sum_count++] = *sum;
        return;
    }
    for (size_t j = 0; j < p->columns; j++) {
        const double cost = p->costs[row * p->columns + j];
        if (used >> j & 1 || cost == INFINITY) continue;
        exact longer = *sum;
        exact_add(&longer, cost);
        list_sums(p, row + 1, used | (size_t)1 << j, &longer);
    }
}

static int by_sum(const void *a, const void *b) { return exact_compare(a, b); }

/* The exact sum of an assignment; false if it is none. */
static bool sum_of(const matching_problem *p, const int32_t *column_of_row, exact *sum, double *rounded, double *magnitude) {
    uint64_t used = 0;
    exact_clear(sum);
    *rounded = *magnitude = 0;
    for (size_t i = 0; i < p->rows; i++) {
        const int32_t j = column_of_row[i];
        if (j < 0 || (size_t)j >= p->columns || used >> j & 1) return false;
        used |= UINT64_C(1) << j;
        const double cost = p->costs[i * p->columns + (size_t)j];
        if (cost == INFINITY) return false;
        exact_add(sum, cost);
        *rounded += cost;
        *magnitude += fabs(cost);
    }
    return true;
}

static void check_ranks(size_t most, size_t count, const double *values, const int32_t *column_of_row) {
    const matching_problem *p = &drawn.problem;
    const bool is_small = p->rows <= 4 && p->columns <= 6;
    exact none;
    exact_clear(&none);
    sum_count = 0;
    if (is_small) list_sums(p, 0, 0, &none);
    if (is_small) qsort(all_sums, sum_count, sizeof *all_sums, by_sum);
    EXPECT(!is_small || count == (sum_count < most ? sum_count : most), "%zu of %zu, at most %zu", count, sum_count, most);
    double greatest = 0, last = -INFINITY, last_rounding = 0;
    answer_magnitudes finite = {0, 0}; /* where they lie far apart, nothing is rounded */
    for (size_t k = 0; k < p->rows * p->columns; k++)
        if (p->costs[k] < INFINITY) note_number(&finite, p->costs[k]);
    for (size_t k = 0; k < p->rows * p->columns; k++) greatest = fmax(greatest, p->costs[k] < INFINITY ? fabs(p->costs[k]) : 0);
    for (size_t k = 0; k < count; k++) {
        exact sum;
        double rounded, magnitude;
        if (!EXPECT(sum_of(p, column_of_row + k * p->rows, &sum, &rounded, &magnitude), "number %zu is no assignment", k)) return;
        for (size_t other = 0; other < k; other++)
            EXPECT(!memory_equals(column_of_row + k * p->rows, column_of_row + other * p->rows, p->rows * sizeof(int32_t)), "%zu and %zu are the same", other, k);
        if (is_small && k < sum_count && (lie_far_apart(finite) || greatest > 0x1p1000))
            EXPECT(exact_compare(&sum, &all_sums[k]) == 0, "number %zu is not the sum at that rank", k);
        EXPECT(rounded == values[k] || (isnan(rounded) && isnan(values[k])), "value %.17g of %.17g", values[k], rounded);
        if (magnitude == INFINITY) continue; /* beyond the range of double, in some order */
        const double n = (double)p->rows, rounding = roundings(n, magnitude) + roundings(4 * n, 0x1p-36 * greatest);
        EXPECT(values[k] >= last - last_rounding - rounding, "number %zu is below one before", k);
        if (values[k] > last) {
            last = values[k];
            last_rounding = rounding;
        }
        if (!is_small || k >= sum_count) continue;
        exact_subtract_exact(&sum, &all_sums[k]);
        const double excess = fabs(exact_value(&sum));
        EXPECT(excess <= fmax(rounding, roundings(16 * n, fmin(greatest, 1e300))) && (excess <= rounding || magnitude > 0x1p-36 * greatest), "number %zu is off by %g", k, excess);
    }
}

void check_ranked_assignment(void) {
    if (draw_one_in(64)) check_ranked_assignment_sizes();
    draw_problem(true, 1, 14);
    const matching_problem *p = &drawn.problem;
    const size_t most = draw_between(1, 14);
    double *values = OUTPUT(double, most), *potentials = OUTPUT(double, most * p->columns), *u = OUTPUT(double, p->rows), *value = OUTPUT(double, 1);
    int32_t *column_of_row = OUTPUT(int32_t, most * p->rows), *row_of_column = OUTPUT(int32_t, p->columns);
    size_t *count = OUTPUT(size_t, 1);
    cl_fault *fault = new_fault();
    const cl_assignment_batch batch = {1, p->rows, p->columns, NULL, NULL, NULL};
    const cl_assignment_output best = {value, column_of_row, row_of_column, u, potentials};
    void *workspace = memory_workspace(cl_assignment_workspace_size(p->rows, p->columns));
    if (cl_assignment_solver(CL_INSTRUCTION_SET_SCALAR, CL_FLOAT64)(p->costs, &batch, workspace, &best, fault) != CL_STATUS_OK) return;
    workspace = memory_workspace(cl_ranked_assignment_workspace_size(p->rows, p->columns, most));
    const cl_status status = RUN(cl_ranked_assignment_solve(
        p->costs, p->rows, p->columns, most, workspace, values, column_of_row, potentials, count, fault));
    if (!EXPECT(status == CL_STATUS_OK && *count >= 1 && *count <= most, "status %d, %zu found", status, *count)) return;
    check_ranks(most, *count, values, column_of_row);
}
