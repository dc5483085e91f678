#include "cl_maximum_flow.h"

#include <float.h>

#include "exact_flow.h"
#include "flow_network.h"

#pragma STDC FP_CONTRACT OFF

size_t cl_maximum_flow_workspace_size(size_t nodes, size_t arcs) {
    const size_t size = cl_exact_flow_workspace_size(nodes, arcs);
    return size == 0 ? 0 : size + WORKSPACE_ALIGNMENT;
}

/* The source gives what its arcs can take. */
static void saturate_source(const network *n) {
    memset(n->excess, 0, n->nodes * sizeof(double));
    for (int32_t k = n->first[n->source]; k < n->first[n->source + 1]; k++) {
        half_arc *arc = &n->half_arcs[k];
        n->excess[arc->head] += arc->residual;
        n->half_arcs[arc->back].residual += arc->residual;
        arc->residual = 0;
    }
}

/* Whether rounding has left a flow of the value. */
static bool conserves(const network *n, const double *flow, const cl_flow_graph *graph, double value) {
    double *net = n->excess, *passing = n->passing;
    memset(net, 0, n->nodes * sizeof(double));
    memset(passing, 0, n->nodes * sizeof(double));
    for (size_t a = 0; a < n->arcs; a++) {
        if (flow[a] == 0) continue;
        const int32_t tail = graph->tails[a], head = graph->heads[a];
        net[tail] -= flow[a];
        net[head] += flow[a];
        passing[head] += flow[a];
    }
    net[n->source] += value;
    net[n->sink] -= value;
    passing[n->source] += value;
    double lost = 0;
    bool is_everywhere = true;
    for (size_t v = 0; v < n->nodes; v++) {
        is_everywhere &= is_lost_by_rounding(fabs(net[v]), passing[v]);
        lost += fabs(net[v]) + 0x1p-53 * passing[v]; /* what the sums themselves may hide */
    }
    return is_everywhere && lost <= rounding_of(value, n->nodes + n->arcs);
}

#define CL_BODY "../maximum_flow/maximum_flow_body.h"
#include "../dispatch/each_element_type.h"
