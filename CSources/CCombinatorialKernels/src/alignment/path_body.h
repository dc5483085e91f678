/* From the moves of all nodes to the path, and what it costs. */

/* The moves out of the nodes off the borders, as one of the two ways of computing leaves them. */
typedef struct move_table {
    const uint8_t *moves;
    size_t last_row; /* the row that it starts with: rows go upwards */
    size_t columns;
    size_t steps;    /* of a row, or of a strip */
    size_t lane;     /* of the problem; LANES: the lanes are rows */
} move_table;

/* A node of the path, and how many moves lead there. */
typedef struct path_end {
    size_t row;
    size_t column;
    size_t count;
} path_end;

ALIGNMENT_INLINE cl_alignment_move CL_VARIANT(move_at)(
    const move_table *t, size_t row, size_t column) {
    const size_t above = t->last_row - row;
    if (t->lane < LANES) {
        const size_t at = above * t->steps + (t->columns - 1 - column);
        return CL_VARIANT(move_of)(t->moves + at * MOVES_BYTES, t->lane);
    }
    const size_t delay = above % LANES;
    const size_t at = above / LANES * t->steps + (t->columns - column) + delay;
    return CL_VARIANT(move_of)(t->moves + at * MOVES_BYTES, LANES - 1 - delay);
}

/* Follows the path to the end of the table or to the border. */
static path_end CL_VARIANT(follow)(const move_table *t, path_end at, uint8_t *restrict moves) {
    while (at.row <= t->last_row && at.column < t->columns) {
        const cl_alignment_move move = CL_VARIANT(move_at)(t, at.row, at.column);
        moves[at.count++] = (uint8_t)move;
        at.row += move != CL_ALIGNMENT_HORIZONTAL;
        at.column += move != CL_ALIGNMENT_VERTICAL;
    }
    return at;
}

/* Along the border to the corner. Returns the number of moves. */
static size_t CL_VARIANT(finish)(const alignment_problem *p, path_end at, uint8_t *restrict moves) {
    for (; at.column < p->columns; at.column++)
        moves[at.count++] = CL_ALIGNMENT_HORIZONTAL;
    for (; at.row < p->rows; at.row++)
        moves[at.count++] = CL_ALIGNMENT_VERTICAL;
    return at.count;
}

static double CL_VARIANT(path_value)(
    const alignment_problem *p, cl_alignment_rule rule, const uint8_t *moves, size_t count) {
    const double factor = rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? rule.gap_factor : 1;
    const double weights[3] = {1, factor, factor};
    const size_t last_row = p->rows - 1, last_column = p->columns - 1;
    double value = 0;
    for (size_t row = 0, column = 0, m = 0; m < count; m++) {
        const uint8_t move = moves[m];
        if (rule.gaps == CL_ALIGNMENT_GAP_COSTS && move != CL_ALIGNMENT_DIAGONAL) {
            value += (double)(move == CL_ALIGNMENT_VERTICAL ? p->row_gaps[row]
                                                            : p->column_gaps[column]);
        } else {
            const size_t i = row < last_row ? row : last_row;
            const size_t k = column < last_column ? column : last_column;
            const CL_REAL *x = p->x + i * p->row_stride;
            value += weights[move] * (double)(p->labels ? (CL_REAL)(p->offsets[i] - (double)x[p->labels[k]]) : x[k]);
        }
        row += move != CL_ALIGNMENT_HORIZONTAL;
        column += move != CL_ALIGNMENT_VERTICAL;
    }
    return value;
}
