#include "cl_flows.h"

#include <float.h>

#include "exact_flow.h"
#include "flow_from_preflow.h"
#include "push_relabel.h"

#pragma STDC FP_CONTRACT OFF

size_t cl_maximum_flow_workspace_size(size_t nodes, size_t arcs) {
    return cl_exact_flow_workspace_size(nodes, arcs);
}

/* What an arc of the source can take; where that is some 64 times as much as arcs take on the average, and as its head
 * can send on, twice the latter: beside a much greater excess, what passes through the node would be rounded. */
static double sent_by_source(const network *n, const half_arc *half, double average) {
    const double most = half->residual / 64;
    if (most <= average || half->head == n->sink) return half->residual;
    double passed_on = 0;
    for (uint32_t k = n->first[half->head], end = n->incoming[half->head]; k < end && passed_on < most; k++)
        passed_on += n->half_arcs[k].residual;
    return passed_on == 0 || passed_on >= most ? half->residual : 2 * passed_on;
}

/* The source gives what its arcs can take. */
static void saturate_source(const network *n, double average) {
    memset(n->excess, 0, n->nodes * sizeof(double));
    for (uint32_t k = n->first[n->source]; k < n->incoming[n->source]; k++) {
        half_arc *half = &n->half_arcs[k];
        const double sent = sent_by_source(n, half, average);
        if (!(sent > 0)) continue;
        n->excess[half->head] += sent;
        move_through(n, half, sent);
    }
}

/* Whether an open arc leads from a node to one on the sink's side. */
static inline bool leads_to_sink(const network *n, const uint8_t *source_side, int32_t v) {
    for (uint32_t k = n->first[v], end = n->first[v + 1]; k < end; k++)
        if ((n->half_arcs[k].residual > 0) & !source_side[n->half_arcs[k].head]) return true;
    return false;
}

/* What can reach the sink is on its side, where the last search has found most nodes and little has been pushed since:
 * one arc shows it of nearly all, in the order in which they were found. A search goes on from the others of which one
 * does. */
static void confirm_sides(const network *n, uint8_t *source_side) {
    int32_t *queue = n->queue;
    memset(source_side, 1, n->nodes);
    source_side[n->sink] = 0;
    for (size_t i = 1; i < n->found; i++) {
        if (i % ARCS_OF_BLOCK == 0) leave_if_stopped(n->stop);
        source_side[queue[i]] = !leads_to_sink(n, source_side, queue[i]);
    }
    size_t found = 0;
    for (int32_t v = 0; (size_t)v < n->nodes; v++) {
        leave_if_stopped(n->stop);
        if (!source_side[v] || v == n->source || !leads_to_sink(n, source_side, v)) continue;
        source_side[v] = 0;
        queue[found++] = v;
    }
    for (size_t read = 0; read < found; read++) {
        leave_if_stopped(n->stop);
        for (uint32_t k = n->first[queue[read]], end = n->first[queue[read] + 1]; k < end; k++) {
            const half_arc *half = &n->half_arcs[k];
            if (!(half->twin & source_side[half->head]) || half->head == n->source) continue;
            source_side[half->head] = 0;
            queue[found++] = half->head;
        }
    }
}

/* What can reach the sink is on its side. If something is stuck, labels tell. */
static void write_sides(network *n, bool is_stuck, uint8_t *source_side) {
    if (!is_stuck && n->found > n->nodes / 2) {
        confirm_sides(n, source_side);
        return;
    }
    if (!is_stuck) label_exactly(n, n->sink, n->source, SIZE_MAX, n->first);
    for (size_t v = 0; v < n->nodes; v++) source_side[v] = n->label[v] == UNREACHABLE;
}

/* The same where arcs are turned: what the network's source can reach, and what is stuck. False if its sink is. */
static bool write_turned_sides(const network *n, uint8_t *source_side) {
    int32_t *queue = n->queue;
    size_t found = 0;
    for (int32_t v = 0; (size_t)v < n->nodes; v++) {
        const bool is_stuck = v == n->source || (n->excess[v] > 0 && v != n->sink);
        source_side[v] = !is_stuck;
        queue[found] = v;
        found += is_stuck;
    }
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
