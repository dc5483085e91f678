/* Rows of the entropic problem against long double. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "CCombinatorialKernels.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/memory.h"
#include "transport.h"

static struct {
    number_kind kind;
    bool is_float;
    size_t rows, columns, stride;
    double *costs, *shifts;
    float *float_costs;
    double shift, scale;
} sinkhorn;

void describe_sinkhorn(void) {
    fprintf(stderr, "  %zu rows, %zu columns, stride %zu of %s, %s, shift %.17g, scale %.17g\n", sinkhorn.rows,
        sinkhorn.columns, sinkhorn.stride, number_kind_name(sinkhorn.kind), sinkhorn.is_float ? "float" : "double",
        sinkhorn.shift, sinkhorn.scale);
    show_doubles("costs", sinkhorn.costs, sinkhorn.rows == 0 ? 0 : (sinkhorn.rows - 1) * sinkhorn.stride + sinkhorn.columns);
    show_doubles("shifts", sinkhorn.shifts, sinkhorn.columns);
}

static void draw_sinkhorn(void) {
    static const number_kind kinds[] = {NUMBER_DIGITS, NUMBER_SIGNED, NUMBER_UNIT, NUMBER_WIDE, NUMBER_FORBIDDEN};
    sinkhorn.kind = kinds[draw_below(5)];
    sinkhorn.is_float = draw_one_in(2);
    sinkhorn.rows = draw_below(5);
    sinkhorn.columns = draw_size(70);
    sinkhorn.stride = sinkhorn.columns + draw_below(4);
    sinkhorn.scale = ldexp(1 + draw_unit(), (int)draw_below(12) - 6) * (sinkhorn.kind == NUMBER_WIDE ? 1e-4 : 1);
    const size_t count = sinkhorn.rows == 0 ? 0 : (sinkhorn.rows - 1) * sinkhorn.stride + sinkhorn.columns;
    sinkhorn.costs = INPUT(double, count);
    sinkhorn.float_costs = INPUT(float, count);
    sinkhorn.shifts = INPUT(double, sinkhorn.columns);
    for (size_t k = 0; k < count; k++) {
        double cost = draw_number(sinkhorn.kind);
        if (draw_one_in(400)) cost = draw_one_in(2) ? (double)NAN : -(double)INFINITY;
        if (k % sinkhorn.stride >= sinkhorn.columns) cost = NAN;
        sinkhorn.float_costs[k] = (float)cost;
        sinkhorn.costs[k] = sinkhorn.is_float ? (double)sinkhorn.float_costs[k] : cost;
    }
    for (size_t j = 0; j < sinkhorn.columns; j++)
        sinkhorn.shifts[j] = draw_one_in(10) ? -(double)INFINITY : draw_number(NUMBER_UNIT) * 10 - 5;
}

/* The exponent of a pair, as the kernel rounds it; all but the sums is rounded in the same way. */
static double exponent_of(size_t i, size_t j, double shift) {
    return ((shift + sinkhorn.shifts[j]) - sinkhorn.costs[i * sinkhorn.stride + j]) * sinkhorn.scale;
}

static void check_log_sums(const double *log_sums, const char *set) {
    for (size_t i = 0; i < sinkhorn.rows; i++) {
        double greatest = -(double)INFINITY;
        bool is_valid = true;
        for (size_t j = 0; j < sinkhorn.columns; j++) {
            const double exponent = exponent_of(i, j, 0);
            is_valid = is_valid && exponent < (double)INFINITY;
            greatest = fmax(greatest, exponent);
        }
        long double sum = 0;
        for (size_t j = 0; j < sinkhorn.columns && greatest > -(double)INFINITY; j++)
            sum += expl((long double)exponent_of(i, j, 0) - (long double)greatest);
        const double expected = sum > 0 ? (double)((long double)greatest + logl(sum)) : -(double)INFINITY;
        const double error = 16 * DBL_EPSILON * (1 + fabs(greatest) / 4);
        if (!is_valid) EXPECT(isnan(log_sums[i]), "%s: row %zu has %g", set, i, log_sums[i]);
        else if (isinf(expected)) EXPECT(log_sums[i] == expected, "%s: row %zu has %g", set, i, log_sums[i]);
        else EXPECT(fabs(log_sums[i] - expected) <= error, "%s: row %zu: %.17g for %.17g", set, i, log_sums[i], expected);
    }
}

/* The masses of one row, whose greatest exponent is at most 1. */
static void check_masses(size_t i, const double *masses, double shift, const char *set) {
    for (size_t j = 0; j < sinkhorn.columns; j++) {
        const double exponent = exponent_of(i, j, shift);
        const double expected = exp(exponent);
        const double error = 8 * DBL_EPSILON * expected + 0x1p-1021;
        EXPECT(fabs(masses[j] - expected) <= error, "%s: %zu, %zu: %.17g for %.17g", set, i, j, masses[j], expected);
    }
}

static void run_sinkhorn(cl_instruction_set set, double *log_sums, double *masses, size_t row, double shift) {
    const cl_sinkhorn_kernels *kernels = cl_sinkhorn_table(set, element_of(sinkhorn.is_float));
    void *workspace = memory_workspace(cl_sinkhorn_workspace_size(sinkhorn.columns));
    const void *costs = sinkhorn.is_float ? (const void *)sinkhorn.float_costs : sinkhorn.costs;
    kernels->log_sums(costs, sinkhorn.rows, sinkhorn.columns, sinkhorn.stride, sinkhorn.shifts, sinkhorn.scale,
        workspace, log_sums);
    if (masses == NULL) return;
    const size_t at = row * sinkhorn.stride;
    costs = sinkhorn.is_float ? (const void *)(sinkhorn.float_costs + at) : sinkhorn.costs + at;
    kernels->masses(costs, sinkhorn.columns, sinkhorn.shifts, shift, sinkhorn.scale, workspace, masses);
}

void check_sinkhorn(void) {
    draw_sinkhorn();
    cl_instruction_set sets[4];
    const size_t count = instruction_sets(sets);
    for (size_t s = 0; s < count; s++) {
        double *log_sums = OUTPUT(double, sinkhorn.rows);
        run_sinkhorn(sets[s], log_sums, NULL, 0, 0);
        check_log_sums(log_sums, instruction_set_name(sets[s]));
        if (sinkhorn.rows == 0 || sinkhorn.columns == 0) continue;
        const size_t row = draw_below(sinkhorn.rows);
        if (!isfinite(log_sums[row])) continue;
        double *masses = OUTPUT(double, sinkhorn.columns);
        const double shift = sinkhorn.shift = -log_sums[row] / sinkhorn.scale;
        run_sinkhorn(sets[s], log_sums, masses, row, shift);
        check_masses(row, masses, shift, instruction_set_name(sets[s]));
    }
}
