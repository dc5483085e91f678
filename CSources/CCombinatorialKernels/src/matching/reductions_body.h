/* Phases 1 to 3 of assignment_body.h: reductions, which match most rows. */

/* The lowest cost of `lanes` columns from j on and the first row that has it, compared as stored, and
 * whether all costs are numbers that are not too low, or +infinity. */
#define REDUCE_COLUMNS(vector, index, lanes)                                                       \
    for (; j + (lanes) <= end; j += (lanes)) {                                                    \
        if ((lanes) == STRIP_LANES) leave_if_stopped(p->stop);                                     \
        vector lowest = *(const vector *)(costs + j);                                             \
        index row = 0, valid = lowest >= LEAST_COST;                                               \
        for (size_t i = 1; i < p->rows; i++) {                                                     \
            const vector c = *(const vector *)(costs + i * stride + j);                        \
            valid &= c >= LEAST_COST;                                                              \
            row = c < lowest ? (index)(lane_integer)i : row;                                       \
            lowest = c < lowest ? c : lowest;                                                      \
        }                                                                                          \
        for (int lane = 0; lane < (lanes); lane++) v[j + (size_t)lane] = lowest[lane];             \
        for (int lane = 0; lane < (lanes); lane++) lowest_row[j + (size_t)lane] = row[lane];       \
        are_valid &= __builtin_reduce_and(valid);                                                  \
    }

/* Large matrices are read from the first cost to the last, as memory likes it. Costs below the lowest one of their
 * column so far, or that are not numbers, are rare: there is nothing to do for the others. */
enum { REDUCED_ALONG_FROM = SHORTLIST_LEAST_SIZE };
__attribute__((noinline)) static bool reduce_columns_along(assignment_problem *p) {
    const size_t count = p->columns;
    CL_REAL *low = (CL_REAL *)(void *)p->w.tree; /* which grows later */
    int64_t *lowest_row = p->w.predecessor;
    memcpy(low, p->source, count * sizeof(CL_REAL));
    bool are_valid = true;
    for (size_t j = 0; j < count; j++) {
        are_valid &= low[j] >= LEAST_COST;
        lowest_row[j] = 0;
    }
    for (size_t i = 1; i < p->rows; i++) {
        leave_if_stopped(p->stop);
        const CL_REAL *c = stored_costs_of(p, i);
        for (size_t block = 0; block < count; block += BLOCK_OF_ROW) {
            const size_t end = block + BLOCK_OF_ROW < count ? block + BLOCK_OF_ROW : count;
            if (end - block == BLOCK_OF_ROW &&
                !__builtin_reduce_or(~(*(const dealt_costs *)(c + block) >= *(const dealt_costs *)(low + block))))
                continue;
            for (size_t j = block; j < end; j++) {
                are_valid &= c[j] >= LEAST_COST;
                if (!(c[j] < low[j])) continue;
                low[j] = c[j];
                lowest_row[j] = (int64_t)i;
            }
        }
    }
    for (size_t j = 0; j < count; j++) p->w.potentials[j] = (double)low[j];
    return are_valid;
}

/* Phase 1. */
CL_INLINE cl_status reduce_columns(assignment_problem *p, size_t width) {
    double *v = p->w.potentials;
    int64_t *lowest_row = p->w.predecessor;
    lane_integer are_valid = -1;
    const size_t end = width > 64 ? p->columns : width, stride = width > 64 ? p->source_stride : p->stride;
    const CL_REAL *costs = width > 64 ? p->source : p->costs;
    size_t j = 0;
    if (width > REDUCED_ALONG_FROM) {
        are_valid = -(lane_integer)reduce_columns_along(p);
        j = end;
    }
    if (width > 64) REDUCE_COLUMNS(strip, strip_index, STRIP_LANES)
    REDUCE_COLUMNS(unaligned_vector, vector_index, LANES)
    REDUCE_COLUMNS(narrow, narrow_index, WIDE_LANES)
    for (; j < end; j++) { /* of a matrix that is not padded */
        v[j] = (double)costs[j];
        lowest_row[j] = 0;
        are_valid &= -(lane_integer)(v[j] >= LEAST_COST);
        for (size_t i = 1; i < p->rows; i++) {
            const double c = (double)costs[i * stride + j];
            are_valid &= -(lane_integer)(c >= LEAST_COST);
            lowest_row[j] = c < v[j] ? (int64_t)i : lowest_row[j];
            v[j] = c < v[j] ? c : v[j];
        }
    }
    if (!are_valid) return CL_STATUS_INVALID_COST;

    wide_index feasible = -1;
    for (j = 0; j + WIDE_LANES <= p->rows; j += WIDE_LANES)
        feasible &= *(const wide *)(v + j) <= CL_ASSIGNMENT_GREATEST_COST;
    bool is_feasible = __builtin_reduce_and(feasible) != 0;
    for (; j < p->rows; j++) is_feasible &= v[j] <= CL_ASSIGNMENT_GREATEST_COST;
    if (!is_feasible) return CL_STATUS_INFEASIBLE;
    for (; j < width; j++) v[j] = 0; /* padding */

    for (size_t i = 0; i < p->rows; i++) p->w.wins[i] = 0;
    for (j = p->rows; j-- > 0;) {
        const size_t i = (size_t)lowest_row[j];
        const int32_t before = p->w.column_of[i];
        p->w.row_of[j] = before < 0 ? (int32_t)i : -1;
        p->w.column_of[i] = before < 0 ? (int32_t)j : before;
        p->w.wins[i]++;
    }
    p->is_reduced = true;
    return CL_STATUS_OK;
}

#undef REDUCE_COLUMNS

/* Without phase 1: whether no cost is NaN or below the least. */
static bool costs_are_valid(const assignment_problem *p, size_t width) {
    wide_index valid = -1;
    for (size_t i = 0; i < p->rows; i++) {
        leave_long_if_stopped(p, width);
        for (size_t j = 0; j < width; j += WIDE_LANES)
            valid &= widened(costs_of(p, i) + j) >= LEAST_COST;
    }
    return __builtin_reduce_and(valid) != 0;
}

/* No reduced cost of reduced columns is below 0: two that are not above end the search. */
CL_INLINE double second_lowest(const assignment_problem *p, size_t i, size_t width) {
    const CL_REAL *c = costs_of(p, i);
    const double *v = p->w.potentials;
    wide low = INFINITY, next = INFINITY;
    for (size_t j = 0; j < width;) {
        const size_t end = width > 64 && j + 64 < width ? j + 64 : width;
        for (; j < end; j += WIDE_LANES) {
            const wide r = reduced_costs(c, v, j);
            next = lesser_of(next, greater_of(low, r));
            low = lesser_of(low, r);
        }
        const uint64_t zeros = width > 64 ? bits(low <= 0) : 0;
        if ((zeros & (zeros - 1)) != 0) return 0;
    }
    fold_lowest_two(&low, &next);
    return next[0];
}

/* The first of the columns from `from`, a multiple of the lanes, to `to` that is unmatched and has this
 * reduced cost in row i; `to`, or padding, if none has. */
CL_INLINE size_t unmatched_with(
    const assignment_problem *p, size_t i, double reduced, size_t from, size_t to) {
    const CL_REAL *c = costs_of(p, i);
    const double *v = p->w.potentials;
    for (size_t j = from; j < to; j += WIDE_LANES) {
        const rows_of rows = *(const rows_of *)(p->w.row_of + j);
        const wide_index unmatched = __builtin_convertvector(rows, wide_index) < 0;
        const wide_index has = reduced_costs(c, v, j) == reduced;
        const uint64_t set = bits(has & unmatched);
        if (set != 0) return j + (size_t)__builtin_ctzll(set);
    }
    return to;
}

/* The two smallest reduced costs of row i, and the first column of the smallest. Of reduced columns
 * none is below 0: an unmatched column at 0 ends the search, as if there were two of them. */
CL_INLINE two_minima lowest_two(const assignment_problem *p, size_t i, size_t width) {
    const CL_REAL *c = costs_of(p, i);
    const double *v = p->w.potentials;
    wide low = INFINITY, next = INFINITY, low_at = 0, at = first_columns();
    for (size_t j = 0; j < width;) {
        const size_t start = j, end = width > 64 && j + 64 < width ? j + 64 : width;
        for (; j < end; j += WIDE_LANES, at += WIDE_LANES) {
            const wide r = reduced_costs(c, v, j);
            next = lesser_of(next, greater_of(low, r));
            low_at = r < low ? at : low_at;
            low = lesser_of(low, r);
        }
        if (width <= 64 || !p->is_reduced || bits(low <= 0) == 0) continue;
        const size_t unmatched = unmatched_with(p, i, 0, start, end);
        if (unmatched < end) return (two_minima){0, 0, unmatched};
    }
    const wide low_of_lane = low;
    fold_lowest_two(&low, &next);
    low_at = fold_lowest(low_of_lane == low ? low_at : (wide)INFINITY);
    return (two_minima){low[0], next[0], (size_t)(int64_t)low_at[0]};
}

/* The first column from `from` on that has this reduced cost in row i. There is one. */
CL_INLINE size_t column_with(
    const assignment_problem *p, size_t i, double reduced, size_t from, size_t width) {
    const CL_REAL *c = costs_of(p, i);
    const double *v = p->w.potentials;
    for (size_t j = from / WIDE_LANES * WIDE_LANES; j < width; j += WIDE_LANES) {
        uint64_t set = bits(reduced_costs(c, v, j) == reduced);
        if (j < from) set &= ~UINT64_C(0) << (from - j);
        if (set != 0) return j + (size_t)__builtin_ctzll(set);
    }
    return from;
}

/* Of the columns at the smallest reduced cost of row i the first unmatched one, else the second. */
CL_INLINE size_t unmatched_or_second(const assignment_problem *p, size_t i, two_minima m, size_t width) {
    if (m.second > m.first) return column_with(p, i, m.second, 0, width);
    const size_t unmatched = unmatched_with(p, i, m.first, 0, width);
    if (unmatched < width) return unmatched;
    return column_with(p, i, m.second, m.column + 1, width);
}

/* Lists the rows that won a single column. False if there are none. */
CL_INLINE bool begin_transfers(assignment_problem *p, size_t width) {
    (void)width;
    p->next = p->listed = 0;
    if (!p->is_reduced || p->status != CL_STATUS_OK) return false;
    for (size_t i = 0; i < p->rows; i++) {
        p->w.list[p->listed] = (int32_t)i;
        p->listed += p->w.wins[i] == 1;
    }
    return p->listed > 0;
}

/* Phase 2, one row: its slack goes into the potential of the column that it won, where its reduced cost
 * is 0, the smallest of the row. */
CL_INLINE bool transfer_reduction(assignment_problem *p, size_t width) {
    const size_t i = (size_t)p->w.list[p->next++], j = (size_t)p->w.column_of[i];
    listed_minima listed;
    double slack;
    if (width > 64 && p->is_listed && shortlist_lowest_two(&p->shortlist, i, &listed)) {
        slack = listed.second;
    } else {
        if (width > 64) need_copy_of(p, i);
        slack = second_lowest(p, i, width);
    }
    p->w.potentials[j] -= slack < INFINITY ? slack : 0;
    return p->next < p->listed;
}

/* Lists the free rows. False if there are none. */
CL_INLINE bool begin_bids(assignment_problem *p, size_t width) {
    (void)width;
    p->next = p->left = p->listed = 0;
    p->bids = width > 256 ? 2 * p->rows : p->rows;
    if (p->status != CL_STATUS_OK) return false;
    for (size_t i = 0; i < p->rows; i++) {
        p->w.list[p->listed] = (int32_t)i;
        p->listed += p->w.column_of[i] < 0;
    }
    return p->listed > 0;
}

/* By its list, if that can tell. */
CL_INLINE two_minima lowest_two_of(assignment_problem *p, size_t i, size_t width, listed_minima *listed) {
    if (width > 64 && p->is_listed && listed_lowest_two(p, i, listed)) {
        if (p->is_reduced && listed->first <= 0 && listed->unmatched < SIZE_MAX)
            return (two_minima){0, 0, listed->unmatched};
        return (two_minima){listed->first, listed->second, listed->column};
    }
    *listed = (listed_minima){.unmatched = SIZE_MAX, .other = SIZE_MAX};
    if (width > 64) need_copy_of(p, i);
    return lowest_two(p, i, width);
}

/* Phase 3, one bid: a free row takes its best column at a bid that makes it level with its second best;
 * the loser of a strictly better bid bids again at once. One bid a row on average: more passes, or more
 * bids, measured slower on most families. What happens to the loser is as good as random, so it is
 * written without branches; where there is none, the row is -1, which has an entry too. */
CL_INLINE bool bid(assignment_problem *p, size_t width) {
    int32_t *list = p->w.list;
    const size_t i = (size_t)list[p->next++];
    listed_minima listed = {.unmatched = SIZE_MAX, .other = SIZE_MAX};
    const two_minima m = lowest_two_of(p, i, width, &listed);
    if (m.second == INFINITY) {
        list[p->left++] = (int32_t)i;
        return p->next < p->listed;
    }
    size_t j = m.column;
    const double potential = p->w.potentials[j], bid = potential - (m.second - m.first);
    const bool lowers = bid < potential;
    p->w.potentials[j] = bid;
    if (!lowers && p->w.row_of[j] >= 0) {
        const bool is_tied = m.second <= m.first; /* else by less than a rounding of the potential */
        const size_t of_list = listed.unmatched < SIZE_MAX ? listed.unmatched : listed.other;
        const size_t tied = is_tied ? of_list : SIZE_MAX;
        if (width > 64 && tied == SIZE_MAX) need_copy_of(p, i);
        j = tied < SIZE_MAX ? tied : unmatched_or_second(p, i, m, width);
    }
    const int32_t loser = p->w.row_of[j];
    match(p, i, j);
    p->w.column_of[loser] = -1;
    list[p->left] = loser;
    list[p->next - 1] = loser;
    p->left += loser >= 0 && !lowers;
    p->next -= loser >= 0 && lowers;
    return p->next < p->listed && --p->bids > 0;
}
