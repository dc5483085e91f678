#include <math.h>
#include <stdlib.h>

#include "flows/flows.h"
#include "support/memory.h"

bool is_at_most(const exact *sum, const exact *limit, size_t terms) {
    exact difference = *sum;
    exact_subtract_exact(&difference, limit);
    /* The excess is small beside what it is compared with, and so is the rounding of both. */
    return exact_value(&difference) <= ldexp((double)terms, LOSS_EXPONENT) * exact_value(limit);
}

void expect_sinks_side(const flow_arcs *arcs, const double *capacities, int32_t sink, const uint8_t *source_side, size_t nodes) {
    bool *reaches = INPUT(bool, arcs->nodes);
    reaches[sink] = true;
    for (bool grows = true; grows;) {
        grows = false;
        for (size_t a = 0; a < arcs->arcs; a++) {
            bool *tail = reaches + arcs->tails[a], *head = reaches + arcs->heads[a];
            if (!*tail && *head && arcs->flow[a] < capacities[a]) *tail = grows = true;
            if (!*head && *tail && arcs->flow[a] > 0) *head = grows = true;
        }
    }
    for (size_t v = 0; v < nodes; v++)
        EXPECT(source_side[v] == !reaches[v], "node %zu is on side %d, and reaches the sink: %d", v, source_side[v], reaches[v]);
}

double expect_conservation(const flow_arcs *arcs, int32_t source, int32_t sink, double value) {
    exact *net = INPUT(exact, arcs->nodes);
    double *passing = INPUT(double, arcs->nodes), lost = 0, between = 0;
    for (size_t a = 0; a < arcs->arcs; a++) {
        exact_subtract(&net[arcs->tails[a]], arcs->flow[a]);
        exact_add(&net[arcs->heads[a]], arcs->flow[a]);
        passing[arcs->heads[a]] += arcs->flow[a];
        passing[arcs->tails[a]] += arcs->flow[a];
    }
    exact_add(&net[source], value);
    exact_subtract(&net[sink], value);
    for (size_t v = 0; v < arcs->nodes; v++) {
        const double here = fabs(exact_value(&net[v]));
        EXPECT(here <= ldexp(passing[v], LOCAL_LOSS_EXPONENT), "node %zu loses %.17g of %.17g", v, here, passing[v]);
        lost += here;
        if ((int32_t)v != source && (int32_t)v != sink) between += here;
    }
    EXPECT(lost <= ldexp((double)(arcs->nodes + arcs->arcs), LOSS_EXPONENT) * value, "%.17g lost of %.17g", lost, value);
    return between;
}
