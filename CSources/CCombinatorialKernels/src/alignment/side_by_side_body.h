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
                      p, rule, p->rows - 1 - r, (ptrdiff_t)p->columns - 1)
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

/* Whether every step of every lane reads a cost of its own: then the rows are read where they are. */
static bool CL_VARIANT(is_full)(const group *g, cl_alignment_rule rule) {
    bool is_full = g->count == LANES && g->columns >= LANES &&
                   (rule.gaps != CL_ALIGNMENT_TIME_WARPING || rule.band >= g->rows + g->columns);
    for (size_t lane = 0; lane < g->count; lane++) {
        const alignment_problem *p = &g->problems[lane];
        is_full &= p->rows == g->rows && p->columns == g->columns && !p->labels;
    }
    return is_full;
}

/* All rows of all lanes. Returns the sum of the costs of each, or nearly so. */
ALIGNMENT_INLINE vector CL_VARIANT(relax_group)(
    prices by, const group *g, cl_alignment_rule rule) {
    const bool is_full = CL_VARIANT(is_full)(g, rule);
    const ptrdiff_t steps = (ptrdiff_t)g->columns;
    CL_REAL staged[LANES * STAGE_STRIDE];
    const CL_REAL *rows[LANES] = {0};
    stream streams[LANES];
    row_below below = {g->distances, g->column_gaps, (vector)(CL_REAL)0, true};
    vector sum = (vector)(CL_REAL)0;
    for (size_t r = 0; r < g->rows; r++, below.is_border = false) {
        ahead a = {.horizontal = (vector)(CL_REAL)0};
        uint8_t *moves = g->moves + r * g->columns * MOVES_BYTES;
        if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
            below.row_gap = CL_VARIANT(row_gaps_of_lanes)(g, r);
        if (is_full) {
            for (int lane = 0; lane < LANES; lane++) {
                const alignment_problem *p = &g->problems[lane];
                rows[lane] = r > 0 ? rows[lane] - p->row_stride
                                   : p->x + (p->rows - 1) * p->row_stride;
            }
            sum += CL_VARIANT(relax_row_by_rule)(by, rows, 0, steps, &below, &a, moves);
            continue;
        }
        CL_VARIANT(row_streams)(g, rule, r, streams);
        for (ptrdiff_t first = 0, count; first < steps; first += count) {
            count = chunk_of(steps - first, LANES);
            CL_VARIANT(find_rows)(streams, first, count, staged, rows);
            sum += CL_VARIANT(relax_row_by_rule)(by, rows, first, count, &below, &a, moves);
        }
    }
    return sum;
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
    by.gaps = rule.gaps;
    if (rule.gaps == CL_ALIGNMENT_GAP_COSTS)
        CL_VARIANT(load_column_gaps)(g);
    return CL_VARIANT(suspects)(CL_VARIANT(relax_group)(by, g, rule));
}

/* Follows the paths of all lanes to the borders, a move of each at a time: one path by itself would
 * wait for each of its moves to be read. A lane that is there writes what nobody reads, in the place
 * of a move along the border. */
static void CL_VARIANT(follow_group)(
    const group *g, size_t moves_stride, uint8_t *restrict moves, path_end ends[LANES]) {
    /* Rows and columns that are left, where their move is, and where it goes. */
    size_t rows[LANES], columns[LANES], at[LANES], to[LANES];
    const size_t count = g->count, width = g->columns;
    for (size_t lane = 0; lane < count; lane++) {
        rows[lane] = g->problems[lane].rows;
        columns[lane] = g->problems[lane].columns;
        at[lane] = (rows[lane] - 1) * width + columns[lane] - 1;
        to[lane] = lane * moves_stride;
    }
    for (size_t is_under_way = 1; is_under_way;) {
        is_under_way = 0;
        for (size_t lane = 0; lane < count; lane++) {
            const size_t goes = (rows[lane] != 0) & (columns[lane] != 0);
            const uint32_t move = CL_VARIANT(move_of)(g->moves + at[lane] * MOVES_BYTES, lane);
            const size_t down = goes & (move != CL_ALIGNMENT_HORIZONTAL);
            const size_t right = goes & (move != CL_ALIGNMENT_VERTICAL);
            moves[to[lane]] = (uint8_t)move;
            to[lane] += goes;
            rows[lane] -= down;
            columns[lane] -= right;
            /* Out of the last row or column of the table there is nowhere to go: any place will do. */
            const size_t next = at[lane] - (down ? width : 0) - right;
            at[lane] = rows[lane] != 0 && columns[lane] != 0 ? next : 0;
            is_under_way |= goes;
        }
    }
    for (size_t lane = 0; lane < count; lane++) {
        ends[lane].row = g->problems[lane].rows - rows[lane];
        ends[lane].column = g->problems[lane].columns - columns[lane];
        ends[lane].count = to[lane] - lane * moves_stride;
    }
}
