/* Capacities in, cut and flow out, for one element type; included by maximum_flow.c. */

#if CL_REAL_IS_FLOAT
#define FLOW(name) name##_of_float
#define FLOW_SOLVE cl_maximum_flow_solve_f32
#else
#define FLOW(name) name##_of_double
#define FLOW_SOLVE cl_maximum_flow_solve_f64
#endif

/* The finite sum of the finite capacities; otherwise sets the index of the first that is invalid, or
 * that makes the sum infinite, and returns NaN. */
static double FLOW(sum_capacities)(const CL_REAL *capacities, size_t arcs, size_t *fault) {
    double sum = 0;
    for (size_t a = 0; a < arcs; a++) {
        const double capacity = capacities[a];
        *fault = a;
        sum += capacity == INFINITY ? 0 : capacity;
        if (!(capacity >= 0) || isinf(sum)) return NAN;
    }
    return sum;
}

static double FLOW(cut_value)(
    const cl_flow_graph *graph, const CL_REAL *capacities, const uint8_t *source_side) {
    double value = 0;
    for (size_t a = 0; a < graph->arcs; a++)
        if (source_side[graph->tails[a]] && !source_side[graph->heads[a]]) value += capacities[a];
    return value;
}

cl_status FLOW_SOLVE(
    const cl_flow_graph *graph, const CL_REAL *capacities, void *workspace, double *restrict value,
    uint8_t *restrict source_side, double *restrict flow, size_t *restrict fault) {
    if (cl_maximum_flow_workspace_size(graph->nodes, graph->arcs) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    const double sum = FLOW(sum_capacities)(capacities, graph->arcs, fault);
    if (isnan(sum)) return CL_STATUS_INVALID_COST;
    const double most = stand_in_for_infinity(sum);
    network n;
    lay_out(&n, aligned(workspace), graph->nodes, graph->arcs);
    build(&n, graph);
    for (size_t a = 0; a < n.arcs; a++)
        if (n.forward[a] >= 0) n.half_arcs[n.forward[a]].residual = fmin(capacities[a], most);
    saturate_source(&n);
    push_out(&n, n.sink, n.source);
    for (size_t v = 0; v < n.nodes; v++) source_side[v] = n.label[v] == UNREACHABLE;
    *value = FLOW(cut_value)(graph, capacities, source_side);
    if (*value == INFINITY) return CL_STATUS_UNBOUNDED;
    if (!flow) return CL_STATUS_OK;

    push_out(&n, n.source, n.sink);
    for (size_t a = 0; a < n.arcs; a++) {
        const double capacity = fmin(capacities[a], most);
        flow[a] = n.forward[a] < 0 ? 0 : fmax(capacity - n.half_arcs[n.forward[a]].residual, 0);
    }
    return CL_STATUS_OK;
}

#undef FLOW
#undef FLOW_SOLVE
