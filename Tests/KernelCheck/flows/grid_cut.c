/* Minimum cuts of grids: at up to ten cells against all cuts, in exact sums; at any size the flow proves the cut. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "CCombinatorialKernels.h"
#include "flows/flows.h"
#include "support/draw.h"
#include "support/memory.h"
#include "support/stop.h"

enum { FEW_CELLS = 10 };

static struct {
    number_kind kind;
    bool is_float;
    cl_grid_cut_shape shape;
    size_t area;
    double *costs;
    float *float_costs;
} problem;

static const int step_down[8] = {0, 1, 0, -1, 1, 1, -1, -1}, step_right[8] = {1, 0, -1, 0, 1, -1, -1, 1};

void describe_grid_cut(void) {
    fprintf(stderr, "  %zu x %zu cells, %zu neighbors, %s, %s\n", problem.shape.rows, problem.shape.columns,
        problem.shape.neighbors, number_kind_name(problem.kind), problem.is_float ? "float" : "double");
    show_doubles("costs", problem.costs, (2 + problem.shape.neighbors) * problem.area);
}

/* The cell that an arc leads to; the area if it leads out of the grid. */
static size_t neighbor(size_t cell, size_t direction) {
    const ptrdiff_t row = (ptrdiff_t)(cell / problem.shape.columns) + step_down[direction];
    const ptrdiff_t column = (ptrdiff_t)(cell % problem.shape.columns) + step_right[direction];
    const bool is_inside = row >= 0 && column >= 0 && row < (ptrdiff_t)problem.shape.rows &&
                           column < (ptrdiff_t)problem.shape.columns;
    return is_inside ? (size_t)row * problem.shape.columns + (size_t)column : problem.area;
}

static bool is_arc(size_t index) { return index >= 2 * problem.area; }

static bool is_read(size_t index) {
    return !is_arc(index) || neighbor(index % problem.area, index / problem.area - 2) < problem.area;
}

static void set_cost(size_t index, double cost) {
    problem.float_costs[index] = (float)cost;
    problem.costs[index] = problem.is_float ? (double)problem.float_costs[index] : cost;
}

/* Two cells whose great costs cancel on one side, beside small ones on the other, which decide: no rounding hides them
 * where the two cost nothing there. */
static void draw_balance(void) {
    const double base = ldexp(1, (int)draw_between(53, 60));
    const size_t area = problem.area, channel = area * draw_below(2), first = draw_below(area), second = draw_below(area);
    const bool are_free = draw_one_in(2);
    for (size_t k = 2 * area; k < (2 + problem.shape.neighbors) * area; k++)
        if (is_read(k)) set_cost(k, draw_one_in(8) ? (double)draw_below(10) : (double)INFINITY);
    for (size_t k = 0; k < 2 * area; k++) set_cost(k, (double)draw_below(10));
    set_cost(channel + first, base);
    set_cost(channel + second, first == second ? 0 : -base);
    if (are_free) set_cost(area - channel + first, 0), set_cost(area - channel + second, 0);
}

/* Arcs along one path through all cells alone, to and fro in rows: searches take many levels of few cells. */
static void draw_path(void) {
    for (size_t k = 2 * problem.area; k < (2 + problem.shape.neighbors) * problem.area; k++) {
        if (!is_read(k)) continue;
        const size_t cell = k % problem.area, direction = k / problem.area - 2;
        const size_t row = cell / problem.shape.columns - (direction == 3), column = cell % problem.shape.columns;
        const bool is_turn = column == (row % 2 == 0 ? problem.shape.columns - 1 : 0);
        if (direction >= 4 || (step_down[direction] != 0 && !is_turn)) set_cost(k, 0);
    }
}

static cl_grid_cut_shape draw_shape(void) {
    const size_t rows = draw_below(5), columns = draw_below(5), neighbors = draw_one_in(2) ? 4 : 8;
    if (draw_one_in(6)) return (cl_grid_cut_shape){draw_between(1, 12), draw_between(1, 12), neighbors};
    if (draw_one_in(20)) return (cl_grid_cut_shape){draw_between(1, 9), draw_between(8, 66), neighbors};
    if (draw_one_in(60)) return (cl_grid_cut_shape){draw_between(60, 132), draw_between(7, 10), neighbors};
    if (draw_one_in(8)) return (cl_grid_cut_shape){columns > 0, columns, neighbors};
    return (cl_grid_cut_shape){rows * columns > FEW_CELLS ? FEW_CELLS / columns : rows, columns, neighbors};
}

/* Cells that save on one side what they cost on the other, far more than all else, beside arcs that cannot be cut: what
 * stands for those is more than both sides together. */
static void draw_opposed(void) {
    for (size_t k = problem.area; k < (2 + problem.shape.neighbors) * problem.area; k++) {
        if (!is_arc(k)) set_cost(k, -problem.costs[k - problem.area]);
        else if (is_read(k)) set_cost(k, draw_one_in(2) ? (double)INFINITY : 0x1p-10 * (double)draw_below(3));
    }
}

static void draw_problem(void) {
    problem.shape = draw_shape();
    problem.area = problem.shape.rows * problem.shape.columns;
    problem.kind = (number_kind)draw_below(NUMBER_KINDS);
    problem.is_float = draw_one_in(3);
    const size_t count = (2 + problem.shape.neighbors) * problem.area;
    problem.costs = INPUT(double, count);
    problem.float_costs = INPUT(float, count);
    const bool is_signed = draw_one_in(20), is_mixed = draw_one_in(4), has_positive_cells = draw_one_in(2);
    /* Two cells that hide what is small: a cut that both go well with has neither of their costs. The greatest differ
     * by more than the largest double. */
    const int exponent = (int)(draw_one_in(6) ? 1023 : draw_one_in(4) ? draw_between(961, 1022) : draw_between(48, 60));
    const double base = draw_one_in(3) ? ldexp(1, exponent) : 0, unread = draw_one_in(2) ? (double)NAN : 0;
    const bool has_uneven_base = draw_one_in(2), holds_together = draw_one_in(4);
    const size_t great[2] = {draw_below(problem.area), draw_below(problem.area)};
    const double arc_scale = draw_one_in(4) ? ldexp(1, (int)draw_below(16)) : 1; /* rounding of wide arcs */
    for (size_t k = 0; k < count; k++) {
        const number_kind kind = is_mixed && draw_one_in(2) ? NUMBER_APART : problem.kind;
        const bool may_be_negative = is_signed || (!is_arc(k) && !has_positive_cells);
        double cost = !is_read(k) ? unread : may_be_negative ? draw_number(kind) : draw_magnitude(kind) * (is_arc(k) ? arc_scale : 1);
        if (base > 0 && cost == cost && is_arc(k) && (holds_together || draw_one_in(3))) cost = INFINITY;
        const bool is_great = k % problem.area == great[0] || k % problem.area == great[1];
        if (base > 0 && !is_arc(k) && !draw_one_in(is_great ? 3 : 12) == is_great)
            cost = (draw_one_in(2) ? base : -base) * (has_uneven_base ? 1 + 0.9 * draw_unit() : 1);
        set_cost(k, cost);
    }
    if (problem.area > 0 && draw_one_in(5)) draw_balance();
    if (draw_one_in(8) && problem.kind < NUMBER_TINY) draw_opposed();
    if (problem.area > FEW_CELLS && draw_one_in(2)) draw_path();
}

static cut_answer solve(bool wants_flow) {
    cut_answer a = {
        .value = OUTPUT(double, 1), .source_side = OUTPUT(uint8_t, problem.area),
        .flow = wants_flow ? OUTPUT(double, (2 + problem.shape.neighbors) * problem.area) : NULL,
        .fault = new_fault()};
    void *workspace = memory_workspace(cl_grid_cut_workspace_size(problem.shape));
    const void *numbers = problem.is_float ? (const void *)problem.float_costs : problem.costs;
    a.status = RUN(cl_grid_cut_solve(
        element_of(problem.is_float), numbers, problem.shape, workspace, a.value, a.source_side, a.flow, a.fault));
    return a;
}

static bool is_in_cut(const uint8_t *side, size_t index) {
    const size_t cell = index % problem.area;
    if (!is_arc(index)) return side[cell] == (index >= problem.area);
    return is_read(index) && side[cell] && !side[neighbor(cell, index / problem.area - 2)];
}

/* The exact cost of a cut, and what rounding of its terms explains; false if it is infinite. */
static bool cut_cost(const uint8_t *side, exact *sum, exact *rounding) {
    const double share = ldexp((double)(10 * problem.area), LOSS_EXPONENT);
    exact_clear(sum);
    exact_clear(rounding);
    for (size_t k = 0; k < (2 + problem.shape.neighbors) * problem.area; k++) {
        if (!is_in_cut(side, k)) continue;
        if (problem.costs[k] == INFINITY) return false;
        exact_add(sum, problem.costs[k]);
        exact_add_product(rounding, fabs(problem.costs[k]), share);
    }
    return true;
}

typedef struct least_cut {
    bool is_finite;
    exact cost, rounding;
    uint8_t side[FEW_CELLS];
} least_cut;

/* The least of all cuts, and of those the one with the most cells on the source's side. */
static void find_least_cut(least_cut *least) {
    size_t most_cells = 0;
    least->is_finite = false;
    for (size_t mask = 0; mask < (size_t)1 << problem.area; mask++) {
        uint8_t side[FEW_CELLS];
        size_t cells = 0;
        for (size_t v = 0; v < problem.area; v++) cells += side[v] = mask >> v & 1;
        exact cost, rounding;
        if (!cut_cost(side, &cost, &rounding)) continue;
        const int order = least->is_finite ? exact_compare(&cost, &least->cost) : -1;
        if (order > 0 || (order == 0 && cells <= most_cells)) continue;
        least->is_finite = true;
        least->cost = cost;
        least->rounding = rounding;
        most_cells = cells;
        for (size_t v = 0; v < problem.area; v++) least->side[v] = side[v];
    }
}

static bool has_exact_sums(void) {
    for (size_t k = 0; k < (2 + problem.shape.neighbors) * problem.area; k++) {
        const double cost = fabs(problem.costs[k]);
        if (cost < INFINITY && (cost != floor(cost) || cost > 0x1p40)) return false;
    }
    return true;
}

/* Whether rounding of what a cell costs less on one side than on the other hides nothing: of two costs of one sign
 * the smaller may be lost in it. */
static bool has_exact_pulls(void) {
    for (size_t v = 0; v < problem.area; v++) {
        const double source = problem.costs[v], sink = problem.costs[problem.area + v], pull = sink - source;
        if (!isfinite(pull) || (source < 0) != (sink < 0)) continue;
        exact sum;
        exact_clear(&sum);
        exact_add(&sum, sink);
        exact_subtract(&sum, source);
        exact_subtract(&sum, pull);
        if (exact_sign(&sum) != 0) return false;
    }
    return true;
}

/* Whether arcs of +infinity lead from a cell that only the source's side may have to one that only the sink's may. */
static bool is_every_cut_infinite(void) {
    const size_t area = problem.area;
    bool *is_source = INPUT(bool, area), is_infinite = false;
    for (size_t v = 0; v < area; v++) is_source[v] = problem.costs[v] == INFINITY;
    for (bool grows = true; grows;) {
        grows = false;
        for (size_t k = 2 * area; k < (2 + problem.shape.neighbors) * area; k++) {
            if (!is_read(k) || problem.costs[k] != INFINITY || !is_source[k % area]) continue;
            bool *head = is_source + neighbor(k % area, k / area - 2);
            grows |= !*head;
            *head = true;
        }
    }
    for (size_t v = 0; v < area; v++) is_infinite |= is_source[v] && problem.costs[area + v] == INFINITY;
    return is_infinite;
}

static void expect_least_cut(const cut_answer *a, const least_cut *least) {
    exact excess, rounding;
    if (!EXPECT(cut_cost(a->source_side, &excess, &rounding), "an infinite cut")) return;
    exact_subtract_exact(&excess, &least->cost);
    if (!has_exact_pulls()) exact_add_exact(&rounding, &least->rounding); /* of both cuts */

    EXPECT(exact_compare(&excess, &rounding) <= 0, "a cut dearer by %.17g than the least, %.17g", exact_value(&excess),
        exact_value(&least->cost));
    for (size_t v = 0; v < problem.area && has_exact_sums(); v++)
        EXPECT(a->source_side[v] == least->side[v], "cell %zu is on side %d", v, a->source_side[v]);
}

/* The flow as arcs of a graph whose last nodes are source and sink. */
static void expect_flow(const cut_answer *a) {
    const size_t count = (2 + problem.shape.neighbors) * problem.area, source = problem.area, sink = problem.area + 1;
    int32_t *tails = INPUT(int32_t, count), *heads = INPUT(int32_t, count);
    double *capacities = INPUT(double, count), sent = 0;
    exact slack;
    exact_clear(&slack);
    for (size_t k = 0; k < count; k++) {
        const size_t cell = k % problem.area;
        const double source_cost = problem.costs[cell], sink_cost = problem.costs[problem.area + cell];
        const double pull = source_cost == sink_cost ? 0 : sink_cost - source_cost;
        const double capacity = capacities[k] = k < source ? fmax(-pull, 0) : k < 2 * source ? fmax(pull, 0) : is_read(k) ? problem.costs[k] : 0;
        EXPECT(a->flow[k] >= 0 && a->flow[k] <= capacity, "flow %zu: %.17g of %.17g", k, a->flow[k], capacity);
        tails[k] = (int32_t)(k < source ? source : cell);
        heads[k] = (int32_t)(k < source ? cell : k < 2 * source ? sink : is_read(k) ? neighbor(cell, k / source - 2) : cell);
        if (k < source) sent += a->flow[k];
        if (is_in_cut(a->source_side, k) && capacity < INFINITY) {
            exact_add(&slack, capacity);
            exact_subtract(&slack, a->flow[k]);
        }
        const bool leads_back = k >= 2 * source && is_read(k) && !a->source_side[cell] && a->source_side[heads[k]];
        if (leads_back) exact_add(&slack, a->flow[k]);
    }
    const flow_arcs arcs = {problem.area + 2, count, tails, heads, a->flow};
    const double lost = expect_conservation(&arcs, (int32_t)source, (int32_t)sink, sent);
    if (has_exact_sums()) expect_sinks_side(&arcs, capacities, (int32_t)sink, a->source_side, problem.area);
    EXPECT(lost <= ldexp((double)count, LOSS_EXPONENT - 1) * sent, "%.17g lost of %.17g", lost, sent);
    EXPECT(fabs(exact_value(&slack)) <= ldexp((double)count, LOSS_EXPONENT) * sent, "the cut is not full: %.17g of %.17g",
        exact_value(&slack), sent);
}

static void expect_solution(const cut_answer *a) {
    exact error, rounding;
    for (size_t v = 0; v < problem.area; v++) EXPECT(a->source_side[v] <= 1, "side %d", a->source_side[v]);
    if (!EXPECT(cut_cost(a->source_side, &error, &rounding), "an infinite cut")) return;
    exact_subtract(&error, *a->value);
    exact difference = rounding;
    exact_add_exact(&difference, &error);
    exact_subtract_exact(&rounding, &error);
    EXPECT(exact_sign(&difference) >= 0 && exact_sign(&rounding) >= 0, "%.17g for a cut that costs %.17g more", *a->value,
        exact_value(&error));
    if (a->flow) expect_flow(a);
}

static size_t first_fault(size_t count) {
    size_t fault = 0;
    for (; fault < count; fault++) {
        const double cost = problem.costs[fault];
        if (is_read(fault) && !(is_arc(fault) ? cost >= 0 : cost > -(double)INFINITY)) break;
    }
    return fault;
}

/* Shapes beyond 2^30 arcs, or with other neighbors, have no workspace, and no answer. */
static void expect_refused_shapes(void) {
    static const cl_grid_cut_shape shapes[] = {{3, 3, 0}, {3, 3, 5}, {3, 3, 6}, {1 << 14, 1 << 14, 4}, {1 << 13, 1 << 14, 8},
        {SIZE_MAX, 1, 4}, {1, SIZE_MAX, 4}, {SIZE_MAX, SIZE_MAX, 8}, {(size_t)1 << 32, (size_t)1 << 32, 4}};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        EXPECT(cl_grid_cut_workspace_size(shapes[k]) == 0, "%zu x %zu, %zu", shapes[k].rows, shapes[k].columns, shapes[k].neighbors);
        EXPECT(cl_grid_cut_solve(CL_FLOAT64, NULL, shapes[k], NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT, "solved");
        EXPECT(cl_grid_cut_solve(CL_FLOAT32, NULL, shapes[k], NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT, "solved");
    }
}

static void expect_refusal(const cut_answer *a, size_t fault) {
    EXPECT(a->status == CL_STATUS_INVALID_COST && a->fault->item == 0 && a->fault->row == fault / problem.shape.columns &&
            a->fault->column == fault % problem.shape.columns, "status %d, fault %zu", a->status, a->fault->row);
}

/* A value or a flow beyond the largest double. */
static void expect_out_of_range(void) {
    double sum = 0;
    for (size_t k = 0; k < (2 + problem.shape.neighbors) * problem.area; k++)
        if (is_read(k) && problem.costs[k] < INFINITY) sum += fabs(problem.costs[k]);
    EXPECT(sum == INFINITY, "refused");
}

void check_grid_cut(void) {
    expect_refused_shapes();
    draw_problem();
    const size_t count = (2 + problem.shape.neighbors) * problem.area, fault = first_fault(count);
    const cut_answer answers[] = {solve(true), solve(false)}, again = solve(true);
    const bool is_solved = answers[0].status == CL_STATUS_OK && problem.area > 0;
    EXPECT(again.status == answers[0].status && (!is_solved || memory_equals(again.flow, answers[0].flow, count * sizeof(double))),
        "depends on the workspace");
    for (size_t k = 0; k < 2; k++) {
        const cut_answer *a = &answers[k];
        if (fault < count) {
            expect_refusal(a, fault);
            continue;
        }
        EXPECT(is_unwritten_fault(a->fault), "a fault of %zu with status %d", a->fault->row, a->status);
        least_cut least;
        if (problem.area > 0 && problem.area <= FEW_CELLS) {
            find_least_cut(&least);
            if (!least.is_finite) {
                EXPECT(a->status == CL_STATUS_UNBOUNDED, "status %d", a->status);
                continue;
            }
        } else if (a->status == CL_STATUS_UNBOUNDED) {
            EXPECT(problem.area > 0 && is_every_cut_infinite(), "a finite cut");
            continue;
        }
        if (a->status == CL_STATUS_OUT_OF_RANGE) {
            expect_out_of_range();
            continue;
        }
        if (!EXPECT(a->status == CL_STATUS_OK, "status %d", a->status)) continue;
        if (problem.area == 0) EXPECT(*a->value == 0, "value %g", *a->value);
        else expect_solution(a);
        if (problem.area > 0 && problem.area <= FEW_CELLS) expect_least_cut(a, &least);
    }
    const bool both_are_solved = is_solved && answers[1].status == CL_STATUS_OK && has_exact_sums();
    EXPECT(!both_are_solved || memory_equals(answers[0].source_side, answers[1].source_side, problem.area), "another cut without its flow");
}
