/* The costs that each lane reads, one a step, from the end of its row to the start.
 *
 * A lane is a row: of a problem of its own, or, skewed, of the same problem as its neighbours. */

typedef struct stream {
    const CL_REAL *x;      /* the row's costs, or logits */
    const int32_t *labels; /* of the columns; NULL for costs */
    double offset;         /* with labels */
    ptrdiff_t start;       /* column of step 0; `columns` and more lie before the row's end */
    ptrdiff_t first, end;  /* columns that may be used; others are forbidden */
    ptrdiff_t border;      /* a column >= end that reads the one before it; -1: none */
} stream;

ALIGNMENT_INLINE CL_REAL CL_VARIANT(stream_cost)(const stream *s, ptrdiff_t column) {
    return s->labels ? (CL_REAL)(s->offset - (double)s->x[s->labels[column]]) : s->x[column];
}

static stream CL_VARIANT(stream_of_row)(
    const alignment_problem *p, cl_alignment_rule rule, size_t row, ptrdiff_t start) {
    const ptrdiff_t rows = (ptrdiff_t)p->rows, columns = (ptrdiff_t)p->columns;
    stream s = {p->x + row * p->row_stride, p->labels, p->labels ? p->offsets[row] : 0, start, 0,
                columns, -1};
    if (rule.gaps == CL_ALIGNMENT_GAP_FACTOR)
        s.border = columns;
    if (rule.gaps == CL_ALIGNMENT_TIME_WARPING && rule.band < p->rows + p->columns) {
        const ptrdiff_t band = (ptrdiff_t)rule.band, longer = columns - rows;
        const ptrdiff_t first = (ptrdiff_t)row + (longer < 0 ? longer : 0) - band;
        const ptrdiff_t end = (ptrdiff_t)row + (longer > 0 ? longer : 0) + band + 1;
        s.first = first > 0 ? first : 0;
        s.end = end < columns ? end : columns;
    }
    return s;
}

/* Costs of LANES steps from step `at` on in ascending columns; what the lane may not use is +infinity. */
ALIGNMENT_INLINE vector CL_VARIANT(stream_block)(const stream *s, ptrdiff_t at) {
    const ptrdiff_t low = s->start - at - (LANES - 1);
    const bool is_inside = low >= s->first && low + LANES <= s->end;
    if (is_inside && !s->labels)
        return CL_VARIANT(load)(s->x + low);
    CL_REAL costs[LANES];
    for (ptrdiff_t i = 0; i < LANES; i++) {
        const ptrdiff_t column = low + i == s->border ? low + i - 1 : low + i;
        costs[i] = column >= s->first && column < s->end ? CL_VARIANT(stream_cost)(s, column)
                                                         : (CL_REAL)INFINITY;
    }
    return CL_VARIANT(load)(costs);
}

/* The costs of steps first ..< first + count, a vector of all lanes for each. Room for LANES vectors
 * at least. Returns which lanes met a cost that is NaN or -infinity. */
static lane_mask CL_VARIANT(load_streams)(
    const stream streams[LANES], ptrdiff_t first, ptrdiff_t count, vector *restrict costs) {
    lane_mask valid = -1;
    for (ptrdiff_t step = 0; step < count; step += LANES) {
        /* The last block overlaps the one before, so that no block leaves the rows for nothing. */
        const ptrdiff_t at = step + LANES > count && count >= LANES ? count - LANES : step;
        vector square[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            square[lane] = CL_VARIANT(stream_block)(&streams[lane], first + at);
        }
        CL_VARIANT(transpose)(square);
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++) {
            valid &= square[i] > (vector)(CL_REAL)-INFINITY;
            costs[at + LANES - 1 - i] = square[i];
        }
    }
    return ~valid;
}
