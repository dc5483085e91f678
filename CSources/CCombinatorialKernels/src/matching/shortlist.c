#include "shortlist.h"

#include <math.h>

#include "magnitudes.h"
#include "../common/numbers.h"

#define HEAP_KEY double
#include "../common/heap.h"

#pragma STDC FP_CONTRACT OFF

void shortlists_clear(const shortlist_problem *p, uint8_t groups) {
    for (size_t i = 0; i < p->rows; i++) p->lists.groups[i] = groups;
    for (size_t i = 0; i < p->rows; i++) p->lists.count[i] = SHORTLIST_MISSING;
    for (size_t j = 0; j < p->width; j++) p->lists.place[j] = -1;
    for (size_t j = 0; j < p->width; j++) p->distances[j] = INFINITY;
}

static inline double cost_at(const shortlist_problem *p, size_t row, size_t column) {
    return number_at(p->costs, p->is_float, row * p->row_step + column * p->column_step);
}

static listed_minima lowest_two(const shortlist_problem *p, size_t row) {
    listed_minima m = {INFINITY, INFINITY, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    const size_t start = row * SHORTLIST_ROOM, end = start + (size_t)p->lists.count[row];
    const double *v = p->potentials;
    for (size_t e = start; e < end; e++) {
        const double r = p->lists.cost[e] - v[p->lists.column[e]];
        if (!(r < m.second)) continue;
        if (r < m.first) {
            m.second = m.first;
            m.first = r;
            m.column = (size_t)p->lists.column[e];
        } else {
            m.second = r;
        }
    }
    return m;
}

static void find_ties(const shortlist_problem *p, size_t row, listed_minima *m) {
    const size_t start = row * SHORTLIST_ROOM, end = start + (size_t)p->lists.count[row];
    for (size_t e = start; e < end; e++) {
        const size_t j = (size_t)p->lists.column[e];
        if (p->lists.cost[e] - p->potentials[j] != m->first) continue;
        if (m->other == SIZE_MAX && j > m->column) m->other = j;
        if (m->unmatched == SIZE_MAX && p->row_of[j] < 0) m->unmatched = j;
    }
}

/* The least of two groups may be one and the same where their blocks overlap: then more of the row is listed. */
bool shortlist_lowest_two(const shortlist_problem *p, size_t row, listed_minima *m) {
    for (int attempt = 0; attempt < 3; attempt++) {
        if (attempt == 2 && p->lists.groups[row] == SHORTLIST_MOST_GROUPS) return false;
        if (attempt == 2) p->lists.groups[row] *= 2;
        if (attempt > 0 || p->lists.count[row] == SHORTLIST_MISSING) p->list(p->of, row, row);
        if (p->lists.count[row] < 0) return false;
        *m = lowest_two(p, row);
        if (m->second <= p->lists.next[row] && m->first < p->lists.next[row]) {
            if (m->second <= m->first) find_ties(p, row, m);
            else if (p->row_of[m->column] < 0) m->unmatched = m->column;
            return true;
        }
    }
    return false;
}

bool shortlist_least(const shortlist_problem *p, size_t row, double *least) {
    for (int attempt = 0; attempt < 2; attempt++) {
        if (attempt > 0) p->list(p->of, row, row);
        if (p->lists.count[row] < 0) return false;
        const size_t start = row * SHORTLIST_ROOM, end = start + (size_t)p->lists.count[row];
        double low = INFINITY;
        for (size_t e = start; e < end; e++) {
            const double r = p->lists.cost[e] - p->potentials[p->lists.column[e]];
            low = r < low ? r : low;
        }
        *least = low;
        if (low <= p->lists.next[row]) return true;
    }
    return false;
}

typedef struct search {
    heap heap;        /* of matched columns nearer than the bound */
    double bound;     /* distance of the nearest unmatched column */
    size_t target;    /* that column, the first of equals; SIZE_MAX: none */
    double event;     /* no column that is not listed is nearer; */
    size_t event_row; /* by this row of the tree */
    size_t rows, touched;
} search;

/* Lists a row as if there were no tree. */
static void list_all(shortlist_problem *p, size_t row) {
    p->listings++;
    for (size_t k = 0; k < p->in_tree; k++) p->potentials[p->tree[k].column] = p->tree[k].potential;
    p->list(p->of, row, row);
    for (size_t k = 0; k < p->in_tree; k++) p->potentials[p->tree[k].column] = -INFINITY;
}

static void note_event(const shortlist_problem *p, search *s, size_t k) {
    const tree_row t = p->lists.tree[k];
    const double event = t.next - t.offset;
    if (!(event < s->event)) return;
    s->event = event;
    s->event_row = k;
}

/* Shortens the distances of the columns that row k of the tree lists, in its place or in that of the search. */
static void relax(const shortlist_problem *p, search *s, size_t k, size_t list) {
    p->lists.tree[k].next = p->lists.next[list];
    const tree_row t = p->lists.tree[k];
    const size_t start = list * SHORTLIST_ROOM, end = start + (size_t)p->lists.count[list];
    double *distances = p->distances;
    for (size_t e = start; e < end; e++) {
        const size_t j = (size_t)p->lists.column[e];
        const double through = p->lists.cost[e] - p->potentials[j] - t.offset;
        if (!(through <= s->bound && through <= distances[j])) continue;
        if (through == distances[j]) { /* of rows at the same distance the first in the tree is before a column */
            if (through < INFINITY && (size_t)p->lists.via[j] > k) {
                p->lists.via[j] = (int32_t)k;
                p->predecessor[j] = t.row;
            }
            continue;
        }
        const bool is_unmatched = p->row_of[j] < 0;
        if (through == s->bound && !(is_unmatched && j < s->target)) continue;
        if (distances[j] == INFINITY) p->lists.touched[s->touched++] = (int32_t)j;
        distances[j] = through;
        p->lists.via[j] = (int32_t)k;
        p->predecessor[j] = t.row;
        if (is_unmatched) {
            s->bound = through;
            s->target = j;
        } else {
            heap_insert(&s->heap, (int32_t)j);
        }
    }
    note_event(p, s, k);
}

/* False if the row cannot be listed. */
static bool add_row(shortlist_problem *p, search *s, size_t row, double offset) {
    if (p->lists.count[row] == SHORTLIST_MISSING) list_all(p, row);
    p->lists.tree[s->rows++] = (tree_row){offset, 0, (int32_t)row, false};
    if (p->lists.count[row] < 0) return false;
    relax(p, s, s->rows - 1, row);
    return true;
}

/* Lists the row once more that may have a nearer column than all that are listed: first more of it, and then
 * ever more distant columns, without those in the tree. False if there are too many equal ones. */
static bool add_list(shortlist_problem *p, search *s) {
    tree_row *t = &p->lists.tree[s->event_row];
    size_t list = (size_t)t->row;
    if (p->lists.groups[list] < SHORTLIST_MOST_GROUPS) {
        p->lists.groups[list] *= 2;
        list_all(p, list);
    } else {
        list = p->rows;
        p->listings++;
        p->list(p->of, (size_t)t->row, list);
        if (t->was_listed && p->lists.next[list] <= t->next) return false;
        t->was_listed = true;
    }
    if (p->lists.count[list] < 0) return false;
    s->event = INFINITY;
    relax(p, s, s->event_row, list);
    for (size_t k = 0; k < s->rows; k++) note_event(p, s, k);
    return true;
}

static void end_search(const shortlist_problem *p, const search *s) {
    for (size_t k = 0; k < s->touched; k++) {
        p->distances[p->lists.touched[k]] = INFINITY;
        p->lists.place[p->lists.touched[k]] = -1;
    }
    for (size_t k = 0; k < s->rows; k++) /* what they list is not what is least by now */
        if (p->lists.tree[k].was_listed) p->lists.count[p->lists.tree[k].row] = SHORTLIST_MISSING;
}

static shortlist_outcome decline(shortlist_problem *p, const search *s) {
    for (size_t k = 0; k < p->in_tree; k++) p->potentials[p->tree[k].column] = p->tree[k].potential;
    p->in_tree = 0;
    end_search(p, s);
    return SHORTLIST_DECLINED;
}

shortlist_outcome shortlist_search(shortlist_problem *p, size_t row, size_t *column, double *distance) {
    search s = {
        .heap = {p->lists.heap, p->lists.place, p->distances, 1, 0}, .bound = INFINITY, .target = SIZE_MAX,
        .event = INFINITY};
    p->in_tree = 0;
    if (!add_row(p, &s, row, 0)) return decline(p, &s);
    for (;;) {
        leave_if_stopped(p->stop);
        const double nearest = s.heap.count > 0 ? p->distances[s.heap.items[0]] : (double)INFINITY;
        const double least = nearest < s.bound ? nearest : s.bound;
        if (!(least < s.event) && s.event < INFINITY) {
            if (!add_list(p, &s)) return decline(p, &s);
            continue;
        }
        if (!(fabs(least) <= GREATEST_POTENTIAL)) {
            end_search(p, &s);
            return SHORTLIST_NO_PATH;
        }
        if (s.bound <= nearest) break;
        const size_t j = (size_t)heap_take(&s.heap), next = (size_t)p->row_of[j];
        const double potential = p->potentials[j];
        p->steps++;
        p->tree[p->in_tree++] = (tree_column){nearest, potential, j};
        p->distances[j] = INFINITY;
        p->potentials[j] = -INFINITY;
        if (!add_row(p, &s, next, cost_at(p, next, j) - potential - nearest)) return decline(p, &s);
    }
    *column = s.target;
    *distance = s.bound;
    end_search(p, &s);
    return SHORTLIST_FOUND;
}
