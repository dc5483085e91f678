/* The memory of an alignment of letters, laid out in the caller's workspace. */
#ifndef CL_LETTER_WORKSPACE_H
#define CL_LETTER_WORKSPACE_H

#include "alignment_workspace.h"

/* Lanes of bytes of the widest variant: sizes hold for every variant. */
#define WIDEST_LETTER_LANES ((size_t)64)

/* Bytes of a row over all columns, from WIDEST_LETTER_LANES before the first one to where the lanes of a strip have
 * run out. */
static inline size_t letter_row_length(size_t columns) {
    return rounded_up(columns, WIDEST_LETTER_LANES) + 4 * WIDEST_LETTER_LANES;
}

/* Rows whose moves are kept at a time: whole strips for every variant. */
static inline size_t letter_rows_of_block(size_t rows, size_t block_rows) {
    const size_t some = block_rows == 0 || block_rows > rows ? rows : block_rows;
    return rounded_up(some, WIDEST_LETTER_LANES);
}

/* Bytes of the moves of a block: two bits a cell. */
static inline size_t letter_moves_bytes(size_t rows, size_t columns, size_t block_rows) {
    return moves_bytes(letter_rows_of_block(rows, block_rows) * (columns + 2 * WIDEST_LETTER_LANES));
}

/* Of the recurrence in bytes. Letters stand from the last one on. */
typedef struct letter_memory {
    uint8_t *row_letters;    /* [rows, and a strip] */
    uint8_t *column_letters; /* [letter_row_length], as all rows below */
    uint8_t *boundary;
    uint8_t *checkpoints; /* [blocks, letter_row_length] */
    uint8_t *profile;     /* [letters, letter_row_length] */
    uint8_t *moves;
} letter_memory;

static inline void letter_memory_lay_out(
    letter_memory *m, arena *a, size_t letters, size_t rows, size_t columns, size_t block_rows) {
    const size_t length = letter_row_length(columns), block = letter_rows_of_block(rows, block_rows);
    ARENA_TAKE(a, m->row_letters, rows + WIDEST_LETTER_LANES);
    ARENA_TAKE(a, m->column_letters, length);
    ARENA_TAKE(a, m->boundary, length);
    ARENA_TAKE(a, m->checkpoints, (block == 0 ? 0 : (rows + block - 1) / block) * length);
    ARENA_TAKE(a, m->profile, letters * length);
    ARENA_TAKE(a, m->moves, letter_moves_bytes(rows, columns, block_rows));
}

/* Of the recurrence in the element type, before what that takes itself. */
typedef struct letter_matrix {
    char *profile;  /* [letters, columns] elements: the row of the costs of each letter */
    char *row_gaps; /* [rows] */
    char *column_gaps; /* [columns] */
    char *rest;
} letter_matrix;

static inline void letter_matrix_lay_out(
    letter_matrix *m, arena *a, size_t letters, size_t rows, size_t columns, size_t element_size) {
    ARENA_TAKE(a, m->profile, letters * columns * element_size);
    ARENA_TAKE(a, m->row_gaps, rows * element_size);
    ARENA_TAKE(a, m->column_gaps, columns * element_size);
    ARENA_TAKE(a, m->rest, 0);
}

static inline cl_alignment_rule letter_rule(size_t block_rows) {
    return (cl_alignment_rule){.gaps = CL_ALIGNMENT_GAP_COSTS, .band = SIZE_MAX, .block_rows = block_rows};
}

/* The same problem with a matrix of costs, whose rows are looked up by their letters; `rest`: what it leaves of the
 * workspace. */
cl_alignment_problem letter_matrix_problem(
    const cl_letter_pair *p, const cl_letter_costs *c, bool is_float, void *workspace, void **rest);

/* Levels of the costs, for all problems of a call. */
static inline size_t letter_levels_bytes(size_t letters) {
    return rounded_up(letters * letters, ARENA_ALIGNMENT);
}

#endif
