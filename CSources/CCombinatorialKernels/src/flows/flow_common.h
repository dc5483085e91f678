/* What the flows of graphs and of grids share. */
#ifndef CL_FLOW_COMMON_H
#define CL_FLOW_COMMON_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/arena.h"

/* Arcs, or cells, of a round of a call that can be stopped. */
#define ARCS_OF_ROUND CL_STEPS_OF_ROUND

/* The label of nodes from which the flow's destination cannot be reached. */
#define UNREACHABLE INT32_MAX

/* The greatest sum of finite capacities beside infinite ones that is pushed as it is: excesses, which may be
 * some 2^60 times as much, stay finite. Without infinite ones an excess is no more than a finite sum. */
#define GREATEST_SUM 0x1p960

static inline bool stays_finite(double sum, bool has_infinite) {
    return has_infinite ? sum <= GREATEST_SUM : sum < INFINITY;
}

/* What stands for +infinity where the finite capacities add up to `sum`: a power of two of at least
 * twice as much, so that it is exact and no cut of finite arcs comes near it. */
static inline double stand_in_for_infinity(double sum) {
    int exponent;
    frexp(sum, &exponent);
    return sum > 0 ? ldexp(1, exponent + 1) : 1;
}

/* Flows are found in double first. That their sums are right to rounding is seen in the end; where they are
 * not, small capacities have been lost beside great ones, and all is done again without rounding. */

/* What rounding explains in a value of so many terms. */
static inline double rounding_of(double value, size_t terms) { return 0x1p-51 * (double)terms * value; }

/* Whether a node may lose so much of what passes through it: no more than capacities explain that are some
 * 2^24 times as great. */
static inline bool is_lost_by_rounding(double lost, double passing) { return lost <= 0x1p-28 * passing; }

#endif
