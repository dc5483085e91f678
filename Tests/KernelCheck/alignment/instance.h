/* Batches of alignment problems, in double and in the element type, and the recurrence in plain C. */
#ifndef ALIGNMENT_INSTANCE_H
#define ALIGNMENT_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CCombinatorialKernels.h"
#include "../support/draw.h"
#include "../support/exact.h"

typedef struct alignment_item {
    size_t rows, columns, row_stride, length;
    double *x; /* costs or logits; NaN in the padding */
    float *x_float;
    int32_t *labels;
    double *offsets;
    double *row_gaps, *column_gaps;
    float *row_gaps_float, *column_gaps_float;
} alignment_item;

enum { MOST_ALIGNMENTS = 18, NO_MOVE = 3 };

typedef struct alignment_batch {
    number_kind kind;
    bool is_float;
    bool is_large; /* near the largest number */
    bool is_least; /* small multiples of the least double: gaps are halves of it */
    size_t count, rows, columns; /* the most of any */
    cl_alignment_rule rule;
    alignment_item items[MOST_ALIGNMENTS];
    cl_alignment_problem *problems;
} alignment_batch;

/* The instance at hand. */
extern alignment_batch alignments;

/* Draws a batch of at most so many items, all alike in their rule. */
void draw_alignments(size_t most_items, size_t most_side);
void describe_alignments(void);

/* The cost that the kernel sees in double; with labels, rounded to the element type if it holds it. */
double alignment_cost(const alignment_item *p, size_t i, size_t k);
bool alignment_reads(const alignment_item *p, size_t i, size_t k);

/* What a move out of a node pays: times * cost; +infinity where there is none. */
typedef struct alignment_price {
    double times, cost;
} alignment_price;
alignment_price price_of_move(const alignment_item *p, size_t i, size_t k, unsigned move);

/* The first entry that is NaN or -infinity; false if there is none. */
bool first_bad_cost(const alignment_item *p, size_t *row, size_t *column);
/* Whether there is any path. */
bool is_alignable(const alignment_item *p);
/* The greatest magnitude of a finite price, and the least price. */
void price_bounds(const alignment_item *p, double *greatest, double *least);

/* moves[node] by distances in the element type. */
void rounded_recurrence(const alignment_item *p, uint8_t *moves);
/* moves[node] by exact distances; returns the sum of magnitudes on the best path. */
double exact_recurrence(const alignment_item *p, uint8_t *moves, exact *optimum);

/* The exact cost of a path and the sum of its magnitudes; false if it is no path. */
bool cost_of_path(const alignment_item *p, const uint8_t *moves, size_t count, exact *cost, double *magnitude);

#endif
