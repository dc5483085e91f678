#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../support/check.h"
#include "../support/memory.h"
#include "../support/stop.h"
#include "checks.h"
#include "instance.h"

/* What a call leaves. */
typedef struct outcome {
    cl_status status;
    size_t stride;
    double *values;
    uint8_t *moves;
    size_t *counts;
    cl_fault *fault;
} outcome;

static outcome solve(cl_instruction_set set, size_t stride) {
    const alignment_batch *b = &alignments;
    outcome o = {CL_STATUS_OK, stride, OUTPUT(double, b->count), OUTPUT(uint8_t, b->count * stride),
        OUTPUT(size_t, b->count), new_fault()};
    void *workspace = memory_workspace(cl_alignment_workspace_size(b->count, b->rows, b->columns, b->rule));
    o.status = RUN(cl_alignment_solver(set, element_of(b->is_float))(b->problems, b->count, b->rule, workspace, stride,
        o.values, o.moves, o.counts, o.fault));
    return o;
}

static double excess(size_t item, const uint8_t *moves, size_t count) {
    const alignment_batch *b = &alignments;
    const alignment_item *p = &b->items[item];
    void *workspace = memory_workspace(cl_alignment_workspace_size(1, p->rows, p->columns, b->rule));
    return cl_alignment_excess(element_of(b->is_float), &b->problems[item], b->rule, moves, count, workspace);
}

static size_t follow(const alignment_item *p, const uint8_t *moves_of_nodes, uint8_t *moves) {
    size_t i = 0, k = 0, count = 0;
    while (i < p->rows || k < p->columns) {
        const uint8_t move = moves_of_nodes[i * (p->columns + 1) + k];
        if (move == NO_MOVE) break;
        moves[count++] = move;
        i += move != CL_ALIGNMENT_HORIZONTAL;
        k += move != CL_ALIGNMENT_VERTICAL;
    }
    return count;
}

/* Whether the header's words say that the distances in the element type decide: costs of at least 0, or
 * terms that do not cancel, and no sum near the limits of the type. */
static bool is_decided_by_distances(const alignment_item *p, const uint8_t *moves, size_t count, double value) {
    const cl_alignment_rule rule = alignments.rule;
    const double max = alignments.is_float ? (double)FLT_MAX : DBL_MAX, min = alignments.is_float ? (double)FLT_MIN : DBL_MIN;
    const bool has_factor = rule.gaps == CL_ALIGNMENT_GAP_FACTOR;
    double lowest = 0, magnitude;
    exact cost;
    if (p->rows == 0 || p->columns == 0) return false;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t k = 0; k < p->columns; k++)
            if (alignment_reads(p, i, k)) lowest = fmin(lowest, alignment_cost(p, i, k));
    for (size_t i = 0; rule.gaps == CL_ALIGNMENT_GAP_COSTS && i < p->rows; i++) lowest = fmin(lowest, p->row_gaps[i]);
    for (size_t k = 0; rule.gaps == CL_ALIGNMENT_GAP_COSTS && k < p->columns; k++) lowest = fmin(lowest, p->column_gaps[k]);
    if (!cost_of_path(p, moves, count, &cost, &magnitude) || !(fabs(value) < max / 4)) return false;
    if (has_factor && (rule.gap_factor < min || rule.gap_factor > max)) return false;
    if (has_factor && value != 0 && fabs(value) < (double)count * min) return false;
    if (has_factor && rule.gap_factor < 1 && value == 0 && (lowest < 0 || exact_sign(&cost) != 0)) return false;
    const double factor = has_factor ? fmax(1, rule.gap_factor) : 1;
    return lowest >= 0 || ((double)(p->rows + p->columns) * factor * -lowest < max / 4 && magnitude <= 8 * fabs(value));
}

/* The value is that of the path but for rounding: to the nearest double, or of each addition and, below the least
 * normal double, of each product with a gap factor. */
static void expect_value(size_t item, const exact *cost, double value, size_t moves) {
    const double nearest = exact_value(cost);
    const double tolerance = (double)(moves + 1) * (fabs(nearest) * 8 * 0x1p-52 + 0x1p-1074);
    EXPECT(fabs(value - nearest) <= tolerance || value == nearest, "item %zu: %.17g for %.17g", item, value, nearest);
}

/* The path of the rounded distances where they decide, and otherwise that of the exact ones. */
static void expect_path(size_t item, const outcome *o) {
    const alignment_item *p = &alignments.items[item];
    const uint8_t *moves = o->moves + item * o->stride;
    const size_t count = o->counts[item], nodes = (p->rows + 1) * (p->columns + 1);
    exact cost, optimum;
    double magnitude;
    if (!EXPECT(count <= p->rows + p->columns && cost_of_path(p, moves, count, &cost, &magnitude), "item %zu: no path", item))
        return;
    expect_value(item, &cost, o->values[item], count);
    uint8_t *of_nodes = INPUT(uint8_t, nodes), *expected = INPUT(uint8_t, p->rows + p->columns);
    rounded_recurrence(p, of_nodes);
    size_t expected_count = follow(p, of_nodes, expected);
    exact rounded_cost;
    double unused;
    const bool is_path = cost_of_path(p, expected, expected_count, &rounded_cost, &unused);
    const bool decides = is_path && is_decided_by_distances(p, expected, expected_count, exact_value(&rounded_cost));
    const bool is_affordable = nodes <= 100 || (nodes < 1000 && draw_one_in(20));
    if (decides || is_affordable) {
        double least_magnitude = 0;
        if (!decides || draw_one_in(4)) least_magnitude = exact_recurrence(p, of_nodes, &optimum);
        else optimum = cost;
        if (!decides) expected_count = follow(p, of_nodes, expected);
        EXPECT(count == expected_count && memory_equals(moves, expected, count), "item %zu: another path, decided by %s", item,
            decides ? "rounded distances" : "exact ones");
        exact_subtract_exact(&cost, &optimum);
        const double unit = alignments.is_float ? 0x1p-24 : 0x1p-53;
        const double bound = 2 * (double)(p->rows + p->columns) * unit * (magnitude + least_magnitude) * (1 + 0x1p-40);
        EXPECT(exact_value(&cost) <= bound, "item %zu costs %g more than the best, %g allowed", item, exact_value(&cost), bound);
    }
    if (!decides) EXPECT(excess(item, moves, count) == 0, "item %zu: an excess of %g", item, excess(item, moves, count));
}

/* Of any path; and none of what is no path. */
static void expect_excess(size_t item) {
    const alignment_item *p = &alignments.items[item];
    const size_t nodes = (p->rows + 1) * (p->columns + 1);
    if (nodes > 100) return;
    uint8_t *moves = INPUT(uint8_t, p->rows + p->columns), *of_nodes = INPUT(uint8_t, nodes);
    size_t i = 0, k = 0, count = 0;
    while (i < p->rows || k < p->columns) {
        const unsigned move = i == p->rows ? CL_ALIGNMENT_HORIZONTAL : k == p->columns ? CL_ALIGNMENT_VERTICAL : draw_below(3);
        moves[count++] = (uint8_t)move;
        i += move != CL_ALIGNMENT_HORIZONTAL;
        k += move != CL_ALIGNMENT_VERTICAL;
    }
    exact cost, optimum;
    double magnitude;
    const double found = excess(item, moves, count);
    if (!cost_of_path(p, moves, count, &cost, &magnitude)) {
        EXPECT(found == (double)INFINITY, "item %zu: an excess of %g of a path that pays +infinity", item, found);
        return;
    }
    exact_recurrence(p, of_nodes, &optimum);
    exact_subtract_exact(&cost, &optimum);
    exact_subtract(&cost, fmin(found, DBL_MAX));
    EXPECT(exact_sign(&cost) <= 0 || found == (double)INFINITY, "item %zu: an excess of %.17g is too small", item, found);
    exact_add(&cost, fmin(found, DBL_MAX) - fmax(nextafter(fmin(found, DBL_MAX), 0), 0));
    EXPECT(exact_sign(&cost) >= 0, "item %zu: an excess of %.17g is too large", item, found);
    if (count > 0 && p->rows > 0)
        EXPECT(excess(item, moves, count - 1) == (double)INFINITY, "item %zu: a path that does not arrive", item);
    uint8_t *more = INPUT(uint8_t, count + 1);
    memcpy(more, moves, count);
    more[count] = (uint8_t)draw_below(3);
    EXPECT(excess(item, more, count + 1) == (double)INFINITY, "item %zu: a path that leaves the grid", item);
}

/* The status that an item deserves by itself. */
static cl_status expected_status(size_t item, size_t *row, size_t *column) {
    const alignment_item *p = &alignments.items[item];
    if (first_bad_cost(p, row, column)) return CL_STATUS_INVALID_COST;
    return is_alignable(p) ? CL_STATUS_OK : CL_STATUS_INFEASIBLE;
}

/* Whether the optimum of an item is no double; without an exact oracle, whether it may be none. */
static bool is_out_of_range(const alignment_item *p) {
    double greatest, least;
    price_bounds(p, &greatest, &least);
    if (greatest * (double)(p->rows + p->columns) < DBL_MAX / 2) return false;
    const size_t nodes = (p->rows + 1) * (p->columns + 1);
    if (nodes > 1000) return true;
    exact optimum;
    exact_recurrence(p, INPUT(uint8_t, nodes), &optimum);
    return isinf(exact_value(&optimum));
}

static void expect_outcome(const outcome *o) {
    const alignment_batch *b = &alignments;
    for (size_t item = 0; item < b->count; item++) {
        size_t row = 0, column = 0;
        const cl_status expected = expected_status(item, &row, &column);
        const bool is_refused = o->status != CL_STATUS_OK && o->fault->item == item;
        if (is_refused && o->status == CL_STATUS_OUT_OF_RANGE && expected == CL_STATUS_OK) {
            EXPECT(is_out_of_range(&b->items[item]), "item %zu is in range", item);
            return;
        }
        if (!EXPECT((is_refused ? o->status : CL_STATUS_OK) == expected, "item %zu: status %d for %d", item, o->status, expected))
            return;
        if (is_refused) {
            EXPECT(expected != CL_STATUS_INVALID_COST || (o->fault->row == row && o->fault->column == column),
                "item %zu: cell %zu, %zu for %zu, %zu", item, o->fault->row, o->fault->column, row, column);
            return;
        }
        expect_path(item, o);
        if (item == 0) expect_excess(item);
    }
    EXPECT(o->status != CL_STATUS_OK || is_unwritten_fault(o->fault), "a fault without a refusal");
}

static void expect_same(const outcome *a, const outcome *b, cl_instruction_set set) {
    const char *name = instruction_set_name(set);
    if (!EXPECT(a->status == b->status, "status %d, %s %d", a->status, name, b->status)) return;
    if (a->status != CL_STATUS_OK)
        EXPECT(a->fault->item == b->fault->item, "item %zu, %s %zu", a->fault->item, name, b->fault->item);
    if (a->status == CL_STATUS_INVALID_COST)
        EXPECT(a->fault->row == b->fault->row && a->fault->column == b->fault->column, "%s: another cell", name);
    const size_t solved = a->status == CL_STATUS_OK ? alignments.count : a->fault->item;
    EXPECT(memory_equals(a->values, b->values, solved * sizeof(double)), "values of %s", name);
    EXPECT(memory_equals(a->counts, b->counts, solved * sizeof(size_t)), "lengths of %s", name);
    for (size_t item = 0; item < solved; item++)
        EXPECT(memory_equals(a->moves + item * a->stride, b->moves + item * a->stride, a->counts[item]), "item %zu: moves of %s",
            item, name);
}

/* The gradient by all numbers, added up move by move; every other number of a row is not touched. */
#define DEFINE_GRADIENT_CHECK(real, suffix)                                                                           \
    static void expect_gradient_##suffix(const alignment_item *p, const uint8_t *moves, size_t count) {               \
        const cl_alignment_rule rule = alignments.rule;                                                               \
        const size_t stride = p->columns + draw_below(3), length = p->rows == 0 ? 0 : (p->rows - 1) * stride + p->columns; \
        const real weight = (real)(draw_unit() * 4 - 2);                                                              \
        const real gap = rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? (real)(weight * rule.gap_factor)                      \
                         : rule.gaps == CL_ALIGNMENT_GAP_COSTS ? 0 : weight;                                          \
        const double gap_weight = rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? rule.gap_factor                              \
                                  : rule.gaps == CL_ALIGNMENT_GAP_COSTS ? 0 : 1;                                      \
        const bool wants_rows = draw_one_in(2), wants_columns = draw_one_in(2);                                       \
        real *found = OUTPUT(real, length), *expected = INPUT(real, p->rows * p->columns);                            \
        real *rows = OUTPUT(real, p->rows), *columns = OUTPUT(real, p->columns);                                      \
        real *expected_rows = INPUT(real, p->rows), *expected_columns = INPUT(real, p->columns);                      \
        cl_alignment_gradient(element_of(sizeof(real) == 4), moves, count, p->rows, p->columns, (double)weight,       \
            gap_weight, stride, found, wants_rows ? rows : NULL, wants_columns ? columns : NULL);                         \
        for (size_t m = 0, i = 0, k = 0; m < count; m++) {                                                            \
            const size_t row = i < p->rows ? i : p->rows - 1, column = k < p->columns ? k : p->columns - 1;           \
            if (p->rows > 0 && p->columns > 0)                                                                        \
                expected[row * p->columns + column] += moves[m] == CL_ALIGNMENT_DIAGONAL ? weight : gap;              \
            if (moves[m] == CL_ALIGNMENT_VERTICAL) expected_rows[i] += weight;                                        \
            if (moves[m] == CL_ALIGNMENT_HORIZONTAL) expected_columns[k] += weight;                                   \
            i += moves[m] != CL_ALIGNMENT_HORIZONTAL;                                                                 \
            k += moves[m] != CL_ALIGNMENT_VERTICAL;                                                                   \
        }                                                                                                             \
        for (size_t i = 0; i < length; i++) {                                                                         \
            const size_t k = i % stride;                                                                              \
            if (k >= p->columns) EXPECT(memory_is_unwritten(found + i, sizeof(real)), "the padding of a gradient");   \
            else EXPECT(found[i] == expected[i / stride * p->columns + k], "cell %zu, %zu: a gradient of %g for %g",  \
                     i / stride, k, (double)found[i], (double)expected[i / stride * p->columns + k]);                 \
        }                                                                                                             \
        for (size_t i = 0; wants_rows && i < p->rows; i++) EXPECT(rows[i] == expected_rows[i], "row %zu", i);         \
        for (size_t k = 0; wants_columns && k < p->columns; k++)                                                      \
            EXPECT(columns[k] == expected_columns[k], "column %zu", k);                                               \
        EXPECT(wants_rows || memory_is_unwritten(rows, p->rows * sizeof(real)), "a gradient that is not wanted");     \
    }
DEFINE_GRADIENT_CHECK(float, f32)
DEFINE_GRADIENT_CHECK(double, f64)

void check_alignment(void) {
    draw_alignments(MOST_ALIGNMENTS, 75);
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets), stride = alignments.rows + alignments.columns + draw_below(4);
    const outcome reference = solve(sets[0], stride);
    for (size_t s = 1; s < set_count; s++) {
        const outcome other = solve(sets[s], stride);
        expect_same(&reference, &other, sets[s]);
    }
    expect_outcome(&reference);
    const size_t solved = reference.status == CL_STATUS_OK ? alignments.count : reference.fault->item;
    if (solved == 0) return;
    const size_t item = draw_below(solved);
    const alignment_item *p = &alignments.items[item];
    const uint8_t *moves = reference.moves + item * stride;
    if (alignments.is_float) expect_gradient_f32(p, moves, reference.counts[item]);
    else expect_gradient_f64(p, moves, reference.counts[item]);
}
