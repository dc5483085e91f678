/* R. Jonker, A. Volgenant: A shortest augmenting path algorithm for dense and sparse linear assignment
 * problems, Computing 38 (1987), doi:10.1007/BF02278710. Its phases, along compressed rows:
 *
 *   1. column reduction: v[j] = the least cost of column j, matched to that row if free (square only)
 *   2. reduction transfer: slack of rows matched once moves into their column
 *   3. augmenting row reduction: free rows bid for their best column
 *   4. shortest augmenting paths for the rows that are still free, nearest columns from a heap
 *
 * A search touches only entries of the rows that it reaches: O(rows entries log columns) in all, and far
 * less where paths are short. The row potentials stay implicit: u[i] = cost[e] - v[j] for its entry e. */
#include "cl_matching.h"

#include <math.h>

#include "costs.h"
#include "exact_matching.h"
#include "../common/arena.h"

#define HEAP_KEY double
#include "../common/heap.h"

/* What a look at an entry reads of its column: side by side, as columns come in any order. */
typedef struct column_state {
    double potential; /* v */
    double distance;  /* of the shortest path found so far; +infinity outside a search; SETTLED: it is final */
} column_state;

#define SETTLED (-INFINITY) /* which no path is shorter than */

typedef struct problem {
    cl_sparse_costs a;
    int64_t *entry_of;   /* [rows] the entry that a row is matched by; -1: free */
    int32_t *row_of;     /* [columns] */
    column_state *state; /* [columns] */
    int64_t *before;     /* [columns] the last entry of the shortest path, which is of row row_before */
    int32_t *row_before;
    int32_t *queue;     /* [columns] those that are settled, in order */
    double *settled_at; /* [columns] the distance of each in the queue */
    int32_t *pending;   /* [columns] */
    int32_t *free_rows; /* [rows] */
    int32_t *wins;      /* [rows] columns that a row is the cheapest for */
    heap heap;
    char *exact;
    stop_point *stop;
} problem;

static void lay_out(problem *p, arena *a, size_t rows, size_t columns) {
    ARENA_TAKE(a, p->state, columns);
    ARENA_TAKE(a, p->before, columns);
    ARENA_TAKE(a, p->row_before, columns);
    ARENA_TAKE(a, p->queue, columns);
    ARENA_TAKE(a, p->settled_at, columns);
    ARENA_TAKE(a, p->pending, columns);
    ARENA_TAKE(a, p->heap.items, columns);
    ARENA_TAKE(a, p->heap.place, columns);
    ARENA_TAKE(a, p->free_rows, rows);
    ARENA_TAKE(a, p->wins, rows);
    ARENA_TAKE(a, p->exact, exact_matching_workspace_size(rows, columns));
}

size_t cl_sparse_assignment_workspace_size(size_t rows, size_t columns) {
    if (rows > INT32_MAX || columns > INT32_MAX || columns > SIZE_MAX / 1024) return 0;
    problem p;
    arena a = {0};
    lay_out(&p, &a, rows, columns);
    return arena_size(&a);
}

static inline void match(problem *p, int32_t row, int64_t entry) {
    p->entry_of[row] = entry;
    p->row_of[p->a.column[entry]] = row;
}

static inline double reduced(const problem *p, int64_t entry) {
    return p->a.cost[entry] - p->state[p->a.column[entry]].potential;
}

/* Phase 1. False if a column has no entry. */
static bool reduce_columns(problem *p) {
    const size_t rows = p->a.rows;
    for (size_t i = 0; i < rows; i++) {
        leave_if_stopped(p->stop);
        p->wins[i] = 0;
        for (int64_t e = p->a.offsets[i]; e < p->a.offsets[i + 1]; e++) {
            const int32_t j = p->a.column[e];
            if (!(p->a.cost[e] < p->state[j].distance)) continue;
            p->state[j].distance = p->a.cost[e];
            p->before[j] = e;
            p->row_before[j] = (int32_t)i;
        }
    }
    for (size_t j = rows; j-- > 0;) {
        if (p->state[j].distance == INFINITY) return false;
        p->state[j].potential = p->state[j].distance;
        const int32_t i = p->row_before[j];
        if (p->entry_of[i] < 0) match(p, i, p->before[j]);
        p->wins[i]++;
    }
    return true;
}

/* Phase 2. */
static void transfer_reductions(problem *p) {
    for (size_t i = 0; i < p->a.rows; i++) {
        if (p->wins[i] != 1) continue;
        leave_if_stopped(p->stop);
        const int64_t own = p->entry_of[i];
        double second = INFINITY;
        for (int64_t e = p->a.offsets[i]; e < p->a.offsets[i + 1]; e++)
            if (p->a.column[e] != p->a.column[own] && reduced(p, e) < second) second = reduced(p, e);
        const double slack = second - reduced(p, own);
        if (slack > 0 && slack < INFINITY) p->state[p->a.column[own]].potential -= slack;
    }
}

typedef struct two_entries {
    double least, next; /* reduced costs, of different columns */
    int64_t least_at, next_at;
} two_entries;

static two_entries lowest_two(const problem *p, size_t row) {
    two_entries m = {INFINITY, INFINITY, -1, -1};
    for (int64_t e = p->a.offsets[row]; e < p->a.offsets[row + 1]; e++) {
        const double r = reduced(p, e);
        if (!(r < m.next)) continue;
        const bool same = m.least_at >= 0 && p->a.column[e] == p->a.column[m.least_at];
        if (r < m.least) {
            if (!same) m.next = m.least, m.next_at = m.least_at;
            m.least = r, m.least_at = e;
        } else if (!same) {
            m.next = r, m.next_at = e;
        }
    }
    return m;
}

/* Phase 3: free rows take their best column at a bid that makes it level with their second best; the
 * loser of a strictly better bid bids again at once. Two bids a row on average. Returns how many rows
 * are left free. */
static size_t bid(problem *p, size_t free_count) {
    size_t next = 0, left = 0, bids = 2 * p->a.rows;
    while (next < free_count) {
        leave_if_stopped(p->stop);
        const int32_t i = p->free_rows[next++];
        const two_entries m = lowest_two(p, (size_t)i);
        if (bids == 0 || m.next == INFINITY) {
            p->free_rows[left++] = i;
            continue;
        }
        bids--;
        int64_t entry = m.least_at;
        const int32_t j = p->a.column[entry];
        const double price = p->state[j].potential - (m.next - m.least);
        const bool lowers = price < p->state[j].potential;
        if (lowers) p->state[j].potential = price;
        else if (p->row_of[j] >= 0) entry = m.next_at;
        const int32_t loser = p->row_of[p->a.column[entry]];
        match(p, i, entry);
        if (loser < 0) continue;
        p->entry_of[loser] = -1;
        if (lowers) p->free_rows[--next] = loser;
        else p->free_rows[left++] = loser;
    }
    return left;
}

typedef struct search {
    double level;    /* distance of the columns that are being left now */
    double bound;    /* distance of the nearest unmatched column */
    int32_t target;  /* that column; -1: none reached yet */
    size_t queued, left; /* columns at the level: found, and left already */
    size_t pending;      /* columns farther away that are not in the heap yet */
} search;

enum { NOWHERE = -1, PENDING = -2 }; /* where a column is that is not in the heap */

static inline void settle(problem *p, search *s, int32_t column, double distance) {
    p->state[column].distance = SETTLED;
    p->queue[s->queued] = column;
    p->settled_at[s->queued++] = distance;
}

/* The path through an entry is the shortest one to its column so far. Columns at the level itself need no heap, and
 * the others wait until it is exhausted: most searches among few-valued costs end before. */
static inline void shorten(problem *p, search *s, int32_t row, int64_t entry, double distance) {
    const int32_t j = p->a.column[entry];
    p->before[j] = entry;
    p->row_before[j] = row;
    if (p->row_of[j] < 0) {
        s->bound = distance;
        s->target = j;
        return;
    }
    p->state[j].distance = distance;
    if (distance <= s->level) settle(p, s, j, distance);
    if (p->heap.place[j] >= 0) {
        heap_insert(&p->heap, j); /* if settled, it is passed over there */
    } else if (distance > s->level && p->heap.place[j] == NOWHERE) {
        p->heap.place[j] = PENDING;
        p->pending[s->pending++] = j;
    }
}

enum { ENTRIES_AT_ONCE = 32 };

/* Relaxes the columns of a row whose reduced costs are to be lowered by `offset`. First is seen which of them come
 * nearer at all, without a branch for each: few do, and which ones cannot be foretold. */
static inline void relax(problem *p, search *s, int32_t row, double offset) {
    const int64_t end = p->a.offsets[row + 1];
    for (int64_t first = p->a.offsets[row]; first < end && s->bound > s->level; first += ENTRIES_AT_ONCE) {
        const int32_t *column = p->a.column + first;
        const double *cost = p->a.cost + first, bound = s->bound;
        const int count = end - first < ENTRIES_AT_ONCE ? (int)(end - first) : ENTRIES_AT_ONCE;
        uint32_t nearer = 0;
        for (int k = 0; k < count; k++) {
            const column_state at = p->state[column[k]];
            const double limit = at.distance < bound ? at.distance : bound;
            nearer |= (uint32_t)(cost[k] - at.potential - offset < limit) << k;
        }
        for (; nearer != 0 && s->bound > s->level; nearer &= nearer - 1) {
            const int k = __builtin_ctz(nearer);
            const column_state at = p->state[column[k]]; /* an entry before may have changed it */
            const double through = cost[k] - at.potential - offset;
            if (through < s->bound && through < at.distance) shorten(p, s, row, first + k, through);
        }
    }
}

/* Rows lie anywhere in memory: what is read of the next two in the queue is on its way meanwhile. */
static inline void fetch_ahead(const problem *p, const search *s) {
    if (s->left + 2 < s->queued) {
        const int32_t i = p->row_of[p->queue[s->left + 2]];
        __builtin_prefetch(p->a.offsets + i);
        __builtin_prefetch(p->entry_of + i);
    }
    if (s->left + 1 < s->queued) {
        const int64_t *offsets = p->a.offsets + p->row_of[p->queue[s->left + 1]];
        __builtin_prefetch(p->a.column + offsets[0]);
        __builtin_prefetch(p->a.cost + offsets[0]);
        __builtin_prefetch(p->a.cost + offsets[1] - 1);
    }
}

/* Settles the nearest of the columns farther than the level. False if none is nearer than an unmatched one. */
static bool raise_level(problem *p, search *s) {
    for (size_t k = 0; k < s->pending; k++) {
        const int32_t j = p->pending[k];
        p->heap.place[j] = NOWHERE;
        if (p->state[j].distance != SETTLED) heap_insert(&p->heap, j);
    }
    s->pending = 0;
    while (p->heap.count > 0 && p->state[p->heap.items[0]].distance == SETTLED) heap_take(&p->heap);
    if (p->heap.count == 0 || !(p->state[p->heap.items[0]].distance < s->bound)) return false;
    const int32_t nearest = heap_take(&p->heap);
    s->level = p->state[nearest].distance;
    settle(p, s, nearest, s->level);
    return true;
}

/* Columns as they are outside a search. */
static void forget(problem *p, const int32_t *columns, size_t count) {
    for (size_t k = 0; k < count; k++) {
        p->state[columns[k]].distance = INFINITY;
        p->heap.place[columns[k]] = NOWHERE;
    }
}

/* Phase 4 for one free row. False if no unmatched column can be reached. */
static bool augment(problem *p, int32_t start) {
    search s = {.level = -INFINITY, .bound = INFINITY, .target = -1};
    relax(p, &s, start, 0);
    while (s.bound > s.level && (s.left < s.queued || raise_level(p, &s))) {
        leave_if_stopped(p->stop);
        fetch_ahead(p, &s);
        const double distance = p->settled_at[s.left];
        const int32_t i = p->row_of[p->queue[s.left++]];
        relax(p, &s, i, reduced(p, p->entry_of[i]) - distance);
    }
    for (size_t k = 0; k < s.queued; k++)
        if (p->settled_at[k] < s.bound) p->state[p->queue[k]].potential += p->settled_at[k] - s.bound;
    forget(p, p->queue, s.queued);
    forget(p, p->pending, s.pending);
    forget(p, p->heap.items, p->heap.count);
    p->heap.count = 0;
    if (s.target < 0) return false;
    for (int32_t j = s.target, i = -1; i != start;) {
        i = p->row_before[j];
        const int64_t left = p->entry_of[i];
        match(p, i, p->before[j]);
        if (i != start) j = p->a.column[left];
    }
    return true;
}

static bool optimize(problem *p) {
    const size_t rows = p->a.rows, columns = p->a.columns;
    for (size_t j = 0; j < columns; j++) p->row_of[j] = -1;
    for (size_t j = 0; j < columns; j++) p->heap.place[j] = NOWHERE;
    for (size_t j = 0; j < columns; j++) p->state[j] = (column_state){0, INFINITY};
    if (rows == 0) return true;
    for (size_t i = 0; i < rows; i++) p->entry_of[i] = -1;
    if (rows == columns) {
        if (!reduce_columns(p)) return false;
        transfer_reductions(p);
        for (size_t j = 0; j < columns; j++) p->state[j].distance = INFINITY;
    }
    size_t free_count = 0;
    for (size_t i = 0; i < rows; i++)
        if (p->entry_of[i] < 0) p->free_rows[free_count++] = (int32_t)i;
    free_count = bid(p, free_count);
    p->heap.count = 0;
    p->heap.keys = &p->state->distance;
    p->heap.stride = sizeof *p->state / sizeof p->state->distance;
    for (size_t k = 0; k < free_count; k++)
        if (!augment(p, p->free_rows[k])) return false;
    return true;
}

static bool solve_exactly(problem *p, const exact_matching *m, double *potentials) {
    if (exact_matching_solve(m, p->exact, p->entry_of, potentials) != CL_STATUS_OK) return false;
    for (size_t j = 0; j < p->a.columns; j++) {
        p->row_of[j] = -1;
        p->state[j].potential = potentials[j];
    }
    for (size_t i = 0; i < p->a.rows; i++) match(p, (int32_t)i, p->entry_of[i]);
    return true;
}

/* The cheapest entry of the pair that a row has: beside a great potential, rounding makes two of them equal. */
static int64_t cheapest_of_pair(const problem *p, size_t row) {
    int64_t own = p->entry_of[row];
    const int32_t column = p->a.column[own];
    for (int64_t e = p->a.offsets[row]; e < p->a.offsets[row + 1]; e++)
        if (p->a.column[e] == column && p->a.cost[e] < p->a.cost[own]) own = e;
    return own;
}

/* Writes the value and the potentials; the magnitudes of all that the proof is made of, and of the least cost. */
static magnitudes finish(
    problem *p, double least_cost, double *value, double *row_potentials, double *column_potentials) {
    magnitudes numbers = {least_cost, 0};
    *value = 0;
    for (size_t i = 0; i < p->a.rows; i++) {
        leave_if_stopped(p->stop);
        p->entry_of[i] = cheapest_of_pair(p, i);
        const double cost = p->a.cost[p->entry_of[i]];
        *value += cost;
        row_potentials[i] = reduced(p, p->entry_of[i]);
        note_magnitude(&numbers, cost);
        note_magnitude(&numbers, row_potentials[i]);
    }
    for (size_t j = 0; j < p->a.columns; j++) column_potentials[j] = p->state[j].potential;
    for (size_t j = 0; j < p->a.columns; j++) note_magnitude(&numbers, column_potentials[j]);
    return numbers;
}

CL_SOLVES cl_status solve(
    const cl_sparse_costs *costs, void *workspace, double *restrict value, int64_t *restrict entry_of_row,
    int32_t *restrict row_of_column, double *restrict row_potentials, double *restrict column_potentials,
    cl_fault *restrict fault, stop_point *stop) {
    if (costs->rows > costs->columns) return CL_STATUS_INVALID_ARGUMENT;
    if (cl_sparse_assignment_workspace_size(costs->rows, costs->columns) == 0) return CL_STATUS_INVALID_ARGUMENT;
    const size_t entries = costs->rows > 0 ? (size_t)costs->offsets[costs->rows] : 0;
    const cost_survey survey = survey_costs(costs->cost, entries, stop);
    if (survey.has_invalid) {
        refuse(fault, 0, 0, first_invalid(costs->cost, entries, stop));
        return CL_STATUS_INVALID_COST;
    }
    problem p = {.a = *costs, .entry_of = entry_of_row, .row_of = row_of_column, .stop = stop};
    arena a = arena_over(workspace);
    lay_out(&p, &a, costs->rows, costs->columns);
    const exact_matching m = {.costs = costs->cost, .rows = costs->rows, .columns = costs->columns,
                              .offsets = costs->offsets, .column = costs->column, .stop = stop};
    const bool is_in_range = survey.finite.greatest <= CL_ASSIGNMENT_GREATEST_COST;
    if (is_in_range) {
        if (!optimize(&p)) return CL_STATUS_INFEASIBLE;
        if (!are_far_apart(finish(&p, survey.finite.least, value, row_potentials, column_potentials)) ||
            exact_matching_is_proved(&m, entry_of_row, column_potentials))
            return CL_STATUS_OK;
    }
    if (!solve_exactly(&p, &m, column_potentials)) return CL_STATUS_INFEASIBLE;
    const magnitudes numbers = finish(&p, survey.finite.least, value, row_potentials, column_potentials);
    if (is_in_range || numbers.greatest <= CL_ASSIGNMENT_GREATEST_COST) return CL_STATUS_OK;
    refuse(fault, 0, 0, first_too_great(costs->cost, entries, stop));
    return CL_STATUS_INVALID_COST;
}

cl_status cl_sparse_assignment_solve(
    const cl_sparse_costs *costs, void *workspace, double *restrict value,
    int64_t *restrict entry_of_row, int32_t *restrict row_of_column,
    double *restrict row_potentials, double *restrict column_potentials, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve(costs, workspace, value, entry_of_row, row_of_column, row_potentials,
                              column_potentials, fault, stop));
}
