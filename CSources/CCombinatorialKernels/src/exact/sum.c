#include "cl_sum.h"

#include <float.h>
#include <math.h>

#include "wide.h"

#pragma STDC FP_CONTRACT OFF

double cl_sum_exact(const double *terms, size_t count) {
    uint64_t sum[WIDE_MOST_WORDS];
    wide_clear(sum, wide_any());
    for (size_t k = 0; k < count; k++) wide_add(sum, wide_any(), terms[k]);
    return wide_value(sum, wide_any());
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
