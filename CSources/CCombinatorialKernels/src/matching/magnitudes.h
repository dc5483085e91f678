/* When doubles may not tell the answer of a matching problem.
 *
 * Rounding can decide between matchings once it reaches the numbers that set them apart. It comes with the
 * greatest potential, 2^-53 of it at a time; what is at stake are potentials and costs of the least
 * magnitude. Between those that lie closer together than 2^36 it stays below a 10^5th of the least: such
 * answers stand as they are, all others are proved, or found again, in exact numbers. */
#ifndef CL_MAGNITUDES_H
#define CL_MAGNITUDES_H

#include <math.h>
#include <stdbool.h>

#include "cl_assignment.h"

#define MAGNITUDES_FAR_APART 0x1p36
#define GIVEN_POTENTIALS_FAR_ABOVE 0x1p8

/* Sums of costs up to the greatest stay far inside the range of double; potentials are such sums. */
#define GREATEST_POTENTIAL 0x1p1020

/* Of numbers that are not 0. */
typedef struct magnitudes {
    double least, greatest;
} magnitudes;

static inline magnitudes magnitudes_of_none(void) { return (magnitudes){INFINITY, 0}; }

static inline void note_magnitude(magnitudes *m, double x) {
    const double magnitude = fabs(x);
    m->greatest = magnitude > m->greatest ? magnitude : m->greatest;
    if (magnitude > 0 && magnitude < m->least) m->least = magnitude;
}

static inline bool are_far_apart(magnitudes m) {
    return !(m.greatest <= MAGNITUDES_FAR_APART * m.least) ||
           m.greatest > CL_ASSIGNMENT_GREATEST_COST;
}

/* The least magnitude of a value that rounding did not reach, beside potentials up to the greatest. Those that
 * were given, and not made from the costs, should not be far above the costs in the first place. */
static inline double least_safe_value(magnitudes potentials, bool are_given) {
    return potentials.greatest / (are_given ? GIVEN_POTENTIALS_FAR_ABOVE : MAGNITUDES_FAR_APART);
}

/* Whether a cost is finite, but too great. */
static inline bool is_too_great(double cost) {
    return fabs(cost) > CL_ASSIGNMENT_GREATEST_COST && fabs(cost) < INFINITY;
}

#endif
