/* Smoothed alignment of one problem, for one element type; included by soft_alignment.c. */

/* Node (i, a - i) with i = rows or a - i = columns: one move only, and none under time warping. */
static void CL_ELEMENT(set_border_prices)(
    const cl_alignment_problem *p, cl_alignment_rule rule, const soft_grid *g, size_t a, size_t i) {
    const size_t k = a - i, n = i - first_row(g, a);
    const bool has_cells = p->rows > 0 && p->columns > 0, goes_down = i < p->rows;
    const bool has_given = rule.gaps == CL_ALIGNMENT_GAP_COSTS;
    const double given = !has_given ? 0 : goes_down ? (double)((const CL_REAL *)p->row_gaps)[i] : (double)((const CL_REAL *)p->column_gaps)[k];
    const size_t row = at_most(i, p->rows - 1), column = at_most(k, p->columns - 1);
    const double cell = has_cells ? g->scale * cost_of_cell(p, CL_REAL_IS_FLOAT, row, column) : 0;
    const double price = rule.gaps == CL_ALIGNMENT_TIME_WARPING
                             ? (double)INFINITY
                             : gap_price(rule, g, cell, given);
    g->prices[CL_ALIGNMENT_DIAGONAL][n] = INFINITY;
    g->prices[CL_ALIGNMENT_HORIZONTAL][n] = goes_down ? (double)INFINITY : price;
    g->prices[CL_ALIGNMENT_VERTICAL][n] = goes_down ? price : (double)INFINITY;
}

/* What the moves out of the nodes of diagonal a cost; +infinity where there is none. */
static void CL_ELEMENT(set_prices)(
    const cl_alignment_problem *p, cl_alignment_rule rule, const soft_grid *g, size_t a) {
    size_t first = first_row(g, a), end = last_row(g, a) + 1;
    double *d = g->prices[CL_ALIGNMENT_DIAGONAL] - first;
    double *h = g->prices[CL_ALIGNMENT_HORIZONTAL] - first;
    double *v = g->prices[CL_ALIGNMENT_VERTICAL] - first;
    if (a - first == p->columns)
        CL_ELEMENT(set_border_prices)(p, rule, g, a, first++);
    if (end == p->rows + 1 && end > first)
        CL_ELEMENT(set_border_prices)(p, rule, g, a, --end);
    const bool has_given = rule.gaps == CL_ALIGNMENT_GAP_COSTS;
    for (size_t i = first; i < end; i++) {
        const size_t k = a - i;
        const double cell = is_in_band(p, rule, i, k) ? g->scale * cost_of_cell(p, CL_REAL_IS_FLOAT, i, k) : INFINITY;
        d[i] = cell;
        h[i] = gap_price(rule, g, cell, has_given ? (double)((const CL_REAL *)p->column_gaps)[k] : 0);
        v[i] = has_given ? g->scale * (double)((const CL_REAL *)p->row_gaps)[i] : h[i];
    }
}

/* The expected gradient of the moves out of diagonal a. */
static void CL_ELEMENT(add_gradient)(
    const cl_alignment_problem *p, cl_alignment_rule rule, const soft_grid *g, size_t a,
    size_t gradient_stride, CL_REAL *restrict gradient, CL_REAL *restrict row_gradient,
    CL_REAL *restrict column_gradient) {
    const double gap = rule.gaps == CL_ALIGNMENT_GAP_FACTOR  ? rule.gap_factor
                       : rule.gaps == CL_ALIGNMENT_GAP_COSTS ? 0
                                                             : 1;
    for (size_t i = first_row(g, a); i <= last_row(g, a); i++) {
        const size_t k = a - i, n = i - first_row(g, a);
        const double h = g->shares[CL_ALIGNMENT_HORIZONTAL][n];
        const double v = g->shares[CL_ALIGNMENT_VERTICAL][n];
        if (p->rows > 0 && p->columns > 0)
            gradient[at_most(i, p->rows - 1) * gradient_stride + at_most(k, p->columns - 1)] +=
                (CL_REAL)(g->shares[CL_ALIGNMENT_DIAGONAL][n] + gap * (h + v));
        if (row_gradient && i < p->rows)
            row_gradient[i] += (CL_REAL)v;
        if (column_gradient && k < p->columns)
            column_gradient[k] += (CL_REAL)h;
    }
}

/* Also finds the least and the greatest price of a move. */
static cl_status CL_ELEMENT(check_costs)(
    const cl_alignment_problem *p, cl_alignment_rule rule, price_range *range, cl_fault *restrict fault,
    stop_point *stop) {
    const double factor = rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? rule.gap_factor : 1;
    double high = 0, low = 0;
    for (size_t i = 0; i < p->rows; i++) {
        leave_if_stopped(stop);
        for (size_t k = 0; k < p->columns; k++) {
            if (!is_in_band(p, rule, i, k))
                continue;
            const double cost = cost_of_cell(p, CL_REAL_IS_FLOAT, i, k);
            if (!(cost > -INFINITY)) {
                refuse(fault, 0, i, k);
                return CL_STATUS_INVALID_COST;
            }
            high = greater(high, cost < INFINITY ? cost : 0);
            low = lesser(low, cost);
        }
    }
    for (size_t n = 0; rule.gaps == CL_ALIGNMENT_GAP_COSTS && n < p->rows + p->columns; n++) {
        const double gap = (double)(n < p->rows ? ((const CL_REAL *)p->row_gaps)[n] : ((const CL_REAL *)p->column_gaps)[n - p->rows]);
        high = greater(high, gap < INFINITY ? gap : 0);
        low = lesser(low, gap);
    }
    *range = (price_range){low, high, factor > 1 ? factor : 1};
    return CL_STATUS_OK;
}

/* The distances of all nodes, and the value. */
static cl_status CL_ELEMENT(relax_all)(
    const cl_alignment_problem *p, cl_alignment_rule rule, const soft_grid *g,
    exponential_function *exponential, double *restrict value) {
    for (size_t a = 0; a < p->rows + p->columns + 3; a++) {
        leave_if_stopped(g->stop);
        for (size_t node = a * g->width; node < (a + 1) * g->width; node++) {
            g->distances[node] = INFINITY;
            g->paths[node] = 0;
        }
    }
    const size_t end = p->rows + p->columns;
    distances_of(g, end)[p->rows] = 0;
    for (size_t a = end; a-- > 0;) {
        CL_ELEMENT(set_prices)(p, rule, g, a);
        relax_diagonal(g, a, exponential);
    }
    *value = value_of(g);
    return distances_of(g, 0)[0] == INFINITY ? CL_STATUS_INFEASIBLE
           : isinf(*value)                   ? CL_STATUS_OUT_OF_RANGE
                                             : CL_STATUS_OK;
}

static cl_status CL_ELEMENT(soft_alignment_solve)(
    const cl_alignment_problem *p, cl_alignment_rule rule, exponential_function *exponential,
    void *workspace, size_t gradient_stride, double *restrict value, void *restrict untyped_gradient,
    void *restrict untyped_row_gradient, void *restrict untyped_column_gradient,
    cl_fault *restrict fault, stop_point *stop) {
    CL_REAL *restrict gradient = untyped_gradient, *restrict row_gradient = untyped_row_gradient;
    CL_REAL *restrict column_gradient = untyped_column_gradient;
    price_range range;
    cl_status status = CL_ELEMENT(check_costs)(p, rule, &range, fault, stop);
    if (status != CL_STATUS_OK)
        return status;
    soft_grid g;
    arena a = arena_over(workspace);
    lay_out(&g, &a, p->rows, p->columns);
    g.stop = stop;
    choose_scale(&g, range, rule.temperature);
    if (!may_add(&g, -range.low, range.factor))
        return CL_STATUS_OUT_OF_RANGE;
    status = CL_ELEMENT(relax_all)(p, rule, &g, exponential, value);
    if (status == CL_STATUS_INFEASIBLE && !may_add(&g, range.high, range.factor))
        return CL_STATUS_OUT_OF_RANGE;
    if (status != CL_STATUS_OK)
        return status;
    const size_t end = p->rows + p->columns;
    if (!gradient)
        return CL_STATUS_OK;
    for (size_t i = 0; i < p->rows; i++) {
        leave_if_stopped(stop);
        memset(gradient + i * gradient_stride, 0, p->columns * sizeof(CL_REAL));
    }
    if (row_gradient)
        memset(row_gradient, 0, p->rows * sizeof(CL_REAL));
    if (column_gradient)
        memset(column_gradient, 0, p->columns * sizeof(CL_REAL));
    memset(g.occupancy, 0, 3 * g.width * sizeof(double));
    occupancy_of(&g, 0)[0] = 1;
    for (size_t at = 0; at < end; at++) {
        CL_ELEMENT(set_prices)(p, rule, &g, at);
        spread_diagonal(&g, at, exponential);
        CL_ELEMENT(add_gradient)(p, rule, &g, at, gradient_stride, gradient, row_gradient, column_gradient);
    }
    return CL_STATUS_OK;
}
