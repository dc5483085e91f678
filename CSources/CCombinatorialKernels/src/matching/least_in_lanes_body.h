/* Other lists of problems that are turned, for assignment_body.h: the three pairs of columns with the least costs, of
 * as many rows as a register has lanes.
 *
 * The pair stands in the last bits of its least cost, so that one minimum keeps both. What those bits were does not
 * count: rows where it might, and those that have costs to be refused, are listed as in shortlist_body.h. */

enum { PAIRS_IN_LANES = 3, LISTED_IN_LANES = 2 * PAIRS_IN_LANES };

/* Of longer rows the pairs would leave too few bits of floats. */
#define LONGEST_IN_LANES ((size_t)2048)

typedef struct least_in_lanes {
    vector least[PAIRS_IN_LANES + 1]; /* ascending, each with its pair */
    vector_index are_valid;           /* all costs */
} least_in_lanes;

CL_INLINE void note_pair(least_in_lanes *l, vector a, vector b, vector_index pair, vector_index last_bits) {
    const vector lower = smaller(a, b); /* `a` where `b` is NaN */
    l->are_valid &= (lower >= LEAST_COST) & (b == b);
    vector next = (vector)(((vector_index)lower & ~last_bits) | pair); /* NaN if it is infinite */
#pragma clang loop unroll(full)
    for (int k = 0; k <= PAIRS_IN_LANES; k++) {
        const vector higher = larger(next, l->least[k]);
        l->least[k] = smaller(l->least[k], next);
        next = higher;
    }
}

CL_INLINE least_in_lanes find_least_in_lanes(const strip_of_rows *s, vector_index last_bits) {
    least_in_lanes l = {{INFINITY, INFINITY, INFINITY, INFINITY}, -1};
    vector_index pair = 0;
    size_t j = 0;
    for (; j + 2 <= s->safe && j + 2 <= s->length; j += 2, pair += 1)
        note_pair(&l, costs_across(s, j, true), costs_across(s, j + 1, true), pair, last_bits);
    for (; j < s->length; j += 2, pair += 1) {
        const vector b = j + 1 < s->length ? costs_across(s, j + 1, false) : (vector)INFINITY;
        note_pair(&l, costs_across(s, j, false), b, pair, last_bits);
    }
    return l;
}

/* The least number that has these first bits. */
CL_INLINE vector least_with_first_bits(vector x, vector_index last_bits) {
    return (vector)(((vector_index)x & ~last_bits) | (last_bits & ((vector_index)x < 0)));
}

CL_INLINE void sort_two(vector_index *a, vector_index *b) {
    const vector_index lower = __builtin_elementwise_min(*a, *b);
    *b = __builtin_elementwise_max(*a, *b);
    *a = lower;
}

CL_INLINE void list_pair(const strip_of_rows *s, size_t lane, size_t j, int32_t *column, double *cost) {
    const CL_REAL *c = s->costs + j * s->stride + lane;
    const size_t has_both = j + 1 < s->length;
    column[0] = (int32_t)j;
    cost[0] = (double)c[0];
    column[1] = (int32_t)(j + has_both);
    cost[1] = has_both ? (double)c[s->stride] : (double)INFINITY;
}

/* Lists rows from `first` on, those that `lanes` has a bit for; returns the bits of those that are left. */
CL_INLINE uint64_t list_in_lanes(const assignment_problem *p, size_t first, uint64_t lanes) {
    const strip_of_rows s = strip_from(p, first);
    const vector_index last_bits = (lane_integer)(~UINT64_C(0) >> __builtin_clzll(s.length / 2));
    const least_in_lanes l = find_least_in_lanes(&s, last_bits);
    const vector next = least_with_first_bits(l.least[PAIRS_IN_LANES], last_bits);
    const vector_index is_listed =
        l.are_valid & (least_with_first_bits(l.least[1], last_bits) < next) & (next < INFINITY);
    vector_index pair[PAIRS_IN_LANES];
    for (int k = 0; k < PAIRS_IN_LANES; k++) pair[k] = (vector_index)l.least[k] & last_bits;
    sort_two(pair, pair + 1);
    sort_two(pair + 1, pair + 2);
    sort_two(pair, pair + 1);
    const shortlists *to = &p->shortlist.lists;
    const uint64_t listed = lanes & bits_across(is_listed);
    for (uint64_t set = listed; set != 0; set &= set - 1) {
        const size_t lane = (size_t)__builtin_ctzll(set), row = first + lane;
        int32_t *restrict column = to->column + row * SHORTLIST_ROOM;
        double *restrict cost = to->cost + row * SHORTLIST_ROOM;
        for (size_t k = 0; k < PAIRS_IN_LANES; k++)
            list_pair(&s, lane, 2 * (size_t)pair[k][lane], column + 2 * k, cost + 2 * k);
        to->count[row] = LISTED_IN_LANES;
        to->next[row] = (double)next[lane];
    }
    return lanes & ~listed;
}

CL_INLINE double lesser_cost(double a, double b) { return b < a ? b : a; }
CL_INLINE double greater_cost(double a, double b) { return b < a ? a : b; }

/* The two least reduced costs by a list that was made so, without branches. False if they are equal, or the list cannot
 * tell. */
CL_INLINE bool lowest_two_in_lanes(const shortlist_problem *p, size_t row, listed_minima *m) {
    if (p->lists.count[row] != LISTED_IN_LANES) return false;
    const int32_t *column = p->lists.column + row * SHORTLIST_ROOM;
    const double *cost = p->lists.cost + row * SHORTLIST_ROOM, *v = p->potentials;
    double least[PAIRS_IN_LANES], other = INFINITY;
    size_t at[PAIRS_IN_LANES];
#pragma clang loop unroll(full)
    for (int k = 0; k < PAIRS_IN_LANES; k++) {
        const size_t i = (size_t)column[2 * k], j = (size_t)column[2 * k + 1];
        const double a = cost[2 * k] - v[i], b = cost[2 * k + 1] - v[j];
        at[k] = b < a ? j : i;
        least[k] = lesser_cost(a, b);
        other = lesser_cost(other, greater_cost(a, b));
    }
    const double lower = lesser_cost(least[0], least[1]), higher = greater_cost(least[0], least[1]);
    const size_t of_lower = least[1] < least[0] ? at[1] : at[0], of_all = least[2] < lower ? at[2] : of_lower;
    m->first = lesser_cost(lower, least[2]);
    m->second = lesser_cost(lesser_cost(other, higher), greater_cost(lower, least[2]));
    m->column = of_all;
    m->unmatched = p->row_of[of_all] < 0 ? of_all : SIZE_MAX;
    m->other = SIZE_MAX;
    return m->first < m->second && m->second <= p->lists.next[row];
}

/* The least one. False if the list cannot tell. */
CL_INLINE bool least_of_list_in_lanes(const shortlist_problem *p, size_t row, double *least) {
    if (p->lists.count[row] != LISTED_IN_LANES) return false;
    const int32_t *column = p->lists.column + row * SHORTLIST_ROOM;
    const double *cost = p->lists.cost + row * SHORTLIST_ROOM;
    double low = INFINITY;
#pragma clang loop unroll(full)
    for (int e = 0; e < LISTED_IN_LANES; e++) {
        const double r = cost[e] - p->potentials[column[e]];
        low = r < low ? r : low;
    }
    *least = low;
    return low <= p->lists.next[row];
}

/* Lists all rows. False if some costs are NaN or below the least. */
static bool list_rows(assignment_problem *p) {
    bool are_valid = true;
    if (!p->is_turned) {
        for (size_t i = 0; i < p->rows && p->is_listed; i++) are_valid &= list(p, i, i, stored_costs_of(p, i), true);
        return are_valid;
    }
    bool are_apart = p->columns <= LONGEST_IN_LANES;
    for (size_t i = 0; i < p->rows; i += LANES) {
        leave_if_stopped(p->stop);
        const size_t first = i + LANES > p->rows && p->rows >= LANES ? p->rows - LANES : i;
        uint64_t lanes = (UINT64_C(1) << LANES) - (UINT64_C(1) << (i - first));
        if (p->rows < LANES) lanes = (UINT64_C(1) << p->rows) - 1;
        if (are_apart) lanes = list_in_lanes(p, first, lanes);
        are_apart &= lanes == 0;
        if (lanes != 0) are_valid &= list_strip(p, first, lanes);
    }
    return are_valid;
}

/* Out of line, so that registers are not kept from problems without lists. */
__attribute__((noinline)) static bool listed_lowest_two(const assignment_problem *p, size_t i, listed_minima *m) {
    return lowest_two_in_lanes(&p->shortlist, i, m) || shortlist_lowest_two(&p->shortlist, i, m);
}

__attribute__((noinline)) static bool listed_least(const assignment_problem *p, size_t i, double *least) {
    return least_of_list_in_lanes(&p->shortlist, i, least) || shortlist_least(&p->shortlist, i, least);
}
