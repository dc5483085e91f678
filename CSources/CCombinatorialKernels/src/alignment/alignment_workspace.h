/* The memory of a call, laid out in the caller's workspace, and how problems are cut. */
#ifndef CL_ALIGNMENT_WORKSPACE_H
#define CL_ALIGNMENT_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORKSPACE_ALIGNMENT ((size_t)64)

/* Lanes of the widest variant: sizes hold for every variant. */
#define WIDEST_LANES ((size_t)16)

/* Problems of at most so many cells go through the lanes side by side if there are enough of them. */
#define SIDE_BY_SIDE_CELLS ((size_t)1 << 16)

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

static inline bool are_side_by_side(size_t count, size_t rows, size_t columns) {
    return count > 1 && (rows == 0 || columns <= SIDE_BY_SIDE_CELLS / rows);
}

/* Bytes for the moves of `rows` rows and `steps` steps of all lanes together, two bits each. */
static inline size_t moves_bytes(size_t rows, size_t steps, size_t lanes) {
    return rounded_up(rows * steps * lanes / 4, WORKSPACE_ALIGNMENT);
}

/* Enough for any problems side by side that have at most so many rows and columns. */
static inline size_t side_by_side_bytes(size_t rows, size_t columns, size_t element_size) {
    const size_t cells = rows * columns < SIDE_BY_SIDE_CELLS ? rows * columns : SIDE_BY_SIDE_CELLS;
    const size_t steps = columns < SIDE_BY_SIDE_CELLS ? columns : SIDE_BY_SIDE_CELLS;
    return moves_bytes(1, cells + rows + steps + 1, WIDEST_LANES) +
           (3 * (steps + 1) + 2 * WIDEST_LANES) * WIDEST_LANES * element_size;
}

static inline size_t alone_bytes(
    size_t rows, size_t columns, size_t block_rows, size_t element_size) {
    return moves_bytes(rows_of_block(rows, block_rows), boundary_length(columns), 1) +
           ((count_of_blocks(rows, block_rows) + 2) * boundary_length(columns) + WIDEST_LANES) *
               element_size;
}

#endif
