/* Masses and costs as wide integers: how many words they need, and a demand of the total of the supply. */
#include "transport_exact.h"

#pragma STDC FP_CONTRACT OFF

/* ---- Formats ---- */

/* 2^growth > rows + columns. */
static int growth_of(const transport *p) {
    int growth = 1;
    while ((p->rows + p->columns) >> growth > 0) growth++;
    return growth;
}

/* 64 bits more than the masses have: demands are scaled by a factor. */
void transport_format_masses(exact_transport *e) {
    const transport *p = e->base;
    wide_range range = wide_no_range;
    for (size_t i = 0; i < p->rows; i++) wide_include(&range, p->supply[i]);
    for (size_t j = 0; j < p->columns; j++) wide_include(&range, p->demand[j]);
    range.low -= range.low <= range.high ? 64 : 0;
    e->masses = wide_format_for(range, 4 * (p->rows + p->columns));
}

void transport_format_sums(exact_transport *e) {
    const transport *p = e->base;
    wide_range range = wide_no_range;
    for (size_t i = 0; i < p->rows; i++) {
        leave_if_stopped(p->stop);
        for (size_t j = 0; j < p->columns; j++) wide_include(&range, transport_cost(e->costs, i, j));
    }
    if (range.low > range.high) range = (wide_range){0, 1};
    range.low = range.low > -1022 ? range.low - 52 : -1074; /* the gauge is a mean, no sum of costs */
    const int growth = growth_of(p);
    e->forbidden_exponent = range.high + growth;
    range.high = e->forbidden_exponent + growth + 4;
    e->sums = wide_format_for(range, 1);
    e->shift = range.high > 1020 ? range.high - 1020 : 0;
    e->scale = ldexp(1, -e->shift);
}

/* ---- Masses ---- */

/* Adds what is missing of the supply to the demand: to each its share as far as doubles tell, the last bits
 * to the greatest. */
static void settle_demand(exact_transport *e, uint64_t *missing, double supplied) {
    const transport *p = e->base;
    uint64_t *part = p->scratch + TRANSPORT_WORDS;
    const double rest = wide_value(e->masses, missing);
    size_t most = 0;
    for (size_t j = 0; j < p->columns; j++) {
        uint64_t *demand = flow_at(e, column_node(e, j));
        if (supplied > 0 && p->demand[j] > 0) {
            const double own = wide_value(e->masses, demand);
            wide_set(e->masses, part, rest * (own / supplied));
            wide_add(e->masses, demand, part);
            wide_subtract(e->masses, missing, part);
        }
        if (wide_compare(e->masses, demand, flow_at(e, column_node(e, most))) > 0) most = j;
    }
    wide_add(e->masses, flow_at(e, column_node(e, most)), missing);
}

void transport_count_masses(exact_transport *e) {
    const transport *p = e->base;
    uint64_t *missing = p->scratch;
    wide_clear(e->masses, missing);
    double totals[2];
    for (size_t i = 0; i < p->rows; i++) {
        uint64_t *mass = flow_at(e, (int32_t)i);
        wide_set(e->masses, mass, p->supply[i]);
        wide_add(e->masses, missing, mass);
    }
    totals[0] = wide_value(e->masses, missing);
    for (size_t j = 0; j < p->columns; j++) {
        uint64_t *mass = flow_at(e, column_node(e, j));
        wide_set(e->masses, mass, p->demand[j]);
        wide_subtract(e->masses, missing, mass);
    }
    e->imbalance = 0;
    const double difference = wide_value(e->masses, missing);
    if (difference == 0) return;
    e->imbalance = totals[0] > 0 ? fabs(difference) / totals[0] : 1;
    const double scale = totals[0] / (totals[0] - difference);
    for (size_t j = 0; j < p->columns; j++) {
        uint64_t *mass = flow_at(e, column_node(e, j));
        wide_add(e->masses, missing, mass);
        wide_clear(e->masses, mass);
        if (scale >= 0 && scale < INFINITY) wide_add_double(e->masses, mass, p->demand[j] * scale);
        wide_subtract(e->masses, missing, mass);
    }
    settle_demand(e, missing, totals[0]);
}
