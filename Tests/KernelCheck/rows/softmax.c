/* log-sum-exp, softmax, log-softmax and their pullbacks, and the exponential. */
#include <float.h>
#include <math.h>

#include "logits.h"
#include "support/check.h"
#include "support/memory.h"

void check_log_sum_exp(void) {
    draw_logits(20);
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        double *found = OUTPUT(double, drawn.rows);
        cl_rows_table(sets[s], element_of(drawn.is_float))->log_sum_exp(drawn.x, drawn.rows, drawn.columns, drawn.stride, found);
        for (size_t i = 0; i < drawn.rows; i++) {
            const row_reference row = reference_of_row(i);
            const long double expected = row.maximum + row.log_sum;
            const bool holds = row.is_empty      ? found[i] == -(double)INFINITY
                               : !row.is_number ? isnan(found[i]) != 0
                                                : fabsl(found[i] - expected) <=
                                                      tolerance_of_log_sum() + 0x1p-52L * fabsl(expected);
            EXPECT(holds, "%s: row %zu has %.17g, not %.17Lg", instruction_set_name(sets[s]), i, found[i], expected);
        }
    }
}

static void expect_probabilities(cl_instruction_set set, size_t i, const void *y) {
    const row_reference row = reference_of_row(i);
    const long double u = unit_in_last_place();
    long double total = 0;
    for (size_t c = 0; c < drawn.columns; c++) {
        const double found = read_real(y, c);
        if (!row.is_number) {
            EXPECT(isnan(found), "%s: %g in row %zu, which has no softmax", instruction_set_name(set), found, i);
            continue;
        }
        const long double logarithm = log_probability(i, c, row), expected = expl(logarithm);
        const long double tolerance = expected < least_normal()
                                          ? 0.71L * least_normal()
                                          : expected * relative_tolerance_of_probability(logarithm, tolerance_of_log_sum());
        EXPECT(!signbit(found) && fabsl(found - expected) <= tolerance, "%s: softmax[%zu][%zu] is %.17g, not %.17Lg",
            instruction_set_name(set), i, c, found, expected);
        total += found;
    }
    const long double columns = drawn.columns, most = drawn.is_float ? 9 : 19;
    const long double ulps = (columns < most ? columns : most) + (drawn.is_float ? 0 : columns / 64);
    EXPECT(!row.is_number || fabsl(total - 1) <= ulps * u + columns * least_normal(), "%s: row %zu adds up to 1 %+Lg",
        instruction_set_name(set), i, total - 1);
}

static void expect_log_probabilities(cl_instruction_set set, size_t i, const void *y) {
    const row_reference row = reference_of_row(i);
    for (size_t c = 0; c < drawn.columns; c++) {
        const double found = read_real(y, c);
        const long double expected = log_probability(i, c, row);
        const long double tolerance = tolerance_of_log_sum() + unit_in_last_place() * fabsl(expected);
        const bool holds = row.is_number ? found <= 0 && is_near(found, expected, tolerance) : isnan(found) != 0;
        EXPECT(holds, "%s: log-softmax[%zu][%zu] is %.17g, not %.17Lg", instruction_set_name(set), i, c, found, expected);
    }
}

void check_softmax(void) {
    draw_logits(6);
    const size_t stride = drawn.columns + draw_below(4), extent = matrix_extent(drawn.rows, drawn.columns, stride);
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        const cl_rows_kernels *kernels = cl_rows_table(sets[s], element_of(drawn.is_float));
        char *y = OUTPUT(char, extent *real_size()), *logarithms = OUTPUT(char, extent *real_size());
        kernels->softmax(drawn.x, drawn.rows, drawn.columns, drawn.stride, stride, y);
        kernels->log_softmax(drawn.x, drawn.rows, drawn.columns, drawn.stride, stride, logarithms);
        for (size_t i = 0; i < drawn.rows; i++) {
            expect_probabilities(sets[s], i, y + i * stride * real_size());
            expect_log_probabilities(sets[s], i, logarithms + i * stride * real_size());
        }
        EXPECT(padding_is_unwritten(y, drawn.rows, drawn.columns, stride) &&
                   padding_is_unwritten(logarithms, drawn.rows, drawn.columns, stride),
            "%s: padding was written", instruction_set_name(sets[s]));
    }
}

/* Rounding of a sum over a row whose terms have these magnitudes: 16 additions at a time in the element
 * type, and each term's own. */
static long double tolerance_of_sum(long double magnitudes) {
    return magnitudes * (9 + (drawn.is_float ? 0 : (long double)drawn.columns / 32)) * unit_in_last_place() +
           (long double)drawn.columns * least_normal();
}

static void expect_softmax_pullback(cl_instruction_set set, size_t start, const void *y, const void *dy, const void *dx) {
    long double dot = 0, magnitudes = 0;
    for (size_t c = 0; c < drawn.columns; c++) {
        const long double term = (long double)read_real(y, start + c) * read_real(dy, start + c);
        dot += term;
        magnitudes += fabsl(term);
    }
    for (size_t c = 0; c < drawn.columns; c++) {
        const double p = read_real(y, start + c), cotangent = read_real(dy, start + c), found = read_real(dx, start + c);
        const long double tolerance =
            p * (tolerance_of_sum(magnitudes) + 2 * unit_in_last_place() * (fabs(cotangent) + fabsl(dot))) + least_normal();
        EXPECT(fabsl(found - p * (cotangent - dot)) <= tolerance, "%s: column %zu: %.17g, not %.17Lg",
            instruction_set_name(set), c, found, p * (cotangent - dot));
    }
}

static void expect_log_softmax_pullback(
    cl_instruction_set set, size_t start, const void *y, const void *dy, const void *dx) {
    long double sum = 0, magnitudes = 0;
    for (size_t c = 0; c < drawn.columns; c++) {
        sum += read_real(dy, start + c);
        magnitudes += fabs(read_real(dy, start + c));
    }
    for (size_t c = 0; c < drawn.columns; c++) {
        const double cotangent = read_real(dy, start + c), found = read_real(dx, start + c);
        const long double y_c = read_real(y, start + c), p = expl(y_c), expected = cotangent - p * sum;
        const long double u = unit_in_last_place();
        const long double tolerance = p * tolerance_of_sum(magnitudes) + p * fabsl(sum) * (4 + fabsl(y_c) / 20) * u +
                                      u * fabsl(expected) + least_normal() * (1 + fabsl(sum));
        EXPECT(fabsl(found - expected) <= tolerance, "%s: column %zu: %.17g, not %.17Lg", instruction_set_name(set), c,
            found, expected);
    }
}

void check_softmax_backward(void) {
    draw_logits(3);
    const size_t count = drawn.rows * drawn.columns;
    void *y = memory_input(count * real_size()), *logarithms = memory_input(count * real_size());
    const double scale = draw_one_in(2) ? 1 : 80;
    for (size_t k = 0; k < count; k++) {
        write_real(y, k, draw_one_in(10) ? 0 : draw_unit());
        write_real(logarithms, k, -draw_unit() * scale);
    }
    const void *dy = draw_weights(count);
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        const cl_rows_kernels *kernels = cl_rows_table(sets[s], element_of(drawn.is_float));
        void *dx = OUTPUT(char, count *real_size()), *log_dx = OUTPUT(char, count *real_size());
        kernels->softmax_backward(y, dy, drawn.rows, drawn.columns, dx);
        kernels->log_softmax_backward(logarithms, dy, drawn.rows, drawn.columns, log_dx);
        for (size_t i = 0; i < drawn.rows; i++) {
            expect_softmax_pullback(sets[s], i * drawn.columns, y, dy, dx);
            expect_log_softmax_pullback(sets[s], i * drawn.columns, logarithms, dy, log_dx);
        }
    }
}

static double draw_exponent(void) {
    const double range = drawn.is_float ? 104 : 746;
    double x = draw_one_in(3) ? draw_number(drawn.kind) : draw_one_in(4) ? draw_unit() : -draw_unit() * range;
    if (x > 1) x = draw_one_in(2) ? 1 : -x;
    return drawn.is_float ? (double)(float)x : x;
}

void check_exponential(void) {
    draw_logits(1);
    const size_t count = drawn.columns;
    void *x = memory_input(count * real_size());
    for (size_t k = 0; k < count; k++) write_real(x, k, draw_exponent());
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        void *y = OUTPUT(char, count *real_size());
        cl_rows_table(sets[s], element_of(drawn.is_float))->exponential(x, count, y);
        for (size_t k = 0; k < count; k++) {
            const double argument = read_real(x, k), found = read_real(y, k);
            if (isnan(argument)) {
                EXPECT(isnan(found), "%s: exp(NaN) is %g", instruction_set_name(sets[s]), found);
                continue;
            }
            const long double expected = expl(argument), u = unit_in_last_place();
            const long double ulps = drawn.is_float ? 2 + fabs(argument) / 20 : 2;
            int exponent;
            frexpl(expected, &exponent);
            const long double ulp = ldexpl(u, exponent - 1);
            const bool is_zero = expected < 0.7L * least_normal();
            const bool may_be_zero = expected < 0.71L * least_normal();
            EXPECT(is_zero ? found == 0 && !signbit(found)
                           : fabsl(found - expected) <= ulps * ulp || (may_be_zero && found == 0),
                "%s: exp(%.17g) is %.17g, not %.17Lg: %Lg ulp", instruction_set_name(sets[s]), argument, found, expected,
                (found - expected) / ulp);
        }
    }
}
