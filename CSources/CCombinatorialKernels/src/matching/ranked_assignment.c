/* K. Murty: An algorithm for ranking all the assignments in order of increasing cost, Operations Research
 * 16 (1968), doi:10.1287/opre.16.3.682; M. Miller, H. Stone, I. Cox: Optimizing Murty's ranked assignment
 * method, IEEE Transactions on Aerospace and Electronic Systems 33 (1997), doi:10.1109/7.599256.
 *
 * Every assignment found splits the rest of its set: child i keeps the pairs of the rows before i and
 * forbids the pair of row i. The potentials of the parent are right for all of a child's rows but i, so
 * that one shortest augmenting path solves the child: O(rows columns). A search stops as soon as it is
 * longer than what can still be among the k best. A child is held as its value, its parent and its row
 * alone, and solved a second time when its turn comes. In all O(k rows) searches, O(k (rows + columns))
 * memory.
 *
 * Columns that are unmatched (rows < columns) count as matched to one row more, the spare, to which every
 * column costs 0: an unmatched column is its property, and it may take any other instead. */
#include "cl_matching.h"

#include <math.h>
#include <stdbool.h>

#include "exact_ranking.h"
#include "costs.h"
#include "../common/arena.h"

#pragma STDC FP_CONTRACT OFF

typedef struct candidate {
    double value;
    size_t parent; /* the assignment whose child it is */
    size_t row;    /* the row whose pair of the parent is forbidden */
} candidate;

typedef struct ranking {
    const double *costs;
    size_t rows, columns;
    double *values;         /* [most] */
    int32_t *column_of_row; /* [most, rows] */
    double *potentials;     /* [most, columns] */
    size_t *parent;         /* [most] */
    size_t *first_row;      /* [most] the row an assignment may differ from its parent in, and later ones */
    candidate *candidates;  /* [most] by value, the best last; of equal ones the earliest last */
    size_t candidate_count;
    int32_t *row_of;  /* [columns] of the assignment that is being split */
    double *distance; /* [columns] of the shortest path found so far */
    double *open;     /* [columns] v of columns outside the tree, -infinity of all others */
    double *settled;  /* [columns] final distance of the columns in the tree, in order of entry */
    int32_t *tree;    /* [columns] those columns */
    int32_t *before;  /* [columns] the row before a column on its path */
    char *exact;
    stop_point *stop;
} ranking;

enum { SPARE = -1 };

static void lay_out(ranking *r, arena *a, size_t rows, size_t columns, size_t most) {
    ARENA_TAKE(a, r->parent, most);
    ARENA_TAKE(a, r->first_row, most);
    ARENA_TAKE(a, r->candidates, most);
    ARENA_TAKE(a, r->row_of, columns);
    ARENA_TAKE(a, r->distance, columns);
    ARENA_TAKE(a, r->open, columns);
    ARENA_TAKE(a, r->settled, columns);
    ARENA_TAKE(a, r->tree, columns);
    ARENA_TAKE(a, r->before, columns);
    ARENA_TAKE(a, r->exact, exact_ranking_size(rows, columns, most));
}

size_t cl_ranked_assignment_workspace_size(size_t rows, size_t columns, size_t most) {
    if (rows > INT32_MAX || columns > INT32_MAX || columns > SIZE_MAX / 1024 || most > SIZE_MAX / 1024)
        return 0;
    ranking r;
    arena a = {0};
    lay_out(&r, &a, rows, columns, most);
    return arena_size(&a);
}

/* Where a search from a free row stands. */
typedef struct search {
    size_t parent, row;
    size_t in_tree;
    double length;   /* of the shortest path to the column that the row gave up */
    double spare;    /* distance of the spare row; +infinity: not reached */
    int32_t spare_by; /* the unmatched column that it was reached by */
} search;

static void relax(ranking *r, int32_t row, double offset) {
    relax_row(
        r->costs + (size_t)row * r->columns, r->columns, row, offset, r->open, r->distance,
        r->before);
}

static void relax_spare(ranking *r, search *s, double distance, int32_t by) {
    s->spare = distance;
    s->spare_by = by;
    for (size_t j = 0; j < r->columns; j++) {
        if (r->row_of[j] < 0) { /* the spare's own: there is nothing more to find behind them */
            if ((int32_t)j != by) r->distance[j] = INFINITY;
            r->open[j] = -INFINITY;
            continue;
        }
        const double through = distance - r->open[j];
        if (!(through < r->distance[j])) continue;
        r->distance[j] = through;
        r->before[j] = SPARE;
    }
}

/* Closes the columns of the rows that stay, and finds the shortest path of the free row to the column it
 * gave up that does not start there. False if there is none, or none shorter than `limit`. */
static bool find_path(ranking *r, search *s, size_t parent, size_t row, double limit) {
    const int32_t *column_of = r->column_of_row + parent * r->rows;
    const double *v = r->potentials + parent * r->columns;
    const size_t target = (size_t)column_of[row];
    *s = (search){.parent = parent, .row = row, .spare = INFINITY};
    for (size_t j = 0; j < r->columns; j++) r->distance[j] = INFINITY;
    for (size_t j = 0; j < r->columns; j++) r->open[j] = v[j];
    for (size_t i = 0; i < row; i++) r->open[column_of[i]] = -INFINITY;
    relax(r, (int32_t)row, r->costs[row * r->columns + target] - v[target]);
    r->distance[target] = INFINITY;
    /* What the parent and its parents forbade the same row is forbidden still. */
    for (size_t n = parent; n > 0 && r->first_row[n] == row; n = r->parent[n])
        r->distance[r->column_of_row[r->parent[n] * r->rows + row]] = INFINITY;
    for (;;) {
        leave_if_stopped(r->stop);
        double low = INFINITY;
        for (size_t j = 0; j < r->columns; j++) low = r->distance[j] < low ? r->distance[j] : low;
        if (!(low < limit)) return false; /* +infinity too */
        if (r->distance[target] == low) {
            s->length = low;
            return true;
        }
        size_t j = 0;
        while (r->distance[j] != low) j++;
        r->settled[s->in_tree] = low;
        r->tree[s->in_tree++] = (int32_t)j;
        r->distance[j] = INFINITY;
        r->open[j] = -INFINITY;
        const int32_t i = r->row_of[j];
        if (i < 0) relax_spare(r, s, low, (int32_t)j);
        else relax(r, i, r->costs[(size_t)i * r->columns + j] - v[j] - low);
    }
}

static double sum(const ranking *r, size_t n) {
    double value = 0;
    for (size_t i = 0; i < r->rows; i++)
        value += r->costs[i * r->columns + (size_t)r->column_of_row[n * r->rows + i]];
    return value;
}

/* Makes the assignment at the end of a path that has been found number `to`, and returns its value: added up anew,
 * as in what a path changes a great cost that leaves would drown a small one. */
static double follow(ranking *r, const search *s, size_t to) {
    const int32_t *parent_column_of = r->column_of_row + s->parent * r->rows;
    int32_t *column_of = r->column_of_row + to * r->rows;
    for (size_t i = 0; i < r->rows; i++) column_of[i] = parent_column_of[i];
    for (int32_t j = parent_column_of[s->row], i = SPARE; i != (int32_t)s->row;) {
        i = r->before[j];
        if (i == SPARE) {
            j = s->spare_by;
            i = r->before[j];
        }
        column_of[i] = j;
        j = parent_column_of[i];
    }
    return sum(r, to);
}

/* The potentials of that assignment. */
static void lower_potentials(ranking *r, const search *s, size_t to) {
    double *v = r->potentials + to * r->columns;
    for (size_t j = 0; j < r->columns; j++) v[j] = r->potentials[s->parent * r->columns + j];
    for (size_t k = 0; k < s->in_tree; k++) v[r->tree[k]] += r->settled[k] - s->length;
    if (s->spare < INFINITY) { /* the spare's potential is 0 again, and that of its columns too */
        for (size_t j = 0; j < r->columns; j++)
            v[j] = r->row_of[j] < 0 ? 0 : v[j] + (s->length - s->spare);
    }
}

static void invert(ranking *r, size_t n) {
    for (size_t j = 0; j < r->columns; j++) r->row_of[j] = -1;
    for (size_t i = 0; i < r->rows; i++) r->row_of[r->column_of_row[n * r->rows + i]] = (int32_t)i;
}

/* Keeps a candidate in its order; of equal ones the earlier comes first. Drops the worst of too many. */
static void keep(ranking *r, candidate c, size_t capacity) {
    if (r->candidate_count == capacity) {
        r->candidate_count--;
        for (size_t k = 0; k < r->candidate_count; k++) r->candidates[k] = r->candidates[k + 1];
    }
    size_t at = r->candidate_count++;
    for (; at > 0 && !(c.value < r->candidates[at - 1].value); at--)
        r->candidates[at] = r->candidates[at - 1];
    r->candidates[at] = c;
}

/* Finds the children of the last assignment, the smallest first: their values end the larger ones' searches. Each is
 * made in the place of the next. */
static void split(ranking *r, size_t n, size_t capacity) {
    for (size_t row = r->rows; capacity > 0 && row-- > r->first_row[n];) {
        const double worst =
            r->candidate_count == capacity ? r->candidates[0].value : INFINITY;
        search s;
        if (!find_path(r, &s, n, row, worst - r->values[n])) continue;
        const candidate c = {follow(r, &s, n + 1), n, row};
        if (c.value < worst) keep(r, c, capacity);
    }
}

/* Any of them may come into one of the sums that are compared. */
static bool costs_are_far_apart(const double *costs, size_t count, stop_point *stop) {
    return are_far_apart(survey_costs(costs, count, stop).finite);
}

CL_SOLVES cl_status solve(
    const double *costs, size_t rows, size_t columns, size_t most, void *workspace,
    double *restrict values, int32_t *restrict column_of_row, double *restrict potentials,
    size_t *restrict count, stop_point *stop) {
    if (rows == 0 || rows > columns || most == 0 ||
        cl_ranked_assignment_workspace_size(rows, columns, most) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    ranking r = {.costs = costs, .rows = rows, .columns = columns, .stop = stop};
    r.values = values;
    r.column_of_row = column_of_row;
    r.potentials = potentials;
    arena a = arena_over(workspace);
    lay_out(&r, &a, rows, columns, most);
    if (costs_are_far_apart(costs, rows * columns, stop)) {
        const cl_status status =
            exact_ranking_solve(costs, rows, columns, most, r.exact, column_of_row, count, stop);
        for (size_t n = 0; n < *count; n++) values[n] = sum(&r, n);
        return status;
    }
    values[0] = sum(&r, 0);
    r.parent[0] = r.first_row[0] = 0;
    size_t found = 1;
    for (;;) {
        invert(&r, found - 1);
        split(&r, found - 1, most - found);
        if (found == most || r.candidate_count == 0) break;
        const candidate best = r.candidates[--r.candidate_count];
        search s;
        invert(&r, best.parent);
        find_path(&r, &s, best.parent, best.row, INFINITY);
        values[found] = follow(&r, &s, found);
        lower_potentials(&r, &s, found);
        r.parent[found] = best.parent;
        r.first_row[found] = best.row;
        found++;
    }
    *count = found;
    return CL_STATUS_OK;
}

cl_status cl_ranked_assignment_solve(
    const double *costs, size_t rows, size_t columns, size_t most, void *workspace,
    double *restrict values, int32_t *restrict column_of_row, double *restrict potentials,
    size_t *restrict count, const cl_fault *fault) {
    CL_STOPPABLE(fault, solve(
        costs, rows, columns, most, workspace, values, column_of_row, potentials, count, stop));
}
