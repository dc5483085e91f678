/* The flow that a preflow holds: what the arcs carry when what is stuck on the way has gone back, some of it perhaps in
 * circles.
 *
 * Where few arcs carry something, where what is stuck has no short way back, or where rounding has left too much in
 * nodes, circles are taken out, and nodes are finished in the order of a depth-first search along the flow: what a node
 * passes on is known when it is finished, and it takes no more than that from the arcs into it (B. V. Cherkassky, A. V.
 * Goldberg, Algorithmica 19 (1997), doi:10.1007/PL00009180, the second phase). If a node is left without all of what it
 * passes on, and it matters there, it passes on less. */
#ifndef CL_FLOW_FROM_PREFLOW_H
#define CL_FLOW_FROM_PREFLOW_H

#include "push_relabel.h"

/* What rounding may leave on an arc through which something has gone to and fro, as a share. */
#define DUST 0x1p-48

enum { NOT_SEEN = 0, ON_PATH = 1, FINISHED = 2 };

/* The search, in arrays that labels and pushing need no more. */
typedef struct flow_search {
    uint8_t *state;      /* [nodes] */
    uint32_t *current;   /* [nodes] the half arc that the path takes, or the next to look at */
    int32_t *parent;     /* [nodes] the node before, on the path */
    int32_t *finished;   /* [nodes] in their order */
    double *passing;     /* [nodes] what a node passes on, or takes in at the sink */
    double *missing;     /* [nodes] what of it does not come in */
    size_t count;
    double lost;         /* all of that, and what sums may hide */
} flow_search;

static inline flow_search begin_search(const network *n, double value) {
    memcpy(n->current, n->first, n->nodes * sizeof(uint32_t));
    memset(n->rises, NOT_SEEN, n->nodes);
    memset(n->excess, 0, n->nodes * sizeof(double));
    n->excess[n->sink] = value;
    n->current[n->sink] = n->incoming[n->sink]; /* nothing goes on from there */
    n->rises[n->source] = ON_PATH;
    n->next[n->source] = -1;
    return (flow_search){
        .state = n->rises, .current = n->current, .parent = n->next, .finished = n->queue, .passing = n->excess,
        .missing = n->missing};
}

/* The path is at `v`, and `v` sends something to `u` before it. Takes what goes round out of the circle, and returns
 * the last node to which the path still leads. */
static inline int32_t take_out_circle(const network *n, const flow_search *s, int32_t v, int32_t u) {
    double least = INFINITY;
    for (int32_t w = v;; w = s->parent[w]) {
        const double flow = twin_of(n, &n->half_arcs[s->current[w]])->residual;
        least = flow < least ? flow : least;
        if (w == u) break;
    }
    int32_t end = v;
    for (int32_t w = v;; w = s->parent[w]) {
        half_arc *back = twin_of(n, &n->half_arcs[s->current[w]]);
        move_through(n, back, least);
        if (!(back->residual > 0)) end = w;
        if (w == u) break;
    }
    for (int32_t w = v; w != end; w = s->parent[w]) s->state[w] = NOT_SEEN;
    return end;
}

/* Goes on from the end of the path along an arc with a flow, to a node that is not finished; -1 if none is left. */
static inline int32_t step_on(const network *n, flow_search *s, int32_t v) {
    for (uint32_t k = s->current[v]; k < n->incoming[v]; k++) {
        const half_arc *half = &n->half_arcs[k];
        const int32_t u = half->head;
        if (!(half->twin & 1) | (s->state[u] == FINISHED)) continue;
        s->current[v] = k;
        if (s->state[u] == ON_PATH) return take_out_circle(n, s, v, u);
        s->state[u] = ON_PATH;
        s->parent[u] = v;
        return u;
    }
    return -1;
}

/* What the sums of a node with so much passing through may hide, each rounded once an arc. */
static inline double hidden_by_sums(const network *n, int32_t v, double passing) {
    return 0x1p-53 * (double)(n->first[v + 1] - n->first[v]) * passing;
}

/* Writes the flows into a node. */
static inline bool finish(
    const network *n, flow_search *s, int32_t v, cl_element element, const void *capacities, double *flow) {
    s->state[v] = FINISHED;
    s->finished[s->count++] = v;
    double left = s->passing[v];
    const double hidden = hidden_by_sums(n, v, left);
    for (uint32_t k = n->incoming[v]; k < n->first[v + 1] && left > 0; k++) {
        const half_arc *half = &n->half_arcs[k];
        if (!(half->residual > 0)) continue;
        const double capacity = capacity_at(element, capacities, (size_t)n->arc[k]);
        const bool is_full = !(half->twin & 1);
        const double most = is_full || half->residual > capacity ? capacity : half->residual;
        const double taken = most < left ? most : left;
        flow[n->arc[k]] = taken;
        s->passing[half->head] += taken;
        left -= taken;
    }
    s->missing[v] = left;
    s->lost += left + hidden;
    return is_lost_by_rounding(left + hidden, s->passing[v]);
}

/* Lets a node pass on no more than what comes in; returns what is left of that. */
static inline double pass_on(const network *n, flow_search *s, int32_t v, double left, double *flow) {
    for (uint32_t k = n->first[v]; k < n->incoming[v]; k++) {
        double *sent = &flow[n->arc[n->half_arcs[k].twin >> 1]];
        const double kept = *sent < left ? *sent : left;
        s->missing[n->half_arcs[k].head] += *sent - kept;
        *sent = kept;
        left -= kept;
    }
    return left;
}

/* Rounding may leave a node with something to pass on and no way from the source; false if there is one. */
static inline bool cut_off_unreached(const network *n, flow_search *s, double *flow) {
    bool is_none = true;
    for (int32_t v = 0; (size_t)v < n->nodes; v++) {
        if (s->state[v] != NOT_SEEN || s->passing[v] == 0) continue;
        pass_on(n, s, v, 0, flow);
        is_none = false;
    }
    return is_none;
}

/* Lets nodes pass on less where what is missing matters, those before others first; false if that does not help. */
static inline bool pass_on_less(const network *n, flow_search *s, double *flow) {
    bool is_right = true;
    s->lost = 0;
    for (size_t i = s->count; i-- > 0;) {
        leave_if_stopped(n->stop);
        const int32_t v = s->finished[i];
        const double missing = s->missing[v];
        double lost = missing + 2 * hidden_by_sums(n, v, s->passing[v]); /* nodes before may have rounded again */
        if (v != n->sink && !is_lost_by_rounding(lost, s->passing[v] - missing)) {
            double entering = 0;
            for (uint32_t k = n->incoming[v]; k < n->first[v + 1]; k++) entering += flow[n->arc[k]];
            lost = pass_on(n, s, v, entering, flow) + hidden_by_sums(n, v, entering);
            is_right &= is_lost_by_rounding(lost, entering);
        }
        s->lost += lost;
    }
    return is_right;
}

/* Writes the flow of the value that reaches the sink, without circles; false if rounding has lost more of it than it
 * may. */
static inline bool write_trimmed_flow(
    const network *n, cl_element element, const void *capacities, double value, double *flow) {
    memset(flow, 0, n->arcs * sizeof(double));
    number_arcs(n);
    flow_search s = begin_search(n, value);
    bool is_right = true;
    for (int32_t v = n->source;;) {
        leave_if_stopped(n->stop);
        const int32_t next = step_on(n, &s, v);
        if (next >= 0) {
            v = next;
            continue;
        }
        if (v == n->source) break;
        is_right &= finish(n, &s, v, element, capacities, flow);
        v = s.parent[v];
        s.current[v]++;
    }
    is_right &= cut_off_unreached(n, &s, flow);
    if (!is_right && !pass_on_less(n, &s, flow)) return false;
    return s.lost + fabs(s.passing[n->source] - value) <= rounding_of(value, n->nodes + n->arcs);
}

/* Whether few of the arcs carry something, as it seems from some of them. */
static inline bool carries_little(const network *n) {
    enum { SAMPLES = 64, FEW = SAMPLES / 8 };
    if (n->arcs == 0) return false;
    size_t count = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const int32_t back = n->back[i * n->arcs / SAMPLES];
        count += back >= 0 && n->half_arcs[back].residual > 0;
    }
    return count < FEW;
}

/* Writes what arcs carry, but for what is less than a share `dust` of what they might, and adds it up: to `excess`
 * what comes into nodes, to `missing` what goes out of them. */
static inline __attribute__((always_inline)) void copy_arcs(
    const network *n, const cl_flow_graph *graph, cl_element element, const void *capacities, double dust, double value,
    double *restrict flow) {
    static const double beyond[] = {INFINITY, 0}; /* nothing to branch on: of a full arc, and of one that is not */
    double *restrict entering = n->excess, *restrict leaving = n->missing;
    memset(entering, 0, n->nodes * sizeof(double));
    memset(leaving, 0, n->nodes * sizeof(double));
    int32_t last = 0; /* arcs of one node often follow each other: their sum need not wait for memory */
    double sum = 0;
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        flow[a] = 0;
        if (n->back[a] < 0) continue;
        const half_arc *half = &n->half_arcs[n->back[a]];
        const double capacity = capacity_at(element, capacities, a);
        const double most = capacity < value ? capacity : value;
        const double room = half->residual + beyond[half->twin & 1];
        double carried = room < capacity ? room : capacity;
        carried = carried < dust * most ? 0 : carried;
        flow[a] = carried;
        entering[graph->heads[a]] += carried;
        if (graph->tails[a] != last) {
            leaving[last] += sum;
            last = graph->tails[a];
            sum = 0;
        }
        sum += carried;
    }
    leaving[last] += sum;
}

/* Writes what arcs carry, but for what is less than such a share of what they might; false if more is lost on the way
 * than rounding explains. */
static inline __attribute__((always_inline)) bool copy_flow(
    const network *n, const cl_flow_graph *graph, cl_element element, const void *capacities, double dust, double value,
    double *flow) {
    copy_arcs(n, graph, element, capacities, dust, value, flow);
    double *entering = n->excess, *leaving = n->missing;
    entering[graph->source] += value;
    leaving[graph->sink] += value;
    double lost = 0;
    bool is_right = true;
    for (int32_t v = 0; (size_t)v < n->nodes; v++) {
        const double most = entering[v] > leaving[v] ? entering[v] : leaving[v];
        const double here = fabs(entering[v] - leaving[v]) + hidden_by_sums(n, v, most);
        is_right &= is_lost_by_rounding(here, most);
        lost += here;
    }
    return is_right & (lost <= rounding_of(value, n->nodes + n->arcs));
}

/* Writes the flow of the value that has reached the sink; false if rounding has lost more of it than it may. A search
 * along it is done first where it is small, or where what is stuck has no short way back. */
static inline __attribute__((always_inline)) bool write_flow(
    network *n, const cl_flow_graph *graph, cl_element element, const void *capacities, bool is_stuck, double value,
    double *flow) {
    if (carries_little(n) || (is_stuck && !push_back(n)))
        return write_trimmed_flow(n, element, capacities, value, flow);
    return copy_flow(n, graph, element, capacities, 0, value, flow) ||
           copy_flow(n, graph, element, capacities, DUST, value, flow) ||
           write_trimmed_flow(n, element, capacities, value, flow);
}

#endif
