/* Potentials of an optimal tree that prove it in doubles where they can.
 *
 * Arcs of the tree that carry nothing may have any cost, and potentials along them drown those behind. So
 * only the parts that mass holds together keep their differences. In each the node of the greatest mass is
 * to have the potential 0, and the parts are lowered as far as the costs between them demand: shortest paths
 * from there over what is left of the costs, which is at least 0 (E. Dijkstra, Numer. Math. 1 (1959)). */
#include "transport_exact.h"

#pragma STDC FP_CONTRACT OFF

/* Nodes of a part name one of them, its head (order); a head knows what to add to the prices of its part,
 * in the memory of flows, and how that was found (depth). */
typedef enum part_state { PART_UNREACHED, PART_REACHED, PART_DONE } part_state;

static uint64_t *addend_of(const exact_transport *e, int32_t head) { return flow_at(e, head); }

static double mass_of(const exact_transport *e, int32_t node) {
    const transport *p = e->base;
    return transport_is_row(p, node) ? p->supply[node] : p->demand[(size_t)node - p->rows];
}

static void find_parts(const exact_transport *e) {
    const transport *p = e->base;
    network_tree *t = &e->base->tree;
    int32_t *heads = t->order, *anchors = t->previous;
    for (size_t x = 0; x < p->rows + p->columns; x++) heads[x] = -1;
    for (int32_t x = p->root;;) {
        const bool is_head = x == p->root || t->flow[x] == 0;
        const int32_t head = heads[x] = is_head ? x : heads[t->parent[x]];
        if (is_head || mass_of(e, x) > mass_of(e, anchors[head])) anchors[head] = x;
        if (is_head) t->depth[x] = PART_UNREACHED;
        x = t->next[x];
        if (x == p->root) break;
    }
    for (size_t x = 0; x < p->rows + p->columns; x++) {
        if (heads[x] != (int32_t)x || !(mass_of(e, anchors[x]) > 0 || (int32_t)x == p->root)) continue;
        wide_clear(e->sums, addend_of(e, (int32_t)x));
        wide_subtract(e->sums, addend_of(e, (int32_t)x), price_of(e, anchors[x]));
        t->depth[x] = PART_REACHED;
    }
}

/* The reached part with the least addend; -1 if there is none. */
static int32_t next_part(const exact_transport *e) {
    const transport *p = e->base;
    const network_tree *t = &p->tree;
    int32_t best = -1;
    leave_if_stopped(p->stop);
    for (size_t k = 0; k < p->rows + p->columns; k++) {
        const int32_t x = (int32_t)k;
        if (t->order[x] != x || t->depth[x] != PART_REACHED) continue;
        if (best < 0 || wide_compare(e->sums, addend_of(e, x), addend_of(e, best)) < 0) best = x;
    }
    return best;
}

/* Lowers the parts of rows for which a column of this part costs too little. */
static void lower_others(const exact_transport *e, int32_t head, size_t j) {
    const transport *p = e->base;
    const network_tree *t = &p->tree;
    uint64_t *addend = p->scratch;
    leave_if_stopped(p->stop);
    for (size_t i = 0; i < p->rows; i++) {
        const int32_t other = t->order[i];
        if (t->depth[other] == PART_DONE || !(transport_cost(e->costs, i, j) < INFINITY)) continue;
        reduced_cost(e, i, j, addend);
        wide_add(e->sums, addend, addend_of(e, head));
        if (t->depth[other] == PART_REACHED && wide_compare(e->sums, addend, addend_of(e, other)) >= 0)
            continue;
        wide_copy(e->sums, addend_of(e, other), addend);
        t->depth[other] = PART_REACHED;
    }
}

/* Prices of a column that is no part of the tree: as much as the rows permit. */
static void price_column(const exact_transport *e, size_t j) {
    const transport *p = e->base;
    uint64_t *price = price_of(e, column_node(e, j)), *bound = p->scratch;
    bool is_bound = false;
    leave_if_stopped(p->stop);
    wide_clear(e->sums, price);
    for (size_t i = 0; i < p->rows; i++) {
        if (!(transport_cost(e->costs, i, j) < INFINITY)) continue;
        wide_copy(e->sums, bound, price_of(e, (int32_t)i));
        add_cost(e, bound, i, j, false);
        if (is_bound && wide_compare(e->sums, bound, price) <= 0) continue;
        wide_copy(e->sums, price, bound);
        is_bound = true;
    }
}

static double rounded(const exact_transport *e, int32_t node) { return wide_value(e->sums, price_of(e, node)); }

/* What to add to all prices for supply . u = demand . v. */
static double gauge(const exact_transport *e) {
    const transport *p = e->base;
    double supplied = 0, demanded = 0, of_rows = 0, of_columns = 0;
    for (size_t i = 0; i < p->rows; i++) supplied += p->supply[i];
    for (size_t j = 0; j < p->columns; j++) demanded += p->demand[j];
    const bool has_mass = supplied > 0 && demanded > 0;
    for (size_t i = 0; i < p->rows; i++)
        of_rows += (has_mass ? p->supply[i] / supplied : 1 / (double)p->rows) * rounded(e, (int32_t)i);
    for (size_t j = 0; j < p->columns; j++)
        of_columns -=
            (has_mass ? p->demand[j] / demanded : 1 / (double)p->columns) * rounded(e, column_node(e, j));
    return of_columns / 2 - of_rows / 2;
}

bool transport_write_potentials(const exact_transport *e, const cl_transport_output *output) {
    const transport *p = e->base;
    network_tree *t = &e->base->tree;
    find_parts(e);
    for (int32_t head; (head = next_part(e)) >= 0;) {
        t->depth[head] = PART_DONE;
        for (size_t j = 0; j < p->columns; j++)
            if (t->order[column_node(e, j)] == head) lower_others(e, head, j);
    }
    for (size_t x = 0; x < p->rows + p->columns; x++) {
        const int32_t head = t->order[x], node = (int32_t)x;
        if (head < 0) continue;
        if (t->depth[head] == PART_DONE)
            wide_add(e->sums, price_of(e, node), addend_of(e, head));
        else
            wide_clear(e->sums, price_of(e, node)); /* a row without supply and without a permitted pair */
    }
    for (size_t j = 0; j < p->columns; j++)
        if (t->order[column_node(e, j)] < 0) price_column(e, j);
    const double shift = gauge(e);
    if (!isfinite(shift)) return false;
    bool is_in_range = true;
    for (size_t x = 0; x < p->rows + p->columns; x++) {
        wide_add_double(e->sums, price_of(e, (int32_t)x), shift);
        const double price = rounded(e, (int32_t)x);
        is_in_range &= (bool)isfinite(price);
        if (x < p->rows)
            output->row_potentials[x] = price;
        else
            output->column_potentials[x - p->rows] = 0 - price;
    }
    return is_in_range;
}
