/* The costs that each lane reads, one a step, from the end of its row to the start.
 *
 * A lane is a row: of a problem of its own, or, skewed, of the same problem as its neighbours. */

typedef struct stream {
    const CL_REAL *x;      /* the row's costs, or logits */
    const int32_t *labels; /* of the columns; NULL for costs */
    double offset;         /* with labels */
    ptrdiff_t start;       /* column of step 0; `columns` and more lie before the row's end */
    ptrdiff_t first, end;  /* columns that may be used; others are forbidden */
    ptrdiff_t border;      /* a column >= end that reads the one before it; or NO_BORDER */
    ptrdiff_t ahead;       /* from what is read to what will be read soon */
} stream;

ALIGNMENT_INLINE CL_REAL CL_VARIANT(stream_cost)(const stream *s, ptrdiff_t column) {
    return s->labels ? (CL_REAL)(s->offset - (double)s->x[s->labels[column]]) : s->x[column];
}

ALIGNMENT_INLINE CL_REAL CL_VARIANT(cost_at)(const alignment_problem *p, size_t row, size_t column) {
    const CL_REAL *x = p->x + row * p->row_stride;
    return p->labels ? (CL_REAL)(p->offsets[row] - (double)x[p->labels[column]]) : x[column];
}

static stream CL_VARIANT(stream_of_row)(
    const alignment_problem *p, cl_alignment_rule rule, size_t row, ptrdiff_t start,
    ptrdiff_t ahead) {
    const ptrdiff_t rows = (ptrdiff_t)p->rows, columns = (ptrdiff_t)p->columns;
    stream s = {p->x + row * p->row_stride, p->labels, p->labels ? p->offsets[row] : 0, start, 0,
                columns, NO_BORDER, ahead};
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

/* The costs of columns low ..< low + count of a lane that may not use all of them, or reads labels; what
 * it may not use is +infinity. */
static void CL_VARIANT(stage_part)(
    const stream *s, ptrdiff_t low, ptrdiff_t count, CL_REAL *restrict costs) {
    const ptrdiff_t first = low > s->first ? low : s->first;
    const ptrdiff_t end = low + count < s->end ? low + count : s->end;
    for (ptrdiff_t i = 0; i < count; i++)
        costs[i] = (CL_REAL)INFINITY;
    if (s->labels)
        for (ptrdiff_t column = first; column < end; column++)
            costs[column - low] = CL_VARIANT(stream_cost)(s, column);
    else if (first < end)
        memcpy(costs + (first - low), s->x + first, (size_t)(end - first) * sizeof(CL_REAL));
    if (s->border >= low && s->border < low + count)
        costs[s->border - low] = CL_VARIANT(stream_cost)(s, s->border - 1);
}

/* The same for any lane; LANES columns at least. */
ALIGNMENT_INLINE void CL_VARIANT(stage)(
    const stream *s, ptrdiff_t low, ptrdiff_t count, CL_REAL *restrict costs) {
    if (low < s->first || low + count > s->end || s->labels) {
        CL_VARIANT(stage_part)(s, low, count, costs);
        return;
    }
    const CL_REAL *x = s->x + low;
    for (ptrdiff_t i = 0; i < count; i += LANES) {
        /* The last block overlaps the one before, so that none leaves the row. */
        const ptrdiff_t at = i + LANES > count ? count - LANES : i;
        *(unaligned_vector *)(costs + at) = CL_VARIANT(load)(x + at);
        /* As many rows at a time are more than the processor's own prefetching follows. Into the second
         * level: rows that lie a power of two apart have too few places in the first. */
        const uintptr_t soon = (uintptr_t)(x + at) + (uintptr_t)s->ahead * sizeof(CL_REAL);
        __builtin_prefetch((const void *)soon, 0, 2);
    }
}

/* The costs of steps first ..< first + count, a vector of all lanes for each. Room for LANES vectors
 * at least. Returns which lanes may have met a cost that is NaN or -infinity: a sum tells, at less cost
 * than the numbers one by one, but a sum may overflow too. */
static lane_mask CL_VARIANT(load_streams)(
    const stream streams[LANES], ptrdiff_t first, ptrdiff_t count, vector *restrict costs) {
    CL_REAL rows[LANES * STAGE_STRIDE];
    vector sum = (vector)(CL_REAL)0;
    if (count < LANES)
        count = LANES;
    for (int lane = 0; lane < LANES; lane++)
        CL_VARIANT(stage)(
            &streams[lane], streams[lane].start - first - (count - 1), count,
            rows + lane * STAGE_STRIDE);
    for (ptrdiff_t step = 0; step < count; step += LANES) {
        const ptrdiff_t at = step + LANES > count ? count - LANES : step;
        vector square[LANES];
        CL_VARIANT(load_columns)(rows + (count - LANES - at), square);
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++)
            costs[at + LANES - 1 - i] = square[i];
#pragma clang loop unroll(full)
        for (int half = LANES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
            for (int i = 0; i < half; i++)
                square[i] += square[i + half];
        sum += square[0];
    }
    return ~(sum > (vector)(CL_REAL)-INFINITY);
}
