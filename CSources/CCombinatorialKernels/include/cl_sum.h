/* Sums of terms whose magnitudes may lie far apart. */
#ifndef CL_SUM_H
#define CL_SUM_H

#include <stddef.h>

/* The sum of finite terms from the first on, added up in double; but where it exceeds the range of double
 * on the way, or rounding has made more of it than count * 2^-53 of the sum, the nearest double to the
 * exact sum. That is an infinity if the sum is beyond the largest double. */
double cl_sum(const double *terms, size_t count);

/* The nearest double to the exact sum of finite terms. */
double cl_sum_exact(const double *terms, size_t count);

#endif
