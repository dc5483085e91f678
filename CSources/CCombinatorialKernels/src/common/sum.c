#include "cl_sum.h"

#include <float.h>
#include <math.h>

#include "wide.h"

#pragma STDC FP_CONTRACT OFF

double cl_sum_exact(const double *terms, size_t count) {
    uint64_t sum[WIDE_SUM_WORDS];
    wide_clear(wide_any_sum, sum);
    for (size_t k = 0; k < count; k++) wide_add_double(wide_any_sum, sum, terms[k]);
    return wide_value(wide_any_sum, sum);
}

double cl_sum(const double *terms, size_t count) {
    double sum = 0, magnitude = 0;
    for (size_t k = 0; k < count; k++) {
        sum += terms[k];
        magnitude += fabs(terms[k]);
    }
    if (magnitude <= fabs(sum) && magnitude < INFINITY) return sum;
    const double exact = cl_sum_exact(terms, count);
    const double allowed = (double)count * (DBL_EPSILON / 2) * fabs(exact);
    return fabs(sum - exact) <= allowed ? sum : exact;
}
