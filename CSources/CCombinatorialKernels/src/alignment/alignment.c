#include "cl_alignment.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "alignment_workspace.h"
#include "exact_path.h"

/* Bits must agree between the variants: a * b + c is never contracted. */
#pragma STDC FP_CONTRACT OFF

/* Vectors of several registers pass only between functions of this file. */
#pragma clang diagnostic ignored "-Wpsabi"

/* Local spellings for what differs between the variants. */
#define vector CL_VARIANT(vector)
#define unaligned_vector CL_VARIANT(unaligned_vector)
#define unaligned_piece CL_VARIANT(unaligned_piece)
#define lane_flags CL_VARIANT(lane_flags)
#define lane_mask CL_VARIANT(lane_mask)
#define stream CL_VARIANT(stream)
#define ahead CL_VARIANT(ahead)
#define prices CL_VARIANT(prices)
#define row_of_group CL_VARIANT(row_of_group)
#define strip_below CL_VARIANT(strip_below)
#define path_end CL_VARIANT(path_end)
#define witness CL_VARIANT(witness)
#define group CL_VARIANT(group)
#define alone CL_VARIANT(alone)
#define ALIGNMENT_INLINE static inline __attribute__((always_inline))

/* Steps of a strip whose rows are staged at a time, if they are not read where they are. */
#define STREAM_CHUNK ((ptrdiff_t)128)

#define NO_BORDER PTRDIFF_MIN

/* The first and the last chunks of a strip are short, as its lanes do not start and end together. */
static inline ptrdiff_t chunk_of_strip(ptrdiff_t first, ptrdiff_t left, ptrdiff_t lanes) {
    if (first == 0 || left <= 3 * lanes)
        return left < 2 * lanes ? left : 2 * lanes;
    return left - 2 * lanes < STREAM_CHUNK ? (left - 2 * lanes) / lanes * lanes : STREAM_CHUNK;
}

#define CL_BODY "../alignment/alignment_body.h"
#include "../common/variants.h"
#include "../common/table.h"

CL_SOLVER(cl_alignment_solver, cl_alignment_solve, alignment_solve)

size_t cl_alignment_workspace_size(
    size_t count, size_t rows, size_t columns, cl_alignment_rule rule) {
    size_t cells;
    if (rows > INT32_MAX || columns > INT32_MAX ||
        __builtin_mul_overflow(rows + 2 * WIDEST_LANES, columns + 2 * WIDEST_LANES, &cells) ||
        cells > SIZE_MAX / 64)
        return 0;
    const size_t by_itself = alone_bytes(rows, columns, rule.block_rows, sizeof(double));
    const size_t together = count > 1 ? side_by_side_bytes(rows, columns, sizeof(double)) : 0;
    const size_t fast = by_itself > together ? by_itself : together;
    const size_t exact = cl_alignment_exact_bytes(rows, columns, rule.block_rows);
    return (fast > exact ? fast : exact) + WORKSPACE_ALIGNMENT;
}
