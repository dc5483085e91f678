#include <math.h>
#include <string.h>

#include "../support/memory.h"
#include "instance.h"

/* The kernels fuse nothing, so neither may the recurrence that has their bits. */
#pragma STDC FP_CONTRACT OFF

static size_t node_of(const alignment_item *p, size_t i, size_t k) { return i * (p->columns + 1) + k; }

static size_t node_after(const alignment_item *p, size_t node, unsigned move) {
    return node + (move != CL_ALIGNMENT_HORIZONTAL) * (p->columns + 1) + (move != CL_ALIGNMENT_VERTICAL);
}

bool is_alignable(const alignment_item *p) {
    bool *reaches = INPUT(bool, (p->rows + 1) * (p->columns + 1));
    for (size_t i = p->rows + 1; i-- > 0;)
        for (size_t k = p->columns + 1; k-- > 0;) {
            const size_t node = node_of(p, i, k);
            reaches[node] = i == p->rows && k == p->columns;
            for (unsigned move = 0; move < NO_MOVE; move++)
                if (price_of_move(p, i, k, move).cost < (double)INFINITY)
                    reaches[node] |= reaches[node_after(p, node, move)];
        }
    return reaches[0];
}

static double rounded_sum(double distance, alignment_price price) {
    if (!alignments.is_float) return distance + price.times * price.cost;
    const float paid = (float)price.times * (float)price.cost;
    return (double)((float)distance + (price.times == 1 ? (float)price.cost : paid));
}

void rounded_recurrence(const alignment_item *p, uint8_t *moves) {
    double *distances = INPUT(double, (p->rows + 1) * (p->columns + 1));
    for (size_t i = p->rows + 1; i-- > 0;)
        for (size_t k = p->columns + 1; k-- > 0;) {
            const size_t node = node_of(p, i, k);
            if (i == p->rows && k == p->columns) continue;
            double best = INFINITY;
            moves[node] = NO_MOVE;
            for (unsigned move = 0; move < NO_MOVE; move++) {
                const alignment_price price = price_of_move(p, i, k, move);
                if (price.cost == (double)INFINITY) continue;
                const double sum = rounded_sum(distances[node_after(p, node, move)], price);
                if (!(sum < best)) continue;
                best = sum;
                moves[node] = (uint8_t)move;
            }
            distances[node] = best;
        }
}

double exact_recurrence(const alignment_item *p, uint8_t *moves, exact *optimum) {
    const size_t width = p->columns + 1;
    exact *rows[2] = {INPUT(exact, width), INPUT(exact, width)}; /* in work, and the one below */
    double *magnitudes = INPUT(double, (p->rows + 1) * width);
    for (size_t i = p->rows + 1; i-- > 0;) {
        for (size_t k = width; k-- > 0;) {
            const size_t node = node_of(p, i, k);
            moves[node] = NO_MOVE;
            if (i == p->rows && k == p->columns) exact_clear(&rows[0][k]);
            for (unsigned move = 0; move < NO_MOVE; move++) {
                const alignment_price price = price_of_move(p, i, k, move);
                const size_t next = node_after(p, node, move);
                const bool is_end = next == (p->rows + 1) * width - 1;
                if (price.cost == (double)INFINITY || (!is_end && moves[next] == NO_MOVE)) continue;
                exact sum = rows[move != CL_ALIGNMENT_HORIZONTAL][k + (move != CL_ALIGNMENT_VERTICAL)];
                exact_add_product(&sum, price.times, price.cost);
                if (moves[node] != NO_MOVE && exact_compare(&sum, &rows[0][k]) >= 0) continue;
                rows[0][k] = sum;
                moves[node] = (uint8_t)move;
                magnitudes[node] = magnitudes[next] + fabs(price.times * price.cost);
            }
        }
        exact *const above = rows[1];
        rows[1] = rows[0];
        rows[0] = above;
    }
    *optimum = rows[1][0];
    return magnitudes[0];
}

bool cost_of_path(const alignment_item *p, const uint8_t *moves, size_t count, exact *cost, double *magnitude) {
    size_t i = 0, k = 0;
    exact_clear(cost);
    *magnitude = 0;
    for (size_t m = 0; m < count; m++) {
        const alignment_price price = moves[m] < NO_MOVE ? price_of_move(p, i, k, moves[m]) : (alignment_price){1, INFINITY};
        if (price.cost == (double)INFINITY) return false;
        exact_add_product(cost, price.times, price.cost);
        *magnitude += fabs(price.times * price.cost);
        i += moves[m] != CL_ALIGNMENT_HORIZONTAL;
        k += moves[m] != CL_ALIGNMENT_VERTICAL;
    }
    return i == p->rows && k == p->columns;
}
