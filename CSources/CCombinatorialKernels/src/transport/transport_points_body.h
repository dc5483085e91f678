/* Transport between points, of one variant. */

CL_SOLVES cl_status solve_points(
    const cl_points *points, size_t rows, size_t columns, const double *supply, const double *demand,
    double tolerance, const cl_transport_known *known, void *workspace, const cl_transport_output *output,
    cl_fault *restrict fault,
    stop_point *stop) {
    if (cl_transport_points_workspace_size(rows, columns, points->dimensions) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    point_rows row;
    transport_problem p = {.points = &row};
    arena a = arena_over(workspace);
    begin(&p, &a, rows, columns, supply, demand, known, stop);
    points_lay_out(&row, &a, columns, points->dimensions);
    points_begin(&row, points, columns);
    for (size_t i = 0; i < rows; i++) {
        leave_if_stopped(stop);
        const double *distances = row_of_points(&row, columns, i);
        for (size_t j = 0; j < columns; j++) {
            if (distances[j] < INFINITY) continue;
            refuse(fault, 0, i, j);
            return CL_STATUS_INVALID_COST;
        }
    }
    return solve_problem(&p, (transport_costs){.points = points}, tolerance, output, fault);
}

cl_status CL_VARIANT(cl_transport_points_solve)(
    const cl_points *points, size_t rows, size_t columns, const double *supply, const double *demand,
    double tolerance, const cl_transport_known *known, void *workspace, const cl_transport_output *output,
    cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve_points(
        points, rows, columns, supply, demand, tolerance, known, workspace, output, fault, stop));
}
