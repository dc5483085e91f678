/* R. Burkard, M. Dell'Amico, S. Martello: Assignment Problems (2009), chapter 6,
 * doi:10.1137/1.9780898717754: augmenting paths whose longest edge is as short as can be.
 *
 *   1. The value is at least every row's least cost (and every column's, if square). Rows take the first
 *      free column at that cost or less.
 *   2. For each row left, columns are reached in the order of the longest edge on the way (Dijkstra with
 *      max for +); the value rises to that of the nearest free column. O(rows columns) for each row.
 *   3. The matched pairs of exactly that value are ruled out one by one, in row order, and replaced. The
 *      first that cannot be is critical, and what the failed search reached is the violator. */
#include "cl_matching.h"

#include <math.h>

#include "costs.h"
#include "../common/arena.h"

typedef struct problem {
    const double *costs;
    size_t rows, columns;
    int32_t *column_of; /* [rows] */
    int32_t *row_of;    /* [columns] */
    double *distance;   /* [columns] the least longest edge of a path to a column */
    int32_t *before;    /* [columns] the row before a column on its path */
    int32_t *queue;     /* [rows] rows reached, in order */
    int32_t *allowed;   /* [rows] a column that a row may take although it costs the value; -1: none */
    bool *reached;      /* [columns] */
    bool *row_reached;  /* [rows] */
    stop_point *stop;
} problem;

static void lay_out(problem *p, arena *a, size_t rows, size_t columns) {
    ARENA_TAKE(a, p->distance, columns);
    ARENA_TAKE(a, p->before, columns);
    ARENA_TAKE(a, p->queue, rows);
    ARENA_TAKE(a, p->allowed, rows);
}

size_t cl_bottleneck_assignment_workspace_size(size_t rows, size_t columns) {
    if (rows > INT32_MAX || columns > INT32_MAX || columns > SIZE_MAX / 64) return 0;
    problem p;
    arena a = {0};
    lay_out(&p, &a, rows, columns);
    return arena_size(&a);
}

static inline const double *row(const problem *p, size_t i) { return p->costs + i * p->columns; }

static void match(problem *p, int32_t i, int32_t j) {
    p->column_of[i] = j;
    p->row_of[j] = i;
}

/* Moves every row of the path that ends in a free column up to the next column. */
static void flip(problem *p, int32_t end) {
    for (int32_t j = end; j >= 0;) {
        const int32_t i = p->before[j], left = p->column_of[i];
        match(p, i, j);
        j = left;
    }
}

/* The greatest of the least costs of the rows, and of the columns if there are as many. */
static double lower_bound(const problem *p) {
    double bound = -INFINITY;
    for (size_t j = 0; j < p->columns; j++) p->distance[j] = INFINITY;
    for (size_t i = 0; i < p->rows; i++) {
        leave_if_stopped(p->stop);
        double least = INFINITY;
        for (size_t j = 0; j < p->columns; j++) {
            const double c = row(p, i)[j];
            least = c < least ? c : least;
            p->distance[j] = c < p->distance[j] ? c : p->distance[j];
        }
        bound = least > bound ? least : bound;
    }
    if (p->rows == p->columns)
        for (size_t j = 0; j < p->columns; j++)
            bound = p->distance[j] > bound ? p->distance[j] : bound;
    return bound;
}

/* Step 2 for one row: Dijkstra in which all that costs no more than the value is equally near. Raises
 * the value if it must; +infinity if there is no way. */
static void augment(problem *p, int32_t start, double *value) {
    for (size_t j = 0; j < p->columns; j++) p->distance[j] = INFINITY;
    for (size_t j = 0; j < p->columns; j++) p->reached[j] = false;
    double level = *value;
    for (int32_t i = start;;) {
        leave_if_stopped(p->stop);
        const double *c = row(p, (size_t)i);
        double least = INFINITY;
        size_t nearest = 0;
        for (size_t j = 0; j < p->columns; j++) {
            if (p->reached[j]) continue;
            const double through = c[j] > level ? c[j] : level;
            if (through < p->distance[j]) {
                p->distance[j] = through;
                p->before[j] = i;
            }
            /* A free column at the level itself ends the search. */
            if (p->row_of[j] < 0 && p->distance[j] <= level) {
                *value = level;
                flip(p, (int32_t)j);
                return;
            }
            if (p->distance[j] < least) least = p->distance[j], nearest = j;
        }
        if (least == INFINITY) {
            *value = INFINITY;
            return;
        }
        if (least > level) {
            /* Of the columns that are nearest now a free one goes first. */
            level = least;
            for (size_t j = 0; j < p->columns; j++)
                if (!p->reached[j] && p->distance[j] == least && p->row_of[j] < 0) {
                    *value = level;
                    flip(p, (int32_t)j);
                    return;
                }
        }
        p->reached[nearest] = true;
        i = p->row_of[nearest];
    }
}

/* Searches from a free row along pairs below the value, and those allowed. Returns the first free column
 * that it comes to; -1: there is none, and all that can be reached is marked. */
static int32_t explore(problem *p, int32_t start, double value) {
    size_t head = 0, count = 0;
    for (size_t j = 0; j < p->columns; j++) p->reached[j] = false;
    for (size_t i = 0; i < p->rows; i++) p->row_reached[i] = false;
    p->queue[count++] = start;
    p->row_reached[start] = true;
    while (head < count) {
        leave_if_stopped(p->stop);
        const int32_t i = p->queue[head++];
        const double *c = row(p, (size_t)i);
        for (size_t j = 0; j < p->columns; j++) {
            if (p->reached[j] || !(c[j] < value || p->allowed[i] == (int32_t)j)) continue;
            p->reached[j] = true;
            p->before[j] = i;
            if (p->row_of[j] < 0) return (int32_t)j;
            p->row_reached[p->row_of[j]] = true;
            p->queue[count++] = p->row_of[j];
        }
    }
    return -1;
}

/* Step 3. Returns the row of the critical pair. */
static size_t prove(problem *p, double value) {
    for (size_t i = 0; i < p->rows; i++) {
        const int32_t j = p->column_of[i];
        p->allowed[i] = row(p, i)[j] < value ? -1 : j;
    }
    for (size_t i = 0; i < p->rows; i++) {
        const int32_t j = p->allowed[i];
        p->allowed[i] = -1;
        if (j < 0 || p->column_of[i] != j) continue;
        p->column_of[i] = p->row_of[j] = -1;
        const int32_t end = explore(p, (int32_t)i, value);
        if (end >= 0) {
            flip(p, end);
            continue;
        }
        match(p, (int32_t)i, j);
        return i;
    }
    return p->rows; /* not reached: without all of these pairs there is no complete matching */
}

CL_SOLVES cl_status solve(
    const double *costs, size_t rows, size_t columns, void *workspace, double *restrict value,
    size_t *restrict critical_row, int32_t *restrict column_of_row,
    int32_t *restrict row_of_column, bool *restrict row_in_violator,
    bool *restrict column_in_violator, cl_fault *restrict fault, stop_point *stop) {
    if (rows == 0 || rows > columns || cl_bottleneck_assignment_workspace_size(rows, columns) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    const size_t invalid = first_invalid(costs, rows * columns, stop);
    if (invalid < rows * columns) {
        refuse(fault, 0, invalid / columns, invalid % columns);
        return CL_STATUS_INVALID_COST;
    }
    problem p = {.costs = costs, .rows = rows, .columns = columns, .stop = stop};
    arena a = arena_over(workspace);
    lay_out(&p, &a, rows, columns);
    p.column_of = column_of_row;
    p.row_of = row_of_column;
    p.row_reached = row_in_violator;
    p.reached = column_in_violator;
    for (size_t j = 0; j < columns; j++) row_of_column[j] = -1;
    double bound = lower_bound(&p);
    for (size_t i = 0; i < rows; i++) {
        leave_if_stopped(stop);
        column_of_row[i] = -1;
        for (size_t j = 0; j < columns && column_of_row[i] < 0; j++)
            if (row_of_column[j] < 0 && row(&p, i)[j] <= bound) match(&p, (int32_t)i, (int32_t)j);
    }
    for (size_t i = 0; i < rows && bound < INFINITY; i++)
        if (column_of_row[i] < 0) augment(&p, (int32_t)i, &bound);
    if (bound == INFINITY) return CL_STATUS_INFEASIBLE;
    *value = bound;
    *critical_row = prove(&p, bound);
    return CL_STATUS_OK;
}

cl_status cl_bottleneck_assignment_solve(
    const double *costs, size_t rows, size_t columns, void *workspace, double *restrict value,
    size_t *restrict critical_row, int32_t *restrict column_of_row,
    int32_t *restrict row_of_column, bool *restrict row_in_violator,
    bool *restrict column_in_violator, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve(
        costs, rows, columns, workspace, value, critical_row, column_of_row, row_of_column,
        row_in_violator, column_in_violator, fault, stop));
}
