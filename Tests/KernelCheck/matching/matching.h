/* What the checks of matching problems share. */
#ifndef MATCHING_H
#define MATCHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/exact.h"

/* A problem as the oracles read it: costs [rows, columns], +infinity where a pair is forbidden. */
typedef struct matching_problem {
    size_t rows;
    size_t columns;
    const double *costs;
    const int64_t *capacities; /* [columns]; NULL: 1 each */
} matching_problem;

/* A cost of some kind of number, in a matrix some of whose rows or columns may be far above the others, or most
 * of whose pairs may be forbidden. */
typedef struct cost_family {
    int kind; /* a number_kind */
    bool has_high_lines;
    size_t forbidden_of_8; /* of 8 pairs on average, beside those that the kind forbids */
    double row_height[64], column_height[64];
} cost_family;

cost_family draw_cost_family(void);
const char *cost_family_name(const cost_family *family);
double draw_cost(const cost_family *family, size_t row, size_t column);

static inline bool is_invalid_cost(double cost) { return !(cost > -__builtin_inf()); }
static inline bool is_too_great(double cost) {
    return __builtin_fabs(cost) > 0x1p1000 && __builtin_fabs(cost) < __builtin_inf();
}

/* The first invalid one; the count if there is none. */
size_t first_invalid_cost(const double *costs, size_t count);
size_t first_too_great_cost(const double *costs, size_t count);

/* Whether no answer rests on costs that are too great: they are above 0 and far above the others, which do. */
bool needs_no_great_cost(const matching_problem *p);

/* Whether every row can be matched by pairs that cost less than `limit`, or as much if not `strictly`. */
bool can_match_all_rows(const matching_problem *p, double limit, bool strictly);

/* The least sum of costs by which all rows are matched, without rounding. At most 6 rows. False if that
 * cannot be. */
bool least_matching_sum(const matching_problem *p, exact *least);

/* What a solution may cost more than the best one: what n roundings of its own terms make. */
double rounding_of_sum(const double *terms, size_t count);

/* How much less than the value the column potentials prove: the sum over all rows of what the best entry is
 * below the matched one in reduced cost, without rounding but for the result. */
double unproved_part(const matching_problem *p, const int32_t *column_of_row, const double *potentials);

/* 2^-52 times the greatest magnitude among potentials and costs matched, times a number of roundings. */
double roundings(double count, double greatest);

/* Whether rounding may have decided by the numbers of the answer: the kernels go on in exact ones. */
typedef struct answer_magnitudes {
    double least, greatest;
} answer_magnitudes;
void note_number(answer_magnitudes *m, double x);
bool lie_far_apart(answer_magnitudes m);

/* What the sizes of workspaces promise, and the problems that are refused as they stand. */
void check_assignment_sizes(void);
void check_semi_assignment_sizes(void);
void check_sparse_assignment_sizes(void);
void check_bottleneck_assignment_sizes(void);
void check_ranked_assignment_sizes(void);

void check_assignment(void);
void describe_assignment(void);
void check_semi_assignment(void);
void check_sparse_assignment(void);
void check_bottleneck_assignment(void);
void check_ranked_assignment(void);
void describe_matching(void);

#endif
