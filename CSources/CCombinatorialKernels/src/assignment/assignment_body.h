/* One assignment problem, for one element type and one instruction set; included by assignment.c.
 *
 * R. Jonker, A. Volgenant: A shortest augmenting path algorithm for dense and sparse linear
 * assignment problems, Computing 38 (1987), doi:10.1007/BF02278710. Its four phases:
 *
 *   1. column reduction: v[j] = min_i c[i][j], matched to that row if it is still free (square only)
 *   2. reduction transfer: slack of rows matched once moves into their column
 *   3. augmenting row reduction: free rows take their best column, bidding as in an auction
 *   4. shortest augmenting paths (Dijkstra) for the rows that are still free
 *
 * Phases 1 to 3 take O(rows width), phase 4 O(rows width) for each row: O(rows^2 width) in all. Among
 * equally near columns phase 4 ends at an unmatched one: on few-valued costs that shortens the search.
 * The row potentials stay implicit: u[i] = c[i][j] - v[j] with j matched to i.
 *
 * Vectors run along a row. Only minima and element-wise differences are taken in lanes, equal minima
 * resolve to the lowest column, so every lane count gives the same bits. */

#define wide CL_VARIANT(wide)
#define wide_index CL_VARIANT(wide_index)
#define narrow CL_VARIANT(narrow)
#define problem CL_VARIANT(problem)

#define LANES CL_LANES(double)

typedef double wide __attribute__((ext_vector_type(LANES), aligned(8)));
typedef int64_t wide_index __attribute__((ext_vector_type(LANES), aligned(8)));
typedef CL_REAL narrow __attribute__((ext_vector_type(LANES), aligned(sizeof(CL_REAL))));

typedef struct problem {
    const CL_REAL *costs; /* [rows, stride]; width entries of each row may be read */
    size_t rows;
    size_t width; /* columns rounded up to whole vectors; the extra ones cost +infinity */
    size_t stride;
    assignment_workspace w;
} problem;

static inline wide CL_VARIANT(load)(const CL_REAL *from) {
    return __builtin_convertvector(*(const narrow *)from, wide);
}

static inline wide_index CL_VARIANT(first_indices)(void) {
    wide_index index;
    for (int lane = 0; lane < LANES; lane++) index[lane] = lane;
    return index;
}

/* Folds a vector onto itself until every lane holds the minimum: unrolled, each step is a shuffle and a
 * minimum. */
#define FOLD_TO_MINIMUM(vector_type, values)                                                       \
    _Pragma("clang loop unroll(full)") for (int half = LANES / 2; half > 0; half /= 2) {           \
        vector_type other = values;                                                                \
        _Pragma("clang loop unroll(full)") for (int lane = 0; lane < LANES; lane++)                \
            other[lane] = values[lane ^ half];                                                     \
        values = other < values ? other : values;                                                  \
    }

static inline double CL_VARIANT(lowest_value)(wide values) {
    FOLD_TO_MINIMUM(wide, values)
    return values[0];
}

/* The smallest lane; of equal ones that with the lowest index. */
static inline minimum CL_VARIANT(lowest_lane)(wide values, wide_index indices) {
    wide lowest = values;
    FOLD_TO_MINIMUM(wide, lowest)
    indices = values == lowest ? indices : (wide_index)INT64_MAX;
    FOLD_TO_MINIMUM(wide_index, indices)
    return (minimum){lowest[0], (size_t)indices[0]};
}

#undef FOLD_TO_MINIMUM

static inline const CL_REAL *CL_VARIANT(row)(const problem *p, size_t i) {
    return p->costs + i * p->stride;
}

static inline double CL_VARIANT(reduced)(const problem *p, size_t i, size_t j) {
    return (double)CL_VARIANT(row)(p, i)[j] - p->w.potentials[j];
}

/* Replaces one element by storing the whole vector that it lies in: a vector load that follows a
 * narrower store has to wait until the store has left the pipeline. */
static inline void CL_VARIANT(put)(double *array, size_t j, double value) {
    wide *at = (wide *)(array + j / LANES * LANES);
    *at = CL_VARIANT(first_indices)() == (wide_index)(int64_t)(j % LANES) ? (wide)value : *at;
}

static inline void CL_VARIANT(match)(problem *p, size_t i, size_t j) {
    p->w.row_of[j] = (int32_t)i;
    CL_VARIANT(put)(p->w.taken, j, INFINITY);
    p->w.column_of[i] = (int32_t)j;
}

/* Phase 1. False if a column is forbidden to every row. */
static bool CL_VARIANT(reduce_columns)(problem *p) {
    double *v = p->w.potentials;
    for (size_t i = 0; i < p->rows; i++) p->w.wins[i] = 0;
    for (size_t j = 0; j < p->width; j += LANES) {
        wide lowest = CL_VARIANT(load)(p->costs + j);
        wide_index row = 0;
        for (size_t i = 1; i < p->rows; i++) {
            const wide c = CL_VARIANT(load)(CL_VARIANT(row)(p, i) + j);
            row = c < lowest ? (wide_index)(int64_t)i : row;
            lowest = c < lowest ? c : lowest;
        }
        *(wide *)(v + j) = lowest;
        *(wide_index *)(p->w.predecessor + j) = row;
    }
    for (size_t j = p->rows; j-- > 0;) {
        if (v[j] == INFINITY) return false;
        const size_t i = (size_t)p->w.predecessor[j];
        if (p->w.column_of[i] < 0) CL_VARIANT(match)(p, i, j);
        p->w.wins[i]++;
    }
    for (size_t j = p->rows; j < p->width; j++) v[j] = 0; /* padding */
    return true;
}

/* The two smallest reduced costs of a row; equal ones in column order. */
static inline two_minima CL_VARIANT(lowest_two)(const problem *p, size_t i) {
    const CL_REAL *c = CL_VARIANT(row)(p, i);
    wide low = INFINITY, next = INFINITY;
    wide_index low_at = 0, next_at = 0, at = CL_VARIANT(first_indices)();
    for (size_t j = 0; j < p->width; j += LANES, at += LANES) {
        const wide r = CL_VARIANT(load)(c + j) - *(const wide *)(p->w.potentials + j);
        const wide_index beats_low = r < low, beats_next = r < next;
        next_at = beats_low ? low_at : (beats_next ? at : next_at);
        next = beats_low ? low : (beats_next ? r : next);
        low_at = beats_low ? at : low_at;
        low = beats_low ? r : low;
    }
    two_minima m;
    m.first = CL_VARIANT(lowest_lane)(low, low_at);
    const wide_index taken = low_at == (wide_index)(int64_t)m.first.column;
    /* A lane that has never been beaten holds +infinity at column 0: harmless, infinity is no bid. */
    m.second = CL_VARIANT(lowest_lane)(taken ? next : low, taken ? next_at : low_at);
    return m;
}

static inline double CL_VARIANT(lowest_reduced)(const problem *p, size_t i) {
    const CL_REAL *c = CL_VARIANT(row)(p, i);
    wide low = INFINITY;
    for (size_t j = 0; j < p->width; j += LANES) {
        const wide r = CL_VARIANT(load)(c + j) - *(const wide *)(p->w.potentials + j);
        low = r < low ? r : low;
    }
    return CL_VARIANT(lowest_value)(low);
}

/* Phase 2: slack of a row that won a single column goes into that column's potential. */
static void CL_VARIANT(transfer_reductions)(problem *p) {
    for (size_t i = 0; i < p->rows; i++) {
        if (p->w.wins[i] != 1) continue;
        const size_t j = (size_t)p->w.column_of[i];
        const double kept = p->w.potentials[j];
        CL_VARIANT(put)(p->w.potentials, j, -INFINITY); /* keeps the column itself out of the minimum */
        const double second = CL_VARIANT(lowest_reduced)(p, i);
        const double slack = second - ((double)CL_VARIANT(row)(p, i)[j] - kept);
        CL_VARIANT(put)(p->w.potentials, j, slack > 0 && slack < INFINITY ? kept - slack : kept);
    }
}

/* Phase 3: free rows take their best column at a bid that makes it level with their second best; the
 * loser of a strictly better bid bids again at once. One bid a row on average: more passes, or more
 * bids, measured slower on most families. Returns how many rows are left free. */
static size_t CL_VARIANT(bid)(problem *p, size_t free_count) {
    int32_t *free_rows = p->w.free_rows;
    size_t next = 0, left = 0, bids = p->rows;
    while (next < free_count) {
        const size_t i = (size_t)free_rows[next++];
        const two_minima m = CL_VARIANT(lowest_two)(p, i);
        if (bids == 0 || m.second.value == INFINITY) {
            free_rows[left++] = (int32_t)i;
            continue;
        }
        bids--;
        size_t j = m.first.column;
        const double bid = p->w.potentials[j] - (m.second.value - m.first.value);
        const bool lowers = bid < p->w.potentials[j];
        if (lowers) CL_VARIANT(put)(p->w.potentials, j, bid);
        else if (p->w.row_of[j] >= 0) j = m.second.column;
        const int32_t loser = p->w.row_of[j];
        CL_VARIANT(match)(p, i, j);
        if (loser < 0) continue;
        p->w.column_of[loser] = -1;
        if (lowers) free_rows[--next] = loser;
        else free_rows[left++] = loser;
    }
    return left;
}

/* Dijkstra's step: relaxes all open columns through row i and returns the nearest. Columns in the
 * tree have open potential -infinity, hence distance +infinity. With `first` the tree is planted. */
static inline nearest CL_VARIANT(relax)(problem *p, size_t i, double offset, bool first) {
    const CL_REAL *c = CL_VARIANT(row)(p, i);
    wide low = INFINITY, low_unmatched = INFINITY;
    wide_index low_at = 0, at = CL_VARIANT(first_indices)();
    for (size_t j = 0; j < p->width; j += LANES, at += LANES) {
        const wide potential = *(const wide *)((first ? p->w.potentials : p->w.open) + j);
        const wide through = CL_VARIANT(load)(c + j) - potential - offset;
        wide distance = first ? through : *(const wide *)(p->w.distances + j);
        wide_index before = first ? (wide_index)(int64_t)i : *(const wide_index *)(p->w.predecessor + j);
        before = through < distance ? (wide_index)(int64_t)i : before;
        distance = through < distance ? through : distance;
        if (first) *(wide *)(p->w.open + j) = potential;
        *(wide *)(p->w.distances + j) = distance;
        *(wide_index *)(p->w.predecessor + j) = before;
        const wide unmatched = distance + *(const wide *)(p->w.taken + j);
        low_unmatched = unmatched < low_unmatched ? unmatched : low_unmatched;
        low_at = distance < low ? at : low_at;
        low = distance < low ? distance : low;
    }
    nearest n;
    n.open = CL_VARIANT(lowest_lane)(low, low_at);
    n.unmatched = CL_VARIANT(lowest_value)(low_unmatched);
    return n;
}

/* Phase 4 for one free row. False if no unmatched column can be reached. */
static bool CL_VARIANT(augment)(problem *p, size_t start) {
    size_t in_tree = 0;
    nearest n = CL_VARIANT(relax)(p, start, 0, true);
    while (n.open.value < n.unmatched) {
        const size_t j = n.open.column, i = (size_t)p->w.row_of[j];
        p->w.tree_column[in_tree] = (int32_t)j;
        p->w.tree_distance[in_tree++] = n.open.value;
        CL_VARIANT(put)(p->w.distances, j, INFINITY);
        CL_VARIANT(put)(p->w.open, j, -INFINITY);
        n = CL_VARIANT(relax)(p, i, CL_VARIANT(reduced)(p, i, j) - n.open.value, false);
    }
    if (!(n.unmatched < INFINITY)) return false;
    for (size_t k = 0; k < in_tree; k++)
        p->w.potentials[p->w.tree_column[k]] += p->w.tree_distance[k] - n.unmatched;
    size_t j = 0, i;
    while (p->w.distances[j] + p->w.taken[j] != n.unmatched) j++;
    do {
        i = (size_t)p->w.predecessor[j];
        const int32_t before = p->w.column_of[i];
        CL_VARIANT(match)(p, i, j);
        j = (size_t)before;
    } while (i != start);
    return true;
}

static bool CL_VARIANT(optimise)(problem *p, bool square) {
    for (size_t j = 0; j < p->width; j++) p->w.row_of[j] = -1;
    for (size_t j = 0; j < p->width; j++) p->w.taken[j] = 0;
    for (size_t j = 0; j < p->width; j++) p->w.potentials[j] = 0;
    for (size_t i = 0; i < p->rows; i++) p->w.column_of[i] = -1;
    if (square) {
        if (!CL_VARIANT(reduce_columns)(p)) return false;
        CL_VARIANT(transfer_reductions)(p);
    }
    size_t free_count = 0;
    for (size_t i = 0; i < p->rows; i++)
        if (p->w.column_of[i] < 0) p->w.free_rows[free_count++] = (int32_t)i;
    free_count = CL_VARIANT(bid)(p, free_count);
    for (size_t k = 0; k < free_count; k++)
        if (!CL_VARIANT(augment)(p, (size_t)p->w.free_rows[k])) return false;
    return true;
}

/* Points the problem at the costs themselves, or at a copy that is padded to whole vectors with
 * forbidden columns and transposed if there are more rows than columns. */
static void CL_VARIANT(set_up)(
    problem *p, const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride, char *workspace) {
    const bool transpose = rows > columns;
    p->rows = transpose ? columns : rows;
    const size_t long_side = transpose ? rows : columns;
    p->width = (long_side + LANES - 1) / LANES * LANES;
    workspace += (WORKSPACE_ALIGNMENT - (uintptr_t)workspace % WORKSPACE_ALIGNMENT) % WORKSPACE_ALIGNMENT;
    assignment_workspace_lay_out(&p->w, workspace, p->rows, p->width, sizeof(CL_REAL));
    p->costs = costs;
    p->stride = row_stride;
    if (!transpose && p->width == columns) return;
    CL_REAL *copy = (CL_REAL *)(void *)p->w.costs;
    for (size_t i = 0; i < p->rows; i++) {
        CL_REAL *to = copy + i * p->width;
        for (size_t j = 0; j < long_side; j++)
            to[j] = transpose ? costs[j * row_stride + i] : costs[i * row_stride + j];
        for (size_t j = long_side; j < p->width; j++) to[j] = INFINITY;
    }
    p->costs = copy;
    p->stride = p->width;
}

/* Whether no cost is NaN or -infinity. */
static bool CL_VARIANT(costs_are_valid)(const problem *p) {
    wide_index valid = -1;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->width; j += LANES)
            valid &= CL_VARIANT(load)(CL_VARIANT(row)(p, i) + j) > -INFINITY;
    for (int lane = 0; lane < LANES; lane++)
        if (!valid[lane]) return false;
    return true;
}

static cl_assignment_fault CL_VARIANT(first_fault)(
    const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            if (!(costs[i * row_stride + j] > -INFINITY)) return (cl_assignment_fault){i, j};
    return (cl_assignment_fault){rows, columns};
}

/* Writes the answer in the caller's orientation. u[i] = min_j c[i][j] - v[j] is feasible whatever was
 * rounded on the way, so rounding can only show as a gap. */
static void CL_VARIANT(write)(
    const problem *p, size_t columns, int32_t *column_of_row, int32_t *row_of_column,
    double *row_potentials, double *column_potentials) {
    for (size_t i = 0; i < p->rows; i++) row_potentials[i] = CL_VARIANT(lowest_reduced)(p, i);
    for (size_t i = 0; i < p->rows; i++) column_of_row[i] = p->w.column_of[i];
    for (size_t j = 0; j < columns; j++) column_potentials[j] = p->w.potentials[j];
    for (size_t j = 0; j < columns; j++) row_of_column[j] = p->w.row_of[j];
}

cl_status CL_VARIANT(cl_assignment_solve)(
    const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride, void *workspace,
    double *restrict value, int32_t *restrict column_of_row, int32_t *restrict row_of_column,
    double *restrict row_potentials, double *restrict column_potentials,
    cl_assignment_fault *restrict fault) {
    if (row_stride < columns || cl_assignment_workspace_size(rows, columns) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    problem p;
    CL_VARIANT(set_up)(&p, costs, rows, columns, row_stride, workspace);
    if (!CL_VARIANT(costs_are_valid)(&p)) {
        *fault = CL_VARIANT(first_fault)(costs, rows, columns, row_stride);
        return CL_STATUS_INVALID_COST;
    }
    if (!CL_VARIANT(optimise)(&p, rows == columns)) return CL_STATUS_INFEASIBLE;

    if (rows <= columns)
        CL_VARIANT(write)(&p, columns, column_of_row, row_of_column, row_potentials, column_potentials);
    else
        CL_VARIANT(write)(&p, rows, row_of_column, column_of_row, column_potentials, row_potentials);
    double sum = 0;
    for (size_t i = 0; i < rows; i++)
        if (column_of_row[i] >= 0) sum += (double)costs[i * row_stride + (size_t)column_of_row[i]];
    *value = sum;
    return CL_STATUS_OK;
}

#undef wide
#undef wide_index
#undef narrow
#undef problem
#undef LANES
