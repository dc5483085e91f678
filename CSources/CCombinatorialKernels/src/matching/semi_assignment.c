/* J. Kennington, Z. Wang: A shortest augmenting path algorithm for the semi-assignment problem,
 * Operations Research 40 (1992), doi:10.1287/opre.40.1.178.
 *
 * Rows that find room in their cheapest column take it. For each of the others a search grows from
 * column to column: out of a full column lead the edges of all its rows. It ends at the nearest column
 * with room, the rows on the path move up by one, and the potentials of the columns inside fall. A search
 * relaxes each row at most once, O(rows columns), so O(rows^2 columns) in all: copies of the columns, one
 * for each row that they may take, would make that O(rows^3). */
#include "cl_matching.h"

#include <math.h>
#include <stdbool.h>

#include "costs.h"
#include "exact_matching.h"
#include "../common/arena.h"

#pragma STDC FP_CONTRACT OFF

typedef struct problem {
    const double *costs;
    size_t rows, columns;
    int32_t *column_of;  /* [rows] */
    double *potential;   /* [columns] v */
    int64_t *room;       /* [columns] rows that a column may take still */
    double *distance;    /* [columns] of the shortest path found so far */
    double *open;        /* [columns] v of columns outside the tree, -infinity of those inside */
    double *settled;     /* [columns] final distance of the columns in the tree, in order of entry */
    int32_t *tree;       /* [columns] those columns */
    int32_t *row_before; /* [columns] the row before a column on its path */
    int32_t *first;      /* [columns] the rows of a column, as a list; -1: none */
    int32_t *next;       /* [rows] */
    int64_t *entry_of;   /* [rows] for exact numbers */
    char *exact;
    stop_point *stop;
} problem;

static void lay_out(problem *p, arena *a, size_t rows, size_t columns) {
    ARENA_TAKE(a, p->room, columns);
    ARENA_TAKE(a, p->distance, columns);
    ARENA_TAKE(a, p->open, columns);
    ARENA_TAKE(a, p->settled, columns);
    ARENA_TAKE(a, p->tree, columns);
    ARENA_TAKE(a, p->row_before, columns);
    ARENA_TAKE(a, p->first, columns);
    ARENA_TAKE(a, p->next, rows);
    ARENA_TAKE(a, p->entry_of, rows);
    ARENA_TAKE(a, p->exact, exact_matching_workspace_size(rows, columns));
}

size_t cl_semi_assignment_workspace_size(size_t rows, size_t columns) {
    if (rows > INT32_MAX || columns > INT32_MAX || columns > SIZE_MAX / 1024 || rows > SIZE_MAX / 64)
        return 0;
    problem p;
    arena a = {0};
    lay_out(&p, &a, rows, columns);
    return arena_size(&a);
}

static void take(problem *p, int32_t row, int32_t column) {
    p->column_of[row] = column;
    p->next[row] = p->first[column];
    p->first[column] = row;
}

static void leave(problem *p, int32_t row) {
    int32_t *at = &p->first[p->column_of[row]];
    while (*at != row) at = &p->next[*at];
    *at = p->next[row];
}

/* The cheapest column of a row; the lowest of equal ones. */
static size_t cheapest(const problem *p, size_t row) {
    leave_if_stopped(p->stop);
    const double *c = p->costs + row * p->columns;
    const double least = least_of(c, p->columns);
    size_t best = 0;
    while (c[best] != least) best++;
    return best;
}

static void relax(problem *p, int32_t row, double offset) {
    leave_if_stopped(p->stop);
    relax_row(
        p->costs + (size_t)row * p->columns, p->columns, row, offset, p->open, p->distance,
        p->row_before);
}

/* The nearest column outside the tree; of equal ones the lowest with room, else the lowest. Those in the tree are
 * infinitely far. */
static size_t nearest(const problem *p, double *least) {
    const double low = least_of(p->distance, p->columns);
    size_t first = p->columns;
    *least = low;
    for (size_t j = 0; j < p->columns; j++) {
        if (p->distance[j] != low) continue;
        if (p->room[j] > 0) return j;
        first = first < j ? first : j;
    }
    return first;
}

/* Finds room for one row. False if there is none that it can reach. */
static bool augment(problem *p, int32_t start) {
    size_t in_tree = 0, j;
    double low;
    for (size_t k = 0; k < p->columns; k++) p->distance[k] = INFINITY;
    for (size_t k = 0; k < p->columns; k++) p->open[k] = p->potential[k];
    relax(p, start, 0);
    for (;;) {
        j = nearest(p, &low);
        if (low == INFINITY) return false;
        if (p->room[j] > 0) break;
        p->tree[in_tree] = (int32_t)j;
        p->settled[in_tree++] = low;
        p->distance[j] = INFINITY;
        p->open[j] = -INFINITY;
        for (int32_t i = p->first[j]; i >= 0; i = p->next[i])
            relax(p, i, p->costs[(size_t)i * p->columns + j] - p->potential[j] - low);
    }
    for (size_t k = 0; k < in_tree; k++) { /* farther away by rounding alone */
        if (p->settled[k] < low) p->potential[p->tree[k]] += p->settled[k] - low;
    }
    p->room[j]--;
    for (int32_t i = -1; i != start;) {
        i = p->row_before[j];
        const int32_t before = p->column_of[i];
        if (i != start) leave(p, i);
        take(p, i, (int32_t)j);
        j = (size_t)before;
    }
    return true;
}

static bool optimize(problem *p, const int64_t *capacities) {
    for (size_t j = 0; j < p->columns; j++) {
        p->potential[j] = 0;
        p->room[j] = capacities[j];
        p->first[j] = -1;
    }
    for (size_t i = 0; i < p->rows; i++) {
        const size_t j = cheapest(p, i);
        p->column_of[i] = -1;
        if (p->room[j] == 0 || p->costs[i * p->columns + j] == INFINITY) continue;
        p->room[j]--;
        take(p, (int32_t)i, (int32_t)j);
    }
    for (size_t i = 0; i < p->rows; i++)
        if (p->column_of[i] < 0 && !augment(p, (int32_t)i)) return false;
    return true;
}

/* In exact numbers. Columns without capacity never take part: they get as much as the rows permit. */
static cl_status solve_exactly(problem *p, const exact_matching *m, double *row_potentials) {
    const cl_status status = exact_matching_solve(m, p->exact, p->entry_of, p->potential);
    if (status != CL_STATUS_OK) return status;
    for (size_t i = 0; i < p->rows; i++) {
        p->column_of[i] = (int32_t)((size_t)p->entry_of[i] % p->columns);
        row_potentials[i] = p->costs[p->entry_of[i]] - p->potential[p->column_of[i]];
    }
    for (size_t j = 0; j < p->columns; j++) {
        leave_if_stopped(p->stop);
        for (size_t i = 0; m->capacities[j] == 0 && i < p->rows; i++) {
            const double slack = p->costs[i * p->columns + j] - row_potentials[i];
            if (slack < p->potential[j]) p->potential[j] = slack;
        }
    }
    return CL_STATUS_OK;
}

/* Writes the value and the row potentials; the magnitudes of all that the proof is made of, and of the
 * least cost. */
static magnitudes finish(const problem *p, double least_cost, double *value, double *row_potentials) {
    magnitudes numbers = {least_cost, 0};
    *value = 0;
    for (size_t i = 0; i < p->rows; i++) {
        const double cost = p->costs[i * p->columns + (size_t)p->column_of[i]];
        *value += cost;
        row_potentials[i] = cost - p->potential[p->column_of[i]] + 0;
        note_magnitude(&numbers, cost);
        note_magnitude(&numbers, row_potentials[i]);
    }
    for (size_t j = 0; j < p->columns; j++) note_magnitude(&numbers, p->potential[j]);
    return numbers;
}

CL_SOLVES cl_status solve(
    const double *costs, size_t rows, size_t columns, const int64_t *capacities, void *workspace,
    double *restrict value, int32_t *restrict column_of_row, double *restrict row_potentials,
    double *restrict column_potentials, cl_fault *restrict fault, stop_point *stop) {
    if (cl_semi_assignment_workspace_size(rows, columns) == 0) return CL_STATUS_INVALID_ARGUMENT;
    const cost_survey survey = survey_costs(costs, rows * columns, stop);
    if (survey.has_invalid) {
        const size_t invalid = first_invalid(costs, rows * columns, stop);
        refuse(fault, 0, invalid / columns, invalid % columns);
        return CL_STATUS_INVALID_COST;
    }
    problem p = {.costs = costs, .rows = rows, .columns = columns, .column_of = column_of_row, .stop = stop};
    p.potential = column_potentials;
    arena a = arena_over(workspace);
    lay_out(&p, &a, rows, columns);
    *value = 0;
    if (columns == 0) return rows == 0 ? CL_STATUS_OK : CL_STATUS_INFEASIBLE;
    const exact_matching m = {
        .costs = costs, .rows = rows, .columns = columns, .stride = columns, .capacities = capacities,
        .stop = stop};
    const bool is_in_range = survey.finite.greatest <= CL_ASSIGNMENT_GREATEST_COST;
    if (is_in_range) {
        if (!optimize(&p, capacities)) return CL_STATUS_INFEASIBLE;
        if (!are_far_apart(finish(&p, survey.finite.least, value, row_potentials))) return CL_STATUS_OK;
        for (size_t i = 0; i < rows; i++)
            p.entry_of[i] = (int64_t)(i * columns) + column_of_row[i];
        if (exact_matching_is_proved(&m, p.entry_of, column_potentials)) return CL_STATUS_OK;
    }
    if (solve_exactly(&p, &m, row_potentials) != CL_STATUS_OK) return CL_STATUS_INFEASIBLE;
    const magnitudes numbers = finish(&p, survey.finite.least, value, row_potentials);
    if (is_in_range || numbers.greatest <= CL_ASSIGNMENT_GREATEST_COST) return CL_STATUS_OK;
    const size_t too_great = first_too_great(costs, rows * columns, stop);
    refuse(fault, 0, too_great / columns, too_great % columns);
    return CL_STATUS_INVALID_COST;
}

cl_status cl_semi_assignment_solve(
    const double *costs, size_t rows, size_t columns, const int64_t *capacities, void *workspace,
    double *restrict value, int32_t *restrict column_of_row, double *restrict row_potentials,
    double *restrict column_potentials, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve(
        costs, rows, columns, capacities, workspace, value, column_of_row, row_potentials,
        column_potentials, fault, stop));
}
