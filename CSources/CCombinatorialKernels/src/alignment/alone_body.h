/* One problem at a time, LANES rows of it in the lanes.
 *
 * It is computed from the last row upwards in blocks of rows. Only the moves of the first block are
 * kept, and the distances below every block: the path is followed through the first block, and each
 * further block is computed a second time when the path gets there. With one block nothing is
 * computed twice. */

typedef struct alone {
    const cl_alignment_problem *p;
    cl_alignment_rule rule;
    size_t block;          /* rows, a multiple of LANES */
    size_t steps;          /* of a strip */
    CL_REAL *boundary;     /* [LANES others, columns + LANES]: distances of the row in work */
    CL_REAL *checkpoints;  /* [blocks, boundary_length]: the boundary below each block, from the last */
    CL_REAL *column_gaps;  /* [columns + 2 * LANES] */
    uint8_t *moves;        /* of a block */
    stop_point *stop;
} alone;

/* Returns the least, or 0. */
static CL_REAL load_reversed_gaps(const alone *a) {
    const size_t columns = a->p->columns;
    CL_REAL lowest = 0;
    for (size_t at = 0; at < columns + 2 * ALIGNMENT_LANES; at++) {
        const size_t before = at - ALIGNMENT_LANES; /* columns from the end; huge before the start */
        const CL_REAL gap = before < columns ? ((const CL_REAL *)a->p->column_gaps)[columns - 1 - before] : 0;
        lowest = gap < lowest ? gap : lowest;
        a->column_gaps[at] = gap;
    }
    return lowest;
}

/* Distances of row `rows`: H only. */
static void start_boundary(const alone *a, prices by) {
    const cl_alignment_problem *p = a->p;
    const size_t columns = p->columns;
    CL_REAL distance = 0;
    for (size_t t = 0; t < columns + ALIGNMENT_LANES; t++) {
        a->boundary[t] = t > columns ? (CL_REAL)INFINITY : distance;
        if (t >= columns)
            continue;
        const size_t column = columns - 1 - t;
        distance = by.gaps == CL_ALIGNMENT_TIME_WARPING ? (CL_REAL)INFINITY
                   : by.gaps == CL_ALIGNMENT_GAP_COSTS
                       ? distance + ((const CL_REAL *)p->column_gaps)[column]
                       : distance + by.factor * cost_at(p, p->rows - 1, column);
    }
}

/* Elements between the staged rows of the lanes: not a power of two, so that a column of them does not
 * compete for one place of the cache. */
#define STAGE_STRIDE (STREAM_CHUNK + 2 * ALIGNMENT_LANES)

/* The block whose last row is `last_row`, upwards from the boundary. The witness of a strip sees what
 * leaves it on the left: of the lanes' last steps, which are an anti-diagonal, and those before. */
static witness relax_block(prices by, const alone *a, size_t last_row) {
    const cl_alignment_problem *p = a->p;
    const size_t rows = last_row + 1 < a->block ? last_row + 1 : a->block;
    const ptrdiff_t steps = (ptrdiff_t)a->steps;
    CL_REAL staged[ALIGNMENT_LANES * STAGE_STRIDE];
    const CL_REAL *costs[ALIGNMENT_LANES];
    stream streams[ALIGNMENT_LANES];
    const strip_below below = {a->boundary, a->column_gaps};
    witness all = {(lanes)(CL_REAL)INFINITY, (lanes)(CL_REAL)0};
    for (size_t above = 0; above < rows; above += ALIGNMENT_LANES) {
        leave_if_stopped(a->stop);
        const lanes infinite = (lanes)(CL_REAL)INFINITY;
        ahead next = {.horizontal = infinite, .vertical = infinite};
        for (size_t lane = 0; lane < ALIGNMENT_LANES; lane++) {
            const size_t delay = ALIGNMENT_LANES - 1 - lane, row = last_row - above - delay;
            const bool exists = above + delay <= last_row;
            streams[lane] = exists ? stream_of_row(p, a->rule, row, (ptrdiff_t)(p->columns + delay))
                                   : (stream){.start = -1, .border = NO_BORDER};
            if (by.gaps == CL_ALIGNMENT_GAP_COSTS)
                next.vertical_gap[lane] = exists ? ((const CL_REAL *)p->row_gaps)[row] : 0;
        }
        all.lowest = least(all.lowest, next.vertical_gap);
        for (ptrdiff_t first = 0, count; first < steps; first += count) {
            count = chunk_of_strip(first, steps - first, ALIGNMENT_LANES);
            find_rows(streams, first, count, staged, STAGE_STRIDE, costs);
            const lanes lowest = relax_strip_by_rule(
                by, costs, first, count, &below, &next,
                a->moves + above / ALIGNMENT_LANES * a->steps * MOVES_BYTES);
            all.lowest = least(all.lowest, lowest);
        }
        all.borders += next.horizontal + next.vertical;
    }
    return all;
}

/* Follows the path through a block, to its end or to the border. */
static path_end follow_block(const alone *a, size_t last_row, path_end at, uint8_t *restrict moves) {
    const size_t columns = a->p->columns;
    while (at.row <= last_row && at.column < columns) {
        const size_t above = last_row - at.row, delay = above % ALIGNMENT_LANES;
        const size_t step = above / ALIGNMENT_LANES * a->steps + (columns - at.column) + delay;
        const uint32_t move = move_of(move_bits(a->moves + step * MOVES_BYTES, ALIGNMENT_LANES - 1 - delay));
        moves[at.count++] = (uint8_t)move;
        at.row += move != CL_ALIGNMENT_HORIZONTAL;
        at.column += move != CL_ALIGNMENT_VERTICAL;
    }
    return at;
}

/* Writes the moves of the path and where it meets the border. Of the witness, lane 0 counts. */
static witness solve_alone(
    const cl_alignment_problem *p, cl_alignment_rule rule, void *workspace, uint8_t *restrict moves,
    path_end *restrict end, stop_point *stop) {
    const prices by = {rule.gaps, (CL_REAL)rule.gap_factor};
    const size_t length = boundary_length(p->columns), bytes = length * sizeof(CL_REAL);
    const size_t blocks = count_of_blocks(p->rows, rule.block_rows);
    alone_memory m;
    arena memory = arena_over(workspace);
    alone_memory_lay_out(&m, &memory, p->rows, p->columns, rule.block_rows, sizeof(CL_REAL));
    alone a = {.p = p, .rule = rule, .block = rows_of_block(p->rows, rule.block_rows),
               .steps = p->columns + ALIGNMENT_LANES, .moves = m.moves, .stop = stop,
               .boundary = (CL_REAL *)(void *)m.boundary + WIDEST_LANES,
               .column_gaps = (CL_REAL *)(void *)m.column_gaps,
               .checkpoints = (CL_REAL *)(void *)m.checkpoints};
    witness all = {(lanes)(CL_REAL)INFINITY, (lanes)(CL_REAL)0};
    if (rule.gaps == CL_ALIGNMENT_GAP_COSTS)
        all.lowest[0] = load_reversed_gaps(&a);
    start_boundary(&a, by);
    for (size_t b = 0; b < blocks; b++) {
        memcpy(a.checkpoints + b * length, a.boundary, bytes);
        const witness w = relax_block(by, &a, p->rows - 1 - b * a.block);
        all.lowest = least(all.lowest, w.lowest);
        all.borders += w.borders;
    }
    for (size_t t = 0; t <= p->columns; t++)
        all.borders[0] += a.boundary[t];
    for (int lane = 1; lane < ALIGNMENT_LANES; lane++) {
        all.lowest[0] = all.lowest[lane] < all.lowest[0] ? all.lowest[lane] : all.lowest[0];
        all.borders[0] += all.borders[lane];
    }
    path_end at = {0, 0, 0};
    for (size_t b = blocks; b-- > 0 && at.column < p->columns;) {
        const size_t last_row = p->rows - 1 - b * a.block;
        if (b + 1 < blocks) {
            memcpy(a.boundary, a.checkpoints + b * length, bytes);
            relax_block(by, &a, last_row);
        }
        at = follow_block(&a, last_row, at, moves);
    }
    *end = at;
    return all;
}
