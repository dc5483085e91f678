/* Rows of distances, computed when they are asked for. */
#ifndef CL_POINTS_H
#define CL_POINTS_H

#include "cl_transport.h"

#include <stdbool.h>

#include "../common/arena.h"

/* Targets lie side by side in panels of so many, a coordinate after the other: the lanes of whole vectors. */
#define POINTS_OF_PANEL 16

typedef struct point_rows {
    const cl_points *points;
    double *panels; /* [columns / POINTS_OF_PANEL + 1, dimensions, POINTS_OF_PANEL] */
    double *row;    /* [columns, and more] the distances of the present source */
    size_t present; /* SIZE_MAX: none */
} point_rows;

/* False if the size would overflow. */
bool points_lay_out(point_rows *r, arena *a, size_t columns, size_t dimensions);

void points_begin(point_rows *r, const cl_points *points, size_t columns);

#endif
