/* How a problem of assignment_body.h starts: from known column potentials, from reduced columns, or from
 * nothing. */

#define GREATEST_KNOWN CL_ASSIGNMENT_GREATEST_COST

/* Matches every row to the first of its cheapest columns that no row before it has. Where the potentials
 * are those of a similar problem, that is most of the matching. */
static INLINE cl_status CL_VARIANT(start_from_known)(problem *p, size_t width) {
    double *v = p->w.potentials;
    size_t from = 0;
    for (; from + LANES <= p->rows; from += LANES) { /* no reduced cost may leave the range of double */
        const wide known = *(const wide *)(p->known + from);
        *(wide *)(v + from) = CL_VARIANT(smaller)(
            CL_VARIANT(larger)(-GREATEST_KNOWN, known), GREATEST_KNOWN);
    }
    for (; from < width; from++)
        v[from] = from >= p->rows ? 0 : fmin(fmax(-GREATEST_KNOWN, p->known[from]), GREATEST_KNOWN);
    wide_index valid = -1;
    bool is_feasible = true;
    for (size_t i = 0; i < p->rows; i++) {
        const CL_REAL *c = CL_VARIANT(row)(p, i);
        wide low = INFINITY, low_at = 0, at = CL_VARIANT(first_columns)();
        for (size_t j = 0; j < width; j += LANES, at += LANES) {
            const wide cost = CL_VARIANT(load)(c + j), reduced = cost - *(const wide *)(v + j);
            valid &= cost >= LEAST_COST;
            low_at = reduced < low ? at : low_at;
            low = CL_VARIANT(smaller)(reduced, low); /* NaN never gets in */
        }
        const wide lowest = CL_VARIANT(lowest)(low);
        low_at = CL_VARIANT(lowest)(low == lowest ? low_at : (wide)INFINITY);
        size_t j = (size_t)(int64_t)low_at[0];
        is_feasible &= lowest[0] < INFINITY;
        const size_t from = j / LANES * LANES; /* before j none is as cheap */
        if (p->w.row_of[j] >= 0) j = CL_VARIANT(unmatched_with)(p, i, lowest[0], from, p->rows);
        if (j < p->rows) CL_VARIANT(match)(p, i, j);
    }
    if (!__builtin_reduce_and(valid)) return CL_STATUS_INVALID_COST;
    return is_feasible ? CL_STATUS_OK : CL_STATUS_INFEASIBLE;
}

static INLINE cl_status CL_VARIANT(start)(problem *p, size_t width) {
    for (size_t j = 0; j < width; j++) p->w.row_of[j] = -1;
    for (size_t i = 0; i < p->rows; i++) p->w.column_of[i] = -1;
    if (p->known) return CL_VARIANT(start_from_known)(p, width);
    if (p->is_square && p->rows > 0) return CL_VARIANT(reduce_columns)(p, width);
    for (size_t j = 0; j < width; j++) p->w.potentials[j] = 0;
    return CL_VARIANT(costs_are_valid)(p, width) ? CL_STATUS_OK : CL_STATUS_INVALID_COST;
}
