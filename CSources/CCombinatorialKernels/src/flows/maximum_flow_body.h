/* Capacities in, cut and flow out, for one element type; included by maximum_flow.c. */

/* The sum of the finite capacities, in four parts so that none waits for the others; NaN if one is invalid. */
static double CL_ELEMENT(sum_capacities)(
    const CL_REAL *capacities, size_t arcs, bool *has_infinite, cl_fault *fault) {
    double parts[4] = {0};
    bool is_valid = true, is_infinite = false;
    size_t a = 0;
    for (; a + 4 <= arcs; a += 4) {
        for (size_t lane = 0; lane < 4; lane++) {
            const double capacity = capacities[a + lane];
            is_valid &= capacity >= 0;
            is_infinite |= capacity == INFINITY;
            parts[lane] += capacity < INFINITY ? capacity : 0;
        }
    }
    for (; a < arcs; a++) {
        const double capacity = capacities[a];
        is_valid &= capacity >= 0;
        is_infinite |= capacity == INFINITY;
        parts[a % 4] += capacity < INFINITY ? capacity : 0;
    }
    *has_infinite = is_infinite;
    if (is_valid) return (parts[0] + parts[1]) + (parts[2] + parts[3]);
    size_t first = 0;
    while (capacities[first] >= 0) first++;
    refuse(fault, 0, 0, first);
    return NAN;
}

static double CL_ELEMENT(cut_value)(
    const cl_flow_graph *graph, const CL_REAL *capacities, const uint8_t *source_side) {
    double value = 0;
    for (size_t a = 0; a < graph->arcs; a++)
        if (source_side[graph->tails[a]] > source_side[graph->heads[a]]) value += (double)capacities[a];
    return value;
}

/* Pushes doubles; false if rounding has lost what the answer needs. */
static bool CL_ELEMENT(solve_in_double)(
    network *n, const cl_flow_graph *graph, const CL_REAL *capacities, double most, double average, double *value,
    uint8_t *source_side, double *flow) {
    const cl_element element = CL_REAL_IS_FLOAT ? CL_FLOAT32 : CL_FLOAT64;
    build(n, graph, element, capacities, most, average);
    leave_if_stopped(n->stop);
    saturate_source(n, average);
    const bool is_stuck = push_out(n, n->sink, n->source, n->incoming);
    const double arrived = n->excess[n->sink];
    if (!n->is_turned) write_sides(n, is_stuck, source_side);
    if (n->is_turned && !write_turned_sides(n, source_side)) return false;
    *value = CL_ELEMENT(cut_value)(graph, capacities, source_side);
    if (*value == INFINITY) return true;
    if (!(fabs(arrived - *value) <= rounding_of(*value, n->nodes + n->arcs))) return false;
    return !flow || write_flow(n, graph, element, capacities, is_stuck, *value, flow);
}

static cl_status CL_ELEMENT(solve_exactly)(
    const cl_flow_graph *graph, const CL_REAL *capacities, char *workspace, double *value,
    uint8_t *source_side, double *flow, stop_point *stop) {
    double *exact_capacities = cl_exact_flow_capacities(graph->nodes, graph->arcs, workspace);
    for (size_t a = 0; a < graph->arcs; a++) exact_capacities[a] = capacities[a];
    if (!cl_exact_flow_solve(graph, workspace, value, source_side, flow, stop)) return CL_STATUS_UNBOUNDED;
    return *value < INFINITY ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
}

CL_SOLVES cl_status CL_ELEMENT(maximum_flow_solve)(
    const cl_flow_graph *graph, const void *untyped_capacities, void *workspace,
    double *restrict value, uint8_t *restrict source_side, double *restrict flow,
    cl_fault *restrict fault, stop_point *stop) {
    const CL_REAL *capacities = untyped_capacities;
    if (cl_maximum_flow_workspace_size(graph->nodes, graph->arcs) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    bool has_infinite = false;
    const double sum = CL_ELEMENT(sum_capacities)(capacities, graph->arcs, &has_infinite, fault);
    if (isnan(sum)) return CL_STATUS_INVALID_COST;
    network n = {.stop = stop};
    arena a = arena_over(workspace);
    network_lay_out(&n, &a, graph->nodes, graph->arcs);
    if (!stays_finite(sum, has_infinite) ||
        !CL_ELEMENT(solve_in_double)(
            &n, graph, capacities, stand_in_for_infinity(sum), sum / (double)graph->arcs, value, source_side, flow))
        return CL_ELEMENT(solve_exactly)(graph, capacities, workspace, value, source_side, flow, stop);
    return *value < INFINITY ? CL_STATUS_OK : CL_STATUS_UNBOUNDED;
}
