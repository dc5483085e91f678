#include <float.h>
#include <math.h>
#include <stdio.h>

#include "../support/check.h"
#include "../support/memory.h"
#include "../support/stop.h"
#include "checks.h"
#include "instance.h"

/* The one item at hand, and what long double says of it. */
static const alignment_item *p;
static long double value, *distances, *paths, *cells, *rows, *columns;

typedef struct outcome {
    cl_status status;
    double *value;
    void *gradient, *row_gradient, *column_gradient;
    size_t stride;
    cl_fault *fault;
} outcome;

static size_t real_size(void) { return alignments.is_float ? sizeof(float) : sizeof(double); }

static size_t gradient_length(size_t stride) { return p->rows == 0 ? 0 : (p->rows - 1) * stride + p->columns; }

static outcome smooth(cl_instruction_set set, size_t stride, bool wants_gradient, bool wants_gaps) {
    const alignment_batch *b = &alignments;
    outcome o = {.value = OUTPUT(double, 1), .stride = stride, .fault = new_fault()};
    if (wants_gradient) o.gradient = memory_output(gradient_length(stride) * real_size());
    if (wants_gaps) o.row_gradient = memory_output(p->rows * real_size());
    if (wants_gaps) o.column_gradient = memory_output(p->columns * real_size());
    void *workspace = memory_workspace(cl_soft_alignment_workspace_size(p->rows, p->columns));
    o.status = RUN(cl_soft_alignment_solve(set, element_of(b->is_float), &b->problems[0], b->rule, workspace, stride,
        o.value, o.gradient, o.row_gradient, o.column_gradient, o.fault));
    return o;
}

static double entry(const void *numbers, size_t at) {
    return alignments.is_float ? (double)((const float *)numbers)[at] : ((const double *)numbers)[at];
}

/* Here costs are those of labels in double. */
static long double paid(size_t i, size_t k, unsigned move) {
    const alignment_price price = price_of_move(p, i, k, move);
    if (price.cost == (double)INFINITY) return INFINITY;
    if (p->labels != NULL && p->rows > 0 && p->columns > 0 &&
        (alignments.rule.gaps != CL_ALIGNMENT_GAP_COSTS || move == CL_ALIGNMENT_DIAGONAL)) {
        const size_t row = i < p->rows ? i : p->rows - 1, column = k < p->columns ? k : p->columns - 1;
        const double cost = p->offsets[row] - p->x[row * p->row_stride + (size_t)p->labels[column]];
        return (long double)price.times * cost;
    }
    return (long double)price.times * price.cost;
}

static size_t node_after(size_t node, unsigned move) {
    return node + (move != CL_ALIGNMENT_HORIZONTAL) * (p->columns + 1) + (move != CL_ALIGNMENT_VERTICAL);
}

/* The least distance through a move out of a node, and the weights of the moves, the greatest of them 1: their
 * logarithms are those of numbers of paths, less what they cost more, and `greatest` is what was taken off. */
static long double ways_on(size_t node, long double weights[NO_MOVE], long double *greatest) {
    const size_t i = node / (p->columns + 1), k = node % (p->columns + 1);
    long double least = INFINITY, ways[NO_MOVE];
    for (unsigned move = 0; move < NO_MOVE; move++) {
        ways[move] = paid(i, k, move);
        if (ways[move] < (long double)INFINITY) ways[move] += distances[node_after(node, move)];
        least = fminl(least, ways[move]);
    }
    *greatest = -(long double)INFINITY;
    for (unsigned move = 0; move < NO_MOVE; move++) {
        weights[move] = -(long double)INFINITY;
        if (ways[move] < (long double)INFINITY)
            weights[move] = (least - ways[move]) / alignments.rule.temperature + paths[node_after(node, move)];
        *greatest = fmaxl(*greatest, weights[move]);
    }
    for (unsigned move = 0; move < NO_MOVE; move++)
        weights[move] = least < (long double)INFINITY ? expl(weights[move] - *greatest) : 0;
    return least;
}

static void find_distances(void) {
    const size_t nodes = (p->rows + 1) * (p->columns + 1);
    distances = INPUT(long double, nodes);
    paths = INPUT(long double, nodes);
    for (size_t node = nodes - 1; node-- > 0;) {
        long double weights[NO_MOVE], greatest;
        distances[node] = ways_on(node, weights, &greatest);
        if (distances[node] < (long double)INFINITY) paths[node] = greatest + logl(weights[0] + weights[1] + weights[2]);
    }
    value = distances[0] < (long double)INFINITY ? distances[0] - alignments.rule.temperature * paths[0] : (long double)INFINITY;
}

static void find_gradient(void) {
    const size_t nodes = (p->rows + 1) * (p->columns + 1), width = p->columns + 1;
    const cl_alignment_rule rule = alignments.rule;
    const long double gap = rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? rule.gap_factor : rule.gaps == CL_ALIGNMENT_TIME_WARPING;
    long double *probability = INPUT(long double, nodes);
    cells = INPUT(long double, p->rows * p->columns);
    rows = INPUT(long double, p->rows);
    columns = INPUT(long double, p->columns);
    probability[0] = 1;
    for (size_t node = 0; node + 1 < nodes; node++) {
        const size_t i = node / width, k = node % width;
        long double shares[NO_MOVE], greatest;
        ways_on(node, shares, &greatest);
        const long double sum = shares[0] + shares[1] + shares[2];
        for (unsigned move = 0; move < NO_MOVE && sum > 0; move++) {
            const long double share = probability[node] * shares[move] / sum;
            if (share == 0) continue;
            probability[node_after(node, move)] += share;
            if (move == CL_ALIGNMENT_VERTICAL) rows[i] += share;
            if (move == CL_ALIGNMENT_HORIZONTAL) columns[k] += share;
            if (p->rows > 0 && p->columns > 0)
                cells[(i < p->rows ? i : p->rows - 1) * p->columns + (k < p->columns ? k : p->columns - 1)] +=
                    move == CL_ALIGNMENT_DIAGONAL ? share : gap * share;
        }
    }
}

/* Whatever the rounding of the distances: diagonals and gaps of either kind use each row and column once. */
static void expect_probabilities(const outcome *o) {
    const cl_alignment_rule rule = alignments.rule;
    const double gap = rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? rule.gap_factor : rule.gaps == CL_ALIGNMENT_TIME_WARPING;
    const double steps = (double)(p->rows + p->columns), unit = alignments.is_float ? 0x1p-22 : 0x1p-50;
    double of_cells = 0, vertical = 0, horizontal = 0;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t k = 0; k < p->columns; k++) {
            const double x = entry(o->gradient, i * o->stride + k);
            EXPECT(x >= 0 && ((alignments.is_float && gap > FLT_MAX) || x <= (steps + 1) * fmax(1, gap) * (1 + unit)), "cell %zu, %zu: a gradient of %g", i, k, x);
            of_cells += x;
        }
    for (size_t i = 0; i < p->rows; i++) vertical += entry(o->row_gradient, i);
    for (size_t k = 0; k < p->columns; k++) horizontal += entry(o->column_gradient, k);
    if (isinf(of_cells)) return;
    const double diagonal = (double)p->rows - vertical, tolerance = steps * steps * unit;
    EXPECT(fabs(diagonal - ((double)p->columns - horizontal)) <= tolerance, "%g rows and %g columns are skipped", vertical, horizontal);
    if (p->rows > 0 && p->columns > 0)
        EXPECT(fabs(of_cells - diagonal - gap * (vertical + horizontal)) <= tolerance * fmax(1, gap),
            "cells have %.17g, the moves %.17g", of_cells, diagonal + gap * (vertical + horizontal));
}

static void expect_gradient(const outcome *o, double certainty, const char *set) {
    const double gap = alignments.rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? fmax(1, alignments.rule.gap_factor) : 1;
    const double steps = (double)(p->rows + p->columns), unit = alignments.is_float ? 0x1p-22 : 0x1p-48;
    const double tolerance = steps * (unit + 4 * certainty) * gap;
    for (size_t at = 0; at < gradient_length(o->stride); at++) {
        const size_t i = at / o->stride, k = at % o->stride;
        if (k >= p->columns) {
            EXPECT(memory_is_unwritten((char *)o->gradient + at * real_size(), real_size()), "the padding of a gradient");
            continue;
        }
        const double found = entry(o->gradient, at);
        if (isinf(found) && cells[i * p->columns + k] > FLT_MAX) continue;
        EXPECT(fabsl(found - cells[i * p->columns + k]) <= tolerance, "%s, cell %zu, %zu: a gradient of %.17g for %.17Lg", set, i,
            k, found, cells[i * p->columns + k]);
    }
    for (size_t i = 0; o->row_gradient != NULL && i < p->rows; i++)
        EXPECT(fabsl(entry(o->row_gradient, i) - rows[i]) <= tolerance / gap, "%s, row %zu: %.17g for %.17Lg", set, i,
            entry(o->row_gradient, i), rows[i]);
    for (size_t k = 0; o->column_gradient != NULL && k < p->columns; k++)
        EXPECT(fabsl(entry(o->column_gradient, k) - columns[k]) <= tolerance / gap, "%s, column %zu: %.17g for %.17Lg", set, k,
            entry(o->column_gradient, k), columns[k]);
}

/* The refusals that the header names. Returns whether there is a value to look at. */
static bool expect_status(const outcome *o, double greatest, double least) {
    const double steps = (double)(p->rows + p->columns + 1);
    size_t row, column;
    if (first_bad_cost(p, &row, &column)) {
        EXPECT(o->status == CL_STATUS_INVALID_COST && o->fault->item == 0 && o->fault->row == row && o->fault->column == column,
            "status %d", o->status);
        return false;
    }
    EXPECT(is_unwritten_fault(o->fault), "a fault with status %d", o->status);
    const bool has_lost_prices = greatest > DBL_MAX; /* products of the factor */
    if (!is_alignable(p))
        EXPECT(o->status == CL_STATUS_INFEASIBLE || (has_lost_prices && o->status == CL_STATUS_OUT_OF_RANGE), "status %d", o->status);
    else if (o->status == CL_STATUS_OUT_OF_RANGE)
        EXPECT(fabsl(value) > 0.9999999999L * DBL_MAX || !(least * steps > -DBL_MAX), "%Lg is in range", value);
    else
        EXPECT(o->status == CL_STATUS_OK, "status %d", o->status);
    return o->status == CL_STATUS_OK;
}

/* Whether no distance is rounded: then the gradient is sure at every temperature. */
static bool is_exact(double greatest) {
    const number_kind kind = alignments.kind;
    const bool is_whole = kind == NUMBER_DIGITS || kind == NUMBER_SIGNED || kind == NUMBER_FEW ||
                          kind == NUMBER_FORBIDDEN_DIGITS || kind == NUMBER_INVALID;
    const double factor = alignments.rule.gap_factor;
    return is_whole && greatest <= 0x1p40 && p->labels == NULL && (alignments.rule.gaps != CL_ALIGNMENT_GAP_FACTOR || factor == 1 || factor == 1.5);
}

void check_soft_alignment(void) {
    draw_alignments(1, 20);
    p = &alignments.items[0];
    double greatest, least;
    price_bounds(p, &greatest, &least);
    const bool wants_gradient = !draw_one_in(8), wants_gaps = wants_gradient && !draw_one_in(4);
    const size_t stride = p->columns + draw_below(3);
    const double steps = (double)(p->rows + p->columns), t = alignments.rule.temperature;
    find_distances();
    find_gradient();
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        const outcome o = smooth(sets[s], stride, wants_gradient, wants_gaps);
        if (!expect_status(&o, greatest, least)) continue;
        const long double greatest_distance = steps * ((long double)greatest + t * 1.0986123L);
        const long double tolerance = 8 * steps * (greatest_distance * 0x1p-52L + 0x1p-1074L);
        EXPECT(fabsl(*o.value - value) <= tolerance, "%s: %.17g for %.17Lg", instruction_set_name(sets[s]), *o.value, value);
        if (wants_gaps) expect_probabilities(&o);
        const double certainty = is_exact(greatest) ? 0 : (double)(8 * steps * (greatest * 0x1p-52L + 0x1p-1074L) / t);
        if (wants_gradient && certainty < 0.01) expect_gradient(&o, certainty, instruction_set_name(sets[s]));
    }
}
