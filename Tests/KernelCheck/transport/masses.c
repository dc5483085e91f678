/* Masses of both sides, balanced exactly or up to rounding. */
#include <math.h>

#include "support/draw.h"
#include "transport.h"

static struct drawn_masses {
    size_t rows, columns;
    double *supply, *demand;
} drawn;

/* Cuts the supply into as many parts as there are columns, without rounding. */
static void draw_parts(void) {
    const struct drawn_masses *p = &drawn;
    static const number_kind kinds[] = {NUMBER_APART, NUMBER_TINY, NUMBER_UNIT, NUMBER_EXPONENTS, NUMBER_EXTREME};
    const number_kind kind = kinds[draw_below(5)];
    const size_t common = p->rows < p->columns ? p->rows : p->columns;
    double *fine = p->rows < p->columns ? p->demand : p->supply;
    double *coarse = p->rows < p->columns ? p->supply : p->demand;
    for (size_t k = 0; k < common; k++) {
        const double mass = draw_one_in(6) ? 0 : draw_magnitude(kind);
        coarse[k] = mass < 1e306 ? mass : 1;
        fine[k] = coarse[k];
    }
    for (size_t k = common; k < p->rows + p->columns - common; k++) {
        const size_t from = draw_below(k);
        const double rest = fine[from] * (draw_one_in(2) ? 0.5 : 1 - ldexp(1, -(int)draw_below(52)));
        fine[k] = fine[from] - rest; /* exact: rest is at least a half, or 0 */
        if (fine[k] + rest == fine[from]) fine[from] = rest;
        else fine[k] = 0;
    }
    for (size_t k = p->rows + p->columns - common; k-- > 1;) {
        const size_t other = draw_below(k + 1);
        const double mass = fine[k];
        fine[k] = fine[other];
        fine[other] = mass;
    }
}

/* Row and column sums of a plan: of reals, they are rounded, and miss each other by that. */
static void draw_plan(bool is_integer) {
    const struct drawn_masses *p = &drawn;
    const double unit = is_integer ? ldexp(1, (int)draw_below(1900) - 1000) : draw_one_in(4) ? 1e300 : draw_one_in(2) ? 0x1p53 : 1;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->columns; j++) {
            const double mass = is_integer ? (draw_one_in(2) ? (double)draw_below(10) : 0) : draw_unit() + 0x1p-32 * draw_unit();
            p->supply[i] += mass * unit;
            p->demand[j] += mass * unit;
        }
}

/* Integers from a plan, and some that are missing in it. */
static void draw_unequal(void) {
    const struct drawn_masses *p = &drawn;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->columns; j++) {
            const double mass = draw_one_in(2) ? 0x1p41 + floor(0x1p42 * draw_unit()) : 0;
            p->supply[i] += mass;
            p->demand[j] += mass;
        }
    double *side = draw_one_in(2) ? p->supply : p->demand, *mass = side + draw_below(side == p->supply ? p->rows : p->columns);
    if (*mass > 0) *mass += draw_one_in(2) ? 1 : 2;
}

double total(const double *masses, size_t count) {
    double sum = 0;
    for (size_t k = 0; k < count; k++) sum += masses[k];
    return sum;
}

static void draw_bell(double *masses, size_t count) {
    const double center = draw_unit() * (double)count, width = 0.05 + draw_unit() * (double)count / 6;
    for (size_t k = 0; k < count; k++) masses[k] = exp(-0.5 * pow(((double)k - center) / width, 2));
    const double sum = total(masses, count);
    for (size_t k = 0; k < count; k++) masses[k] = sum > 0 ? masses[k] / sum : 1 / (double)count;
}

mass_kind draw_masses(double *supply, size_t rows, double *demand, size_t columns) {
    drawn = (struct drawn_masses){rows, columns, supply, demand};
    const mass_kind kind = (mass_kind)draw_below(MASS_KINDS);
    if (rows == 0 || columns == 0) return kind;
    switch (kind) {
    case MASS_INTEGERS: draw_plan(true); break;
    case MASS_REALS: draw_plan(false); break;
    case MASS_UNEQUAL: draw_unequal(); break;
    case MASS_PARTS: draw_parts(); break;
    case MASS_BELLS:
        draw_bell(supply, rows);
        draw_bell(demand, columns);
        break;
    case MASS_EQUAL:
    case MASS_KINDS:
        for (size_t i = 0; i < rows; i++) supply[i] = (double)columns;
        for (size_t j = 0; j < columns; j++) demand[j] = (double)rows;
    }
    return kind;
}
