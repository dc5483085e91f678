/* The row kernels, of one variant. The parts stand in the order in which they build on each other. */

/* Additions to a partial sum in the element type before it is added to a sum in double: they can
 * cost a float sum 16 * 2^-24 of its value when all round the same way, so less than 1e-6. The terms
 * can cost as much again, see log_sum_exp_body.h. (With 64 the sum would be 7% faster, and no better
 * than 4e-6.) */
#define ROWS_RUN (16 * LANES)

/* What exp(x - reference) may add up to, below exp(16). */
#define ROWS_MOST_TOTAL 0x1p23

/* Between these bounds of a sum of exponentials the first reference will do, see bag_sums_body.h. */
#define ROWS_LEAST_SUM 0.75
#define ROWS_GREATEST_SUM 0x1p80

/* Elements of a row that are worked on at a time: 4 KiB of AVX2 floats, an eighth of the
 * first-level cache. */
#define ROWS_BLOCK (128 * (size_t)LANES)

/* A cache line, or a part of one; a multiple of every vector. */
#define ROWS_LINE_BYTES 64

/* The most rows that are worked on together. */
#define ROWS_GROUP 16

#include "vector_body.h"
#include "exponential_body.h"
#include "exponential_row_body.h"
#include "logarithm_body.h"
#include "log_sum_exp_body.h"
#include "row_gradient_body.h"
#include "softmax_body.h"
#include "cross_entropy_body.h"
#include "bag_sums_body.h"
#include "bag_costs_body.h"
#include "bag_loss_body.h"

const cl_rows_kernels CL_VARIANT(cl_rows_kernels) = {
    rows_log_sum_exp, rows_softmax, rows_log_softmax, rows_softmax_backward, rows_log_softmax_backward,
    rows_cross_entropy, rows_cross_entropy_backward, rows_bag_costs, rows_bag_costs_backward,
    rows_bag_exponentials, rows_bag_loss_backward, rows_exponential,
};
