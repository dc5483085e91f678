/* Assignment problems most of whose costs are one common cost, the greatest or the least of all: those of
 * trackers, where pairs beyond a gate cost as much as the gate, or of one cost for a match and one for none.
 *
 * Where it is the greatest they are sparse. A row takes one of its listed pairs, those below, or is left over at
 * the common cost; rows and columns left over are paired in order. With v[j] <= 0, 0 for columns left over, and
 * u[i] at most the common cost, u[i] + v[j] is at most that for every pair that is not listed, and equal to it
 * for those left over: the potentials of the sparse problem prove the whole.
 *
 * Where it is the least, any matching at it is best, by u[i] = the common cost and v[j] = 0. */
#ifndef CL_COMMON_COST_H
#define CL_COMMON_COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl_matching.h"

#include "../common/arena.h"
#include "../common/fault.h"

/* Of problems with fewer pairs the dense method makes as short work. */
#define COMMON_COST_LEAST_CELLS ((size_t)1200)

/* How many pairs are listed at most: 5 a row and column and one of 64, but one of 8 in all. The dense method
 * caught up at 5 a row of 40, 8 of 100, 15 of 300 and 30 of 1,000, where costs were random, and later where
 * they were few, or distances of points. */
static inline size_t common_cost_most_listed(size_t rows, size_t columns) {
    const size_t few = rows * columns / 64 + (rows + columns) * 5 / 2, part = rows * columns / 8;
    return few < part ? few : part;
}

/* Entries of rows, as in cl_sparse_costs. */
typedef struct listed_costs {
    int64_t *offsets; /* [rows + 1] */
    int32_t *column;  /* [entries] ascending in each row */
    double *cost;     /* [entries] */
} listed_costs;

/* A problem of at most as many rows as columns. Behind the columns stands one for each row, the last of its
 * entries, at the common cost. */
typedef struct common_cost_problem {
    size_t rows, columns;
    double common;
    bool has_below, has_above; /* pairs listed */
    listed_costs list, turned;
    int64_t *entry_of;         /* [rows] */
    int32_t *column_of;        /* [rows] */
    int32_t *row_of;           /* [columns + rows] -1: unmatched */
    int32_t *next_free;        /* [columns] */
    int32_t *listed_in;        /* [columns] the last row seen that lists a column */
    double *row_potentials;    /* [rows] */
    double *column_potentials; /* [columns + rows] */
    char *sparse;              /* of cl_sparse_assignment_solve */
    stop_point *stop;
} common_cost_problem;

static inline void listed_costs_lay_out(listed_costs *l, arena *a, size_t rows, size_t entries) {
    ARENA_TAKE(a, l->offsets, rows + 1);
    ARENA_TAKE(a, l->column, entries);
    ARENA_TAKE(a, l->cost, entries);
}

/* Of problems of at most so many rows and columns. False if none of those is solved so. */
static inline bool common_cost_lay_out(common_cost_problem *p, arena *a, size_t rows, size_t columns) {
    const size_t fewer = rows < columns ? rows : columns, more = rows < columns ? columns : rows;
    const size_t sparse = more > INT32_MAX / 2 ? 0 : cl_sparse_assignment_workspace_size(fewer, fewer + more);
    if (sparse == 0 || fewer * more < COMMON_COST_LEAST_CELLS) return false;
    const size_t entries = common_cost_most_listed(fewer, more) + fewer + more; /* and a row that is too much */
    listed_costs_lay_out(&p->list, a, more, entries);
    listed_costs_lay_out(&p->turned, a, more, entries);
    ARENA_TAKE(a, p->entry_of, fewer);
    ARENA_TAKE(a, p->column_of, fewer);
    ARENA_TAKE(a, p->row_of, fewer + more);
    ARENA_TAKE(a, p->next_free, more);
    ARENA_TAKE(a, p->listed_in, more);
    ARENA_TAKE(a, p->row_potentials, fewer);
    ARENA_TAKE(a, p->column_potentials, fewer + more);
    ARENA_TAKE(a, p->sparse, sparse);
    return true;
}

/* Turns the list of a problem that has more rows than columns, and adds what stands behind the columns. */
void common_cost_turn(common_cost_problem *p);

/* Finds the partners and potentials of rows and columns. False if the dense method is to find them. */
bool common_cost_solve(common_cost_problem *p);

#endif
