/* Transport over a matrix of costs, of one variant. */

CL_SOLVES cl_status solve_transport(
    const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride, const double *supply,
    const double *demand, double tolerance, const cl_transport_known *known, void *workspace,
    const cl_transport_output *output, cl_fault *restrict fault, stop_point *stop) {
    if (row_stride < columns || cl_transport_workspace_size(rows, columns) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    transport_problem p = {.costs = costs, .stride = row_stride};
    arena a = arena_over(workspace);
    begin(&p, &a, rows, columns, supply, demand, known, stop);
    return solve_problem(
        &p, (transport_costs){costs, CL_REAL_IS_FLOAT, row_stride, NULL}, tolerance, output, fault);
}

cl_status CL_VARIANT(cl_transport_solve)(
    const void *costs, size_t rows, size_t columns, size_t row_stride, const double *supply,
    const double *demand, double tolerance, const cl_transport_known *known, void *workspace,
    const cl_transport_output *output, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve_transport(
        costs, rows, columns, row_stride, supply, demand, tolerance, known, workspace, output, fault, stop));
}
