/* What kernels of matching problems share about costs. */
#ifndef CL_MATCHING_COSTS_H
#define CL_MATCHING_COSTS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "magnitudes.h"

#pragma STDC FP_CONTRACT OFF

/* The first of the costs that is NaN or -infinity; their number if there is none. */
static inline size_t first_invalid(const double *costs, size_t count) {
    size_t cell = 0;
    while (cell < count && costs[cell] > -INFINITY) cell++; /* false for NaN too */
    return cell;
}

/* The same for finite costs that are too great, see CL_ASSIGNMENT_GREATEST_COST. */
static inline size_t first_too_great(const double *costs, size_t count) {
    size_t cell = 0;
    while (cell < count && !is_too_great(costs[cell])) cell++;
    return cell;
}

/* The least magnitude of a cost that is not 0. */
static inline magnitudes least_of_costs(const double *costs, size_t count) {
    magnitudes m = magnitudes_of_none();
    for (size_t cell = 0; cell < count; cell++) note_least_magnitude(&m, costs[cell]);
    return m;
}

/* Columns that the row makes nearer get their distance through it, and it as the row before. `open` holds
 * the potentials, -infinity where a column is to stay as it is. */
static inline void relax_row(
    const double *restrict costs, size_t columns, int32_t row, double offset,
    const double *restrict open, double *restrict distance, int32_t *restrict row_before) {
    for (size_t j = 0; j < columns; j++) {
        const double through = costs[j] - open[j] - offset;
        row_before[j] = through < distance[j] ? row : row_before[j];
        distance[j] = through < distance[j] ? through : distance[j];
    }
}

#endif
