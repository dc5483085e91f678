/* The checks of transport, and what they share. */
#ifndef TRANSPORT_CHECK_H
#define TRANSPORT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "cl_transport.h"
#include "support/exact.h"

void check_transport(void);
void describe_transport(void);
void check_transport_points(void);
void describe_transport_points(void);
void check_sinkhorn(void);
void describe_sinkhorn(void);

/* A problem whose masses balance exactly: costs[i * stride + j], +infinity where a pair is forbidden. */
typedef struct balanced_problem {
    size_t rows, columns, stride;
    const double *costs, *supply, *demand;
} balanced_problem;

typedef enum mass_kind {
    MASS_INTEGERS, /* times a power of two */
    MASS_EQUAL,
    MASS_PARTS,    /* of any magnitude: the demand is the supply, permuted and cut into parts without rounding */
    MASS_REALS,    /* from a plan: balanced up to rounding */
    MASS_UNEQUAL,  /* integers, of which one side has some less than a 2^40th more */
    MASS_BELLS,    /* two bell curves, from 1 down to the least numbers */
    MASS_KINDS
} mass_kind;

/* Draws the masses of a problem into arrays of 0. */
mass_kind draw_masses(double *supply, size_t rows, double *demand, size_t columns);

/* An answer to start from, or NULL. */
const cl_transport_known *draw_known(size_t rows, size_t columns);

double total(const double *masses, size_t count);

/* Whether all bases can be looked at: rows * columns <= 10. */
bool has_optimum(const balanced_problem *p);

/* The optimal value of a small problem, without any rounding, and the sum of the magnitudes of its terms; false
 * if it is infeasible. */
bool find_optimum(const balanced_problem *p, exact *value, double *terms);

#endif
