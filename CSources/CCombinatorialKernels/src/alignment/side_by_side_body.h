/* Up to LANES problems at a time, one in each lane. */

typedef struct group {
    const alignment_problem *problems; /* [count] */
    size_t count;
    size_t rows, columns;    /* the most of any */
    vector *distances;       /* [columns + 1] */
    vector *column_gaps;     /* [columns] */
    uint8_t *moves;          /* [rows, columns] steps */
} group;

/* Row r of each lane, counted from its last one. A lane without one meets forbidden cells only. */
static void CL_VARIANT(row_streams)(
    const group *g, cl_alignment_rule rule, size_t r, stream streams[LANES]) {
    for (size_t lane = 0; lane < LANES; lane++) {
        const alignment_problem *p = &g->problems[lane];
        streams[lane] =
            lane < g->count && r < p->rows
                ? CL_VARIANT(stream_of_row)(
                      p, rule, p->rows - 1 - r, (ptrdiff_t)p->columns - 1,
                      -(ptrdiff_t)p->row_stride)
                : (stream){.start = -1, .border = NO_BORDER};
    }
}

static void CL_VARIANT(load_column_gaps)(const group *g) {
    for (size_t t = 0; t < g->columns; t++)
        for (size_t lane = 0; lane < LANES; lane++) {
            const alignment_problem *p = &g->problems[lane];
            const bool exists = lane < g->count && t < p->columns;
            g->column_gaps[t][lane] = exists ? p->column_gaps[p->columns - 1 - t] : 0;
        }
}

static vector CL_VARIANT(row_gaps_of_lanes)(const group *g, size_t r) {
    vector gaps = (vector)(CL_REAL)0;
    for (size_t lane = 0; lane < g->count; lane++)
        if (r < g->problems[lane].rows)
            gaps[lane] = g->problems[lane].row_gaps[g->problems[lane].rows - 1 - r];
    return gaps;
}

/* All rows of all lanes. Returns which lanes may have met a cost that is NaN or -infinity. */
ALIGNMENT_INLINE lane_mask CL_VARIANT(relax_group)(
    prices by, const group *g, cl_alignment_rule rule) {
    const ptrdiff_t steps = (ptrdiff_t)g->columns;
    stream streams[LANES];
    row_below below = {.distances = g->distances, .column_gaps = g->column_gaps};
    CL_VARIANT(row_streams)(g, rule, 0, streams);
    lane_mask suspect = CL_VARIANT(relax_row)(by, true, streams, steps, &below, NULL);
    for (size_t r = 0; r < g->rows; r++) {
        CL_VARIANT(row_streams)(g, rule, r, streams);
        if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
            below.row_gap = CL_VARIANT(row_gaps_of_lanes)(g, r);
        suspect |= CL_VARIANT(relax_row)(
            by, false, streams, steps, &below, g->moves + r * g->columns * MOVES_BYTES);
    }
    return suspect;
}

/* Bits of the lanes that may have met a cost that is NaN or -infinity. */
static uint32_t CL_VARIANT(solve_group)(group *g, cl_alignment_rule rule, void *workspace) {
    prices by = {.factor = (CL_REAL)rule.gap_factor};
    for (size_t lane = 0; lane < g->count; lane++) {
        g->rows = g->problems[lane].rows > g->rows ? g->problems[lane].rows : g->rows;
        g->columns =
            g->problems[lane].columns > g->columns ? g->problems[lane].columns : g->columns;
    }
    g->distances = workspace;
    g->column_gaps = g->distances + g->columns + 1;
    g->moves = (uint8_t *)(g->column_gaps + g->columns);
    switch (rule.gaps) { /* constants, so that each rule has loops of its own */
    case CL_ALIGNMENT_GAP_FACTOR:
        by.gaps = CL_ALIGNMENT_GAP_FACTOR;
        return CL_VARIANT(bits_of)(CL_VARIANT(relax_group)(by, g, rule));
    case CL_ALIGNMENT_GAP_COSTS:
        by.gaps = CL_ALIGNMENT_GAP_COSTS;
        CL_VARIANT(load_column_gaps)(g);
        return CL_VARIANT(bits_of)(CL_VARIANT(relax_group)(by, g, rule));
    default:
        by.gaps = CL_ALIGNMENT_TIME_WARPING;
        return CL_VARIANT(bits_of)(CL_VARIANT(relax_group)(by, g, rule));
    }
}

/* Follows the paths of all lanes to the borders, a move of each at a time: one path by itself would
 * wait for each of its moves to be read. A lane that is there writes what nobody reads, in the place
 * of a move along the border. */
static void CL_VARIANT(follow_group)(
    const group *g, size_t moves_stride, uint8_t *restrict moves, path_end ends[LANES]) {
    size_t at[LANES];
    for (size_t lane = 0; lane < g->count; lane++) {
        ends[lane] = (path_end){0, 0, 0};
        at[lane] = (g->problems[lane].rows - 1) * g->columns + g->problems[lane].columns - 1;
    }
    for (bool is_under_way = true; is_under_way;) {
        is_under_way = false;
        for (size_t lane = 0; lane < g->count; lane++) {
            const alignment_problem *p = &g->problems[lane];
            path_end *end = &ends[lane];
            const size_t goes = (end->row < p->rows) & (end->column < p->columns);
            const uint32_t move = CL_VARIANT(move_of)(g->moves + at[lane] * MOVES_BYTES, lane);
            const size_t down = goes & (move != CL_ALIGNMENT_HORIZONTAL);
            const size_t right = goes & (move != CL_ALIGNMENT_VERTICAL);
            moves[lane * moves_stride + end->count] = (uint8_t)move;
            end->row += down;
            end->column += right;
            end->count += goes;
            /* The node (0, 0) of the table is its last: a path that leaves it stays at the first. */
            const size_t back = down * g->columns + right;
            at[lane] = at[lane] >= back ? at[lane] - back : 0;
            is_under_way |= goes;
        }
    }
}
