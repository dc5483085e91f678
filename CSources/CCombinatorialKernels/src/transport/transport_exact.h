/* What the parts of the exact transport simplex share. */
#ifndef CL_TRANSPORT_EXACT_H
#define CL_TRANSPORT_EXACT_H

#include "transport.h"

typedef struct exact_transport {
    transport *base;
    transport_costs costs;
    wide_format masses;      /* of flows */
    wide_format sums;        /* of prices */
    int forbidden_exponent;  /* a forbidden pair costs 2^this */
    int shift;               /* doubles of prices are 2^-shift of them, so that they stay finite */
    double scale;            /* 2^-shift */
    double imbalance;        /* of the totals, as a share */
} exact_transport;

static inline uint64_t *flow_at(const exact_transport *e, int32_t number) {
    return e->base->flows + (size_t)number * TRANSPORT_WORDS;
}

static inline uint64_t *flow_of(const exact_transport *e, int32_t node) {
    return flow_at(e, e->base->tree.arc[node]);
}

static inline uint64_t *price_of(const exact_transport *e, int32_t node) {
    return e->base->prices + (size_t)node * TRANSPORT_WORDS;
}

static inline int32_t column_node(const exact_transport *e, size_t j) {
    return (int32_t)(e->base->rows + j);
}

static inline void add_cost(const exact_transport *e, uint64_t *sum, size_t i, size_t j, bool is_added) {
    const double cost = transport_cost(e->costs, i, j);
    if (cost < INFINITY)
        wide_add_double(e->sums, sum, is_added ? cost : -cost);
    else
        wide_add_product(e->sums, sum, (wide_parts){1, e->forbidden_exponent, !is_added}, wide_one);
}

/* Writes c - price[i] + price[j] to a number. */
static inline void reduced_cost(const exact_transport *e, size_t i, size_t j, uint64_t *reduced) {
    wide_copy(e->sums, reduced, price_of(e, column_node(e, j)));
    wide_subtract(e->sums, reduced, price_of(e, (int32_t)i));
    add_cost(e, reduced, i, j, true);
}

/* Chooses words and units in which all masses, or all costs and sums of them, are whole. */
void transport_format_masses(exact_transport *e);
void transport_format_sums(exact_transport *e);

/* Writes the masses to the flows of their nodes. The demand gets the total of the supply. */
void transport_count_masses(exact_transport *e);

/* Writes the potentials of an optimal tree whose plan has been written; false if they exceed the range of
 * double. */
bool transport_write_potentials(const exact_transport *e, const cl_transport_output *output);

#endif
