/* Numbers for what is compiled once for both element types, and what rounding takes from sums. */
#ifndef CL_NUMBERS_H
#define CL_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

static inline double number_at(const void *numbers, bool is_float, size_t at) {
    return is_float ? (double)((const float *)numbers)[at] : ((const double *)numbers)[at];
}

/* x + y less what it is rounded to: D. E. Knuth, The Art of Computer Programming 2, 4.2.2. */
static inline double rounding_error(double x, double y, double sum) {
    const double part = sum - x;
    return (x - (sum - part)) + (y - part);
}

#endif
