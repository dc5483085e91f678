#include "transport.h"

#include "../common/table.h"
#include "points.h"

/* Bits must agree with those of whole rows: a * b + c is never contracted. */
#pragma STDC FP_CONTRACT OFF

double cl_points_distance(const cl_points *points, size_t source, size_t target) {
    const double *x = points->sources + source * points->dimensions;
    const double *y = points->targets + target * points->dimensions;
    double sum = 0;
    for (size_t k = 0; k < points->dimensions; k++) {
        const double difference = x[k] - y[k];
        sum += points->metric == CL_METRIC_MANHATTAN ? fabs(difference) : difference * difference;
    }
    return points->metric == CL_METRIC_EUCLIDEAN ? sqrt(sum) : sum;
}

bool points_lay_out(point_rows *r, arena *a, size_t columns, size_t dimensions) {
    const size_t panels = columns / POINTS_OF_PANEL + 1;
    size_t count;
    if (__builtin_mul_overflow(panels * POINTS_OF_PANEL, dimensions, &count) || count > SIZE_MAX / 16) return false;
    ARENA_TAKE(a, r->panels, count);
    ARENA_TAKE(a, r->row, panels * POINTS_OF_PANEL);
    return true;
}

void points_begin(point_rows *r, const cl_points *points, size_t columns) {
    r->points = points;
    r->present = SIZE_MAX;
    for (size_t j = 0; j < columns; j++)
        for (size_t k = 0; k < points->dimensions; k++)
            r->panels[(j / POINTS_OF_PANEL * points->dimensions + k) * POINTS_OF_PANEL + j % POINTS_OF_PANEL] =
                points->targets[j * points->dimensions + k];
    for (size_t j = columns; j % POINTS_OF_PANEL != 0; j++)
        for (size_t k = 0; k < points->dimensions; k++)
            r->panels[(j / POINTS_OF_PANEL * points->dimensions + k) * POINTS_OF_PANEL + j % POINTS_OF_PANEL] = 0;
}

size_t cl_transport_points_workspace_size(size_t rows, size_t columns, size_t dimensions) {
    if (cl_transport_workspace_size(rows, columns) == 0) return 0;
    transport p;
    point_rows r;
    arena a = {0};
    transport_lay_out(&p, &a, rows, columns);
    return points_lay_out(&r, &a, columns, dimensions) ? arena_size(&a) : 0;
}

CL_SOLVER_OF_DOUBLES(cl_transport_points_solver, cl_transport_points_solve)
