/* The checks of the flows family, and what they share. */
#ifndef FLOWS_H
#define FLOWS_H

#include "support/check.h"
#include "support/exact.h"

void check_maximum_flow(void);
void describe_maximum_flow(void);
void check_grid_cut(void);
void describe_grid_cut(void);
void check_minimum_cost_flow(void);
void describe_minimum_cost_flow(void);

/* A cut and the flow that proves it. */
typedef struct cut_answer {
    cl_status status;
    double *value;
    uint8_t *source_side;
    double *flow;
    cl_fault *fault;
} cut_answer;

/* What rounding may lose, as a share. */
enum { LOCAL_LOSS_EXPONENT = -28, LOSS_EXPONENT = -50 };

/* Expects that no node but source and sink loses more than rounding, 2^LOCAL_LOSS_EXPONENT of what passes
 * through it and nodes + arcs 2^LOSS_EXPONENT of the value in all; and that `value` leaves the source, and arrives.
 * A source or sink below 0: no node is one. Returns what is lost between source and sink. */
typedef struct flow_arcs {
    size_t nodes, arcs;
    const int32_t *tails, *heads;
    const double *flow;
} flow_arcs;

double expect_conservation(const flow_arcs *arcs, int32_t source, int32_t sink, double value);

/* Expects that the sink's side is what can still reach the sink, the same of every maximum flow: where sums of
 * capacities are exact, that is so of all of these nodes. */
void expect_sinks_side(const flow_arcs *arcs, const double *capacities, int32_t sink, const uint8_t *source_side, size_t nodes);

/* sum <= limit (1 + terms 2^LOSS_EXPONENT). */
bool is_at_most(const exact *sum, const exact *limit, size_t terms);

#endif
