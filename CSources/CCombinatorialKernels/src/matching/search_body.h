/* Phase 4 of assignment_body.h: shortest augmenting paths from the rows that are still free. */

/* One bit for each column: whether it is unmatched. */
CL_INLINE void note_unmatched(assignment_problem *p, size_t width) {
    for (size_t start = 0; start < width; start += 64) {
        uint64_t set = 0;
        for (size_t j = start; j < width && j < start + 64; j += WIDE_LANES) {
            const rows_of rows = *(const rows_of *)(p->w.row_of + j);
            set |= bits(__builtin_convertvector(rows, wide_index) < 0) << (j - start);
        }
        p->w.unmatched[start / 64] = set;
    }
}

/* Whether the rows that are still free seem to need more than 6 n steps, n being the size, or 20 n of those that ask
 * lists, if each needs as many as those since the last milestone did. Asked after 2, 4, 8 … n steps. */
static bool seems_hard(assignment_problem *p) {
    const size_t steps = p->steps - p->steps_before, rows = p->listed_before - p->listed;
    p->is_hard = steps * p->listed > (p->is_whole ? 6 : 20) * p->rows * rows;
    p->steps_before = p->steps;
    p->listed_before = p->listed;
    p->milestone *= 2;
    return p->is_hard;
}

/* Plants a tree at the last free row of the list: costs that grow along the rows, as products do, make
 * smaller trees so. False if there is none, or if the simplex method should be faster. */
CL_INLINE bool plant(assignment_problem *p, size_t width) {
    if (p->listed == 0) return false;
    if (width >= SIMPLEX_LEAST_SIZE && p->steps >= p->milestone && seems_hard(p))
        return false;
    p->row = (size_t)p->w.list[--p->listed];
    p->offset = 0;
    p->in_tree = 0;
    if (width <= 64 || !p->is_listed || p->is_whole)
        for (size_t j = 0; j < width; j += WIDE_LANES) *(wide *)(p->w.distances + j) = INFINITY;
    p->is_whole = width <= 64 || !p->is_listed || shortlists_are_poor(&p->shortlist);
    if (width > 64 && p->is_whole) need_copy_of(p, p->row);
    return true;
}

CL_INLINE bool begin_search(assignment_problem *p, size_t width) {
    while (p->next < p->listed) p->w.list[p->left++] = p->w.list[p->next++];
    p->listed = p->listed_before = p->left;
    p->steps = p->steps_before = 0;
    p->milestone = p->is_square && p->rows >= SIMPLEX_LEAST_SIZE ? 2 * p->rows : SIZE_MAX;
    if (p->listed == 0) return false;
    note_unmatched(p, width);
    return plant(p, width);
}

/* Dijkstra's step: shortens the distances of the columns by way of the row, and returns the smallest in
 * every lane. Columns in the tree have potential -infinity, hence distance +infinity. */
CL_INLINE wide relax(assignment_problem *p, size_t width) {
    const CL_REAL *restrict c = costs_of(p, p->row);
    const double *restrict v = p->w.potentials;
    double *restrict distances = p->w.distances;
    int64_t *restrict predecessor = p->w.predecessor;
    const double offset = p->offset;
    const wide_index here = (wide_index)(int64_t)p->row;
    wide low = INFINITY;
    for (size_t j = 0; j < width; j += WIDE_LANES) {
        const wide through = reduced_costs(c, v, j) - offset;
        const wide before = *(const wide *)(distances + j);
        const wide_index via = *(const wide_index *)(predecessor + j);
        *(wide_index *)(predecessor + j) = through < before ? here : via;
        const wide distance = lesser_of(through, before);
        *(wide *)(distances + j) = distance;
        low = lesser_of(low, distance);
    }
    return fold_lowest(low);
}

/* The first unmatched column at a distance, or else the first one. There is one. */
CL_INLINE size_t column_at(const assignment_problem *p, wide distance, size_t width, bool *is_unmatched) {
    const double *distances = p->w.distances;
    size_t first = width;
    for (size_t start = 0; start < width; start += 64) {
        uint64_t set = 0;
        for (size_t j = start; j < width && j < start + 64; j += WIDE_LANES)
            set |= bits(*(const wide *)(distances + j) == distance) << (j - start);
        const uint64_t unmatched = set & p->w.unmatched[start / 64];
        *is_unmatched = unmatched != 0;
        if (*is_unmatched) return start + (size_t)__builtin_ctzll(unmatched);
        if (set != 0 && first == width) first = start + (size_t)__builtin_ctzll(set);
    }
    return first;
}

/* Takes column j into the tree, and the row that it is matched to as the next to be relaxed. */
CL_INLINE void grow(assignment_problem *p, size_t j, double distance, size_t width) {
    const double potential = p->w.potentials[j];
    p->w.tree[p->in_tree++] = (tree_column){distance, potential, j};
    p->row = (size_t)p->w.row_of[j];
    if (width > 64) need_copy_of(p, p->row);
    p->offset = (double)costs_of(p, p->row)[j] - potential - distance;
    p->w.distances[j] = INFINITY;
    p->w.potentials[j] = -INFINITY;
}

/* Matches along the path to unmatched column j. */
static inline void augment(assignment_problem *p, size_t j, double distance) {
    for (size_t k = 0; k < p->in_tree; k++) {
        const tree_column t = p->w.tree[k];
        p->w.potentials[t.column] = t.potential + (t.distance - distance);
    }
    p->steps += p->in_tree + 1;
    p->w.unmatched[j / 64] &= ~(UINT64_C(1) << j % 64);
    for (int32_t next = (int32_t)j; next >= 0;) {
        const size_t i = (size_t)p->w.predecessor[next];
        const int32_t before = p->w.column_of[i];
        match(p, i, (size_t)next);
        next = before;
    }
}

/* Phase 4, one step of Dijkstra's. False when the problem is solved, or found infeasible, unless sums
 * left the range of double: then it only seems so. */
CL_INLINE bool search(assignment_problem *p, size_t width) {
    if (width > 64 && !p->is_whole) {
        size_t nearest;
        double distance;
        const shortlist_outcome outcome = shortlist_search(&p->shortlist, p->row, &nearest, &distance);
        if (outcome == SHORTLIST_NO_PATH) {
            p->status = CL_STATUS_INFEASIBLE;
            return false;
        }
        if (outcome == SHORTLIST_FOUND) {
            p->in_tree = p->shortlist.in_tree;
            augment(p, nearest, distance);
            return plant(p, width);
        }
        need_copy_of(p, p->row);
        p->is_whole = true;
    }
    const wide nearest = relax(p, width);
    if (!(fabs(nearest[0]) <= GREATEST_POTENTIAL)) {
        p->status = CL_STATUS_INFEASIBLE;
        return false;
    }
    bool is_unmatched;
    const size_t j = column_at(p, nearest, width, &is_unmatched);
    if (!is_unmatched) {
        grow(p, j, nearest[0], width);
        return true;
    }
    augment(p, j, nearest[0]);
    return plant(p, width);
}
