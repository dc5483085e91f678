#include "exact_matching.h"

#include "exact_search.h"
#include "../common/arena.h"

#pragma STDC FP_CONTRACT OFF

void exact_solver_lay_out(exact_solver *s, arena *a, size_t rows, size_t columns) {
    ARENA_TAKE(a, s->potential, columns * WIDE_SUM_WORDS);
    ARENA_TAKE(a, s->distance, columns * WIDE_SUM_WORDS);
    ARENA_TAKE(a, s->base, WIDE_SUM_WORDS);
    ARENA_TAKE(a, s->through, WIDE_SUM_WORDS);
    ARENA_TAKE(a, s->bound, WIDE_SUM_WORDS);
    ARENA_TAKE(a, s->limit, WIDE_SUM_WORDS);
    ARENA_TAKE(a, s->spare, WIDE_SUM_WORDS);
    ARENA_TAKE(a, s->potential_near, columns);
    ARENA_TAKE(a, s->distance_near, columns);
    ARENA_TAKE(a, s->entry_before, columns);
    ARENA_TAKE(a, s->room, columns);
    ARENA_TAKE(a, s->row_before, columns);
    ARENA_TAKE(a, s->first, columns);
    ARENA_TAKE(a, s->next, rows);
    ARENA_TAKE(a, s->reached, columns);
    ARENA_TAKE(a, s->state, columns);
}

size_t exact_matching_workspace_size(size_t rows, size_t columns) {
    exact_solver s;
    arena a = {0};
    exact_solver_lay_out(&s, &a, rows, columns);
    return arena_size(&a);
}

/* Room for sums: a path adds and takes off less than 2 (rows + 1) costs, the comparisons one potential more. */
static wide_format format_of(const exact_matching *m) {
    wide_range range = wide_no_range;
    for (size_t i = 0; i < m->rows; i++) {
        leave_if_stopped(m->stop);
        for (int64_t e = exact_matching_first(m, i); e < exact_matching_end(m, i); e++)
            wide_include(&range, exact_matching_cost(m, e));
    }
    return wide_format_for(range, 4 * m->rows + 16);
}

void exact_solver_begin(exact_solver *s) {
    s->format = format_of(&s->m);
    s->barred_row = s->m.rows;
    s->released = s->m.columns;
    s->reached_count = 0;
    for (size_t j = 0; j < s->m.columns; j++) {
        wide_clear(s->format, exact_potential(s, j));
        s->potential_near[j] = 0;
        s->room[j] = s->m.capacities ? s->m.capacities[j] : 1;
        s->first[j] = -1;
        s->state[j] = s->room[j] > 0 ? 0 : EXACT_CLOSED;
    }
    for (size_t i = 0; i < s->m.rows; i++) s->entry_of[i] = -1;
}

static void take(exact_solver *s, size_t row, int64_t entry) {
    const size_t column = exact_matching_column(&s->m, row, entry);
    s->entry_of[row] = entry;
    s->next[row] = s->first[column];
    s->first[column] = (int32_t)row;
}

static void leave(exact_solver *s, size_t row) {
    int32_t *at = &s->first[exact_matching_column(&s->m, row, s->entry_of[row])];
    while (*at != (int32_t)row) at = &s->next[*at];
    *at = s->next[row];
}

/* Whether x is above y for sure. Both are sums of numbers that add up to `magnitude`, each rounded a few
 * times, or lost below the least number. */
static inline bool is_above(double x, double y, double magnitude) {
    return x > y + (0x1p-48 * (magnitude + fabs(y)) + 0x1p-1060);
}

static bool has_released(const exact_solver *s) { return s->released < s->m.columns; }

/* A path that ends here: it is the shortest so far. */
static void set_target(exact_solver *s, size_t column) {
    wide_copy(s->format, s->bound, s->through);
    if (has_released(s) && column == s->released)
        wide_add(s->format, s->bound, exact_potential(s, column));
    wide_copy(s->format, s->limit, s->bound);
    if (has_released(s))
        wide_subtract(s->format, s->limit, exact_potential(s, s->released));
    s->bound_near = exact_near(s, s->bound);
    s->limit_near = exact_near(s, s->limit);
    s->target = column;
}

static void reach(exact_solver *s, size_t column) {
    if (!(s->state[column] & EXACT_REACHED)) s->reached[s->reached_count++] = (int32_t)column;
    s->state[column] |= EXACT_REACHED;
    wide_copy(s->format, exact_distance(s, column), s->through);
    s->distance_near[column] = exact_near(s, s->through);
}

/* The spare row comes nearer through this column. */
static void reach_spare(exact_solver *s, size_t column) {
    if (s->has_spare && wide_compare(s->format, s->through, s->spare) >= 0) return;
    wide_copy(s->format, s->spare, s->through);
    s->has_spare = true;
    if (s->target == s->m.columns || wide_compare(s->format, s->through, s->bound) < 0)
        set_target(s, column);
}

/* The spare row takes a full column. */
static void settle_spare(exact_solver *s) {
    s->is_spare_settled = true;
    for (size_t j = 0; j < s->m.columns; j++) {
        if (s->room[j] > 0 || j == s->released || s->state[j] & (EXACT_SETTLED | EXACT_CLOSED)) continue;
        wide_copy(s->format, s->through, s->spare);
        wide_subtract(s->format, s->through, exact_potential(s, j));
        if (wide_compare(s->format, s->through, s->limit) >= 0) continue;
        if (s->state[j] & EXACT_REACHED && wide_compare(s->format, s->through, exact_distance(s, j)) >= 0)
            continue;
        reach(s, j);
    }
}

/* The distance of a column through an entry, if it ends or shortens a path. */
static void relax_entry(exact_solver *s, size_t row, int64_t entry, size_t column, double base_near) {
    const double c = exact_matching_cost(&s->m, entry) * 0x1p-64, v = s->potential_near[column];
    const double near = base_near + c - v, magnitude = fabs(base_near) + fabs(c) + fabs(v);
    const bool has_room = s->room[column] > 0, ends = has_room || column == s->released;
    const bool is_end = has_room && !has_released(s); /* of all paths */
    const bool is_bounded = s->target < s->m.columns, was_reached = s->state[column] & EXACT_REACHED;
    if (is_bounded && is_above(near, is_end ? s->bound_near : s->limit_near, magnitude)) return;
    if (was_reached && is_above(near, s->distance_near[column], magnitude)) return;
    wide_copy(s->format, s->through, s->base);
    wide_subtract(s->format, s->through, exact_potential(s, column));
    wide_add_double(s->format, s->through, exact_matching_cost(&s->m, entry));
    if (is_bounded && wide_compare(s->format, s->through, is_end ? s->bound : s->limit) >= 0) return;
    if (!ends && was_reached && wide_compare(s->format, s->through, exact_distance(s, column)) >= 0)
        return;
    s->entry_before[column] = entry;
    s->row_before[column] = (int32_t)row;
    if (has_room && !is_end) reach_spare(s, column);
    else if (ends) set_target(s, column);
    else reach(s, column);
}

static uint8_t closed_to(const exact_solver *s, size_t row) {
    return EXACT_CLOSED | (row == s->barred_row ? EXACT_BARRED : 0);
}

static void relax(exact_solver *s, size_t row) {
    leave_if_stopped(s->m.stop);
    const uint8_t closed = EXACT_SETTLED | closed_to(s, row);
    const double base_near = exact_near(s, s->base);
    const int64_t end = exact_matching_end(&s->m, row);
    for (int64_t e = exact_matching_first(&s->m, row); e < end; e++) {
        if (!(exact_matching_cost(&s->m, e) < INFINITY)) continue;
        const size_t column = exact_matching_column(&s->m, row, e);
        if (!(s->state[column] & closed)) relax_entry(s, row, e, column, base_near);
    }
}

/* The nearest column reached that is not settled; of equal ones the first reached. */
static size_t nearest(const exact_solver *s) {
    size_t best = s->m.columns;
    for (size_t k = 0; k < s->reached_count; k++) {
        const size_t j = (size_t)s->reached[k];
        if (s->state[j] & EXACT_SETTLED) continue;
        if (best < s->m.columns) {
            const double x = s->distance_near[j], y = s->distance_near[best];
            if (is_above(x, y, fabs(x))) continue;
            if (wide_compare(s->format, exact_distance(s, j), exact_distance(s, best)) >= 0) continue;
        }
        best = j;
    }
    return best;
}

bool exact_solver_search(exact_solver *s, size_t row) {
    s->target = s->m.columns;
    s->has_spare = s->is_spare_settled = false;
    wide_clear(s->format, s->base);
    relax(s, row);
    for (;;) {
        const size_t j = nearest(s);
        if (s->has_spare && !s->is_spare_settled &&
            (j == s->m.columns || wide_compare(s->format, exact_distance(s, j), s->spare) >= 0)) {
            settle_spare(s);
            continue;
        }
        if (j == s->m.columns) break;
        const bool is_bounded = s->target < s->m.columns;
        if (is_bounded && wide_compare(s->format, exact_distance(s, j), s->limit) >= 0) break;
        s->state[j] |= EXACT_SETTLED;
        for (int32_t i = s->first[j]; i >= 0; i = s->next[i]) {
            wide_copy(s->format, s->base, exact_distance(s, j));
            wide_add(s->format, s->base, exact_potential(s, j));
            wide_subtract_double(s->format, s->base, exact_matching_cost(&s->m, s->entry_of[i]));
            relax(s, (size_t)i);
        }
    }
    return s->target < s->m.columns;
}

void exact_solver_augment(exact_solver *s, size_t row) {
    for (size_t k = 0; k < s->reached_count; k++) {
        const size_t j = (size_t)s->reached[k];
        if (!(s->state[j] & EXACT_SETTLED)) continue;
        wide_add(s->format, exact_potential(s, j), exact_distance(s, j));
        wide_subtract(s->format, exact_potential(s, j), s->bound);
        s->potential_near[j] = exact_near(s, exact_potential(s, j));
    }
    s->room[s->target]--;
    size_t i, j = s->target;
    do {
        i = (size_t)s->row_before[j];
        const int64_t entry = s->entry_before[j];
        if (i != row) {
            j = exact_matching_column(&s->m, i, s->entry_of[i]);
            leave(s, i);
        }
        take(s, i, entry);
    } while (i != row);
}

void exact_solver_end_search(exact_solver *s) {
    for (size_t k = 0; k < s->reached_count; k++)
        s->state[s->reached[k]] &= (uint8_t)~(EXACT_REACHED | EXACT_SETTLED);
    s->reached_count = 0;
}

/* The cheapest entry of a row, the first of equal ones; -1: all are forbidden. */
static int64_t cheapest(const exact_solver *s, size_t row) {
    leave_if_stopped(s->m.stop);
    const uint8_t closed = closed_to(s, row);
    int64_t best = -1;
    double least = INFINITY;
    for (int64_t e = exact_matching_first(&s->m, row); e < exact_matching_end(&s->m, row); e++) {
        const double c = exact_matching_cost(&s->m, e);
        if (!(c < least) || s->state[exact_matching_column(&s->m, row, e)] & closed) continue;
        best = e;
        least = c;
    }
    return best;
}

bool exact_solver_match(exact_solver *s, size_t from) {
    for (size_t i = from; i < s->m.rows; i++) {
        const int64_t entry = cheapest(s, i);
        if (entry < 0) return false;
        const size_t j = exact_matching_column(&s->m, i, entry);
        if (s->room[j] == 0) continue;
        s->room[j]--;
        take(s, i, entry);
    }
    for (size_t i = from; i < s->m.rows; i++) {
        if (s->entry_of[i] >= 0) continue;
        const bool is_found = exact_solver_search(s, i);
        if (is_found) exact_solver_augment(s, i);
        exact_solver_end_search(s);
        if (!is_found) return false;
    }
    return true;
}

cl_status exact_matching_solve(
    const exact_matching *m, void *workspace, int64_t *entry_of_row, double *potentials) {
    exact_solver s = {.m = *m, .entry_of = entry_of_row};
    arena a = arena_over(workspace);
    exact_solver_lay_out(&s, &a, m->rows, m->columns);
    exact_solver_begin(&s);
    if (!exact_solver_match(&s, 0)) return CL_STATUS_INFEASIBLE;
    for (size_t j = 0; j < m->columns; j++)
        potentials[j] = wide_value(s.format, exact_potential(&s, j));
    return CL_STATUS_OK;
}

/* a + b + c + d < 0, without rounding: the sum of an expansion of numbers that do not overlap has the sign
 * of its last one. J. Shewchuk, Discrete and Computational Geometry 18 (1997), doi:10.1007/PL00009321. */
static bool is_negative_sum(const double terms[4]) {
    double parts[4];
    int count = 0;
    for (int k = 0; k < 4; k++) {
        double sum = terms[k];
        int kept = 0;
        for (int n = 0; n < count; n++) {
            const double before = sum;
            sum += parts[n];
            const double error = rounding_error(before, parts[n], sum);
            if (error != 0) parts[kept++] = error;
        }
        if (sum != 0) parts[kept++] = sum;
        count = kept;
    }
    return count > 0 && parts[count - 1] < 0;
}

bool exact_matching_is_proved(
    const exact_matching *m, const int64_t *entry_of_row, const double *potentials) {
    for (size_t i = 0; i < m->rows; i++) {
        leave_if_stopped(m->stop);
        const int64_t own = entry_of_row[i];
        const double c = exact_matching_cost(m, own);
        const double v = potentials[exact_matching_column(m, i, own)];
        const double reduced = c - v;
        for (int64_t e = exact_matching_first(m, i); e < exact_matching_end(m, i); e++) {
            const double other = exact_matching_cost(m, e);
            if (!(other < INFINITY)) continue;
            const double w = potentials[exact_matching_column(m, i, e)], there = other - w;
            if (there - reduced > 0x1p-50 * (fabs(there) + fabs(reduced))) continue;
            if (is_negative_sum((const double[4]){other, -w, -c, v})) return false;
        }
    }
    return true;
}
