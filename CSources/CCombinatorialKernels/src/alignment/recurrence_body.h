/* Distances to the end, backwards: a step computes one node of every lane.
 *
 * Work a step: three additions, two minima, two comparisons, for GAP_FACTOR a multiplication. The
 * chain from step to step is one addition and one minimum. */

/* What leads on from the nodes of a step. */
typedef struct ahead {
    lanes diagonal, horizontal, vertical; /* distances */
    lanes horizontal_gap, vertical_gap;   /* of GAP_COSTS */
} ahead;

typedef struct prices {
    cl_alignment_gaps gaps;
    CL_REAL factor;
} prices;

CL_INLINE lanes gap(prices by, lanes cost, lanes given) {
    return by.gaps == CL_ALIGNMENT_GAP_FACTOR   ? by.factor * cost
           : by.gaps == CL_ALIGNMENT_GAP_COSTS ? given
                                                : cost;
}

/* D before H before V where they are equal. What comes last from the step before is compared last: the
 * vertical in a strip, where it moves between the lanes, the horizontal in a row. */
CL_INLINE lanes relax_node(
    prices by, lanes cost, const ahead *a, bool vertical_waits, uint8_t *restrict moves) {
    const lanes d = a->diagonal + cost;
    const lanes h = a->horizontal + gap(by, cost, a->horizontal_gap);
    const lanes v = a->vertical + gap(by, cost, a->vertical_gap);
    const lanes best = least(least(d, vertical_waits ? h : v),
                                          vertical_waits ? v : h);
    const lane_mask not_diagonal = best < d;
    store_moves(not_diagonal, not_diagonal & (best < h), moves);
    return best;
}

/* A row of problems side by side. Step t of a lane counts from its last column, so that all lanes start
 * in their corner.
 *
 * The costs of LANES steps stay in registers. Two rows at a time, whose chains of steps are independent,
 * were no faster: there are too few registers for the costs of both. Copying a square while the one
 * before is in work, as rows a power of two apart lie badly in the cache, cost a tenth more. */
typedef struct row_of_group {
    const CL_REAL *costs[ALIGNMENT_LANES]; /* of each lane, those of the last step first */
    lanes *distances;         /* [steps + 1]: of the row below, from column `columns` to the left, and then
                                  of this row */
    const lanes *column_gaps; /* [steps], of GAP_COSTS */
    lanes row_gap;            /* of GAP_COSTS */
    uint8_t *moves;            /* [steps] */
} row_of_group;

/* With `is_last` the distances below are not known yet: those of row `rows`, H only, whose nodes read the
 * costs of the row before. */
CL_INLINE void step_of_row(
    prices by, bool is_last, const row_of_group *row, lanes cost, ptrdiff_t t, ahead *a) {
    if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
        a->horizontal_gap = row->column_gaps[t];
    if (!is_last)
        a->vertical = row->distances[t + 1];
    else if (by.gaps == CL_ALIGNMENT_TIME_WARPING)
        a->vertical = (lanes)(CL_REAL)INFINITY;
    else
        a->vertical += gap(by, cost, a->horizontal_gap);
    a->horizontal = relax_node(by, cost, a, false, row->moves + t * MOVES_BYTES);
    a->diagonal = a->vertical;
    row->distances[t + 1] = a->horizontal;
}

/* Before step 0: the border column `columns`, V only. */
CL_INLINE void start_row(prices by, bool is_last, const row_of_group *row, lanes cost, ahead *a) {
    a->vertical = a->diagonal = is_last ? (lanes)(CL_REAL)0 : row->distances[0];
    a->vertical_gap = row->row_gap;
    a->horizontal = by.gaps == CL_ALIGNMENT_TIME_WARPING
                        ? (lanes)(CL_REAL)INFINITY
                        : a->diagonal + gap(by, cost, a->vertical_gap);
    row->distances[0] = a->horizontal;
}

CL_INLINE witness relax_row(prices by, bool is_last, const row_of_group *row, ptrdiff_t steps) {
    ahead a = {.horizontal_gap = (lanes)(CL_REAL)0};
    lanes square[ALIGNMENT_LANES], lowest = (lanes)(CL_REAL)INFINITY;
    for (ptrdiff_t t = 0; t < steps; t += ALIGNMENT_LANES) {
        const ptrdiff_t left = steps - t;
        load_columns(row->costs, left < ALIGNMENT_LANES ? 0 : left - ALIGNMENT_LANES, square);
        lowest = least(lowest, lowest_of(square));
        if (t == 0)
            start_row(by, is_last, row, square[left < ALIGNMENT_LANES ? left - 1 : ALIGNMENT_LANES - 1], &a);
        if (left < ALIGNMENT_LANES) {
            for (ptrdiff_t i = 0; i < left; i++)
                step_of_row(by, is_last, row, square[left - 1 - i], t + i, &a);
            break;
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < ALIGNMENT_LANES; i++)
            step_of_row(by, is_last, row, square[ALIGNMENT_LANES - 1 - i], t + i, &a);
    }
    return (witness){lowest, a.horizontal};
}

/* Returns what `relax` does with the rule as a constant, so that each has loops of its own. */
#define RELAX_BY_RULE(relax)                                                                       \
    switch (by.gaps) {                                                                             \
    case CL_ALIGNMENT_GAP_FACTOR:                                                                  \
        return by.gaps = CL_ALIGNMENT_GAP_FACTOR, relax;                                           \
    case CL_ALIGNMENT_GAP_COSTS:                                                                   \
        return by.gaps = CL_ALIGNMENT_GAP_COSTS, relax;                                            \
    default:                                                                                       \
        return by.gaps = CL_ALIGNMENT_TIME_WARPING, relax;                                         \
    }

static witness relax_row_by_rule(prices by, bool is_last, const row_of_group *given, ptrdiff_t steps) {
    const row_of_group row = *given; /* a copy, which no store of distances can change */
    RELAX_BY_RULE(is_last ? relax_row(by, true, &row, steps) : relax_row(by, false, &row, steps))
}

/* One problem, LANES rows of it at a time, each a step behind the row below: the lanes work on an
 * anti-diagonal. `boundary` holds the distances of the row below the strip, from column `columns` to the
 * left and then LANES times +infinity, and gets those of the strip's first row. Distances before a
 * row's end are +infinity, which the border column, as a cell like any other, turns into "V only". */
typedef struct strip_below {
    CL_REAL *boundary;          /* [LANES - 1 others, columns + LANES] */
    const CL_REAL *column_gaps; /* [columns + 2 * LANES], of GAP_COSTS: LANES others, then reversed */
} strip_below;

CL_INLINE void step_of_strip(
    prices by, lanes cost, const strip_below *below, ptrdiff_t t, ahead *a,
    uint8_t *restrict moves) {
    a->diagonal = a->vertical;
    a->vertical = shifted_down(a->horizontal, below->boundary[t]);
    if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
        a->horizontal_gap = load_lanes(below->column_gaps + t);
    a->horizontal = relax_node(by, cost, a, true, moves + t * MOVES_BYTES);
    below->boundary[t - (ALIGNMENT_LANES - 1)] = a->horizontal[0];
}

/* Bytes along its row that a lane fetches ahead: so many rows are more than the processor's own
 * prefetching follows. A tenth faster at 2,048 columns. */
#define STRIP_AHEAD ((uintptr_t)512)

/* Steps first ..< first + count. Returns the least cost. */
CL_INLINE lanes relax_strip(
    prices by, const CL_REAL *const rows[ALIGNMENT_LANES], ptrdiff_t first, ptrdiff_t count,
    const strip_below *below, ahead *given, uint8_t *restrict moves) {
    ahead a = *given; /* a copy, which no store of distances can change */
    lanes square[ALIGNMENT_LANES], lowest = (lanes)(CL_REAL)INFINITY;
    for (ptrdiff_t left = count, t = first; left > 0; left -= ALIGNMENT_LANES, t += ALIGNMENT_LANES) {
        const ptrdiff_t column = left < ALIGNMENT_LANES ? 0 : left - ALIGNMENT_LANES;
        for (int lane = 0; lane < ALIGNMENT_LANES; lane++)
            __builtin_prefetch((const void *)((uintptr_t)(rows[lane] + column) - STRIP_AHEAD), 0, 2);
        load_columns(rows, column, square);
        lowest = least(lowest, lowest_of(square));
        if (left < ALIGNMENT_LANES) {
            for (ptrdiff_t i = 0; i < left; i++)
                step_of_strip(by, square[left - 1 - i], below, t + i, &a, moves);
            break;
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < ALIGNMENT_LANES; i++)
            step_of_strip(by, square[ALIGNMENT_LANES - 1 - i], below, t + i, &a, moves);
    }
    *given = a;
    return lowest;
}

static lanes relax_strip_by_rule(
    prices by, const CL_REAL *const rows[ALIGNMENT_LANES], ptrdiff_t first, ptrdiff_t count,
    const strip_below *below, ahead *a, uint8_t *restrict moves) {
    RELAX_BY_RULE(relax_strip(by, rows, first, count, below, a, moves))
}

#undef RELAX_BY_RULE
