/* Rows of distances, of one variant: every lane adds up its own distance in the order of the coordinates. */

/* Vectors that a panel fills. */
#define PANEL_VECTORS (POINTS_OF_PANEL / WIDE_LANES)

CL_INLINE wide roots_of(wide squares) {
#if __has_builtin(__builtin_elementwise_sqrt)
    return __builtin_elementwise_sqrt(squares);
#else
    wide roots;
    for (int lane = 0; lane < WIDE_LANES; lane++) roots[lane] = sqrt(squares[lane]);
    return roots;
#endif
}

/* The distances of a point to the targets of a panel. */
CL_INLINE void distances_to_panel(
    const double *x, const double *panel, size_t dimensions, cl_metric metric, double *distances) {
    wide sums[PANEL_VECTORS] = {0};
    for (size_t k = 0; k < dimensions; k++) {
        const double *y = panel + k * POINTS_OF_PANEL;
        for (int v = 0; v < PANEL_VECTORS; v++) {
            const wide difference = (wide)x[k] - *(const wide *)(y + v * WIDE_LANES);
            const wide magnitude = difference < 0 ? -difference : difference;
            sums[v] += metric == CL_METRIC_MANHATTAN ? magnitude : difference * difference;
        }
    }
    for (int v = 0; v < PANEL_VECTORS; v++)
        *(wide *)(distances + v * WIDE_LANES) = metric == CL_METRIC_EUCLIDEAN ? roots_of(sums[v]) : sums[v];
}

CL_INLINE void fill_row_of_points(const point_rows *r, size_t columns, const double *x, cl_metric metric) {
    const size_t dimensions = r->points->dimensions;
    for (size_t j = 0; j < columns; j += POINTS_OF_PANEL)
        distances_to_panel(x, r->panels + j * dimensions, dimensions, metric, r->row + j);
}

/* The distances of a source to all targets, until the next call. */
static const double *row_of_points(point_rows *r, size_t columns, size_t i) {
    if (r->present == i) return r->row;
    r->present = i;
    const double *x = r->points->sources + i * r->points->dimensions;
    switch (r->points->metric) {
    case CL_METRIC_SQUARED_EUCLIDEAN: fill_row_of_points(r, columns, x, CL_METRIC_SQUARED_EUCLIDEAN); break;
    case CL_METRIC_EUCLIDEAN: fill_row_of_points(r, columns, x, CL_METRIC_EUCLIDEAN); break;
    case CL_METRIC_MANHATTAN: fill_row_of_points(r, columns, x, CL_METRIC_MANHATTAN); break;
    }
    return r->row;
}

#undef PANEL_VECTORS
