/* The gradient of one problem's value, for one element type; included by alignment_gradient.c. */

#if CL_REAL_IS_FLOAT
#define GRADIENT cl_alignment_gradient_of_float
#else
#define GRADIENT cl_alignment_gradient_of_double
#endif

void GRADIENT(
    const uint8_t *moves, size_t move_count, size_t rows, size_t columns, cl_alignment_rule rule,
    CL_REAL weight, size_t gradient_stride, CL_REAL *restrict gradient,
    CL_REAL *restrict row_gradient, CL_REAL *restrict column_gradient) {
    const CL_REAL gap = rule.gaps == CL_ALIGNMENT_GAP_FACTOR ? (CL_REAL)(weight * rule.gap_factor)
                        : rule.gaps == CL_ALIGNMENT_GAP_COSTS ? 0
                                                               : weight;
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
    for (size_t row = 0, column = 0, m = 0; m < move_count; m++) {
        if (rows > 0 && columns > 0) {
            const size_t i = row < rows ? row : rows - 1, k = column < columns ? column : columns - 1;
            gradient[i * gradient_stride + k] += added[moves[m]];
        }
        if (row_gradient && moves[m] == CL_ALIGNMENT_VERTICAL)
            row_gradient[row] += weight;
        if (column_gradient && moves[m] == CL_ALIGNMENT_HORIZONTAL)
            column_gradient[column] += weight;
        row += moves[m] != CL_ALIGNMENT_HORIZONTAL;
        column += moves[m] != CL_ALIGNMENT_VERTICAL;
    }
}

#undef GRADIENT
