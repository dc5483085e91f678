/* Hard square problems of assignment_body.h: the transport simplex from masses of 1.
 *
 * Its work hardly depends on the costs: measured on random ones of size n, as much as 20 to 50 n steps of
 * phase 4, which takes 1 to 15 n of them on most families, but n^2 / 2 on products, and over 60 n on bags
 * of 2,048 whose labels repeat. */

/* The simplex method would give a forbidden pair a cost so high that little of the others is left. */
static bool has_forbidden_pairs(const assignment_problem *p) {
    wide_index permitted = -1;
    for (size_t i = 0; i < p->rows; i++) {
        leave_if_stopped(p->stop);
        const CL_REAL *c = stored_costs_of(p, i);
        size_t j = 0;
        for (; j + WIDE_LANES <= p->rows; j += WIDE_LANES) permitted &= widened(c + j) < INFINITY;
        for (; j < p->rows; j++)
            if (!((double)c[j] < INFINITY)) return true;
    }
    return !__builtin_reduce_and(permitted);
}

/* False if the problem is left as it was. */
static bool solve_by_simplex(assignment_problem *p, char *memory) {
    if (has_forbidden_pairs(p)) return false;
    simplex_workspace w;
    arena a = arena_over(memory);
    simplex_workspace_lay_out(&w, &a, p->rows);
    for (size_t i = 0; i < p->rows; i++) w.ones[i] = 1;
    double value;
    size_t pairs;
    const cl_transport_output output = {
        &value, w.row_potentials, w.column_potentials, w.rows, w.columns, w.masses, &pairs, NULL};
    cl_fault fault;
    const cl_status status = solve_transport(
        p->source, p->rows, p->rows, p->source_stride, w.ones, w.ones, 0, NULL, w.transport, &output, &fault,
        p->stop);
    if (status != CL_STATUS_OK || pairs != p->rows) return false;
    for (size_t k = 0; k < pairs; k++)
        match(p, (size_t)w.rows[k], (size_t)w.columns[k]);
    for (size_t j = 0; j < p->rows; j++) p->w.potentials[j] = w.column_potentials[j];
    p->is_reduced = p->is_listed = false;
    return true;
}

/* Where the simplex method declines, phase 4 goes on. */
static void finish_hard(assignment_problem *p, size_t width, char *memory) {
    p->is_hard = false;
    if (solve_by_simplex(p, memory)) return;
    p->milestone = SIZE_MAX;
    if (plant(p, width))
        while (search(p, width)) leave_if_stopped(p->stop);
}
