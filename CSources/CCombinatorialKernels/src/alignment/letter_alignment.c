#include <math.h>

#include "cl_alignment.h"

#include "../common/table.h"
#include "letter_workspace.h"

CL_SOLVER(cl_letter_alignment_solver, cl_letter_alignment_solve)

size_t cl_letter_alignment_workspace_size(size_t letters, size_t rows, size_t columns, size_t block_rows) {
    const size_t by_matrix = cl_alignment_workspace_size(1, rows, columns, letter_rule(block_rows));
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

CL_INLINE void put(void *numbers, bool is_float, size_t at, double x) {
    if (is_float) ((float *)numbers)[at] = (float)x;
    else ((double *)numbers)[at] = x;
}

/* The row of the costs of each letter. */
CL_INLINE void fill_profile(const cl_letter_pair *p, const cl_letter_costs *c, bool is_float, void *profile) {
    const size_t letters = c->letters, columns = p->columns;
    const uint8_t *restrict column_letters = p->column_letters;
    for (size_t letter = 0; letter < letters; letter++)
        for (size_t k = 0; k < columns; k++)
            put(profile, is_float, letter * columns + k,
                number_at(c->substitutions, is_float, letter * letters + column_letters[k]));
}

cl_alignment_problem letter_matrix_problem(
    const cl_letter_pair *p, const cl_letter_costs *c, bool is_float, void *workspace, void **rest) {
    letter_matrix m;
    arena a = arena_over(workspace);
    letter_matrix_lay_out(&m, &a, c->letters, p->rows, p->columns, is_float ? sizeof(float) : sizeof(double));
    for (size_t i = 0; i < p->rows; i++) put(m.row_gaps, is_float, i, c->row_gap);
    for (size_t k = 0; k < p->columns; k++) put(m.column_gaps, is_float, k, c->column_gap);
    if (is_float) fill_profile(p, c, true, m.profile);
    else fill_profile(p, c, false, m.profile);
    *rest = m.rest;
    return (cl_alignment_problem){.x = m.profile, .rows = p->rows, .columns = p->columns, .row_stride = p->columns,
                                  .row_letters = p->row_letters, .row_gaps = m.row_gaps, .column_gaps = m.column_gaps};
}

double cl_letter_alignment_excess(
    cl_element element, const cl_letter_pair *p, cl_letter_costs costs, size_t block_rows, const uint8_t *moves,
    size_t move_count, void *workspace) {
    void *rest;
    const cl_alignment_problem problem = letter_matrix_problem(p, &costs, element == CL_FLOAT32, workspace, &rest);
    return cl_alignment_excess(element, &problem, letter_rule(block_rows), moves, move_count, rest);
}
