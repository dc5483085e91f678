/* Murty's partition as in ranked_assignment.c, with the searches of exact_search.h. One assignment at a time
 * is held with its potentials: that of a child is solved from nothing when its turn comes, so that a rank
 * costs O(rows^2 columns) beside the searches of its children. */
#include "exact_ranking.h"

#include "exact_search.h"
#include "../common/arena.h"

typedef struct candidate {
    size_t parent; /* the assignment whose child it is */
    size_t row;    /* the row whose pair of the parent is forbidden */
    size_t number; /* in order of discovery; 0: the place is free */
} candidate;

typedef struct ranking {
    exact_solver solver;
    size_t most;
    int32_t *column_of_row;    /* [most, rows] */
    uint64_t *value;           /* [most, words] of the assignments found */
    uint64_t *candidate_value; /* [most, words] */
    candidate *candidates;     /* [most] */
    size_t *parent;            /* [most] */
    size_t *first_row;         /* [most] the row an assignment may differ from its parent in, and later ones */
    int64_t *entry_of;         /* [rows] */
    size_t discovered;
} ranking;

static void lay_out(ranking *r, arena *a, size_t rows, size_t columns, size_t most) {
    ARENA_TAKE(a, r->value, most * WIDE_SUM_WORDS);
    ARENA_TAKE(a, r->candidate_value, most * WIDE_SUM_WORDS);
    ARENA_TAKE(a, r->candidates, most);
    ARENA_TAKE(a, r->parent, most);
    ARENA_TAKE(a, r->first_row, most);
    ARENA_TAKE(a, r->entry_of, rows);
    exact_solver_lay_out(&r->solver, a, rows, columns);
}

size_t exact_ranking_size(size_t rows, size_t columns, size_t most) {
    ranking r;
    arena a = {0};
    lay_out(&r, &a, rows, columns, most);
    return arena_size(&a);
}

static size_t column_of(const ranking *r, size_t n, size_t row) {
    return (size_t)r->column_of_row[n * r->solver.m.rows + row];
}

static uint64_t *value_of(const ranking *r, size_t n) {
    return r->value + n * r->solver.format.words;
}

static uint64_t *value_of_candidate(const ranking *r, size_t place) {
    return r->candidate_value + place * r->solver.format.words;
}

/* Bars, or no longer bars, what assignment n and its parents forbid their children of this row. */
static void bar(ranking *r, size_t n, size_t row, bool is_barred) {
    for (;; n = r->parent[n]) {
        uint8_t *state = &r->solver.state[column_of(r, n, row)];
        *state = (uint8_t)(is_barred ? *state | EXACT_BARRED : *state & ~EXACT_BARRED);
        if (n == 0 || r->first_row[n] != row) return;
    }
}

/* Solves assignment n, a child, or the best of all. */
static bool solve(ranking *r, size_t n) {
    exact_solver *s = &r->solver;
    const size_t first = r->first_row[n], parent = r->parent[n];
    exact_solver_begin(s);
    for (size_t i = 0; i < first; i++) {
        s->entry_of[i] = (int64_t)(i * s->m.columns + column_of(r, parent, i));
        s->state[column_of(r, parent, i)] |= EXACT_CLOSED;
    }
    if (n > 0) {
        s->barred_row = first;
        bar(r, parent, first, true);
    }
    if (!exact_solver_match(s, first)) return false;
    if (n > 0) bar(r, parent, first, false);
    s->barred_row = s->m.rows;
    wide_clear(s->format, value_of(r, n));
    for (size_t i = 0; i < s->m.rows; i++) {
        r->column_of_row[n * s->m.rows + i] = (int32_t)((size_t)s->entry_of[i] - i * s->m.columns);
        wide_add_double(s->format, value_of(r, n), exact_matching_cost(&s->m, s->entry_of[i]));
    }
    return true;
}

/* Whether a candidate is cheaper than another, or as cheap and found earlier. */
static bool precedes(const ranking *r, size_t a, size_t b) {
    const int order = wide_compare(r->solver.format, value_of_candidate(r, a), value_of_candidate(r, b));
    return order < 0 || (order == 0 && r->candidates[a].number < r->candidates[b].number);
}

/* Keeps a child whose value is in the place behind the others', if it is among the best `capacity`. */
static void keep(ranking *r, size_t parent, size_t row, size_t capacity, const uint64_t *value) {
    const wide_format format = r->solver.format;
    size_t place = r->most, worst = r->most, count = 0;
    for (size_t k = 0; k < r->most; k++) {
        if (r->candidates[k].number == 0) {
            place = k;
            continue;
        }
        count++;
        if (worst == r->most || precedes(r, worst, k)) worst = k;
    }
    if (count == capacity) {
        if (wide_compare(format, value, value_of_candidate(r, worst)) >= 0) return;
        place = worst;
    }
    r->candidates[place] = (candidate){parent, row, ++r->discovered};
    wide_copy(format, value_of_candidate(r, place), value);
}

/* Finds the children of assignment n, which is the one that the solver holds. */
static void split(ranking *r, size_t n, size_t capacity) {
    exact_solver *s = &r->solver;
    if (capacity == 0) return;
    for (size_t i = r->first_row[n]; i < s->m.rows; i++) s->state[column_of(r, n, i)] |= EXACT_CLOSED;
    for (size_t row = s->m.rows; row-- > r->first_row[n];) {
        const size_t own = column_of(r, n, row);
        const size_t ancestor = row == r->first_row[n] && n > 0 ? r->parent[n] : n;
        s->state[own] &= (uint8_t)~EXACT_CLOSED;
        s->released = own;
        s->barred_row = row;
        s->state[own] |= EXACT_BARRED;
        if (ancestor != n) bar(r, ancestor, row, true);
        if (exact_solver_search(s, row)) {
            wide_add(s->format, s->bound, value_of(r, n));
            wide_subtract_double(s->format, s->bound, exact_matching_cost(&s->m, s->entry_of[row]));
            keep(r, n, row, capacity, s->bound);
        }
        exact_solver_end_search(s);
        if (ancestor != n) bar(r, ancestor, row, false);
        s->state[own] &= (uint8_t)~EXACT_BARRED;
    }
}

/* The best candidate, the earliest of equal ones; `most` if there is none. */
static size_t best_candidate(const ranking *r) {
    size_t best = r->most;
    for (size_t k = 0; k < r->most; k++)
        if (r->candidates[k].number > 0 && (best == r->most || precedes(r, k, best))) best = k;
    return best;
}

cl_status exact_ranking_solve(
    const double *costs, size_t rows, size_t columns, size_t most, void *memory,
    int32_t *column_of_row, size_t *count, stop_point *stop) {
    ranking r = {.most = most, .column_of_row = column_of_row};
    r.solver.m = (exact_matching){
        .costs = costs, .rows = rows, .columns = columns, .stride = columns, .stop = stop};
    arena a = arena_over(memory);
    lay_out(&r, &a, rows, columns, most);
    r.solver.entry_of = r.entry_of;
    for (size_t k = 0; k < most; k++) r.candidates[k].number = 0;
    r.parent[0] = r.first_row[0] = 0;
    size_t found = 0;
    while (solve(&r, found)) {
        split(&r, found, most - found - 1);
        const size_t best = best_candidate(&r);
        if (++found == most || best == most) break;
        r.parent[found] = r.candidates[best].parent;
        r.first_row[found] = r.candidates[best].row;
        r.candidates[best].number = 0;
    }
    *count = found;
    return found > 0 ? CL_STATUS_OK : CL_STATUS_INFEASIBLE;
}
