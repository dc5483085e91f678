/* Phase 4 of small_problems_body.h: a tree in each lane. */

typedef struct small_trees {
    tables row;                  /* to be relaxed */
    tables place;                /* of its column, with that one's potential and distance; 0 of the root */
    numbers potential, distance;
    numbers open[SMALL_SIDE];    /* potentials, -infinity of columns in the tree */
    numbers distances[SMALL_SIDE];
    numbers in_tree[SMALL_SIDE]; /* distances of columns in the tree */
    tables predecessor[SMALL_SIDE];
} small_trees;

CL_INLINE void plant_small(small_problems *p, small_trees *t, tables where, size_t n) {
    t->row = where ? p->free_rows & 15 : t->row;
    p->free_rows = shifted_right(p->free_rows, where & 4);
    t->place &= ~where;
    t->potential = where ? 0 : t->potential;
    t->distance = where ? 0 : t->distance;
    FOR_EACH_COLUMN {
        t->open[j] = where ? p->potentials[j] : t->open[j];
        t->distances[j] = where ? INFINITY : t->distances[j];
    }
}

CL_INLINE numbers relax_small(const small_problems *p, small_trees *t, size_t n) {
    numbers c[SMALL_SIDE], matched = 0, low = INFINITY;
    find_small_rows(p, t->row, c, n);
    FOR_EACH_COLUMN matched = t->place == PLACE(j) ? c[j] : matched;
    const numbers offset = matched - t->potential - t->distance;
    FOR_EACH_COLUMN {
        const numbers through = c[j] - t->open[j] - offset, before = t->distances[j];
        t->predecessor[j] = through < before ? t->row : t->predecessor[j];
        t->distances[j] = lesser_of(through, before);
        low = lesser_of(low, t->distances[j]);
    }
    return low;
}

/* The place of the first unmatched column at a distance, or else of the first one. */
CL_INLINE tables place_at(const small_problems *p, const small_trees *t, numbers distance, size_t n) {
    tables first = 0, unmatched = 0;
    FOR_EACH_COLUMN_FROM_LAST {
        const tables is_at = t->distances[j] == distance, is_free = ((p->row_of >> PLACE(j)) & 15) == 0;
        first = is_at ? (tables)PLACE(j) : first;
        unmatched = is_at & is_free ? (tables)PLACE(j) : unmatched;
    }
    return unmatched != 0 ? unmatched : first;
}

CL_INLINE void grow_small(const small_problems *p, small_trees *t, tables place, numbers distance, size_t n) {
    const tables where = place != 0;
    t->row = where ? partner_at(p->row_of, place) : t->row;
    t->place = where ? place : t->place;
    t->distance = where ? distance : t->distance;
    FOR_EACH_COLUMN {
        const tables here = place == PLACE(j);
        t->potential = here ? p->potentials[j] : t->potential;
        t->in_tree[j] = here ? distance : t->in_tree[j];
        t->distances[j] = here ? INFINITY : t->distances[j];
        t->open[j] = here ? -INFINITY : t->open[j];
    }
}

CL_INLINE void augment_small(small_problems *p, const small_trees *t, tables place, numbers distance, size_t n) {
    FOR_EACH_COLUMN {
        const tables is_in_tree = (place != 0) & (t->open[j] == -INFINITY);
        const numbers v = p->potentials[j];
        p->potentials[j] = is_in_tree ? v + (t->in_tree[j] - distance) : v;
    }
    while (any(place)) {
        tables row = 0;
        FOR_EACH_COLUMN row = place == PLACE(j) ? t->predecessor[j] : row;
        const tables before = partner_at(p->column_of, 4 * row);
        p->row_of = with_partner(p->row_of, place, row);
        p->column_of = with_partner(p->column_of, 4 * row, shifted_right(place, 2));
        place = 4 * (before & (place != 0));
    }
}

/* One step in each lane that has a row. */
CL_INLINE void step_small(small_problems *p, small_trees *t, size_t n) {
    const numbers distance = relax_small(p, t, n);
    const tables is_searching = t->row != 0;
    const tables is_lost = is_searching & ~(__builtin_elementwise_abs(distance) <= GREATEST_POTENTIAL);
    const tables place = is_searching & ~is_lost ? place_at(p, t, distance, n) : 0;
    const tables is_matched = partner_at(p->row_of, place) != 0;
    p->is_unsure |= is_lost;
    p->free_rows &= ~is_lost;
    grow_small(p, t, place & is_matched, distance, n);
    const tables ends = is_lost | ((place != 0) & ~is_matched);
    if (!any(ends)) return;
    augment_small(p, t, place & ~is_matched, distance, n);
    plant_small(p, t, ends, n);
}

CL_INLINE void search_small(small_problems *p, size_t n) {
    FOR_EACH_COLUMN {
        const tables row = (p->row_of >> PLACE(j)) & 15;
        p->column_of |= (row != 0 ? (tables)NUMBER(j) : 0) << 4 * row;
    }
    if (!any(p->free_rows)) return;
    small_trees t = {0};
    for (plant_small(p, &t, (tables)-1, n); any(t.row);) step_small(p, &t, n);
}
