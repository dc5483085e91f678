/* Assignments: every instruction set against the scalar one bit for bit, and that against a proof, and the
 * least sum of all where the problem is small. */
#include <math.h>
#include <stdio.h>

#include "CCombinatorialKernels.h"
#include "matching.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/memory.h"
#include "support/read_stop.h"
#include "support/stop.h"

static bool uses_shortlists = true;

bool shortlists_are_used(void) { return uses_shortlists; }

static struct {
    cost_family family;
    bool is_float;
    size_t count, rows, columns;
    size_t *row_counts, *column_counts; /* NULL: all */
    double *costs;                      /* as the kernel sees them: rounded to float if it takes those */
    float *float_costs;
    double *known; /* NULL: none */
    bool has_common;
    double common; /* what most costs are then, the greatest or the least of all */
    bool is_greatest;
    size_t others_of_64;
    double others[3]; /* NAN: the family's; else of a few columns alone, which more rows want or shun than there are */
    size_t plain_items; /* a bit for each item that has no common cost all the same */
    size_t values;      /* not 0: costs are so many numbers from `common` on */
} batch;

typedef struct answer {
    cl_status status;
    cl_fault *fault;
    cl_assignment_output output;
} answer;

void describe_assignment(void) {
    fprintf(stderr, "  %zu of %zu x %zu of %s, %s%s\n", batch.count, batch.rows, batch.columns,
        cost_family_name(&batch.family), batch.is_float ? "float" : "double", batch.known ? ", from potentials" : "");
    if (batch.has_common) fprintf(stderr, "  most costs are %g, %zu of 64 are %s\n", batch.common, batch.others_of_64, batch.is_greatest ? "less" : "more");
    if (batch.values > 0) fprintf(stderr, "  costs are %zu numbers from %g on\n", batch.values, batch.common);
    for (size_t k = 0; batch.row_counts != NULL && k < batch.count; k++)
        fprintf(stderr, "  item %zu: %zu x %zu\n", k, batch.row_counts[k], batch.column_counts[k]);
    show_doubles("costs", batch.costs, batch.count * batch.rows * batch.columns);
    if (batch.known != NULL) show_doubles("potentials", batch.known, batch.count * batch.columns);
}

static size_t rows_of(size_t item) { return batch.row_counts ? batch.row_counts[item] : batch.rows; }
static size_t columns_of(size_t item) { return batch.column_counts ? batch.column_counts[item] : batch.columns; }

/* From 65 rows on, several columns have a lane each while their least costs are listed. */
static void draw_tall(void) {
    batch.count = draw_between(1, 3);
    batch.rows = draw_between(64, 100);
    batch.columns = draw_between(1, draw_one_in(2) ? 8 : 36);
}

static void draw_sizes(void) {
    const size_t way = draw_below(24);
    batch.count = way < 20 ? draw_between(1, 18) : draw_between(1, 2);
    const size_t most = way < 12 ? 6 : way < 20 ? 12 : way < 23 ? 40 : 70;
    batch.rows = way < 12 ? draw_below(most + 1) : draw_size(most);
    batch.columns = draw_one_in(2) ? batch.rows : way < 12 ? draw_below(most + 1) : draw_size(most);
    if (way < 20 && draw_one_in(4)) batch.rows = batch.columns = draw_between(4, 8); /* several may have a lane each */
    if (way == 23 && draw_one_in(4)) batch.rows = batch.columns = draw_between(32, 36), batch.count = 1;
    if (way == 20 || way == 21) { /* from 65 columns on, shortlists answer */
        batch.columns = draw_one_in(3) ? draw_between(63, 69) : draw_between(63, 110);
        batch.rows = draw_one_in(2) ? batch.columns : draw_below(draw_one_in(3) ? 60 : 12);
        if (batch.rows < 12 && draw_one_in(3)) batch.columns = draw_between(110, 700); /* more than they have room for */
        if (draw_one_in(3)) {
            const size_t rows = batch.rows;
            batch.rows = batch.columns;
            batch.columns = rows;
        }
        batch.count = draw_one_in(4) ? 3 : 1;
    }
    if (way == 19) draw_tall();
    if (way == 22 && draw_one_in(12)) batch.rows = batch.columns = draw_between(120, 140), batch.count = 1;
}

/* From 1,200 pairs on, most of which cost the same, problems are solved in another way. */
static void draw_sizes_of_common(void) {
    batch.count = draw_between(1, 4);
    batch.rows = draw_between(35, 42);
    batch.columns = draw_one_in(2) ? batch.rows : draw_between(33, 60);
    if (draw_one_in(3)) batch.rows = draw_between(1, 5), batch.columns = draw_between(240, 320);
    if (draw_one_in(4)) {
        const size_t rows = batch.rows;
        batch.rows = batch.columns;
        batch.columns = rows;
    }
}

static const double heights[] = {1, 1, 1, 0, -1, 1e5, 1e11, 0x1p60, 0x1p1000, 1e-9, INFINITY};

/* Squares from 65 rows on whose rows have many least costs start from those. */
static void draw_few(void) {
    batch.values = batch.has_common || !draw_one_in(20) ? 0 : draw_between(1, 14);
    if (batch.values == 0) return;
    batch.common = heights[draw_below(sizeof heights / sizeof *heights - 1)];
    batch.rows = batch.columns = draw_between(64, 84);
    batch.count = draw_between(1, 2);
}

static void draw_common(void) {
    batch.has_common = draw_one_in(4);
    if (!batch.has_common) return;
    batch.common = heights[draw_below(sizeof heights / sizeof *heights)];
    if (draw_one_in(3)) batch.common = draw_cost(&batch.family, 0, 0);
    if (draw_one_in(4)) batch.common = (double)draw_below(10);
    batch.is_greatest = !draw_one_in(4);
    batch.plain_items = draw_one_in(4) ? draw_below(16) : 0;
    batch.others_of_64 = draw_one_in(2) ? draw_below(6) : draw_below(30);
    const bool are_few = draw_one_in(3);
    for (size_t k = 0; k < 3; k++) batch.others[k] = are_few ? draw_number(NUMBER_UNIT) : (double)NAN;
}

/* An item may have a stray cost on the other side. */
static double among_common(double cost, size_t item, size_t j, bool is_stray) {
    if (batch.values > 0) return is_stray ? cost : batch.common + (double)draw_below(batch.values);
    if (!batch.has_common || batch.plain_items >> item & 1) return cost;
    if (!isnan(batch.others[0])) {
        const bool is_wanted = (batch.is_greatest ? j : batch.columns - 1 - j) < batch.rows / 8 && draw_one_in(2);
        const double other = batch.others[draw_below(3)] * (draw_one_in(2) ? 1 : fabs(batch.common));
        return batch.common + (!is_wanted ? 0 : batch.is_greatest ? -other : other);
    }
    if (draw_below(64) >= batch.others_of_64) return batch.common == 0 && draw_one_in(8) ? -batch.common : batch.common;
    if (!is_stray && (batch.is_greatest ? cost > batch.common : cost < batch.common)) return batch.common;
    return cost;
}

static void draw_counts(void) {
    batch.row_counts = batch.column_counts = NULL;
    if (!draw_one_in(3)) return;
    const bool squares = draw_one_in(2), are_alike = squares && draw_one_in(2);
    batch.row_counts = INPUT(size_t, batch.count);
    batch.column_counts = INPUT(size_t, batch.count);
    for (size_t k = 0; k < batch.count; k++) {
        const size_t least = batch.rows < batch.columns ? batch.rows : batch.columns;
        batch.row_counts[k] = draw_below((squares ? least : batch.rows) + 1);
        if (are_alike) batch.row_counts[k] = k > 0 ? batch.row_counts[0] : least < 5 ? least : draw_between(4, least < 9 ? least : 8);
        batch.column_counts[k] = squares ? batch.row_counts[k] : draw_below(batch.columns + 1);
    }
    if (are_alike && draw_one_in(2)) batch.column_counts[draw_below(2) * draw_below(batch.count)] = draw_between(batch.row_counts[0], batch.columns);
}

static void draw_known(void) {
    batch.known = NULL;
    if (!draw_one_in(3)) return;
    batch.known = INPUT(double, batch.count * batch.columns);
    static const number_kind kinds[] = {NUMBER_DIGITS, NUMBER_SIGNED, NUMBER_UNIT, NUMBER_WIDE, NUMBER_MIXED, NUMBER_APART, NUMBER_EXTREME};
    const number_kind kind = kinds[draw_below(sizeof kinds / sizeof *kinds)];
    const double scale = draw_one_in(3) ? pow(10, (double)draw_below(20)) : 1;
    for (size_t k = 0; k < batch.count * batch.columns; k++) {
        const double potential = draw_number(kind) * scale;
        batch.known[k] = k % batch.columns < columns_of(k / batch.columns) ? fmax(-0x1.fffffffffffffp1023, fmin(potential, 0x1.fffffffffffffp1023)) : (double)NAN;
    }
}

/* All rows want the same columns, and outbid each other: a few beside others that are alike, or one before the next. */
typedef struct contest {
    size_t few, rise;
    bool has_ties;
} contest;

static double draw_contested(const contest *c, size_t column) {
    const double part = c->has_ties ? 0 : draw_number(NUMBER_UNIT);
    if (c->few > 0) return column < c->few ? draw_number(NUMBER_UNIT) : (double)draw_between(1, 2);
    return (double)(column * c->rise / 2 + draw_below(6)) + part;
}

static void draw_batch(void) {
    batch.family = draw_cost_family();
    batch.is_float = draw_one_in(2);
    draw_common();
    if (batch.has_common) draw_sizes_of_common();
    else draw_sizes();
    draw_few();
    draw_counts();
    draw_known();
    const bool has_strays = draw_one_in(batch.values > 0 ? 2 : 16);
    const bool products = draw_one_in(12), wide = batch.rows > 64 || batch.columns > 64;
    const bool is_contested = !products && batch.values == 0 && draw_one_in(wide ? 2 : 8);
    const contest contest = {draw_one_in(3) ? draw_between(1, 6) : 0, draw_between(1, 3), !draw_one_in(4)};
    const size_t cells = batch.rows * batch.columns;
    batch.costs = INPUT(double, batch.count * cells);
    batch.float_costs = INPUT(float, batch.count * cells);
    for (size_t k = 0; k < batch.count * cells; k++) {
        const size_t item = k / cells, i = k % cells / batch.columns, j = k % batch.columns;
        double cost = products ? (double)((i + 1) * (j + 1)) : draw_cost(&batch.family, i, j);
        if (is_contested) cost = draw_contested(&contest, batch.rows > batch.columns ? i : j);
        cost = among_common(cost, item, j, has_strays && draw_one_in(64));
        if (i >= rows_of(item) || j >= columns_of(item)) cost = NAN; /* padding */
        batch.float_costs[k] = (float)cost;
        batch.costs[k] = batch.is_float ? (double)batch.float_costs[k] : cost;
    }
}

static answer solve_on(cl_instruction_set set) {
    const size_t rows = batch.count * batch.rows, columns = batch.count * batch.columns;
    answer a = {.fault = new_fault()};
    a.output = (cl_assignment_output){OUTPUT(double, batch.count), OUTPUT(int32_t, rows), OUTPUT(int32_t, columns), OUTPUT(double, rows), OUTPUT(double, columns)};
    const cl_assignment_batch given = {
        batch.count, batch.rows, batch.columns, batch.row_counts, batch.column_counts, batch.known};
    void *workspace = memory_workspace(cl_assignment_workspace_size(batch.rows, batch.columns));
    const void *costs = batch.is_float ? (const void *)batch.float_costs : batch.costs;
    a.status = RUN(cl_assignment_solver(set, element_of(batch.is_float))(costs, &given, workspace, &a.output, a.fault));
    return a;
}

static void compare(const answer *a, const answer *b, const char *where) {
    EXPECT(a->status == b->status, "status %d on scalar, %d %s", a->status, b->status, where);
    EXPECT(is_same_fault(a->fault, b->fault) || a->status != CL_STATUS_INVALID_COST, "another fault %s", where);
    const size_t items = a->status == CL_STATUS_OK ? batch.count : a->fault->item;
    const size_t rows = items * batch.rows, columns = items * batch.columns;
    const cl_assignment_output *x = &a->output, *y = &b->output;
    EXPECT(memory_equals(x->column_of_row, y->column_of_row, rows * sizeof(int32_t)) &&
               memory_equals(x->row_of_column, y->row_of_column, columns * sizeof(int32_t)),
        "another matching %s", where);
    EXPECT(memory_equals(x->values, y->values, items * sizeof(double)), "other values %s", where);
    EXPECT(memory_equals(x->row_potentials, y->row_potentials, rows * sizeof(double)) &&
               memory_equals(x->column_potentials, y->column_potentials, columns * sizeof(double)),
        "other potentials %s", where);
}

/* What lists of the least costs answer is what whole rows do, to the bit. */
static void compare_to_whole_rows(const answer *a) {
    if (batch.rows <= 64 && batch.columns <= 64) return;
    uses_shortlists = false;
    const answer whole = solve_on(CL_INSTRUCTION_SET_SCALAR);
    uses_shortlists = true;
    compare(a, &whole, "by whole rows");
}

/* One problem with at most as many rows as columns, and its answer turned alike. */
typedef struct turned {
    matching_problem problem;
    int32_t *column_of_row;
    int32_t *row_of_column;
    const double *u, *v;
} turned;

static turned turn(size_t item, const answer *a) {
    const size_t rows = rows_of(item), columns = columns_of(item);
    const bool is_tall = rows > columns;
    turned t = {.problem = {is_tall ? columns : rows, is_tall ? rows : columns, NULL, NULL}};
    double *costs = INPUT(double, rows * columns);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            costs[is_tall ? j * rows + i : i * columns + j] = batch.costs[(item * batch.rows + i) * batch.columns + j];
    t.problem.costs = costs;
    int32_t *of_row = a->output.column_of_row + item * batch.rows, *of_column = a->output.row_of_column + item * batch.columns;
    const double *u = a->output.row_potentials + item * batch.rows, *v = a->output.column_potentials + item * batch.columns;
    t.column_of_row = is_tall ? of_column : of_row;
    t.row_of_column = is_tall ? of_row : of_column;
    t.u = is_tall ? v : u;
    t.v = is_tall ? u : v;
    return t;
}

static bool is_matching(const turned *t) {
    size_t matched = 0;
    for (size_t i = 0; i < t->problem.rows; i++) {
        const int32_t j = t->column_of_row[i];
        if (j < 0 || (size_t)j >= t->problem.columns || t->row_of_column[j] != (int32_t)i) return false;
    }
    for (size_t j = 0; j < t->problem.columns; j++) {
        if (t->row_of_column[j] < -1 || t->row_of_column[j] >= (int32_t)t->problem.rows) return false;
        matched += t->row_of_column[j] >= 0;
    }
    return matched == t->problem.rows;
}

/* u[i] is the least rounded reduced cost of its row; no potential is -0; those of the longer side are at
 * most 0, and 0 where unmatched. */
static void check_potentials(const turned *t, size_t item) {
    const matching_problem *p = &t->problem;
    for (size_t i = 0; i < p->rows; i++) {
        double least = INFINITY;
        for (size_t j = 0; j < p->columns; j++) least = fmin(least, p->costs[i * p->columns + j] - t->v[j]);
        EXPECT(t->u[i] == least && !(t->u[i] == 0 && signbit(t->u[i])), "item %zu: u[%zu] = %.17g, not %.17g", item, i, t->u[i], least);
    }
    for (size_t j = 0; j < p->columns; j++) {
        EXPECT(isfinite(t->v[j]) && !(t->v[j] == 0 && signbit(t->v[j])), "item %zu: v[%zu] = %g", item, j, t->v[j]);
        if (p->rows == p->columns) continue;
        EXPECT(t->v[j] <= 0 && (t->v[j] == 0 || t->row_of_column[j] >= 0), "item %zu: v[%zu] = %.17g, matched to %d",
            item, j, t->v[j], t->row_of_column[j]);
    }
}

/* Whether the kernel sees that rounding may have decided, and answers without any: by the potentials, and where
 * those are great by the least cost too. */
static bool is_found_exactly(const turned *t) {
    answer_magnitudes potentials = {0, 0}, numbers;
    for (size_t i = 0; i < t->problem.rows; i++) note_number(&potentials, t->u[i]);
    for (size_t j = 0; j < t->problem.columns; j++) note_number(&potentials, t->v[j]);
    numbers = potentials;
    for (size_t k = 0; k < t->problem.rows * t->problem.columns; k++)
        if (t->problem.costs[k] < INFINITY) note_number(&numbers, t->problem.costs[k]);
    numbers.greatest = potentials.greatest;
    return lie_far_apart(potentials) || (potentials.greatest >= 0x1p30 && lie_far_apart(numbers));
}

static void check_value(const turned *t, size_t item, double value) {
    const size_t rows = rows_of(item), columns = columns_of(item);
    const bool is_tall = rows > columns;
    double sum = 0;
    exact exact_sum, least;
    exact_clear(&exact_sum);
    answer_magnitudes magnitudes = {0, 0};
    double *matched = INPUT(double, t->problem.rows);
    for (size_t i = 0; i < rows; i++) {
        const int32_t j = is_tall ? t->row_of_column[i] : t->column_of_row[i];
        if (j < 0) continue;
        const double cost = batch.costs[(item * batch.rows + i) * batch.columns + (size_t)j];
        matched[is_tall ? (size_t)j : i] = cost;
        EXPECT(!is_too_great(cost), "item %zu: %g is matched", item, cost);
        sum += cost;
        exact_add(&exact_sum, cost);
    }
    EXPECT(memory_equals(&sum, &value, sizeof sum), "item %zu: value %.17g of costs %.17g", item, value, sum);
    for (size_t i = 0; i < t->problem.rows; i++) note_number(&magnitudes, t->u[i]);
    for (size_t j = 0; j < t->problem.columns; j++) note_number(&magnitudes, t->v[j]);
    note_number(&magnitudes, value);
    const double n = (double)t->problem.rows, unproved = unproved_part(&t->problem, t->column_of_row, t->v);
    const double most = lie_far_apart(magnitudes) ? roundings(4 * n, magnitudes.greatest) : roundings(8 * (n + 1) * (n + 1), magnitudes.greatest);
    EXPECT(unproved <= most, "item %zu: a gap of %g, above %g", item, unproved, most);
    if (t->problem.rows > 4 && !(t->problem.rows <= 6 && draw_one_in(8))) return;
    if (!least_matching_sum(&t->problem, &least)) return;
    exact_subtract_exact(&exact_sum, &least);
    const double excess = exact_value(&exact_sum);
    EXPECT(excess >= 0 && (excess == 0 || !is_found_exactly(t)), "item %zu: %g above the least sum, found without rounding", item, excess);
    EXPECT(excess <= unproved, "item %zu: %g above the least sum, proved within %g", item, excess, unproved);
    EXPECT(excess <= fmax(roundings(n, magnitudes.least), rounding_of_sum(matched, t->problem.rows)), "item %zu: %g above the least sum (potentials from %g to %g)", item, excess, magnitudes.least, magnitudes.greatest);
}

static void check_padding(const answer *a, size_t item) {
    const size_t rows = rows_of(item), columns = columns_of(item);
    const size_t row = item * batch.rows + rows, column = item * batch.columns + columns;
    EXPECT(memory_is_unwritten(a->output.column_of_row + row, (batch.rows - rows) * sizeof(int32_t)) &&
               memory_is_unwritten(a->output.row_potentials + row, (batch.rows - rows) * sizeof(double)) &&
               memory_is_unwritten(a->output.row_of_column + column, (batch.columns - columns) * sizeof(int32_t)) &&
               memory_is_unwritten(a->output.column_potentials + column, (batch.columns - columns) * sizeof(double)),
        "item %zu: padding was written", item);
}

/* The first cost of an item for which `is_wanted`. */
static bool first_cost(size_t item, bool (*is_wanted)(double), cl_fault *at) {
    for (size_t i = 0; i < rows_of(item); i++)
        for (size_t j = 0; j < columns_of(item); j++)
            if (is_wanted(batch.costs[(item * batch.rows + i) * batch.columns + j])) {
                *at = (cl_fault){.item = item, .row = i, .column = j};
                return true;
            }
    return false;
}

static void check_item(const answer *a, size_t item, bool is_refused) {
    cl_fault invalid, great;
    const turned t = turn(item, a);
    const bool has_invalid = first_cost(item, is_invalid_cost, &invalid), has_great = first_cost(item, is_too_great, &great);
    if (has_invalid || (is_refused && a->status == CL_STATUS_INVALID_COST)) {
        EXPECT(is_refused && a->status == CL_STATUS_INVALID_COST && (has_invalid || has_great), "item %zu: status %d", item, a->status);
        if (!has_invalid) invalid = great;
        EXPECT(has_invalid || !needs_no_great_cost(&t.problem), "item %zu: refused for a cost that is not needed", item);
        EXPECT(is_same_fault(a->fault, &invalid), "fault at %zu, %zu, %zu, not at %zu, %zu", a->fault->item, a->fault->row, a->fault->column, invalid.row, invalid.column);
        return;
    }
    const bool is_feasible = can_match_all_rows(&t.problem, INFINITY, false);
    if (is_refused || !is_feasible) {
        EXPECT(is_refused && a->status == CL_STATUS_INFEASIBLE && !is_feasible, "item %zu: status %d, feasible %d", item, a->status, is_feasible);
        return;
    }
    check_padding(a, item);
    if (!EXPECT(is_matching(&t), "item %zu: no matching", item)) return;
    check_potentials(&t, item);
    check_value(&t, item, a->output.values[item]);
}

void check_assignment(void) {
    if (draw_one_in(64)) check_assignment_sizes();
    draw_batch();
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    const answer scalar = solve_on(sets[0]);
    if (scalar.status == CL_STATUS_OK) EXPECT(is_unwritten_fault(scalar.fault), "a fault without one");
    else if (!EXPECT(scalar.fault->item < batch.count, "status %d, item %zu", scalar.status, scalar.fault->item)) return;
    const size_t solved = scalar.status == CL_STATUS_OK ? batch.count : scalar.fault->item;
    for (size_t item = 0; item < solved; item++) check_item(&scalar, item, false);
    if (solved < batch.count) check_item(&scalar, solved, true);
    for (size_t s = 1; s < set_count; s++) {
        const answer other = solve_on(sets[s]);
        compare(&scalar, &other, instruction_set_name(sets[s]));
    }
    compare_to_whole_rows(&scalar);
}
