/* Sums against exact ones. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "CCombinatorialKernels.h"
#include "paths/paths.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/exact.h"
#include "support/memory.h"

static struct {
    number_kind kind;
    size_t count;
    double *terms;
} sum;

void describe_sum(void) {
    fprintf(stderr, "  %zu terms of %s\n", sum.count, number_kind_name(sum.kind));
    show_doubles("terms", sum.terms, sum.count);
}

void check_sum(void) {
    sum.kind = (number_kind)draw_below(NUMBER_KINDS);
    sum.count = draw_size(70);
    sum.terms = INPUT(double, sum.count);
    const bool cancels = draw_one_in(2);
    exact exact_sum;
    exact_clear(&exact_sum);
    double plain = 0;
    for (size_t k = 0; k < sum.count; k++) {
        double term = draw_number(sum.kind);
        if (!isfinite(term)) term = 1;
        if (cancels && k > 0 && draw_one_in(2)) term = -sum.terms[draw_below(k)];
        sum.terms[k] = term;
        plain += term;
        exact_add(&exact_sum, term);
    }
    const double nearest = cl_sum_exact(sum.terms, sum.count), found = cl_sum(sum.terms, sum.count);
    /* The nearest double is no farther from the sum than its neighbors. */
    if (fabs(nearest) < INFINITY) {
        exact error = exact_sum, half;
        exact_subtract(&error, nearest);
        const double distance = fabs(exact_value(&error));
        const double above = nextafter(nearest, INFINITY), below = nextafter(nearest, -INFINITY);
        for (int side = 0; side < 2; side++) {
            const double other = side == 0 ? above : below;
            if (!(fabs(other) < INFINITY)) continue;
            half = exact_sum;
            exact_subtract(&half, other);
            EXPECT(distance <= fabs(exact_value(&half)), "%.17g is not the nearest", nearest);
        }
    } else {
        EXPECT(fabs(exact_value(&exact_sum)) > DBL_MAX, "an infinity for %.17g", exact_value(&exact_sum));
    }
    const double rounding = (double)sum.count * DBL_EPSILON / 2 * fabs(nearest);
    EXPECT(found == plain || found == nearest, "%.17g, neither the rounded nor the nearest sum", found);
    EXPECT(fabs(found - nearest) <= rounding || found == nearest, "%.17g for %.17g", found, nearest);
    if (fabs(plain - nearest) <= rounding / 2) EXPECT(found == plain, "%.17g for a good sum of %.17g", found, plain);
}
