/* From the moves of all nodes to the path, and what it costs. */

/* A node of the path, and how many moves lead there. */
typedef struct path_end {
    size_t row;
    size_t column;
    size_t count;
} path_end;

/* Along the border to the corner. Returns the number of moves. */
static size_t finish_path(const cl_alignment_problem *p, path_end at, uint8_t *restrict moves) {
    for (; at.column < p->columns; at.column++)
        moves[at.count++] = CL_ALIGNMENT_HORIZONTAL;
    for (; at.row < p->rows; at.row++)
        moves[at.count++] = CL_ALIGNMENT_VERTICAL;
    return at.count;
}

/* What a path costs, and the sum of the magnitudes of what it pays. `inside` is where it meets
 * the border: until then every move reads a cell of its own. */
static double sum_path(
    const cl_alignment_problem *p, cl_alignment_rule rule, const uint8_t *moves, path_end inside,
    size_t count, double *restrict magnitude) {
    const double gap = rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? rule.gap_factor : 1;
    const double weights[3] = {1, gap, gap};
    const size_t strides[3] = {p->row_stride + 1, 1, p->row_stride};
    const size_t last_row = p->rows - 1, last_column = p->columns - 1;
    const CL_REAL *row_gaps = p->row_gaps, *column_gaps = p->column_gaps;
    double value = 0, magnitudes = 0;
    size_t row = 0, column = 0, m = 0;
    if (!p->labels && !p->row_letters && rule.gaps != CL_ALIGNMENT_GAP_COSTS) {
        const CL_REAL *x = p->x;
        for (; m < inside.count; m++) {
            const double paid = weights[moves[m]] * (double)*x;
            value += paid;
            magnitudes += fabs(paid);
            x += strides[moves[m]];
        }
        row = inside.row;
        column = inside.column;
    }
    for (; m < count; m++) {
        const uint8_t move = moves[m];
        const bool has_price = rule.gaps == CL_ALIGNMENT_GAP_COSTS && move != CL_ALIGNMENT_DIAGONAL;
        const double paid =
            has_price ? (double)(move == CL_ALIGNMENT_VERTICAL ? row_gaps[row] : column_gaps[column])
                      : weights[move] * (double)cost_at(
                                            p, row < last_row ? row : last_row,
                                            column < last_column ? column : last_column);
        value += paid;
        magnitudes += fabs(paid);
        row += move != CL_ALIGNMENT_HORIZONTAL;
        column += move != CL_ALIGNMENT_VERTICAL;
    }
    *magnitude = magnitudes;
    return value;
}
