#include "cl_flows.h"

#include <float.h>

#include "exact_flow.h"
#include "flow_network.h"

#pragma STDC FP_CONTRACT OFF

size_t cl_maximum_flow_workspace_size(size_t nodes, size_t arcs) {
    return cl_exact_flow_workspace_size(nodes, arcs);
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
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
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

#define CL_BODY "../flows/maximum_flow_body.h"
#include "../common/element_types.h"

cl_status cl_maximum_flow_solve(
    cl_element element, const cl_flow_graph *graph, const void *capacities, void *workspace,
    double *restrict value, uint8_t *restrict source_side, double *restrict flow,
    cl_fault *restrict fault) {
    CL_STOPPABLE(fault, (element == CL_FLOAT32 ? maximum_flow_solve_f32 : maximum_flow_solve_f64)(
        graph, capacities, workspace, value, source_side, flow, fault, stop));
}
