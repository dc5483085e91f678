#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "CCombinatorialKernels.h"
#include "../support/check.h"
#include "../support/draw.h"
#include "../support/memory.h"
#include "checks.h"

/* The header's error of the logistic function and of tanh, absolute. */
#define GATE_ERROR 3e-7
/* Products below the normal numbers lose digits, and then may be multiplied by at most 1e18. */
#define UNDERFLOW (1e18 * 0x1p-148)

static number_kind kind;
static size_t hidden;

void describe_recurrent(void) { fprintf(stderr, "  %zu units of %s\n", hidden, number_kind_name(kind)); }

/* A state, a gradient, or the sum of a gate; the formulas have no products of more than three of them. */
static float *drawn_floats(size_t count, double limit) {
    float *x = INPUT(float, count);
    for (size_t k = 0; k < count; k++) x[k] = (float)fmax(fmin(draw_number(kind), limit), -limit);
    return x;
}

static float *copy_of(const float *x, size_t count) {
    float *copy = INPUT(float, count);
    memcpy(copy, x, count * sizeof(float));
    return copy;
}

static double logistic(double x) { return 1 / (1 + exp(-x)); }

static void expect_near(const char *what, cl_instruction_set set, size_t unit, float found, double expected, double bound) {
    EXPECT(fabs(found - expected) <= bound + UNDERFLOW, "%s on %s, unit %zu: %.9g for %.17g, %g allowed", what,
        instruction_set_name(set), unit, (double)found, expected, bound);
}

/* A product of numbers, one of which is in doubt, after at most `roundings` of them. */
static void expect_product(const char *what, cl_instruction_set set, size_t unit, float found, double factor, double doubtful,
    double doubt, int roundings) {
    const double product = factor * doubtful;
    expect_near(what, set, unit, found, product, fabs(factor) * doubt + roundings * FLOAT_UNIT * (fabs(product) + fabs(factor) * doubt));
}

static void check_lstm(const cl_recurrent_kernels *kernels, cl_instruction_set set) {
    const float *sums = drawn_floats(4 * hidden, FLT_MAX), *previous = drawn_floats(2 * hidden, 1e9);
    float *gates = copy_of(sums, 4 * hidden), *state = copy_of(previous, 2 * hidden);
    kernels->lstm_forward(hidden, gates, state);
    const float *given = drawn_floats(2 * hidden, 1e9);
    float *carry = copy_of(given, 2 * hidden), *dsums = OUTPUT(float, 4 * hidden);
    kernels->lstm_backward(hidden, gates, previous, state, carry, dsums);
    for (size_t j = 0; j < hidden; j++) {
        for (size_t gate = 0; gate < 4; gate++) {
            const double sum = (double)sums[gate * hidden + j];
            expect_near("a gate of an LSTM", set, j, gates[gate * hidden + j], gate == 2 ? tanh(sum) : logistic(sum), GATE_ERROR);
        }
        const double i = (double)gates[j], f = (double)gates[hidden + j], g = (double)gates[2 * hidden + j];
        const double o = (double)gates[3 * hidden + j], before = (double)previous[hidden + j], c = (double)state[hidden + j];
        expect_near("c of an LSTM", set, j, state[hidden + j], f * before + i * g,
            2 * FLOAT_UNIT * (fabs(f * before) + fabs(i * g)));
        expect_near("h of an LSTM", set, j, state[j], o * tanh(c), fabs(o) * GATE_ERROR + FLOAT_UNIT);
        const double dh = (double)given[j], shape = tanh(c), through = dh * o * (1 - shape * shape);
        const double dc = (double)given[hidden + j] + through;
        const double doubt = fabs(dh * o) * (2 * GATE_ERROR + 6 * FLOAT_UNIT) + 2 * FLOAT_UNIT * (fabs(dc) + fabs(through));
        expect_product("di", set, j, dsums[j], g * i * (1 - i), dc, doubt, 5);
        expect_product("df", set, j, dsums[hidden + j], before * f * (1 - f), dc, doubt, 5);
        /* 1 - g^2 is rounded relative to 1 where it is not fused. */
        expect_near("dg", set, j, dsums[2 * hidden + j], dc * i * (1 - g * g), fabs(i) * doubt + 6 * FLOAT_UNIT * fabs(dc * i));
        expect_product("do", set, j, dsums[3 * hidden + j], dh * o * (1 - o), shape, GATE_ERROR, 5);
        expect_product("dc", set, j, carry[hidden + j], f, dc, doubt, 2);
        EXPECT(carry[j] == 0, "dh of unit %zu is %g", j, (double)carry[j]);
    }
}

static void check_gru(const cl_recurrent_kernels *kernels, cl_instruction_set set) {
    const float *sums = drawn_floats(3 * hidden, 1e9), *x = drawn_floats(hidden, 1e9), *previous = drawn_floats(hidden, 1e9);
    float *gates = OUTPUT(float, 4 * hidden), *state = copy_of(previous, hidden);
    memcpy(gates, sums, 3 * hidden * sizeof(float));
    kernels->gru_forward(hidden, gates, x, state);
    const float *given = drawn_floats(hidden, 1e9);
    float *carry = copy_of(given, hidden), *recurrent = OUTPUT(float, 3 * hidden), *input = OUTPUT(float, 3 * hidden);
    kernels->gru_backward(hidden, gates, previous, carry, recurrent, input);
    for (size_t j = 0; j < hidden; j++) {
        const double r = (double)gates[j], z = (double)gates[hidden + j], u = (double)gates[2 * hidden + j];
        const double n = (double)gates[3 * hidden + j], h = (double)previous[j];
        expect_near("r of a GRU", set, j, gates[j], logistic((double)sums[j]), GATE_ERROR);
        expect_near("z of a GRU", set, j, gates[hidden + j], logistic((double)sums[hidden + j]), GATE_ERROR);
        EXPECT(gates[2 * hidden + j] == sums[2 * hidden + j], "u of unit %zu was written", j);
        expect_near("n of a GRU", set, j, gates[3 * hidden + j], tanh((double)x[j] + r * u),
            GATE_ERROR + 2 * FLOAT_UNIT * (fabs((double)x[j]) + fabs(r * u)));
        expect_near("h of a GRU", set, j, state[j], n + z * (h - n), 3 * FLOAT_UNIT * (fabs(n) + fabs(z) * (fabs(h) + fabs(n))));
        const double d = (double)given[j], scale = d * (1 - z), dn = scale * (1 - n * n);
        const double doubt = 5 * FLOAT_UNIT * (fabs(scale) + fabs(dn));
        expect_near("dx of a GRU", set, j, input[2 * hidden + j], dn, doubt);
        expect_product("du of a GRU", set, j, recurrent[2 * hidden + j], r, dn, doubt, 1);
        expect_product("dr of a GRU", set, j, recurrent[j], u * r * (1 - r), dn, doubt, 5);
        expect_product("dz of a GRU", set, j, recurrent[hidden + j], d * z * (1 - z), h - n, FLOAT_UNIT * fabs(h - n), 5);
        EXPECT(input[j] == recurrent[j] && input[hidden + j] == recurrent[hidden + j], "unit %zu differs in the parts", j);
        expect_product("dh of a GRU", set, j, carry[j], z, d, 0, 1);
    }
}

void check_recurrent(void) {
    static const number_kind kinds[] = {NUMBER_DIGITS, NUMBER_SIGNED, NUMBER_UNIT, NUMBER_WIDE, NUMBER_FEW, NUMBER_EXPONENTS, NUMBER_EXTREME};
    kind = kinds[draw_below(sizeof kinds / sizeof *kinds)];
    hidden = draw_size(70);
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        const cl_recurrent_kernels *kernels = cl_recurrent_table(sets[s]);
        check_lstm(kernels, sets[s]);
        check_gru(kernels, sets[s]);
    }
}
