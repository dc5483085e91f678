/* Push-relabel on a directed graph: labels, and the pushing itself.
 *
 * Of the nodes with an excess one with the highest label is next. A node whose label has risen by more than a step
 * several times is likely to pass its excess to and fro with one that cannot reach the destination either: it waits
 * until all labels are made exact again. That happens when no other node has an excess, or when relabeling has taken
 * some multiple of what it takes (B. V. Cherkassky, A. V. Goldberg, Algorithmica 19 (1997), doi:10.1007/PL00009180).
 * A node tries its arcs in their order, those out of it first. If relabeling has taken little until a search, or what
 * the second search has let through is little, excess goes round between nodes whose ways on are blocked further
 * ahead, as in grids, in networks of streets and under precedences of neighbors. From then on nodes try their arcs
 * from the last to the first, so that it goes back before it goes sideways.
 * That nodes wait, and that a search which makes labels exact already takes from each node that it finds what the
 * arc lets through, are ideas of OR-Tools' maximum flow. */
#ifndef CL_PUSH_RELABEL_H
#define CL_PUSH_RELABEL_H

#include "flow_network.h"

/* What a relabel costs beside the arcs of the node, in arcs; and after how many long rises a node waits. */
enum { COST_OF_RELABEL = 6, RISES_BEFORE_WAIT = 4 };

/* The label of a node with an excess that a search has not found yet. */
#define HOLDS (UNREACHABLE - 1)

/* Takes from a node that the search finds from `v` what the arc between lets through. Returns whether the arc then
 * leads to it. */
static inline bool take_excess(const network *n, const half_arc *from_v, int32_t v, size_t *awaited) {
    half_arc *half = twin_of(n, from_v);
    double *excess = &n->excess[from_v->head];
    const double taken = *excess < half->residual ? *excess : half->residual;
    move_through(n, half, taken);
    *excess -= taken;
    n->excess[v] += taken;
    if (*excess > 0) return false; /* the arc is full */
    --*awaited;
    n->label[from_v->head] = UNREACHABLE;
    return half->residual > 0;
}

/* What a search looks at first. */
static inline size_t begin_search_back(const network *n, int32_t destination, int32_t barred) {
    for (size_t v = 0; v < n->nodes; v++) n->label[v] = n->excess[v] > 0 ? HOLDS : UNREACHABLE;
    memcpy(n->current, n->first, n->nodes * sizeof(uint32_t));
    if (barred >= 0) n->label[barred] = 0; /* as if it had been found */
    n->label[destination] = 0;
    n->queue[0] = destination;
    return 1;
}

/* Labels every node with its steps to the destination, by breadth-first search against the open arcs. No path leads
 * through `barred`, the other terminal, if it is one. Nodes that are found with an excess pass it on; an arc that
 * becomes full does not lead to them. `from`: the half arcs of a node that may lead to it begin there.
 *
 * If so many nodes with an excess as `awaited`, which is not 0, have been found, labels of nodes that have not are
 * only lower bounds, and the answer is false. */
static inline bool label_exactly(
    network *n, int32_t destination, int32_t barred, size_t awaited, const uint32_t *from) {
    int32_t *restrict label = n->label, *restrict queue = n->queue;
    const uint32_t *restrict first = n->first;
    const size_t most = n->nodes - (barred >= 0);
    size_t read = 0, found = begin_search_back(n, destination, barred);
    int32_t beyond = UNREACHABLE;
    while (read < found && found < most) {
        leave_if_stopped(n->stop);
        const int32_t v = queue[read++], steps = label[v] + 1;
        if (read + 2 < found) __builtin_prefetch(&n->half_arcs[from[queue[read + 2]]]);
        for (uint32_t k = from[v], end = first[v + 1]; k < end; k++) {
            const half_arc *half = &n->half_arcs[k];
            const int32_t w = half->head, before = label[w];
            if ((before < HOLDS) | !(half->twin & 1)) continue;
            if (before == HOLDS && !take_excess(n, half, v, &awaited)) continue;
            label[w] = steps;
            queue[found++] = w;
        }
        if (awaited != 0) continue;
        beyond = steps;
        break;
    }
    n->found = found;
    for (size_t w = 0; w < n->nodes; w++) label[w] = label[w] >= HOLDS ? beyond : label[w];
    if (barred >= 0) label[barred] = UNREACHABLE;
    return beyond == UNREACHABLE;
}

static inline void add_active(const network *n, int32_t v, int32_t label) {
    n->next[v] = n->highest[label];
    n->highest[label] = v;
}

/* Sorts the nodes with an excess that can reach the destination by labels; the highest one, 0 if there are none. */
static inline int32_t sort_active(const network *n) {
    memset(n->labeled, 0, n->nodes * sizeof(int32_t));
    memset(n->rises, 0, n->nodes);
    for (size_t v = 0; v < n->nodes; v++) n->highest[v] = -1;
    int32_t top = 0;
    for (size_t v = 0; v < n->nodes; v++) {
        const int32_t label = n->label[v];
        if (label == UNREACHABLE) continue;
        n->labeled[label]++;
        if (!(n->excess[v] > 0) || label == 0) continue;
        add_active(n, (int32_t)v, label);
        top = label > top ? label : top;
    }
    return top;
}

/* What reversed places among a node's half arcs are counted back from. */
static inline uint32_t mirror_of(const network *n, int32_t v) { return n->first[v] + n->first[v + 1] - 1; }

static inline half_arc *half_arc_at(const network *n, uint32_t place, uint32_t mirror, bool is_reversed) {
    return &n->half_arcs[is_reversed ? mirror - place : place];
}

/* Raises a node's label above the lowest that an open arc leads to; to UNREACHABLE if no other node has had it, so
 * that none above can get below. Returns the place of the half arc that leads there. */
static inline __attribute__((always_inline)) uint32_t relabel(
    const network *n, int32_t v, int32_t label, bool is_reversed) {
    const uint32_t mirror = mirror_of(n, v);
    int32_t lowest = UNREACHABLE;
    uint32_t at = n->first[v];
    for (uint32_t k = at, end = n->first[v + 1]; k < end; k++) {
        const half_arc *half = half_arc_at(n, k, mirror, is_reversed);
        if (!(half->residual > 0) || n->label[half->head] >= lowest) continue;
        lowest = n->label[half->head];
        at = k;
        if (lowest <= label) break; /* it cannot be lower */
    }
    const bool is_cut_off = --n->labeled[label] == 0 || (size_t)lowest + 1 >= n->nodes;
    n->label[v] = is_cut_off ? UNREACHABLE : lowest + 1;
    if (!is_cut_off) n->labeled[lowest + 1]++;
    return at;
}

/* Pushes what a node has along the arcs that lead one step closer, and relabels it until nothing stays or nothing
 * can go, or relabeling has taken more than `most_work`. Returns its last label that was not UNREACHABLE, and adds to
 * `work` what relabeling has taken. */
static inline __attribute__((always_inline)) int32_t discharge(
    const network *n, int32_t v, int32_t label, int32_t destination, size_t most_work, size_t *work,
    bool is_reversed) {
    double excess = n->excess[v];
    uint32_t k = n->current[v];
    const uint32_t end = n->first[v + 1], mirror = mirror_of(n, v);
    for (;;) {
        for (; k < end; k++) {
            half_arc *half = half_arc_at(n, k, mirror, is_reversed);
            const int32_t head = half->head;
            if (!((half->residual > 0) & (n->label[head] == label - 1))) continue;
            const double moved = excess < half->residual ? excess : half->residual;
            excess -= moved;
            move_through(n, half, moved);
            if (n->excess[head] == 0 && head != destination) add_active(n, head, label - 1);
            n->excess[head] += moved;
            if (excess == 0) break; /* the arc may still be open */
        }
        if (excess == 0 || *work > most_work) break;
        *work += COST_OF_RELABEL + (end - n->first[v]);
        k = relabel(n, v, label, is_reversed);
        if (n->label[v] == UNREACHABLE) break;
        label = n->label[v];
    }
    n->excess[v] = excess;
    n->current[v] = k;
    return label;
}

/* How many nodes have an excess, but for the destination and the other terminal. */
static inline size_t count_active(const network *n, int32_t destination, int32_t barred) {
    size_t count = 0;
    for (size_t v = 0; v < n->nodes; v++) count += n->excess[v] > 0;
    count -= n->excess[destination] > 0;
    return count - (barred >= 0 && n->excess[barred] > 0);
}

/* Discharges nodes with an excess, one with the highest label first, until none is left but those that wait, or
 * relabeling has taken more than `most_work`. Returns what it has taken. */
static inline __attribute__((always_inline)) size_t discharge_in_order(
    const network *n, int32_t top, int32_t destination, size_t most_work, bool is_reversed) {
    size_t work = 0;
    while (top > 0 && work <= most_work) {
        const int32_t v = n->highest[top];
        if (v < 0) {
            top--;
            continue;
        }
        leave_if_stopped(n->stop);
        n->highest[top] = n->next[v];
        if (n->rises[v] >= RISES_BEFORE_WAIT) continue;
        const int32_t before = top;
        top = discharge(n, v, top, destination, most_work, &work, is_reversed);
        n->rises[v] += top > before + 1;
    }
    return work;
}

static inline size_t discharge_all(
    const network *n, int32_t top, int32_t destination, size_t most_work, bool is_reversed) {
    return is_reversed ? discharge_in_order(n, top, destination, most_work, true)
                       : discharge_in_order(n, top, destination, most_work, false);
}

/* What relabeling takes if it looks at all once. */
static inline size_t work_of_all(const network *n) { return COST_OF_RELABEL * n->nodes + 2 * n->arcs; }

/* Moves all excess to the destination that can get there. Returns whether some is stuck: then labels are exact.
 * `from`: see label_exactly, of the first search. In graphs with few branches labels rise along long rows of nodes,
 * and exact ones are worth more. */
static inline bool push_out(network *n, int32_t destination, int32_t barred, const uint32_t *from) {
    const size_t most_work = n->arcs < n->nodes + n->nodes / 4 ? work_of_all(n) / 2 : 2 * work_of_all(n);
    size_t awaited = count_active(n, destination, barred);
    if (awaited == 0) return false;
    bool is_reversed = false;
    for (size_t searches = 1;; searches++) {
        const bool is_exact = label_exactly(n, destination, barred, awaited, from);
        const int32_t top = sort_active(n);
        if (top == 0 && is_exact) return count_active(n, destination, barred) > 0;
        const double before = n->excess[destination];
        const size_t work = discharge_all(n, top, destination, most_work, is_reversed);
        if (count_active(n, destination, barred) == 0) return false;
        const double arrived = n->excess[destination];
        is_reversed |= work < work_of_all(n) / 8 || (searches == 2 && arrived - before < arrived / 32);
        awaited = SIZE_MAX; /* only the first labels may be less than exact: they never fall */
        from = n->first;
    }
}

/* Moves what is stuck back to the source, which hardly takes any relabeling: false if it does. */
static inline bool push_back(network *n) {
    size_t left = work_of_all(n) / 8;
    for (size_t awaited = count_active(n, n->sink, n->source); awaited > 0; awaited = SIZE_MAX) {
        label_exactly(n, n->source, n->sink, awaited, n->first);
        const int32_t top = sort_active(n);
        const size_t work = discharge_all(n, top, n->source, left, false);
        if (count_active(n, n->sink, n->source) == 0 || top == 0) return true;
        if (work >= left) return false;
        left -= work;
    }
    return true;
}

#endif
