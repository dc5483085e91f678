/* Capacities are read from their highest bits down, a window at a time (H. N. Gabow, Scaling algorithms for
 * network problems, J. Comput. Syst. Sci. 31 (1985), doi:10.1016/0022-0000(85)90039-X). In a window all
 * numbers are integers below 2^53, so that pushing them is exact.
 *
 * After a window the flow is maximum for the bits read so far: all arcs of its minimum cut are full. What the
 * bits that are left can still add is at most what they add to these arcs, less than `most` units of the next
 * window. So no residual capacity need be counted beyond that: an augmenting flow without circles puts no more
 * on any arc, and an arc that has more is in no minimum cut. A window begins at the highest bit that is left in
 * the cut: as many are needed as the capacities of minimum cuts have bits, not as lie between the exponents. */
#include "exact_flow.h"

#include <float.h>

#include "push_relabel.h"
#include "../common/numbers.h"

#pragma STDC FP_CONTRACT OFF

enum {
    LARGEST_EXPONENT = DBL_MAX_EXP,                 /* all doubles are below 2^1024 */
    LEAST_EXPONENT = DBL_MIN_EXP - DBL_MANT_DIG,    /* and multiples of 2^-1074 */
    WINDOW_BITS = 51                                /* of the greatest sum in a window, with room to double */
};

typedef struct exact_flow {
    network n;
    double *capacity; /* [arcs] */
    int32_t *there;   /* [arcs] the half arc out of the tail; -1 of a loop */
    double *before;   /* [arcs] residual capacities when the window began */
    double *low;      /* [arcs] what the sum of an arc's flow lost to rounding */
    uint8_t *is_more; /* [2 arcs] 1: more is left than the residual says */
    int unit;         /* residuals are multiples of 2^unit, and lower bits are not read yet */
} exact_flow;

static void lay_out(exact_flow *e, arena *a, size_t nodes, size_t arcs) {
    network_lay_out(&e->n, a, nodes, arcs);
    ARENA_TAKE(a, e->capacity, arcs);
    ARENA_TAKE(a, e->there, arcs);
    ARENA_TAKE(a, e->before, arcs);
    ARENA_TAKE(a, e->low, arcs);
    ARENA_TAKE(a, e->is_more, 2 * arcs);
}

size_t cl_exact_flow_workspace_size(size_t nodes, size_t arcs) {
    if (nodes >= INT32_MAX || arcs > INT32_MAX / 2) return 0;
    exact_flow e;
    arena a = {0};
    lay_out(&e, &a, nodes, arcs);
    return arena_size(&a);
}

double *cl_exact_flow_capacities(size_t nodes, size_t arcs, char *workspace) {
    exact_flow e;
    arena a = arena_over(workspace);
    lay_out(&e, &a, nodes, arcs);
    return e.capacity;
}

/* The bits of a capacity that no window has read. */
static double unread(const exact_flow *e, size_t arc) {
    const double capacity = e->capacity[arc];
    return capacity < INFINITY ? fmod(capacity, ldexp(1, e->unit)) : INFINITY;
}

/* The arcs out of the present cut with bits that are not read yet; `greatest`: the most that one has. */
static size_t open_arcs(const exact_flow *e, const cl_flow_graph *graph, double *greatest) {
    size_t count = 0;
    *greatest = 0;
    for (size_t a = 0; a < e->n.arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(e->n.stop);
        const bool crosses = e->n.label[graph->tails[a]] == UNREACHABLE && e->n.label[graph->heads[a]] != UNREACHABLE;
        const double left = crosses ? unread(e, a) : 0;
        count += left > 0;
        *greatest = left > *greatest ? left : *greatest;
    }
    return count;
}

/* Counts a half arc in the units of the next window, with the bits that it reads, up to `most`. */
static void refine(exact_flow *e, uint32_t half, double bits, int unit, double most) {
    double *residual = &e->n.half_arcs[half].residual;
    *residual = ldexp(*residual, e->unit - unit) + floor(ldexp(bits, -unit));
    if (*residual > most) {
        *residual = most;
        e->is_more[half] = 1;
    }
}

/* Notes on each direction of an arc whether the other one is open. */
static void note_open(const network *n, half_arc *half) {
    half_arc *twin = twin_of(n, half);
    half->twin = (half->twin & ~(uint32_t)1) | (twin->residual > 0);
    twin->twin = (twin->twin & ~(uint32_t)1) | (half->residual > 0);
}

static void open_window(exact_flow *e, int unit, double most) {
    for (size_t a = 0; a < e->n.arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(e->n.stop);
        const int32_t there = e->there[a];
        if (there < 0) continue;
        half_arc *half = &e->n.half_arcs[there];
        refine(e, (uint32_t)there, unread(e, a), unit, most);
        refine(e, half->twin >> 1, 0, unit, most);
        note_open(&e->n, half);
        e->before[a] = half->residual;
    }
    e->unit = unit;
}

/* Adds what a window has sent to sums of two doubles. */
static void add_up(const exact_flow *e, double *flow) {
    for (size_t a = 0; a < e->n.arcs; a++) {
        const int32_t there = e->there[a];
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(e->n.stop);
        if (there < 0 || e->before[a] == e->n.half_arcs[there].residual) continue;
        const double sent = ldexp(e->before[a] - e->n.half_arcs[there].residual, e->unit), old = flow[a];
        const double sum = old + sent, low = e->low[a] + rounding_error(old, sent, sum);
        flow[a] = sum + low;
        e->low[a] = low - (flow[a] - sum);
    }
}

/* What the source may still send is an excess of its own, so that no sum is ever greater. */
static void send(exact_flow *e, double most) {
    network *n = &e->n;
    memset(n->excess, 0, n->nodes * sizeof(double));
    n->excess[n->source] = most;
    push_out(n, n->sink, -1, n->first);
    n->excess[n->source] = 0;
    push_out(n, n->source, n->sink, n->first);
    n->excess[n->source] = 0; /* a search takes it from there otherwise */
}

static void start(exact_flow *e, const cl_flow_graph *graph, double *flow) {
    network *n = &e->n;
    build(n, graph, CL_FLOAT64, NULL, 0, 0);
    memset(n->excess, 0, n->nodes * sizeof(double));
    memset(e->is_more, 0, 2 * n->arcs);
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        e->there[a] = n->back[a] < 0 ? -1 : (int32_t)(n->half_arcs[n->back[a]].twin >> 1);
        e->low[a] = 0;
        if (flow) flow[a] = 0;
        if (e->there[a] < 0) continue;
        n->half_arcs[e->there[a]].residual = e->capacity[a] == INFINITY;
        note_open(n, &n->half_arcs[e->there[a]]);
    }
    e->unit = LARGEST_EXPONENT;
}

/* Reads windows until the flow is maximum; false if it has no bound. */
static bool maximise(exact_flow *e, const cl_flow_graph *graph, double *flow) {
    network *n = &e->n;
    start(e, graph, flow);
    for (;;) {
        label_exactly(n, n->sink, -1, SIZE_MAX, n->first);
        if (n->label[n->source] != UNREACHABLE) return false;
        double greatest;
        const size_t open = open_arcs(e, graph, &greatest);
        if (open == 0) return true;
        int bits, exponent;
        frexp((double)open, &bits);
        frexp(greatest, &exponent);
        const int window = WINDOW_BITS - bits, unit = exponent - window;
        const double most = ldexp((double)open, window);
        open_window(e, unit > LEAST_EXPONENT ? unit : LEAST_EXPONENT, most);
        send(e, most);
        if (flow) add_up(e, flow);
    }
}

/* What can still reach the sink is on its side. */
static void write_sides(exact_flow *e, uint8_t *source_side) {
    network *n = &e->n;
    for (size_t a = 0; a < n->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(n->stop);
        const int32_t there = e->there[a];
        if (there < 0) continue;
        half_arc *half = &n->half_arcs[there];
        half->residual += e->is_more[there] || unread(e, a) > 0;
        twin_of(n, half)->residual += e->is_more[half->twin >> 1];
        note_open(n, half);
    }
    label_exactly(n, n->sink, -1, SIZE_MAX, n->first);
    for (size_t v = 0; v < n->nodes; v++) source_side[v] = n->label[v] == UNREACHABLE;
}

static double cut_value(const exact_flow *e, const cl_flow_graph *graph, const uint8_t *source_side) {
    double value = 0;
    for (size_t a = 0; a < graph->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(e->n.stop);
        if (source_side[graph->tails[a]] && !source_side[graph->heads[a]]) value += e->capacity[a];
    }
    return value;
}

/* Whether a flow runs round in circles so great that its rounding drowns the value. */
static bool circulates(const double *flow, size_t arcs, double value) {
    for (size_t a = 0; a < arcs; a++)
        if (!(flow[a] <= 2 * value)) return true;
    return false;
}

bool cl_exact_flow_solve(
    const cl_flow_graph *graph, char *workspace, double *value, uint8_t *source_side, double *flow,
    stop_point *stop) {
    exact_flow e = {.n.stop = stop};
    arena a = arena_over(workspace);
    lay_out(&e, &a, graph->nodes, graph->arcs);
    if (!maximise(&e, graph, flow)) return false;
    write_sides(&e, source_side);
    *value = cut_value(&e, graph, source_side);
    if (!flow || *value == INFINITY) return true;
    if (circulates(flow, graph->arcs, *value)) {
        /* No arc needs more than the value, which is less than its double by no more than rounding. */
        const double most = fmin(1.5 * *value, DBL_MAX);
        for (size_t a = 0; a < graph->arcs; a++) e.capacity[a] = fmin(e.capacity[a], most);
        maximise(&e, graph, flow);
    }
    for (size_t a = 0; a < graph->arcs; a++) flow[a] = fmin(fmax(flow[a], 0), e.capacity[a]);
    return true;
}
