#include "instance.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../support/check.h"
#include "../support/memory.h"

alignment_batch alignments;

void describe_alignments(void) {
    const alignment_batch *b = &alignments;
    static const char *const gaps[] = {"gap factor", "gap costs", "time warping"};
    fprintf(stderr, "  %zu of %s, %s, %s, factor %.17g, temperature %.17g, band %zu, blocks of %zu rows\n", b->count,
        number_kind_name(b->kind), b->is_float ? "float" : "double", gaps[b->rule.gaps], b->rule.gap_factor,
        b->rule.temperature, b->rule.band, b->rule.block_rows);
    for (size_t item = 0; item < b->count; item++) {
        const alignment_item *p = &b->items[item];
        fprintf(stderr, " item %zu: %zu rows, %zu columns, stride %zu\n", item, p->rows, p->columns, p->row_stride);
        show_doubles("x", p->x, p->length);
        if (p->labels != NULL) show_indices("labels", p->labels, p->columns);
        if (p->labels != NULL) show_doubles("offsets", p->offsets, p->rows);
        if (b->rule.gaps == CL_ALIGNMENT_GAP_COSTS) show_doubles("row_gaps", p->row_gaps, p->rows);
        if (b->rule.gaps == CL_ALIGNMENT_GAP_COSTS) show_doubles("column_gaps", p->column_gaps, p->columns);
    }
}

static void draw_rule(void) {
    static const double factors[] = {5e-324, 1e-320, 1e-300, 1e-45, 1e-38, 1e38, 1e39, 1e300, DBL_MAX};
    static const double temperatures[] = {1,     0.1,    10,    1e-3,  1e-14, 1e-16, 1e-18,   1e-30,
                                          1e-300, 1e-320, 5e-324, 1e30, 1e300, 1e308, 1.7e308, DBL_MAX};
    cl_alignment_rule *rule = &alignments.rule;
    rule->gaps = (cl_alignment_gaps)draw_below(3);
    rule->gap_factor = draw_one_in(2) ? 1.5 : draw_one_in(3) ? 1 : draw_unit() * 3 + 0.01;
    if (draw_one_in(12)) rule->gap_factor = factors[draw_below(sizeof factors / sizeof *factors)];
    rule->temperature = temperatures[draw_below(sizeof temperatures / sizeof *temperatures)];
    if (alignments.is_large && draw_one_in(2)) rule->temperature = fmax(1, DBL_MAX * draw_unit()); /* above 0, whatever a fuzzer draws */
    if (alignments.is_least) rule->temperature = 1;
    rule->band = rule->gaps == CL_ALIGNMENT_TIME_WARPING && draw_one_in(2) ? draw_below(6) : SIZE_MAX;
    rule->block_rows = draw_one_in(2) ? 0 : draw_between(1, 40);
}

/* A number of the kind, in the element type; zeros of either sign. */
static double drawn(bool is_finite) {
    double x = draw_number(alignments.kind);
    if (alignments.is_large) x = (alignments.kind % 2 && draw_one_in(4) ? -1 : 1) * (1 + draw_unit()) / 2 * (alignments.is_float ? FLT_MAX : DBL_MAX);
    if (alignments.is_least) x = (double)draw_below(5) * 0x1p-1074;
    if (x == 0 && draw_one_in(2)) x = -x;
    if (alignments.is_float) x = (float)x;
    if (is_finite && !(fabs(x) <= DBL_MAX)) x = draw_one_in(4) && x > 0 ? x : 2;
    return x;
}

static void draw_costs(alignment_item *p, bool has_labels) {
    const size_t classes = has_labels ? draw_between(1, 9) : p->columns;
    p->row_stride = classes + draw_below(4);
    p->length = p->rows == 0 ? 0 : (p->rows - 1) * p->row_stride + classes;
    p->x = INPUT(double, p->length);
    p->x_float = INPUT(float, p->length);
    for (size_t k = 0; k < p->length; k++) {
        p->x[k] = k % p->row_stride >= classes ? (double)NAN : drawn(false);
        if (has_labels && isinf(p->x[k])) p->x[k] = -p->x[k];
        p->x_float[k] = (float)p->x[k];
    }
    if (!has_labels) return;
    p->labels = INPUT(int32_t, p->columns);
    for (size_t k = 0; k < p->columns; k++) p->labels[k] = (int32_t)draw_below(classes);
    p->offsets = INPUT(double, p->rows);
    for (size_t i = 0; i < p->rows; i++) p->offsets[i] = draw_one_in(8) ? drawn(true) : draw_unit() * 3;
    for (size_t i = 0; i < p->rows; i++)
        if (isinf(p->offsets[i])) p->offsets[i] = 1;
}

/* At times none of them may be taken. */
static void draw_gaps(double **gaps, float **gaps_float, size_t count) {
    const bool are_forbidden = draw_one_in(8);
    *gaps = INPUT(double, count);
    *gaps_float = INPUT(float, count);
    for (size_t k = 0; k < count; k++) {
        (*gaps)[k] = are_forbidden ? (double)INFINITY : drawn(true);
        (*gaps_float)[k] = (float)(*gaps)[k];
    }
}

static void draw_sizes(size_t most_side) {
    alignment_batch *b = &alignments;
    const unsigned form = (unsigned)draw_below(6);
    const size_t same_rows = draw_below(9), same_columns = draw_size(most_side < 40 ? most_side : 40);
    if (form == 0) b->count = b->count < 2 ? b->count : 2;
    for (size_t item = 0; item < b->count; item++) {
        alignment_item *p = &b->items[item];
        p->rows = form == 0 ? draw_size(most_side) : form == 1 ? same_rows : draw_below(8);
        p->columns = form == 0 ? draw_size(most_side) : form == 1 ? same_columns : draw_below(form == 2 ? 40 : 8);
        b->rows = p->rows > b->rows ? p->rows : b->rows;
        b->columns = p->columns > b->columns ? p->columns : b->columns;
    }
}

void draw_alignments(size_t most_items, size_t most_side) {
    alignment_batch *b = &alignments;
    memset(b, 0, sizeof *b);
    b->kind = (number_kind)draw_below(NUMBER_KINDS);
    b->is_float = draw_one_in(2);
    b->is_large = draw_one_in(10);
    b->is_least = !b->is_large && draw_one_in(16);
    b->count = draw_between(1, most_items);
    draw_rule();
    const bool has_labels = draw_one_in(4);
    draw_sizes(most_side);
    b->problems = INPUT(cl_alignment_problem, b->count);
    for (size_t item = 0; item < b->count; item++) {
        alignment_item *p = &b->items[item];
        draw_costs(p, has_labels);
        if (b->rule.gaps == CL_ALIGNMENT_GAP_COSTS) {
            draw_gaps(&p->row_gaps, &p->row_gaps_float, p->rows);
            draw_gaps(&p->column_gaps, &p->column_gaps_float, p->columns);
        }
        b->problems[item] = (cl_alignment_problem){p->x, p->rows, p->columns, p->row_stride, p->labels, p->offsets,
            p->row_gaps, p->column_gaps, NULL};
        if (b->is_float)
            b->problems[item] = (cl_alignment_problem){p->x_float, p->rows, p->columns, p->row_stride, p->labels,
                p->offsets, p->row_gaps_float, p->column_gaps_float, NULL};
    }
}

double alignment_cost(const alignment_item *p, size_t i, size_t k) {
    if (p->labels == NULL) return p->x[i * p->row_stride + k];
    const double cost = p->offsets[i] - p->x[i * p->row_stride + (size_t)p->labels[k]];
    return alignments.is_float && !isinf((float)cost) ? (double)(float)cost : cost;
}

bool alignment_reads(const alignment_item *p, size_t i, size_t k) {
    if (alignments.rule.gaps != CL_ALIGNMENT_TIME_WARPING || alignments.rule.band == SIZE_MAX) return true;
    const ptrdiff_t band = (ptrdiff_t)alignments.rule.band, longer = (ptrdiff_t)p->columns - (ptrdiff_t)p->rows;
    const ptrdiff_t offset = (ptrdiff_t)k - (ptrdiff_t)i;
    return offset >= (longer < 0 ? longer : 0) - band && offset <= (longer > 0 ? longer : 0) + band;
}

alignment_price price_of_move(const alignment_item *p, size_t i, size_t k, unsigned move) {
    const alignment_price none = {1, INFINITY};
    const cl_alignment_rule rule = alignments.rule;
    if ((move != CL_ALIGNMENT_HORIZONTAL && i == p->rows) || (move != CL_ALIGNMENT_VERTICAL && k == p->columns))
        return none;
    const bool is_inside = i < p->rows && k < p->columns, has_cells = p->rows > 0 && p->columns > 0;
    if (rule.gaps == CL_ALIGNMENT_TIME_WARPING && !(is_inside && alignment_reads(p, i, k))) return none;
    if (rule.gaps == CL_ALIGNMENT_GAP_COSTS && move != CL_ALIGNMENT_DIAGONAL)
        return (alignment_price){1, move == CL_ALIGNMENT_VERTICAL ? p->row_gaps[i] : p->column_gaps[k]};
    if (!has_cells) return (alignment_price){1, 0};
    const double cost = alignment_cost(p, i < p->rows ? i : p->rows - 1, k < p->columns ? k : p->columns - 1);
    const bool is_gap = rule.gaps == CL_ALIGNMENT_GAP_FACTOR && move != CL_ALIGNMENT_DIAGONAL;
    return (alignment_price){is_gap ? rule.gap_factor : 1, cost};
}

bool first_bad_cost(const alignment_item *p, size_t *row, size_t *column) {
    for (*row = 0; *row < p->rows; ++*row)
        for (*column = 0; *column < p->columns; ++*column) {
            if (!alignment_reads(p, *row, *column)) continue;
            if (!(alignment_cost(p, *row, *column) > -(double)INFINITY)) return true;
        }
    return false;
}

void price_bounds(const alignment_item *p, double *greatest, double *least) {
    *greatest = *least = 0;
    for (size_t i = 0; i <= p->rows; i++)
        for (size_t k = 0; k <= p->columns; k++)
            for (unsigned move = 0; move < NO_MOVE; move++) {
                const alignment_price price = price_of_move(p, i, k, move);
                if (price.cost == (double)INFINITY) continue;
                *greatest = fmax(*greatest, fabs(price.cost) * fmax(1, price.times));
                *least = fmin(*least, price.cost * fmax(1, price.times));
            }
}
