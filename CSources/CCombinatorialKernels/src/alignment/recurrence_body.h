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
    const vector best = CL_VARIANT(least)(CL_VARIANT(least)(d, v), h);
    CL_VARIANT(store_moves)(best < d, best < h, moves);
    return best;
}

/* Problems side by side. Row r and step t of a lane count from its last row and column, so that all
 * lanes start in their corner. `distances` holds those of the row below, from column `columns` to the
 * left, and gets those of this row. */
typedef struct row_below {
    vector *distances;         /* [steps + 1] */
    const vector *column_gaps; /* [steps], of GAP_COSTS */
    vector row_gap;            /* of GAP_COSTS */
} row_below;

/* With `is_border` the row is `rows`, whose nodes read the costs of the row before: H only. */
ALIGNMENT_INLINE lane_mask CL_VARIANT(relax_row)(
    prices by, bool is_border, const stream streams[LANES], ptrdiff_t steps,
    const row_below *below, uint8_t *restrict moves) {
    const vector infinite = (vector)(CL_REAL)INFINITY;
    vector costs[STREAM_CHUNK + LANES];
    vector *restrict distances = below->distances;
    lane_mask suspect = 0;
    ahead a = {.vertical_gap = below->row_gap};
    for (ptrdiff_t first = 0, count; first < steps; first += count) {
        count = chunk_of(steps - first, LANES);
        suspect |= CL_VARIANT(load_streams)(streams, first, count, costs);
        if (first == 0) { /* the corner, or the border column `columns`: V only */
            a.diagonal = is_border ? infinite : distances[0];
            a.horizontal = is_border ? (vector)(CL_REAL)0
                           : by.gaps == CL_ALIGNMENT_TIME_WARPING
                               ? infinite
                               : a.diagonal + CL_VARIANT(gap)(by, costs[0], a.vertical_gap);
            distances[0] = a.horizontal;
        }
        for (ptrdiff_t t = 0; t < count; t++) {
            if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
                a.horizontal_gap = below->column_gaps[first + t];
            if (is_border) {
                a.horizontal = by.gaps == CL_ALIGNMENT_TIME_WARPING
                                   ? infinite
                                   : a.horizontal + CL_VARIANT(gap)(by, costs[t], a.horizontal_gap);
            } else {
                a.vertical = distances[first + t + 1];
                a.horizontal =
                    CL_VARIANT(step)(by, costs[t], &a, moves + (first + t) * MOVES_BYTES);
                a.diagonal = a.vertical;
            }
            distances[first + t + 1] = a.horizontal;
        }
    }
    return suspect;
}

/* One problem, LANES rows of it at a time, each a step behind the row below: the lanes work on an
 * anti-diagonal. `boundary` holds the distances of the row below the strip, from column `columns` to the
 * left and then LANES times +infinity, and gets those of the strip's first row. Distances before a
 * row's end are +infinity, which the border column, as a cell like any other, turns into "V only". */
typedef struct strip_below {
    CL_REAL *boundary;          /* [columns + LANES] */
    const CL_REAL *column_gaps; /* [columns + 2 * LANES], of GAP_COSTS: LANES others, then reversed */
    vector row_gaps;            /* of GAP_COSTS */
} strip_below;

ALIGNMENT_INLINE lane_mask CL_VARIANT(relax_strip)(
    prices by, const stream streams[LANES], ptrdiff_t columns, const strip_below *below,
    uint8_t *restrict moves) {
    vector costs[STREAM_CHUNK + LANES];
    const vector infinite = (vector)(CL_REAL)INFINITY;
    const ptrdiff_t steps = columns + LANES;
    lane_mask suspect = 0;
    ahead a = {.horizontal = infinite, .vertical = infinite};
    a.vertical_gap = below->row_gaps;
    for (ptrdiff_t first = 0, count; first < steps; first += count) {
        count = chunk_of(steps - first, LANES);
        suspect |= CL_VARIANT(load_streams)(streams, first, count, costs);
        for (ptrdiff_t t = first; t < first + count; t++) {
            a.diagonal = a.vertical;
            a.vertical = CL_VARIANT(shifted_down)(a.horizontal, below->boundary[t]);
            if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
                a.horizontal_gap = CL_VARIANT(load)(below->column_gaps + t);
            a.horizontal =
                CL_VARIANT(step)(by, costs[t - first], &a, moves + t * MOVES_BYTES);
            if (t >= LANES - 1)
                below->boundary[t - (LANES - 1)] = a.horizontal[0];
        }
    }
    return suspect;
}
