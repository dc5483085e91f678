#include <math.h>

#include "cl_alignment.h"

#include "../common/table.h"
#include "letter_workspace.h"

CL_SOLVER(cl_letter_alignment_solver, cl_letter_alignment_solve)

size_t cl_letter_alignment_workspace_size(size_t letters, size_t rows, size_t columns, size_t block_rows) {
    const cl_alignment_rule rule = {.gaps = CL_ALIGNMENT_GAP_COSTS, .band = SIZE_MAX, .block_rows = block_rows};
    const size_t by_matrix = cl_alignment_workspace_size(1, rows, columns, rule);
    size_t cells;
    if (letters > 256 || by_matrix == 0 ||
        __builtin_mul_overflow(letters + 1, columns + 8 * WIDEST_LETTER_LANES, &cells) || cells > SIZE_MAX / 64)
        return 0;
    letter_memory bytes;
    letter_matrix matrix;
    arena in_bytes = {0}, in_elements = {0};
    letter_memory_lay_out(&bytes, &in_bytes, letters, rows, columns, block_rows);
    letter_matrix_lay_out(&matrix, &in_elements, letters, rows, columns, sizeof(double));
    const size_t either = arena_size(&in_bytes) > arena_size(&in_elements) + by_matrix
                              ? arena_size(&in_bytes)
                              : arena_size(&in_elements) + by_matrix;
    return letter_levels_bytes(letters) + either + ARENA_ALIGNMENT;
}

double cl_letter_alignment_excess(
    cl_element element, const cl_letter_pair *p, cl_letter_costs costs, size_t block_rows, const uint8_t *moves,
    size_t move_count, void *workspace) {
    const cl_alignment_rule rule = {.gaps = CL_ALIGNMENT_GAP_COSTS, .band = SIZE_MAX, .block_rows = block_rows};
    letter_matrix m;
    arena a = arena_over(workspace);
    letter_matrix_lay_out(&m, &a, costs.letters, p->rows, p->columns, sizeof(double));
    double *profile = (double *)(void *)m.profile, *row_gaps = (double *)(void *)m.row_gaps;
    double *column_gaps = (double *)(void *)m.column_gaps;
    for (size_t i = 0; i < p->rows; i++) row_gaps[i] = costs.row_gap;
    for (size_t k = 0; k < p->columns; k++) column_gaps[k] = costs.column_gap;
    for (size_t letter = 0; letter < costs.letters; letter++)
        for (size_t k = 0; k < p->columns; k++) {
            const size_t at = letter * costs.letters + p->column_letters[k];
            profile[letter * p->columns + k] = element == CL_FLOAT32 ? (double)((const float *)costs.substitutions)[at]
                                                                     : ((const double *)costs.substitutions)[at];
        }
    const cl_alignment_problem problem = {.x = profile, .rows = p->rows, .columns = p->columns,
                                          .row_stride = p->columns, .row_letters = p->row_letters,
                                          .row_gaps = row_gaps, .column_gaps = column_gaps};
    return cl_alignment_excess(CL_FLOAT64, &problem, rule, moves, move_count, m.rest);
}
