/* The memory of a call, laid out in the caller's workspace, and how problems are cut. */
#ifndef CL_ALIGNMENT_WORKSPACE_H
#define CL_ALIGNMENT_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/arena.h"
#include "../common/clang.h"
#include "../common/numbers.h"
#include "cl_alignment.h"

/* Lanes of the widest variant: sizes hold for every variant. */
#define WIDEST_LANES ((size_t)16)

/* Problems of at most so many cells go through the lanes side by side if there are enough of them. */
#define SIDE_BY_SIDE_CELLS ((size_t)1 << 16)

/* The row of x that a row reads. */
static inline size_t row_of_x(const cl_alignment_problem *p, size_t row) {
    return p->row_letters ? p->row_letters[row] : row;
}

/* What a cell costs, before a cost by labels is rounded to the element type. */
CL_INLINE double cost_of_cell(const cl_alignment_problem *p, bool is_float, size_t row, size_t column) {
    const size_t start = row_of_x(p, row) * p->row_stride;
    const double number = number_at(p->x, is_float, start + (p->labels ? (size_t)p->labels[column] : column));
    return p->labels ? p->offsets[row] - number : number;
}

/* Whether the rule lets a path read the cell. */
CL_INLINE bool is_in_band(const cl_alignment_problem *p, cl_alignment_rule rule, size_t row, size_t column) {
    if (rule.gaps != CL_ALIGNMENT_TIME_WARPING || rule.band >= p->rows + p->columns) return true;
    const size_t longer = p->columns > p->rows ? p->columns - p->rows : 0;
    const size_t taller = p->rows > p->columns ? p->rows - p->columns : 0;
    return column <= row + longer + rule.band && row <= column + taller + rule.band;
}

static inline size_t rounded_up(size_t count, size_t multiple) {
    return (count + multiple - 1) / multiple * multiple;
}

/* Rows whose moves a problem by itself keeps at a time: whole strips for every variant. */
static inline size_t rows_of_block(size_t rows, size_t block_rows) {
    const size_t all = rounded_up(rows, WIDEST_LANES);
    return block_rows == 0 || block_rows >= rows ? all : rounded_up(block_rows, WIDEST_LANES);
}

static inline size_t count_of_blocks(size_t rows, size_t block_rows) {
    const size_t block = rows_of_block(rows, block_rows);
    return block == 0 ? 0 : (rows + block - 1) / block;
}

/* Elements of a row of distances: columns + 1, and room for the lanes of a strip to run out. */
static inline size_t boundary_length(size_t columns) {
    return rounded_up(columns + 1, WIDEST_LANES) + WIDEST_LANES;
}

/* Steps of a strip whose rows are staged at a time, if they are not read where they are. */
#define STREAM_CHUNK ((ptrdiff_t)128)

#define NO_BORDER PTRDIFF_MIN

/* The first and the last chunks of a strip are short, as its lanes do not start and end together. */
static inline ptrdiff_t chunk_of_strip(ptrdiff_t first, ptrdiff_t left, ptrdiff_t lanes) {
    if (first == 0 || left <= 3 * lanes)
        return left < 2 * lanes ? left : 2 * lanes;
    return left - 2 * lanes < STREAM_CHUNK ? (left - 2 * lanes) / lanes * lanes : STREAM_CHUNK;
}

static inline bool are_side_by_side(size_t count, size_t rows, size_t columns) {
    return count > 1 && (rows == 0 || columns <= SIDE_BY_SIDE_CELLS / rows);
}

/* Moves of so many cells, two bits each. */
static inline size_t moves_bytes(size_t cells) { return cells / 4; }

/* Problems side by side that have at most so many rows and columns, in so many lanes. */
typedef struct group_memory {
    char *distances;   /* [columns + 1, lanes] elements */
    char *column_gaps; /* [columns, lanes] */
    char *staged;      /* [lanes, columns + 2 lanes] */
    uint8_t *moves;    /* [rows + 1, columns + 1, lanes] moves */
} group_memory;

static inline void group_memory_lay_out(
    group_memory *m, arena *a, size_t cells, size_t columns, size_t lanes, size_t element_size) {
    ARENA_TAKE(a, m->distances, (columns + 1) * lanes * element_size);
    ARENA_TAKE(a, m->column_gaps, columns * lanes * element_size);
    ARENA_TAKE(a, m->staged, (columns + 2 * lanes) * lanes * element_size);
    ARENA_TAKE(a, m->moves, moves_bytes(cells * lanes));
}

/* Enough for any group of problems that have at most so many rows and columns. */
static inline size_t side_by_side_bytes(size_t rows, size_t columns, size_t element_size) {
    const size_t cells = rows * columns < SIDE_BY_SIDE_CELLS ? rows * columns : SIDE_BY_SIDE_CELLS;
    const size_t steps = columns < SIDE_BY_SIDE_CELLS ? columns : SIDE_BY_SIDE_CELLS;
    group_memory m;
    arena a = {0};
    group_memory_lay_out(&m, &a, cells + rows + steps + 1, steps, WIDEST_LANES, element_size);
    return arena_size(&a);
}

/* A problem by itself. */
typedef struct alone_memory {
    char *boundary;    /* [WIDEST_LANES, boundary_length] elements */
    char *column_gaps; /* [boundary_length] */
    char *checkpoints; /* [count_of_blocks, boundary_length] */
    uint8_t *moves;    /* [rows_of_block, boundary_length] moves */
} alone_memory;

static inline void alone_memory_lay_out(
    alone_memory *m, arena *a, size_t rows, size_t columns, size_t block_rows, size_t element_size) {
    const size_t length = boundary_length(columns);
    ARENA_TAKE(a, m->boundary, (WIDEST_LANES + length) * element_size);
    ARENA_TAKE(a, m->column_gaps, length * element_size);
    ARENA_TAKE(a, m->checkpoints, count_of_blocks(rows, block_rows) * length * element_size);
    ARENA_TAKE(a, m->moves, moves_bytes(rows_of_block(rows, block_rows) * length));
}

#endif
