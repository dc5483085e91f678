/* What kernels of matching problems share about costs. */
#ifndef CL_MATCHING_COSTS_H
#define CL_MATCHING_COSTS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "magnitudes.h"
#include "../common/fault.h"

#pragma STDC FP_CONTRACT OFF

/* The first of the costs that is NaN or -infinity; their number if there is none. */
static inline size_t first_invalid(const double *costs, size_t count, stop_point *stop) {
    for (size_t cell = 0; cell < count; cell++) {
        if (cell % CL_STEPS_OF_ROUND == 0) leave_if_stopped(stop);
        if (!(costs[cell] > -INFINITY)) return cell; /* NaN too */
    }
    return count;
}

/* The same for finite costs that are too great, see CL_ASSIGNMENT_GREATEST_COST. */
static inline size_t first_too_great(const double *costs, size_t count, stop_point *stop) {
    for (size_t cell = 0; cell < count; cell++) {
        if (cell % CL_STEPS_OF_ROUND == 0) leave_if_stopped(stop);
        if (is_too_great(costs[cell])) return cell;
    }
    return count;
}

/* What one look at all costs tells. */
typedef struct cost_survey {
    magnitudes finite; /* of the finite ones */
    bool has_invalid;
} cost_survey;

static inline void survey_cost(cost_survey *survey, double cost) {
    survey->has_invalid |= !(cost > -INFINITY);
    if (fabs(cost) < INFINITY) note_magnitude(&survey->finite, cost);
}

typedef double cost_lanes __attribute__((ext_vector_type(4), aligned(8), may_alias));
typedef int32_t row_lanes __attribute__((ext_vector_type(4), aligned(4), may_alias));

static inline cost_survey survey_round(const double *costs, size_t count) {
    cost_lanes least = INFINITY, greatest = 0, zero_if_finite = 0;
    const size_t whole = count / 4 * 4;
    for (size_t cell = 0; cell < whole; cell += 4) {
        const cost_lanes cost = *(const cost_lanes *)(costs + cell), magnitude = __builtin_elementwise_abs(cost);
        const cost_lanes positive = magnitude > 0 ? magnitude : (cost_lanes)INFINITY;
        least = positive < least ? positive : least;
        greatest = magnitude > greatest ? magnitude : greatest;
        zero_if_finite += cost * 0;
    }
    cost_survey survey = {magnitudes_of_none(), false};
    bool is_finite = true;
    for (int lane = 0; lane < 4; lane++) {
        is_finite &= zero_if_finite[lane] == 0;
        survey.finite.least = least[lane] < survey.finite.least ? least[lane] : survey.finite.least;
        survey.finite.greatest = greatest[lane] > survey.finite.greatest ? greatest[lane] : survey.finite.greatest;
    }
    if (!is_finite) survey.finite = magnitudes_of_none();
    for (size_t cell = is_finite ? whole : 0; cell < count; cell++) survey_cost(&survey, costs[cell]);
    return survey;
}

static inline cost_survey survey_costs(const double *costs, size_t count, stop_point *stop) {
    cost_survey survey = {magnitudes_of_none(), false};
    for (size_t first = 0; first < count; first += CL_STEPS_OF_ROUND) {
        leave_if_stopped(stop);
        const size_t left = count - first;
        const cost_survey round = survey_round(costs + first, left < CL_STEPS_OF_ROUND ? left : CL_STEPS_OF_ROUND);
        survey.has_invalid |= round.has_invalid;
        survey.finite.least = fmin(survey.finite.least, round.finite.least);
        survey.finite.greatest = fmax(survey.finite.greatest, round.finite.greatest);
    }
    return survey;
}

/* The least of some numbers, none of them NaN; +infinity of none. Four at a time: one would wait for the other. */
static inline double least_of(const double *x, size_t count) {
    double least[4] = {INFINITY, INFINITY, INFINITY, INFINITY};
    for (size_t j = 0; j < count / 4 * 4; j += 4)
        for (size_t lane = 0; lane < 4; lane++) least[lane] = x[j + lane] < least[lane] ? x[j + lane] : least[lane];
    for (size_t j = count / 4 * 4; j < count; j++) least[0] = x[j] < least[0] ? x[j] : least[0];
    for (size_t lane = 1; lane < 4; lane++) least[0] = least[lane] < least[0] ? least[lane] : least[0];
    return least[0];
}

/* Columns that the row makes nearer get their distance through it, and it as the row before. `open` holds
 * the potentials, -infinity where a column is to stay as it is. */
static inline void relax_row(
    const double *restrict costs, size_t columns, int32_t row, double offset,
    const double *restrict open, double *restrict distance, int32_t *restrict row_before) {
    size_t j = 0;
    for (; j + 4 <= columns; j += 4) { /* a branch for each column costs more */
        const cost_lanes before = *(const cost_lanes *)(distance + j);
        const cost_lanes through = *(const cost_lanes *)(costs + j) - *(const cost_lanes *)(open + j) - offset;
        const row_lanes nearer = __builtin_convertvector(through < before, row_lanes);
        row_lanes *rows = (row_lanes *)(row_before + j);
        *rows = (nearer & row) | (~nearer & *rows);
        *(cost_lanes *)(distance + j) = through < before ? through : before;
    }
    for (; j < columns; j++) {
        const double through = costs[j] - open[j] - offset;
        row_before[j] = through < distance[j] ? row : row_before[j];
        distance[j] = through < distance[j] ? through : distance[j];
    }
}

#endif
