#include "cl_rows.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#pragma STDC FP_CONTRACT ON

/* Local spellings for what differs between the variants. */
#define LANES CL_LANES(CL_REAL)
#define vector CL_VARIANT(vector)
#define unaligned_vector CL_VARIANT(unaligned_vector)
#define lane_bits CL_VARIANT(lane_bits)
#define double_vector CL_VARIANT(double_vector)
#define ROWS_INLINE static inline __attribute__((always_inline))

/* Additions to a partial sum in the element type before it is added to a sum in double: they can
 * cost a float sum 16 * 2^-24 of its value when all round the same way, so less than 1e-6. The terms
 * can cost as much again, see log_sum_exp_body.h. (With 64 the sum would be 7% faster, and no better
 * than 4e-6.) */
#define ROWS_RUN (16 * LANES)

/* What exp(x - reference) may add up to, below exp(16). */
#define ROWS_MOST_TOTAL 0x1p23

/* Elements of a row that are worked on at a time: 4 KiB of AVX2 floats, an eighth of the
 * first-level cache. */
#define ROWS_BLOCK (128 * (size_t)LANES)

/* A cache line, or a part of one; a multiple of every vector. */
#define ROWS_LINE_BYTES 64

/* The most rows that are worked on together. */
#define ROWS_GROUP 16

#define CL_BODY "../rows/rows_body.h"
#include "../common/variants.h"
#include "../common/table.h"

#define ROWS(suffix, set)                                                                          \
    {                                                                                              \
        rows_log_sum_exp_##suffix##_##set, rows_softmax_##suffix##_##set,                          \
        rows_log_softmax_##suffix##_##set, rows_softmax_backward_##suffix##_##set,                 \
        rows_log_softmax_backward_##suffix##_##set, rows_cross_entropy_##suffix##_##set,           \
        rows_cross_entropy_backward_##suffix##_##set, rows_bag_costs_##suffix##_##set,             \
        rows_bag_costs_backward_##suffix##_##set, rows_exponential_##suffix##_##set,               \
    }
CL_TABLE(cl_rows_table, cl_rows_kernels, ROWS)
