/* Rows of logits, in float or in double, and what the definitions make of them. */
#ifndef LOGITS_H
#define LOGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CCombinatorialKernels.h"
#include "support/draw.h"

typedef struct logits {
    number_kind kind;
    bool is_float;
    size_t rows, columns, stride;
    const void *x;
    const int32_t *labels; /* [rows] */
    size_t first_bad_label; /* rows if there is none */
} logits;

/* The instance at hand. */
extern logits drawn;

/* `rows_at_once`: the most rows. */
void draw_logits(size_t rows_at_once);
void describe_logits(void);

size_t real_size(void);
double read_real(const void *x, size_t index);
void write_real(void *x, size_t index, double value);
/* A number for a weight or a cotangent: of the element type, of moderate magnitude. */
double draw_weight(void);
/* [count] of them in new memory. */
void *draw_weights(size_t count);

/* The sum of the exponentials of a row: log-sum-exp = maximum + log_sum. */
typedef struct row_reference {
    bool is_number; /* neither NaN nor +infinity in the row, and not all -infinity */
    bool is_empty;  /* all -infinity */
    long double maximum, log_sum;
} row_reference;

row_reference reference_of_row(size_t row);
/* x[row][column] - log-sum-exp; -infinity where the probability is 0. */
long double log_probability(size_t row, size_t column, row_reference reference);

/* The errors that the header allows. */
long double unit_in_last_place(void);
long double least_normal(void);
long double tolerance_of_log_sum(void);
long double relative_tolerance_of_probability(long double log_probability, long double error_of_log_sum);

/* Whether a number of the element type is this one within a tolerance: an infinity where its magnitude,
 * but for the tolerance, exceeds the range. */
bool is_near(double found, long double expected, long double tolerance);

/* Whether a matrix [rows, columns] was written in its cells alone. */
bool padding_is_unwritten(const void *y, size_t rows, size_t columns, size_t stride);
size_t matrix_extent(size_t rows, size_t columns, size_t stride);

void check_log_sum_exp(void);
void check_softmax(void);
void check_softmax_backward(void);
void check_cross_entropy(void);
void check_bag_costs(void);
void check_exponential(void);

#endif
