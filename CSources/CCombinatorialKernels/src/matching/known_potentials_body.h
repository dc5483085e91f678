/* How a problem of assignment_body.h starts: from known column potentials, from rows that have many least costs, from
 * reduced columns, or from nothing. */

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

/* Whether as many as TIES columns of a row have its least cost, which is that of other rows too, by four of them: few
 * values, whole numbers mostly. */
enum { TIES = 4, TIED_ROWS = 4 };
__attribute__((noinline)) static bool seems_tied(assignment_problem *p) {
    size_t tied = 0;
    for (size_t k = 0; k < TIED_ROWS; k++) {
        const CL_REAL *c = stored_costs_of(p, p->rows * k / TIED_ROWS);
        cost_range range = {INFINITY, -INFINITY};
        widen_range(&range, c, p->columns);
        if (k > 0 && range.least != p->tied_at) return false;
        p->tied_at = range.least;
        tied += p->columns - others_of_row(c, p->columns, range.least);
    }
    return tied >= TIES * TIED_ROWS && fabs(p->tied_at) <= CL_ASSIGNMENT_GREATEST_COST;
}

/* The least cost of a row; whether all are numbers that are not too low. */
CL_INLINE double least_of_row(const CL_REAL *c, size_t columns, bool *are_valid) {
    wide_index valid = -1;
    wide low = INFINITY;
    size_t j = 0;
    for (; j + WIDE_LANES <= columns; j += WIDE_LANES) {
        const wide cost = widened(c + j);
        valid &= cost >= LEAST_COST;
        low = lesser_of(cost, low); /* NaN never gets in */
    }
    double least = fold_lowest(low)[0];
    for (; j < columns; j++) {
        *are_valid &= c[j] >= LEAST_COST;
        least = (double)c[j] < least ? (double)c[j] : least;
    }
    *are_valid &= __builtin_reduce_and(valid) != 0;
    return least;
}

/* The first unmatched column from `from` on that a row has at a cost; if there is none, the number of columns. */
CL_INLINE size_t unmatched_at(const assignment_problem *p, const CL_REAL *c, double cost, size_t from) {
    size_t j = from;
    for (; j + WIDE_LANES <= p->columns; j += WIDE_LANES) {
        const rows_of rows = *(const rows_of *)(p->w.row_of + j);
        const uint64_t set = bits((__builtin_convertvector(rows, wide_index) < 0) & (widened(c + j) == cost));
        if (set != 0) return j + (size_t)__builtin_ctzll(set);
    }
    while (j < p->columns && !(p->w.row_of[j] < 0 && (double)c[j] == cost)) j++;
    return j;
}

/* Matches every row to the first of its cheapest columns that no row before it has, in one pass over the costs. Columns
 * are not reduced: their least costs are as equal. */
__attribute__((noinline)) static cl_status start_from_ties(assignment_problem *p, size_t width) {
    for (size_t j = 0; j < width; j++) p->w.potentials[j] = j < p->columns ? p->tied_at : 0;
    bool are_valid = true;
    double least = INFINITY, greatest = -INFINITY; /* of the least of rows */
    size_t first_unmatched = 0;
    for (size_t i = 0; i < p->rows; i++) {
        leave_long_if_stopped(p, width);
        const CL_REAL *c = stored_costs_of(p, i);
        const double own = least_of_row(c, p->columns, &are_valid);
        const size_t j = unmatched_at(p, c, own, first_unmatched);
        if (j < p->columns) match(p, i, j);
        while (first_unmatched < p->columns && p->w.row_of[first_unmatched] >= 0) first_unmatched++;
        least = own < least ? own : least;
        greatest = own > greatest ? own : greatest;
        p->w.wins[i] = 0;
    }
    p->is_reduced = least >= p->tied_at;
    if (!are_valid) return CL_STATUS_INVALID_COST;
    return greatest <= CL_ASSIGNMENT_GREATEST_COST ? CL_STATUS_OK : CL_STATUS_INFEASIBLE;
}

CL_INLINE cl_status start_assignment(assignment_problem *p, size_t width) {
    for (size_t j = 0; j < width; j++) p->w.row_of[j] = -1;
    for (size_t i = 0; i < p->rows; i++) p->w.column_of[i] = -1;
    if (p->known) return start_from_known(p, width);
    if (width > 64 && p->is_square && p->rows > 0) p->is_tied = seems_tied(p);
    if (width > 64 && p->is_tied) return start_from_ties(p, width);
    if (p->is_square && p->rows > 0) return reduce_columns(p, width);
    for (size_t j = 0; j < width; j++) p->w.potentials[j] = 0;
    if (width > 64 && p->is_listed && !list_rows(p)) return CL_STATUS_INVALID_COST;
    if (width > 64 && p->is_listed) return CL_STATUS_OK;
    if (width > 64) need_copy(p);
    return costs_are_valid(p, width) ? CL_STATUS_OK : CL_STATUS_INVALID_COST;
}
