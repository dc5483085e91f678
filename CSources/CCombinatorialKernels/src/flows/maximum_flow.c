#include "cl_flows.h"

#include <float.h>

#include "exact_flow.h"
#include "flow_from_preflow.h"
#include "push_relabel.h"

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

/* What can reach the sink is on its side. If something is stuck, labels tell. */
static void write_sides(const network *n, bool is_stuck, uint8_t *source_side) {
    if (!is_stuck) label_exactly(n, n->sink, n->source, SIZE_MAX, n->first);
    for (size_t v = 0; v < n->nodes; v++) source_side[v] = n->label[v] == UNREACHABLE;
}

/* The same where arcs are turned: what the network's source can reach. False if its sink is. */
static bool write_turned_sides(const network *n, uint8_t *source_side) {
    int32_t *queue = n->queue;
    size_t found = 1;
    memset(source_side, 1, n->nodes);
    source_side[n->source] = 0;
    queue[0] = n->source;
    for (size_t read = 0; read < found; read++) {
        leave_if_stopped(n->stop);
        const int32_t v = queue[read];
        for (uint32_t k = n->first[v], end = n->first[v + 1]; k < end; k++) {
            const half_arc *half = &n->half_arcs[k];
            const uint32_t is_new = (half->residual > 0) & source_side[half->head];
            source_side[half->head] ^= (uint8_t)is_new;
            queue[found] = half->head;
            found += is_new;
        }
    }
    return source_side[n->sink];
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
