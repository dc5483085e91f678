/* Excess moved to the destination, level by level as searches back from there find them; included by grid_cut.c. */

/* What a breadth-first search leaves. */
typedef struct search {
    size_t roots;   /* so many at the front of `order` are all that have balance < 0 */
    size_t holders; /* so many at the front of `active` have an excess and a label, nearest first */
    int32_t level;  /* the highest label */
} search;

/* Asks whether to stop, and says where to ask again: no loop over cells has room for the question. */
static inline size_t end_of_round(const grid *g, size_t from, size_t to) {
    leave_if_stopped(g->stop);
    return to - from < ARCS_OF_ROUND ? to : from + ARCS_OF_ROUND;
}

/* Labels cells by searching back from the destination, until all of a level are labelled and `wanted`
 * with an excess among them. */
FOR_EITHER void search_back(const grid *g, size_t neighbors, size_t wanted, search *found) {
    const double *restrict balance = g->balance;
    const uint8_t *restrict entries = g->entries;
    uint8_t *restrict unseen = g->unseen;
    int32_t *restrict order = g->order, *restrict label = g->label, *restrict active = g->active;
    ptrdiff_t offset[MOST_NEIGHBORS];
    for (size_t d = 0; d < neighbors; d++) offset[d] = g->offset[d];
    size_t head = 0, tail = 0, holders = 0;
    int32_t level = 0;
    memset(unseen, 1, g->cells);
    for (size_t p = 0; p < g->cells; p++) label[p] = UNREACHABLE;
    for (size_t i = 0; i < found->roots;) {
        for (const size_t stop = end_of_round(g, i, found->roots); i < stop; i++) {
            const int32_t p = order[i];
            const bool is_root = balance[p] < 0;
            unseen[p] = !is_root;
            order[tail] = p;
            tail += is_root;
        }
    }
    found->roots = tail;
    for (size_t end = tail; head < end && holders < wanted; end = tail) {
        level++;
        while (head < end) {
            for (const size_t stop = end_of_round(g, head, end); head < stop; head++) {
                const ptrdiff_t p = order[head];
                const uint32_t entry = entries[p];
                label[p] = level;
                active[holders] = (int32_t)p;
                holders += balance[p] > 0;
                for (size_t d = 0; d < neighbors; d++) {
                    const ptrdiff_t q = p + offset[d];
                    const uint32_t is_new = entry >> d & unseen[q];
                    unseen[q] ^= (uint8_t)is_new;
                    order[tail] = (int32_t)q;
                    tail += is_new;
                }
            }
        }
    }
    found->holders = holders;
    found->level = level;
}

/* Pushes what a cell has along some of its arcs. Those that then have an excess extend `list` from `*end` on, by steps
 * of `way`. Returns what stays. */
FOR_EITHER double push_along(
    const grid *g, size_t neighbors, int32_t p, uint32_t arcs, double excess, int32_t *restrict list, size_t *end,
    ptrdiff_t way) {
    double *restrict residuals = g->residual, *restrict balance = g->balance;
    uint8_t *restrict entries = g->entries;
    double *residual = residuals + (size_t)p * neighbors;
    uint32_t entry = entries[p];
    while (arcs) {
        const size_t d = (size_t)__builtin_ctz(arcs), back = opposite(d);
        const ptrdiff_t q = p + g->offset[d];
        const double capacity = residual[d], moved = excess < capacity ? excess : capacity;
        const double before = balance[q], after = before + moved;
        excess -= moved;
        residual[d] = capacity - moved;
        entries[q] &= (uint8_t)~((uint32_t)(moved == capacity) << back);
        residuals[(size_t)q * neighbors + back] += moved;
        entry |= 1u << d;
        balance[q] = after;
        list[*end] = (int32_t)q;
        *end += (size_t)((before <= 0) & (after > 0)) * (size_t)way;
        arcs = excess > 0 ? arcs & (arcs - 1) : 0;
    }
    entries[p] = (uint8_t)entry;
    balance[p] = excess;
    return excess;
}

#include "grid_cut_rows.h"

/* The directions in which arcs can take more. */
FOR_EITHER uint32_t open_arcs(const grid *g, size_t neighbors, int32_t p) {
    typedef double four __attribute__((ext_vector_type(4), aligned(8), may_alias));
    typedef bool four_bits __attribute__((ext_vector_type(4)));
    const double *residual = g->residual + (size_t)p * neighbors;
    uint32_t open = 0;
    for (size_t d = 0; d < neighbors; d += 4) {
        const four_bits part = __builtin_convertvector(*(const four *)(residual + d) > 0, four_bits);
        open |= (uint32_t)(__builtin_bit_cast(uint8_t, part) & 15) << d;
    }
    return open;
}

/* The directions to neighbors of a level or, if `is_below`, of lower ones. */
FOR_EITHER uint32_t directions_to(
    const grid *g, size_t neighbors, bool by_rows, int32_t p, int32_t level, bool is_below) {
    if (by_rows) return directions_into(g, neighbors, is_below ? g->below : level_rows(g, level), p);
    uint32_t directions = 0;
    for (size_t d = 0; d < neighbors; d++) {
        const int32_t there = g->label[p + g->offset[d]];
        directions |= (uint32_t)(is_below ? there < level : there == level) << d;
    }
    return directions;
}

/* Pushes what a cell has along its arcs to lower levels, and what then stays along those to its own, for which the
 * cell rises. Those that then have an excess extend the back of `active` downwards, or `beside`. Returns whether
 * something stays. */
FOR_EITHER bool discharge(
    const grid *g, size_t neighbors, bool by_rows, int32_t p, int32_t level, size_t *back_end, size_t *beside_end) {
    const uint32_t open = open_arcs(g, neighbors, p);
    const uint32_t lower = open & directions_to(g, neighbors, by_rows, p, level, true);
    const double left = push_along(g, neighbors, p, lower, g->balance[p], g->active - 1, back_end, -1);
    if (!(left > 0)) return false;
    const uint32_t level_arcs = open & directions_to(g, neighbors, by_rows, p, level, false);
    if (!level_arcs) return true;
    if (by_rows)
        rise_from(g, level, p);
    else
        g->label[p] = level + 1;
    return push_along(g, neighbors, p, level_arcs, left, g->beside, beside_end, 1) > 0;
}

/* Whether a cell that the search found with an excess is of the level that is discharged, and not of a lower one. */
static inline bool is_at(const grid *g, bool by_rows, int32_t level, int32_t p) {
    return by_rows ? !holds(g, g->below, p) : g->label[p] == level;
}

/* Discharges cells with an excess, level by level from the farthest on: those that the search found, at the front of
 * `active`, those that got theirs from the level above, at its back, and those that got it from cells of their own
 * level that have risen. What stays has no way on before the next search. Returns how many cells it stays in. */
FOR_EITHER size_t sweep(const grid *g, size_t neighbors, bool by_rows, const search *found) {
    size_t front = found->holders, back = g->cells, back_end = g->cells, beside = 0, stuck = 0;
    for (int32_t level = found->level; level > 0; level--) {
        const size_t from_above = back_end;
        leave_if_stopped(g->stop);
        if (by_rows) leave_level(g, level);
        for (; front > 0 && is_at(g, by_rows, level, g->active[front - 1]); front--) {
            if (front % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
            stuck += discharge(g, neighbors, by_rows, g->active[front - 1], level, &back_end, &beside);
        }
        for (; back > from_above; back--) {
            if (back % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
            stuck += discharge(g, neighbors, by_rows, g->active[back - 1], level, &back_end, &beside);
        }
        while (beside > 0) {
            if (beside % ARCS_OF_ROUND == 0) leave_if_stopped(g->stop);
            const int32_t p = g->beside[--beside];
            stuck += discharge(g, neighbors, by_rows, p, level, &back_end, &beside);
        }
    }
    return stuck;
}

/* Moves all excess to the destination that can get there; the last search sees all cells that can.
 * What a search has not reached can never get there: searches end with the last that is stuck. */
FOR_EITHER void push_by_labels(const grid *g, size_t neighbors) {
    search found = {0};
    size_t wanted = g->cells;
    for (size_t p = 0; p < g->cells; p++) {
        g->order[found.roots] = (int32_t)p;
        found.roots += g->balance[p] < 0;
    }
    for (;;) {
        search_back(g, neighbors, wanted, &found);
        if (found.holders == 0) return;
        const size_t stuck = sweep(g, neighbors, false, &found);
        wanted = stuck > 0 ? stuck : g->cells;
    }
}

/* The same by searches of short rows; false if one has more levels than they have room for. */
FOR_EITHER bool push_by_rows(const grid *g, size_t neighbors) {
    search found;
    for (size_t i = 0; i < g->rows; i++) memset(g->row_of + cell_at(g, i, 0), (int)(i + 1), g->columns);
    for (size_t wanted = g->cells; search_rows(g, neighbors, wanted, &found);) {
        if (found.holders == 0) {
            write_unseen(g);
            return true;
        }
        const size_t stuck = sweep(g, neighbors, true, &found);
        wanted = stuck > 0 ? stuck : g->cells;
    }
    return false;
}

FOR_EITHER void push_out_of(const grid *g, size_t neighbors) {
    if (!has_short_rows(g) || !push_by_rows(g, neighbors)) push_by_labels(g, neighbors);
}

static void push_out(const grid *g, size_t neighbors) {
    if (neighbors == 4)
        push_out_of(g, 4);
    else
        push_out_of(g, 8);
}
