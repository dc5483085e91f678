/* How the exact recurrence reads the problems of one element type; included by exact_path.c. */

/* With labels, what the element type holds, unless that overflows. */
static double CL_ELEMENT(cost_at)(const cl_alignment_problem *p, size_t i, size_t k) {
    const CL_REAL *x = (const CL_REAL *)p->x + row_of_x(p, i) * p->row_stride;
    if (!p->labels)
        return (double)x[k];
    const double cost = p->offsets[i] - (double)x[p->labels[k]], rounded = (double)(CL_REAL)cost;
    return isinf(rounded) ? cost : rounded;
}

static void CL_ELEMENT(load_row)(const exact_grid *g, size_t i) {
    const cl_alignment_problem *p = g->problem;
    leave_if_stopped(g->stop);
    const size_t all = g->rows + g->columns;
    const bool has_band = g->rule.gaps == CL_ALIGNMENT_TIME_WARPING;
    const size_t band = has_band && g->rule.band < all ? g->rule.band : all;
    const size_t longer = g->columns > g->rows ? g->columns - g->rows : 0;
    const size_t taller = g->rows > g->columns ? g->rows - g->columns : 0;
    for (size_t k = 0; k < g->columns; k++) {
        const bool is_in_band = k <= i + longer + band && i <= k + taller + band;
        g->costs[k] = is_in_band ? CL_ELEMENT(cost_at)(p, i, k) : INFINITY;
    }
}

static exact_grid CL_ELEMENT(exact_grid)(
    const cl_alignment_problem *p, cl_alignment_rule rule, void *workspace) {
    exact_grid g = {.rows = p->rows, .columns = p->columns, .rule = rule, .problem = p,
                    .load_row = CL_ELEMENT(load_row)};
    arena a = arena_over(workspace);
    lay_out(&g, &a);
    for (size_t i = 0; i < p->rows; i++)
        g.row_gaps[i] = rule.gaps == CL_ALIGNMENT_GAP_COSTS ? (double)((const CL_REAL *)p->row_gaps)[i] : 0;
    for (size_t k = 0; k < p->columns; k++)
        g.column_gaps[k] = rule.gaps == CL_ALIGNMENT_GAP_COSTS ? (double)((const CL_REAL *)p->column_gaps)[k] : 0;
    return g;
}

cl_status CL_ELEMENT(cl_alignment_exact)(
    const cl_alignment_problem *p, cl_alignment_rule rule, void *workspace, double *restrict value,
    uint8_t *restrict moves, size_t *restrict move_count, stop_point *stop) {
    exact_grid g = CL_ELEMENT(exact_grid)(p, rule, workspace);
    g.stop = stop;
    return solve(&g, value, moves, move_count);
}
