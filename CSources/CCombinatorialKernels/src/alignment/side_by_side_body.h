/* Up to LANES problems at a time, one in each lane. */

typedef struct lane_group {
    const cl_alignment_problem *problems; /* [count] */
    size_t count;
    size_t rows, columns;    /* the most of any */
    lanes *distances;       /* [columns + 1] */
    lanes *column_gaps;     /* [columns] */
    CL_REAL *staged;         /* [LANES, columns, and more]: rows that are not read where they are */
    uint8_t *moves;          /* [rows + 1, columns + 1] steps: the border, and after it each row */
} lane_group;

/* Elements between the staged rows of a group. */
#define STAGED_OF_GROUP(g) ((ptrdiff_t)(g)->columns + 2 * ALIGNMENT_LANES)

/* Row r of each lane, counted from its last one. A lane without one meets forbidden cells only. */
static void row_streams(
    const lane_group *g, cl_alignment_rule rule, size_t r, stream streams[ALIGNMENT_LANES]) {
    for (size_t lane = 0; lane < ALIGNMENT_LANES; lane++) {
        const cl_alignment_problem *p = &g->problems[lane];
        streams[lane] =
            lane < g->count && r < p->rows
                ? stream_of_row(p, rule, p->rows - 1 - r, (ptrdiff_t)p->columns - 1)
                : (stream){.start = -1, .border = NO_BORDER};
    }
}

/* Returns the least of each lane, or 0. */
static lanes load_column_gaps(const lane_group *g) {
    lanes lowest = (lanes)(CL_REAL)0;
    for (size_t t = 0; t < g->columns; t++) {
        for (size_t lane = 0; lane < ALIGNMENT_LANES; lane++) {
            const cl_alignment_problem *p = &g->problems[lane];
            const bool exists = lane < g->count && t < p->columns;
            g->column_gaps[t][lane] = exists ? ((const CL_REAL *)p->column_gaps)[p->columns - 1 - t] : 0;
        }
        lowest = least(lowest, g->column_gaps[t]);
    }
    return lowest;
}

static lanes row_gaps_of_lanes(const lane_group *g, size_t r) {
    lanes gaps = (lanes)(CL_REAL)0;
    for (size_t lane = 0; lane < g->count; lane++)
        if (r < g->problems[lane].rows)
            gaps[lane] = ((const CL_REAL *)g->problems[lane].row_gaps)[g->problems[lane].rows - 1 - r];
    return gaps;
}

/* Whether every step of every lane reads a cost of its own: then the rows are read where they are. */
static bool fills_lanes(const lane_group *g, cl_alignment_rule rule) {
    bool is_full = g->count == ALIGNMENT_LANES && g->columns >= ALIGNMENT_LANES &&
                   (rule.gaps != CL_ALIGNMENT_TIME_WARPING || rule.band >= g->rows + g->columns);
    for (size_t lane = 0; lane < g->count; lane++) {
        const cl_alignment_problem *p = &g->problems[lane];
        is_full &= p->rows == g->rows && p->columns == g->columns && !p->labels;
    }
    return is_full;
}

/* The border column comes before it. */
CL_INLINE uint8_t *moves_of_row(const lane_group *g, size_t r) {
    return g->moves + ((r + 1) * (g->columns + 1) + 1) * MOVES_BYTES;
}

static void mark_border(const lane_group *g) {
    const uint32_t border = BORDER_MOVES;
    for (size_t t = 0; t <= g->columns; t++)
        memcpy(g->moves + t * MOVES_BYTES, &border, MOVES_BYTES);
    for (size_t r = 0; r < g->rows; r++)
        memcpy(moves_of_row(g, r) - MOVES_BYTES, &border, MOVES_BYTES);
}

/* All rows of all lanes, from the last upwards. */
static witness relax_rows(prices by, const lane_group *g, cl_alignment_rule rule) {
    const bool is_full = fills_lanes(g, rule);
    row_of_group row = {.distances = g->distances, .column_gaps = g->column_gaps,
                        .row_gap = (lanes)(CL_REAL)0};
    witness all = {(lanes)(CL_REAL)INFINITY, (lanes)(CL_REAL)0};
    if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
        all.lowest = load_column_gaps(g);
    for (size_t r = 0; r < g->rows; r++) {
        row.moves = moves_of_row(g, r);
        if (by.gaps == CL_ALIGNMENT_GAP_COSTS) {
            row.row_gap = row_gaps_of_lanes(g, r);
            all.lowest = least(all.lowest, row.row_gap);
        }
        if (is_full) {
            for (int lane = 0; lane < ALIGNMENT_LANES; lane++) {
                const cl_alignment_problem *p = &g->problems[lane];
                row.costs[lane] = (const CL_REAL *)p->x + row_of_x(p, g->rows - 1 - r) * p->row_stride;
            }
        } else {
            stream streams[ALIGNMENT_LANES];
            row_streams(g, rule, r, streams);
            find_rows(streams, 0, (ptrdiff_t)g->columns, g->staged, STAGED_OF_GROUP(g), row.costs);
        }
        const witness w = relax_row_by_rule(by, r == 0, &row, (ptrdiff_t)g->columns);
        all.lowest = least(all.lowest, w.lowest);
        all.borders += w.borders;
    }
    for (size_t t = 0; t <= g->columns; t++)
        all.borders += g->distances[t];
    return all;
}

static witness relax_and_keep(lane_group *g, cl_alignment_rule rule, void *workspace) {
    prices by = {.factor = (CL_REAL)rule.gap_factor};
    for (size_t lane = 0; lane < g->count; lane++) {
        g->rows = g->problems[lane].rows > g->rows ? g->problems[lane].rows : g->rows;
        g->columns =
            g->problems[lane].columns > g->columns ? g->problems[lane].columns : g->columns;
    }
    group_memory m;
    arena a = arena_over(workspace);
    group_memory_lay_out(
        &m, &a, (g->rows + 1) * (g->columns + 1), g->columns, ALIGNMENT_LANES, sizeof(CL_REAL));
    g->distances = (lanes *)(void *)m.distances;
    g->column_gaps = (lanes *)(void *)m.column_gaps;
    g->staged = (CL_REAL *)(void *)m.staged;
    g->moves = m.moves;
    by.gaps = rule.gaps;
    mark_border(g);
    return relax_rows(by, g, rule);
}

/* Walks that go on in turn: one by itself would wait for each of its moves to be read. */
#define WALKS (ALIGNMENT_LANES < 8 ? ALIGNMENT_LANES : 8)

/* Follows the paths of all lanes to the borders, a move of each at a time. The state of a walk is its
 * place in the table of moves and, 32 bits higher, its length. One that is at its border stays, and
 * writes what nobody reads, in the place of a move along the border. */
static void follow_group(
    const lane_group *g, size_t moves_stride, uint8_t *restrict moves, path_end ends[ALIGNMENT_LANES]) {
    const uint64_t width = g->columns + 1, one_more = (uint64_t)1 << 32;
    const uint64_t steps[4] = {one_more - width - 1, one_more - 1, 0, one_more - width};
    for (size_t first = 0; first < g->count; first += WALKS) {
        uint64_t state[WALKS], sum = 0, sum_before;
        uint8_t nowhere, *paths[WALKS];
        for (size_t i = 0; i < WALKS; i++) {
            const cl_alignment_problem *p = &g->problems[first + i];
            const bool exists = first + i < g->count;
            paths[i] = exists ? moves + (first + i) * moves_stride : &nowhere;
            state[i] = exists ? p->rows * width + p->columns : 0;
        }
        do {
            sum_before = sum;
            sum = 0;
#pragma clang loop unroll(full)
            for (size_t i = 0; i < WALKS; i++) {
                const uint32_t bits = move_bits(g->moves + (uint32_t)state[i] * MOVES_BYTES, first + i);
                paths[i][state[i] >> 32] = (uint8_t)move_of(bits);
                state[i] += steps[bits];
                sum += state[i];
            }
        } while (sum != sum_before);
        for (size_t i = 0; i < WALKS && first + i < g->count; i++) {
            const cl_alignment_problem *p = &g->problems[first + i];
            const uint32_t at = (uint32_t)state[i];
            ends[first + i].row = p->rows - at / (uint32_t)width;
            ends[first + i].column = p->columns - at % (uint32_t)width;
            ends[first + i].count = (size_t)(state[i] >> 32);
        }
    }
}
