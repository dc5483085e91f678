/* When doubles may not tell the answer of a matching problem.
 *
 * Rounding can decide between matchings once it reaches the numbers that set them apart. It comes with the
 * greatest potential, 2^-53 of it at a time; what is at stake are costs and potentials of the least
 * magnitude. Between those that lie closer together than 2^36 it stays below a 10^5th of the least: such
 * answers stand as they are, all others are proved, or found again, in exact numbers. */
#ifndef CL_MAGNITUDES_H
#define CL_MAGNITUDES_H

#include <math.h>
#include <stdbool.h>

#include "cl_matching.h"

#define MAGNITUDES_FAR_APART 0x1p36

/* Sums of costs up to the greatest stay far inside the range of double; potentials are such sums. */
#define GREATEST_POTENTIAL 0x1p1020

/* Of numbers that are not 0. */
typedef struct magnitudes {
    double least, greatest;
} magnitudes;

static inline magnitudes magnitudes_of_none(void) { return (magnitudes){INFINITY, 0}; }

static inline void note_least_magnitude(magnitudes *m, double x) {
    const double magnitude = fabs(x);
    if (magnitude > 0 && magnitude < m->least) m->least = magnitude;
}

static inline void note_magnitude(magnitudes *m, double x) {
    const double magnitude = fabs(x);
    m->greatest = magnitude > m->greatest ? magnitude : m->greatest;
    note_least_magnitude(m, x);
}

static inline bool are_far_apart(magnitudes m) {
    return !(m.greatest <= MAGNITUDES_FAR_APART * m.least) ||
           m.greatest > CL_ASSIGNMENT_GREATEST_COST;
}

/* Whether a cost is finite, but too great. */
static inline bool is_too_great(double cost) {
    return fabs(cost) > CL_ASSIGNMENT_GREATEST_COST && fabs(cost) < INFINITY;
}

#endif
