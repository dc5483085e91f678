#include "common_cost.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

void common_cost_turn(common_cost_problem *p) {
    const listed_costs from = p->list, to = p->turned;
    for (size_t i = 0; i <= p->rows; i++) to.offsets[i] = 0;
    const int64_t entries = from.offsets[p->columns];
    for (int64_t e = 0; e < entries; e++) to.offsets[from.column[e] + 1]++;
    for (size_t i = 0; i < p->rows; i++) {
        to.offsets[i + 1] += to.offsets[i] + 1;
        to.column[to.offsets[i + 1] - 1] = (int32_t)(p->columns + i);
        to.cost[to.offsets[i + 1] - 1] = p->common;
    }
    for (size_t j = 0; j < p->columns; j++)
        for (int64_t e = from.offsets[j]; e < from.offsets[j + 1]; e++) {
            const int64_t at = to.offsets[from.column[e]]++;
            to.column[at] = (int32_t)j;
            to.cost[at] = from.cost[e];
        }
    for (size_t i = p->rows; i > 0; i--) to.offsets[i] = to.offsets[i - 1] + 1; /* each is at its last entry */
    to.offsets[0] = 0;
    p->list = to;
    p->turned = from;
}

/* Listed in a row, but for the last: from first_listed on, before end_listed. */
static inline int64_t first_listed(const common_cost_problem *p, size_t row) { return p->list.offsets[row]; }
static inline int64_t end_listed(const common_cost_problem *p, size_t row) { return p->list.offsets[row + 1] - 1; }

/* As rounded: where it is above the common cost, one that is not listed may be below. */
static double least_reduced_cost(const common_cost_problem *p, size_t row) {
    const double *v = p->column_potentials;
    const bool is_left_over = p->row_of[p->columns + row] >= 0;
    double least = is_left_over ? p->common : (double)INFINITY;
    for (int64_t e = first_listed(p, row); e < end_listed(p, row); e++) {
        const double reduced = p->list.cost[e] - v[p->list.column[e]];
        least = reduced < least ? reduced : least;
    }
    if (least <= p->common) return least;
    int64_t e = first_listed(p, row);
    for (size_t j = 0; j < p->columns; j++) {
        if (p->list.column[e] == (int32_t)j) e++;
        else if (p->common - v[j] < least) least = p->common - v[j];
    }
    return least;
}

static bool solve_sparse(common_cost_problem *p) {
    const cl_sparse_costs costs = {
        p->rows, p->columns + p->rows, p->list.offsets, p->list.column, p->list.cost};
    double value;
    cl_fault fault = {.stop = p->stop == NULL ? NULL : p->stop->flag};
    if (cl_sparse_assignment_solve(
            &costs, p->sparse, &value, p->entry_of, p->row_of, p->row_potentials,
            p->column_potentials, &fault) != CL_STATUS_OK)
        return false;
    for (size_t i = 0; i < p->rows; i++) p->row_potentials[i] = least_reduced_cost(p, i) + 0;
    for (size_t j = 0; j < p->columns; j++) p->column_potentials[j] += 0;
    size_t spare = 0;
    for (size_t i = 0; i < p->rows; i++) {
        p->column_of[i] = p->list.column[p->entry_of[i]];
        if ((size_t)p->column_of[i] < p->columns) continue;
        while (p->row_of[spare] >= 0) spare++;
        p->column_of[i] = (int32_t)spare;
        p->row_of[spare++] = (int32_t)i;
    }
    return true;
}

static bool is_listed(const common_cost_problem *p, size_t row, int32_t column) {
    int64_t e = first_listed(p, row);
    while (p->list.column[e] < column) e++; /* the last entry stands behind all columns */
    return p->list.column[e] == column;
}

/* A row before this one whose column it may have, while that row may have the free one; `row`: there is none. */
static size_t row_to_move(const common_cost_problem *p, size_t row, int32_t free) {
    size_t k = 0;
    while (k < row && (p->listed_in[p->column_of[k]] == (int32_t)row || is_listed(p, k, free))) k++;
    return k;
}

/* Every row takes the first free column that is not listed. */
static bool match_at_common_cost(common_cost_problem *p) {
    const int32_t none = (int32_t)p->columns;
    int32_t first_free = 0;
    for (int32_t j = 0; j < none; j++) {
        p->next_free[j] = j + 1;
        p->listed_in[j] = p->row_of[j] = -1;
        p->column_potentials[j] = 0;
    }
    for (size_t i = 0; i < p->rows; i++) {
        leave_if_stopped(p->stop);
        for (int64_t e = first_listed(p, i); e < end_listed(p, i); e++) p->listed_in[p->list.column[e]] = (int32_t)i;
        int32_t *at = &first_free;
        while (*at < none && p->listed_in[*at] == (int32_t)i) at = &p->next_free[*at];
        size_t row = i;
        if (*at == none) {
            at = &first_free;
            row = row_to_move(p, i, first_free);
            if (row == i) return false;
            p->column_of[i] = p->column_of[row];
            p->row_of[p->column_of[i]] = (int32_t)i;
        }
        p->column_of[row] = *at;
        p->row_of[*at] = (int32_t)row;
        *at = p->next_free[*at];
        p->row_potentials[i] = p->common;
    }
    return true;
}

bool common_cost_solve(common_cost_problem *p) {
    return p->has_above ? match_at_common_cost(p) : solve_sparse(p);
}
