#include "cl_flows.h"

#include <float.h>

#include "exact_flow.h"
#include "flow_from_preflow.h"
#include "flow_network.h"

#pragma STDC FP_CONTRACT OFF

size_t cl_maximum_flow_workspace_size(size_t nodes, size_t arcs) {
    return cl_exact_flow_workspace_size(nodes, arcs);
}

/* The source gives what its arcs can take. */
static void saturate_source(const network *n) {
    memset(n->excess, 0, n->nodes * sizeof(double));
    for (uint32_t k = n->first[n->source]; k < n->incoming[n->source]; k++) {
        half_arc *half = &n->half_arcs[k];
        if (!(half->residual > 0)) continue;
        n->excess[half->head] += half->residual;
        move_through(n, half, half->residual);
    }
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
