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
                ? CL_VARIANT(stream_of_row)(p, rule, p->rows - 1 - r, (ptrdiff_t)p->columns - 1)
                : (stream){.start = -1, .border = -1};
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

/* All rows of all lanes. Returns which lanes met a cost that is NaN or -infinity. */
ALIGNMENT_INLINE lane_mask CL_VARIANT(relax_group)(
    prices by, const group *g, cl_alignment_rule rule) {
    const ptrdiff_t steps = (ptrdiff_t)g->columns;
    stream streams[LANES];
    row_below below = {.distances = g->distances, .column_gaps = g->column_gaps};
    CL_VARIANT(row_streams)(g, rule, 0, streams);
    lane_mask invalid = CL_VARIANT(relax_row)(by, true, streams, steps, &below, NULL);
    for (size_t r = 0; r < g->rows; r++) {
        CL_VARIANT(row_streams)(g, rule, r, streams);
        if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
            below.row_gap = CL_VARIANT(row_gaps_of_lanes)(g, r);
        invalid |= CL_VARIANT(relax_row)(
            by, false, streams, steps, &below, g->moves + r * g->columns * MOVES_BYTES);
    }
    return invalid;
}

/* Bits of the lanes that met a cost that is NaN or -infinity. */
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

static move_table CL_VARIANT(table_of_lane)(const group *g, size_t lane) {
    return (move_table){g->moves, g->problems[lane].rows - 1, g->problems[lane].columns,
                        g->columns, lane};
}
