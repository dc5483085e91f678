/* The gradient of one problem's value, for one element type; included by alignment_gradient.c. */

static void CL_ELEMENT(gradient)(
    const uint8_t *moves, size_t move_count, size_t rows, size_t columns, CL_REAL weight,
    double gap_weight, size_t gradient_stride, CL_REAL *restrict gradient,
    CL_REAL *restrict row_gradient, CL_REAL *restrict column_gradient) {
    const CL_REAL gap = gap_weight == 0 ? 0 : (CL_REAL)(weight * gap_weight);
    const CL_REAL added[3] = {weight, gap, gap};
    if (gradient_stride == columns)
        memset(gradient, 0, rows * columns * sizeof(CL_REAL));
    else
        for (size_t i = 0; i < rows; i++)
            memset(gradient + i * gradient_stride, 0, columns * sizeof(CL_REAL));
    if (row_gradient)
        memset(row_gradient, 0, rows * sizeof(CL_REAL));
    if (column_gradient)
        memset(column_gradient, 0, columns * sizeof(CL_REAL));
    if (rows > 0 && columns > 0) {
        /* Moves along the border are those at the end that are alike, and read its cells again; every
         * other move has a cell of its own. */
        const uint8_t last = move_count > 0 ? moves[move_count - 1] : CL_ALIGNMENT_DIAGONAL;
        size_t inside = move_count;
        while (last != CL_ALIGNMENT_DIAGONAL && inside > 0 && moves[inside - 1] == last)
            inside--;
        const size_t strides[3] = {gradient_stride + 1, 1, gradient_stride};
        CL_REAL *cell = gradient;
        for (size_t m = 0; m < inside; m++) {
            *cell = added[moves[m]];
            cell += strides[moves[m]];
        }
        for (cell -= last == CL_ALIGNMENT_HORIZONTAL ? gradient_stride : 1; inside < move_count;
             inside++) {
            *cell += gap;
            cell += strides[last];
        }
    }
    if (!row_gradient && !column_gradient)
        return;
    for (size_t row = 0, column = 0, m = 0; m < move_count; m++) {
        if (row_gradient && moves[m] == CL_ALIGNMENT_VERTICAL)
            row_gradient[row] += weight;
        if (column_gradient && moves[m] == CL_ALIGNMENT_HORIZONTAL)
            column_gradient[column] += weight;
        row += moves[m] != CL_ALIGNMENT_HORIZONTAL;
        column += moves[m] != CL_ALIGNMENT_VERTICAL;
    }
}
