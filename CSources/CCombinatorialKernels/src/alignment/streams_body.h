/* The costs that each lane reads, one a step, from the end of its row to the start.
 *
 * A lane is a row: of a problem of its own, or, skewed, of the same problem as its neighbors. */

typedef struct stream {
    const CL_REAL *x;      /* the row's costs, or logits */
    const int32_t *labels; /* of the columns; NULL for costs */
    double offset;         /* with labels */
    ptrdiff_t start;       /* column of step 0; `columns` and more lie before the row's end */
    ptrdiff_t first, end;  /* columns that may be used; others are forbidden */
    ptrdiff_t border;      /* a column >= end that reads the one before it; or NO_BORDER */
} stream;

CL_INLINE CL_REAL stream_cost(const stream *s, ptrdiff_t column) {
    return s->labels ? (CL_REAL)(s->offset - (double)s->x[s->labels[column]]) : s->x[column];
}

/* Where it exists in double, a cost is valid, though the element type may not hold it. */
CL_INLINE bool stream_is_valid(const stream *s, ptrdiff_t column) {
    const double x = (double)s->x[s->labels ? s->labels[column] : column];
    return (s->labels ? s->offset - x : x) > (double)-INFINITY;
}

CL_INLINE CL_REAL cost_at(const cl_alignment_problem *p, size_t row, size_t column) {
    const CL_REAL *x = (const CL_REAL *)p->x + row_of_x(p, row) * p->row_stride;
    return p->labels ? (CL_REAL)(p->offsets[row] - (double)x[p->labels[column]]) : x[column];
}

static stream stream_of_row(
    const cl_alignment_problem *p, cl_alignment_rule rule, size_t row,
    ptrdiff_t start) {
    const ptrdiff_t rows = (ptrdiff_t)p->rows, columns = (ptrdiff_t)p->columns;
    stream s = {(const CL_REAL *)p->x + row_of_x(p, row) * p->row_stride, p->labels, p->labels ? p->offsets[row] : 0,
                start, 0, columns, NO_BORDER};
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
static void stage_part(const stream *s, ptrdiff_t low, ptrdiff_t count, CL_REAL *restrict costs) {
    const ptrdiff_t first = low > s->first ? low : s->first;
    const ptrdiff_t end = low + count < s->end ? low + count : s->end;
    for (ptrdiff_t i = 0; i < count; i++)
        costs[i] = (CL_REAL)INFINITY;
    if (s->labels)
        for (ptrdiff_t column = first; column < end; column++)
            costs[column - low] = stream_cost(s, column);
    else if (first < end)
        memcpy(costs + (first - low), s->x + first, (size_t)(end - first) * sizeof(CL_REAL));
    if (s->border >= low && s->border < low + count)
        costs[s->border - low] = stream_cost(s, s->border - 1);
}

/* Where the costs of steps first ..< first + count of each lane are, those of the last step first and
 * LANES of them at least: in its own row, or in the lane's part of `staged` if they are not all in use. */
CL_INLINE void find_rows(
    const stream streams[ALIGNMENT_LANES], ptrdiff_t first, ptrdiff_t count, CL_REAL *restrict staged,
    ptrdiff_t stride, const CL_REAL *rows[ALIGNMENT_LANES]) {
    const ptrdiff_t length = count < ALIGNMENT_LANES ? ALIGNMENT_LANES : count;
    for (int lane = 0; lane < ALIGNMENT_LANES; lane++) {
        const stream *s = &streams[lane];
        const ptrdiff_t low = s->start - first - (count - 1);
        const bool is_whole = low >= s->first && low + length <= s->end && !s->labels;
        rows[lane] = is_whole ? s->x + low : staged + lane * stride;
        if (!is_whole)
            stage_part(s, low, length, staged + lane * stride);
    }
}
