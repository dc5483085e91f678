/* Distances to the end, backwards: a step computes one node of every lane.
 *
 * Work a step: three additions, two minima, two comparisons, for GAP_FACTOR a multiplication. The
 * chain from step to step is one addition and one minimum. */

/* What leads on from the nodes of a step. */
typedef struct ahead {
    vector diagonal, horizontal, vertical; /* distances */
    vector horizontal_gap, vertical_gap;   /* of GAP_COSTS */
} ahead;

typedef struct prices {
    cl_alignment_gaps gaps;
    CL_REAL factor;
} prices;

ALIGNMENT_INLINE vector CL_VARIANT(least)(vector a, vector b) { return b < a ? b : a; }

ALIGNMENT_INLINE vector CL_VARIANT(gap)(prices by, vector cost, vector given) {
    return by.gaps == CL_ALIGNMENT_GAP_FACTOR   ? by.factor * cost
           : by.gaps == CL_ALIGNMENT_GAP_COSTS ? given
                                                : cost;
}

/* D before H before V where they are equal. */
ALIGNMENT_INLINE vector CL_VARIANT(step)(
    prices by, vector cost, const ahead *a, uint8_t *restrict moves) {
    const vector d = a->diagonal + cost;
    const vector h = a->horizontal + CL_VARIANT(gap)(by, cost, a->horizontal_gap);
    const vector v = a->vertical + CL_VARIANT(gap)(by, cost, a->vertical_gap);
    const vector before_v = CL_VARIANT(least)(d, h), best = CL_VARIANT(least)(before_v, v);
    CL_VARIANT(store_moves)(best < d, best < before_v, moves);
    return best;
}

/* Problems side by side. Row r and step t of a lane count from its last row and column, so that all
 * lanes start in their corner. `distances` holds those of the row below, from column `columns` to the
 * left, and gets those of this row. */
typedef struct row_below {
    vector *distances;         /* [steps + 1] */
    const vector *column_gaps; /* [steps], of GAP_COSTS */
    vector row_gap;            /* of GAP_COSTS */
    bool is_border;            /* its distances are not known yet: H only, by the costs of this row */
} row_below;

/* The border column `columns`: V only. */
ALIGNMENT_INLINE void CL_VARIANT(start_row)(
    prices by, vector cost, const row_below *below, ahead *a) {
    vector *distances = below->distances;
    a->vertical = a->diagonal = below->is_border ? (vector)(CL_REAL)0 : distances[0];
    a->vertical_gap = below->row_gap;
    a->horizontal = by.gaps == CL_ALIGNMENT_TIME_WARPING
                        ? (vector)(CL_REAL)INFINITY
                        : a->diagonal + CL_VARIANT(gap)(by, cost, a->vertical_gap);
    distances[0] = a->horizontal;
}

ALIGNMENT_INLINE void CL_VARIANT(step_of_row)(
    prices by, vector cost, const row_below *below, ptrdiff_t t, ahead *a,
    uint8_t *restrict moves) {
    vector *next = below->distances + t + 1;
    if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
        a->horizontal_gap = below->column_gaps[t];
    a->vertical = !below->is_border ? *next
                  : by.gaps == CL_ALIGNMENT_TIME_WARPING
                      ? (vector)(CL_REAL)INFINITY
                      : a->vertical + CL_VARIANT(gap)(by, cost, a->horizontal_gap);
    *next = a->horizontal = CL_VARIANT(step)(by, cost, a, moves + t * MOVES_BYTES);
    a->diagonal = a->vertical;
}

/* Steps first ..< first + count, whose costs lie in `rows`, those of the last step first. */
ALIGNMENT_INLINE vector CL_VARIANT(relax_row)(
    prices by, const CL_REAL *const rows[LANES], ptrdiff_t first, ptrdiff_t count,
    const row_below *below, ahead *at, uint8_t *restrict moves) {
    ahead a = *at; /* in registers: stores of distances do not alias them */
    const ptrdiff_t rest = count % LANES;
    vector square[LANES], sum = (vector)(CL_REAL)0;
    ptrdiff_t t = first;
    for (ptrdiff_t left = count - LANES; left >= 0; left -= LANES, t += LANES) {
        CL_VARIANT(load_columns)(rows, left, square);
        sum += CL_VARIANT(sum_of)(square);
        if (t == 0)
            CL_VARIANT(start_row)(by, square[LANES - 1], below, &a);
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++)
            CL_VARIANT(step_of_row)(by, square[LANES - 1 - i], below, t + i, &a, moves);
    }
    if (rest > 0) {
    CL_VARIANT(load_columns)(rows, 0, square);
    if (t == 0)
        CL_VARIANT(start_row)(by, square[rest - 1], below, &a);
    for (ptrdiff_t i = 0; i < rest; i++)
        CL_VARIANT(step_of_row)(by, square[rest - 1 - i], below, t + i, &a, moves);
    sum += CL_VARIANT(sum_of)(square);
    }
    *at = a;
    return sum;
}

/* Constants, so that each rule has loops of its own. */
static vector CL_VARIANT(relax_row_by_rule)(
    prices by, const CL_REAL *const rows[LANES], ptrdiff_t first, ptrdiff_t count,
    const row_below *below, ahead *a, uint8_t *restrict moves) {
    row_below b = *below;
#define RELAX(rule, border)                                                                        \
    (b.is_border = border, by.gaps = rule,                                                         \
     CL_VARIANT(relax_row)(by, rows, first, count, &b, a, moves))
    switch (by.gaps) {
    case CL_ALIGNMENT_GAP_FACTOR:
        return below->is_border ? RELAX(CL_ALIGNMENT_GAP_FACTOR, true)
                                : RELAX(CL_ALIGNMENT_GAP_FACTOR, false);
    case CL_ALIGNMENT_GAP_COSTS:
        return below->is_border ? RELAX(CL_ALIGNMENT_GAP_COSTS, true)
                                : RELAX(CL_ALIGNMENT_GAP_COSTS, false);
    default:
        return below->is_border ? RELAX(CL_ALIGNMENT_TIME_WARPING, true)
                                : RELAX(CL_ALIGNMENT_TIME_WARPING, false);
    }
#undef RELAX
}

/* One problem, LANES rows of it at a time, each a step behind the row below: the lanes work on an
 * anti-diagonal. `boundary` holds the distances of the row below the strip, from column `columns` to the
 * left and then LANES times +infinity, and gets those of the strip's first row. Distances before a
 * row's end are +infinity, which the border column, as a cell like any other, turns into "V only". */
typedef struct strip_below {
    CL_REAL *boundary;          /* [LANES - 1 others, columns + LANES] */
    const CL_REAL *column_gaps; /* [columns + 2 * LANES], of GAP_COSTS: LANES others, then reversed */
} strip_below;

ALIGNMENT_INLINE void CL_VARIANT(step_of_strip)(
    prices by, vector cost, const strip_below *below, ptrdiff_t t, ahead *a,
    uint8_t *restrict moves) {
    a->diagonal = a->vertical;
    a->vertical = CL_VARIANT(shifted_down)(a->horizontal, below->boundary[t]);
    if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
        a->horizontal_gap = CL_VARIANT(load)(below->column_gaps + t);
    a->horizontal = CL_VARIANT(step)(by, cost, a, moves + t * MOVES_BYTES);
    below->boundary[t - (LANES - 1)] = a->horizontal[0];
}

/* As relax_row. */
ALIGNMENT_INLINE vector CL_VARIANT(relax_strip)(
    prices by, const CL_REAL *const rows[LANES], ptrdiff_t first, ptrdiff_t count,
    const strip_below *below, ahead *at, uint8_t *restrict moves) {
    ahead a = *at; /* in registers: stores of distances do not alias them */
    const ptrdiff_t rest = count % LANES;
    vector square[LANES], sum = (vector)(CL_REAL)0;
    ptrdiff_t t = first;
    for (ptrdiff_t left = count - LANES; left >= 0; left -= LANES, t += LANES) {
        CL_VARIANT(load_columns)(rows, left, square);
        sum += CL_VARIANT(sum_of)(square);
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++)
            CL_VARIANT(step_of_strip)(by, square[LANES - 1 - i], below, t + i, &a, moves);
    }
    if (rest > 0) {
    CL_VARIANT(load_columns)(rows, 0, square);
    for (ptrdiff_t i = 0; i < rest; i++)
        CL_VARIANT(step_of_strip)(by, square[rest - 1 - i], below, t + i, &a, moves);
    sum += CL_VARIANT(sum_of)(square);
    }
    *at = a;
    return sum;
}

static vector CL_VARIANT(relax_strip_by_rule)(
    prices by, const CL_REAL *const rows[LANES], ptrdiff_t first, ptrdiff_t count,
    const strip_below *below, ahead *a, uint8_t *restrict moves) {
#define RELAX(rule)                                                                                \
    (by.gaps = rule, CL_VARIANT(relax_strip)(by, rows, first, count, below, a, moves))
    switch (by.gaps) {
    case CL_ALIGNMENT_GAP_FACTOR:
        return RELAX(CL_ALIGNMENT_GAP_FACTOR);
    case CL_ALIGNMENT_GAP_COSTS:
        return RELAX(CL_ALIGNMENT_GAP_COSTS);
    default:
        return RELAX(CL_ALIGNMENT_TIME_WARPING);
    }
#undef RELAX
}
