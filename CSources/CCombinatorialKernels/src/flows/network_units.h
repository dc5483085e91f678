/* Masses in units, and how great costs may be. */
#ifndef CL_NETWORK_UNITS_H
#define CL_NETWORK_UNITS_H

#include <math.h>

/* Costs of a greater magnitude are refused: sums along a path stay finite. */
#define NETWORK_GREATEST_COST 1e280

/* Units of a mass of 1, a power of two: a total comes to 2^59 ..< 2^60 units, or to fewer if it is
 * below 2^-960. */
static inline double network_units(double total) {
    int exponent = 0;
    if (total > 0) frexp(total, &exponent);
    return ldexp(1, 60 - (exponent > -960 ? exponent : -960));
}

#endif
