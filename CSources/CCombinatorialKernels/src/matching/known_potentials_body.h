/* How a problem of assignment_body.h starts: from known column potentials, from reduced columns, or from
 * nothing. */

#define GREATEST_KNOWN CL_ASSIGNMENT_GREATEST_COST

/* Matches every row to the first of its cheapest columns that no row before it has. Where the potentials
 * are those of a similar problem, that is most of the matching. */
CL_INLINE cl_status start_from_known(assignment_problem *p, size_t width) {
    double *v = p->w.potentials;
    size_t from = 0;
    for (; from + WIDE_LANES <= p->rows; from += WIDE_LANES) { /* no reduced cost may leave the range of double */
        const wide known = *(const wide *)(p->known + from);
        *(wide *)(v + from) = lesser_of(
            greater_of(-GREATEST_KNOWN, known), GREATEST_KNOWN);
    }
    for (; from < width; from++)
        v[from] = from >= p->rows ? 0 : fmin(fmax(-GREATEST_KNOWN, p->known[from]), GREATEST_KNOWN);
    wide_index valid = -1;
    bool is_feasible = true;
    for (size_t i = 0; i < p->rows; i++) {
        leave_long_if_stopped(p, width);
        const CL_REAL *c = costs_of(p, i);
        wide low = INFINITY, low_at = 0, at = first_columns();
        for (size_t j = 0; j < width; j += WIDE_LANES, at += WIDE_LANES) {
            const wide cost = widened(c + j), reduced = cost - *(const wide *)(v + j);
            valid &= cost >= LEAST_COST;
            low_at = reduced < low ? at : low_at;
            low = lesser_of(reduced, low); /* NaN never gets in */
        }
        const wide lowest = fold_lowest(low);
        low_at = fold_lowest(low == lowest ? low_at : (wide)INFINITY);
        size_t j = (size_t)(int64_t)low_at[0];
        is_feasible &= lowest[0] < INFINITY;
        const size_t from = j / WIDE_LANES * WIDE_LANES; /* before j none is as cheap */
        if (p->w.row_of[j] >= 0) j = unmatched_with(p, i, lowest[0], from, p->rows);
        if (j < p->rows) match(p, i, j);
    }
    if (!__builtin_reduce_and(valid)) return CL_STATUS_INVALID_COST;
    return is_feasible ? CL_STATUS_OK : CL_STATUS_INFEASIBLE;
}

CL_INLINE cl_status start_assignment(assignment_problem *p, size_t width) {
    for (size_t j = 0; j < width; j++) p->w.row_of[j] = -1;
    for (size_t i = 0; i < p->rows; i++) p->w.column_of[i] = -1;
    if (p->known) return start_from_known(p, width);
    if (p->is_square && p->rows > 0) return reduce_columns(p, width);
    for (size_t j = 0; j < width; j++) p->w.potentials[j] = 0;
    if (width > 64 && p->is_listed && !list_rows(p)) return CL_STATUS_INVALID_COST;
    if (width > 64 && p->is_listed) return CL_STATUS_OK;
    if (width > 64) need_copy(p);
    return costs_are_valid(p, width) ? CL_STATUS_OK : CL_STATUS_INVALID_COST;
}
