/* The pivots are those of minimum_cost_flow.c, with numbers of as many words as the masses and costs of the
 * problem need. Reduced costs are first found in double, and exactly where rounding hides their sign. The basis is
 * strongly feasible and nothing is rounded: it ends, and what it ends with is optimal. */
#include "exact_minimum_cost_flow.h"

#include <float.h>

#include "exact_problem.h"
#include "../common/numbers.h"

#pragma STDC FP_CONTRACT OFF

size_t cl_exact_minimum_cost_flow_workspace_size(size_t nodes, size_t arcs) {
    if (nodes > INT32_MAX / 2 || arcs > INT32_MAX / 2) return 0;
    exact_problem p;
    arena a = {0};
    exact_problem_lay_out(&p, &a, nodes, arcs);
    return arena_size(&a);
}

/* Copies the supplies; where rounding does not explain that their sum is not 0, demands are scaled to the total of
 * what is supplied. */
static void scale_demands(exact_problem *p) {
    const cl_flow_network *g = p->network;
    double greatest = 0, supplied = 0, demanded = 0;
    for (size_t x = 0; x < g->nodes; x++) {
        p->supply[x] = g->supplies[x];
        greatest = fmax(greatest, fabs(g->supplies[x]));
    }
    const double factor = greatest > 0x1p960 ? 0x1p-64 : 1; /* sums stay finite */
    for (size_t x = 0; x < g->nodes; x++) {
        if (p->supply[x] > 0) supplied += factor * p->supply[x];
        if (p->supply[x] < 0) demanded -= factor * p->supply[x];
    }
    if (fabs(supplied - demanded) <= 0x1p-50 * (double)g->nodes * supplied || !(demanded > 0)) return;
    for (size_t x = 0; x < g->nodes; x++)
        if (p->supply[x] < 0) p->supply[x] = fmax(p->supply[x] * (supplied / demanded), -DBL_MAX);
}

static void choose_formats(exact_problem *p) {
    const cl_flow_network *g = p->network;
    wide_range masses = wide_no_range, costs = wide_no_range;
    double greatest = 0;
    for (size_t x = 0; x < g->nodes; x++) wide_include(&masses, p->supply[x]);
    for (size_t a = 0; a < g->arcs; a++) {
        wide_include(&masses, g->capacities[a]);
        wide_include(&costs, g->costs[a]);
        greatest = fmax(greatest, fabs(g->costs[a]));
    }
    int exponent;
    frexp((greatest > 0 ? greatest : 1) * (double)(g->nodes + 1), &exponent);
    p->artificial = ldexp(1, exponent);
    wide_include(&costs, p->artificial);
    p->mass = wide_format_for(masses, 2 * (g->nodes + g->arcs));
    p->cost = wide_format_for(costs, 8);
}

static int32_t part_of(int32_t *parts, int32_t node) {
    while (parts[node] != node) node = parts[node] = parts[parts[node]];
    return node;
}

/* Puts the supplies where flows start, with a sum of 0 in each connected part of the network: what rounding has
 * left is taken from the greatest demand of the part. False if it is more than a share of what is supplied. */
static bool balance_parts(exact_problem *p, double tolerance) {
    const cl_flow_network *g = p->network;
    /* The tree is not planted yet: its arrays are free, and so are the prices. */
    int32_t *parts = p->tree.order, *least = p->tree.parent;
    double *supplied = p->tree.rise;
    for (int32_t x = 0; x < p->root; x++) {
        parts[x] = least[x] = x;
        supplied[x] = 0;
        wide_clear(p->mass, p->prices + (size_t)x * p->mass.words);
    }
    for (size_t a = 0; a < g->arcs; a++)
        if (g->capacities[a] > 0) parts[part_of(parts, g->sources[a])] = part_of(parts, g->targets[a]);
    for (int32_t x = 0; x < p->root; x++) {
        leave_if_stopped(p->stop);
        const int32_t part = part_of(parts, x);
        wide_set(p->mass, p->flows + (size_t)x * p->mass.words, p->supply[x]);
        wide_add_double(p->mass, p->prices + (size_t)part * p->mass.words, p->supply[x]);
        supplied[part] += fabs(p->supply[x]);
        if (p->supply[x] < p->supply[least[part]]) least[part] = x;
    }
    for (int32_t x = 0; x < p->root; x++) {
        if (parts[x] != x) continue;
        const uint64_t *surplus = p->prices + (size_t)x * p->mass.words;
        if (fabs(wide_value(p->mass, surplus)) > tolerance * fmin(supplied[x], DBL_MAX)) return false;
        wide_subtract(p->mass, p->flows + (size_t)least[x] * p->mass.words, surplus);
    }
    return true;
}

/* Every node hangs from the root, and sends there, or gets from there, what it has. False if supplies do not add up
 * to 0 where no arc leads. */
static bool start(exact_problem *p, double tolerance) {
    const cl_flow_network *g = p->network;
    network_tree *t = &p->tree;
    p->root = (int32_t)g->nodes;
    p->next = 0;
    p->block = (size_t)sqrt((double)g->arcs);
    if (p->block < 16) p->block = 16;
    for (size_t a = 0; a < g->arcs; a++) p->state[a] = ARC_EMPTY;
    scale_demands(p);
    choose_formats(p);
    if (!balance_parts(p, tolerance)) return false;
    network_tree_plant(t, p->root);
    wide_clear(p->cost, price_of(p, p->root));
    for (int32_t x = p->root; x-- > 0;) {
        leave_if_stopped(p->stop);
        uint64_t *supply = p->flows + (size_t)x * p->mass.words;
        const bool up = !wide_is_negative(p->mass, supply);
        if (!up) wide_negate(p->mass, supply);
        network_tree_add_leaf(t, x, p->root, (tree_arc){-1, x, up ? 1 : -1});
        measure(p, x);
    }
    return true;
}

/* The reduced cost of an arc, with the right sign. */
static double reduced_cost(const exact_problem *p, size_t arc) {
    const int32_t source = p->network->sources[arc], target = p->network->targets[arc];
    const double cost = cost_of(p, (int32_t)arc), from = p->tree.price[source], to = p->tree.price[target];
    const double reduced = cost - from + to;
    if (fabs(reduced) > 0x1p-50 * (fabs(cost) + fabs(from) + fabs(to))) return reduced;
    uint64_t exact[WIDE_MOST_WORDS];
    wide_set(p->cost, exact, cost);
    wide_subtract(p->cost, exact, price_of(p, source));
    wide_add(p->cost, exact, price_of(p, target));
    return wide_value(p->cost, exact);
}

/* The arc with the worst reduced cost in the first block of arcs that has one; g->arcs if none has. */
static size_t entering_arc(exact_problem *p) {
    const size_t arcs = p->network->arcs;
    size_t entering = arcs, left = p->block;
    double worst = 0;
    for (size_t seen = 0; seen < arcs; seen++) {
        const size_t arc = p->next;
        p->next = arc + 1 < arcs ? arc + 1 : 0;
        const double reduced = p->state[arc] == ARC_IN_TREE ? 0 : p->state[arc] * reduced_cost(p, arc);
        if (reduced < worst) {
            worst = reduced;
            entering = arc;
        }
        if (--left > 0) continue;
        leave_if_stopped(p->stop);
        if (entering < arcs) break;
        left = p->block;
    }
    return entering;
}

/* How much an arc of the tree can gain, upwards or downwards; false if there is no limit. */
static bool room(const exact_problem *p, int32_t node, bool upwards, uint64_t *units) {
    if (points_up(p, node) != upwards) {
        wide_copy(p->mass, units, flow_of(p, node));
        return true;
    }
    const int32_t arc = p->tree.arc[node];
    if (arc < 0 || p->network->capacities[arc] == INFINITY) return false;
    wide_set(p->mass, units, p->network->capacities[arc]);
    wide_subtract(p->mass, units, flow_of(p, node));
    return true;
}

/* The cycle of an arc that enters: from the join down to `from`, over the arc, and from `to` back up; and of the
 * arcs that limit it the last on this way, so that the tree stays strongly feasible. */
typedef struct cycle {
    int32_t from, to, join;
    int32_t leaving;   /* the node below the arc that leaves; -1: the entering arc turns over */
    bool is_above_to;  /* whether `leaving` is on the way up from `to` */
    bool is_limited;
    uint64_t units[WIDE_MOST_WORDS];
} cycle;

/* Takes a smaller limit, or an equal one that comes later on the way. */
static void limit(const exact_problem *p, cycle *c, const uint64_t *units, int32_t leaving, bool is_above_to) {
    if (c->is_limited && wide_compare(p->mass, units, c->units) > 0) return;
    wide_copy(p->mass, c->units, units);
    c->is_limited = true;
    c->leaving = leaving;
    c->is_above_to = is_above_to;
}

static void find_cycle(const exact_problem *p, size_t arc, cycle *c) {
    const network_tree *t = &p->tree;
    int32_t down = c->from, up = c->to;
    while (down != up) {
        if (t->depth[down] >= t->depth[up]) down = t->parent[down];
        else up = t->parent[up];
    }
    c->join = down;
    c->is_limited = false;
    uint64_t here[WIDE_MOST_WORDS];
    /* Upwards from `from`, so that of equal limits the first seen is the last on the way. */
    for (int32_t x = c->from; x != c->join; x = t->parent[x])
        if (room(p, x, false, here) && (!c->is_limited || wide_compare(p->mass, here, c->units) < 0))
            limit(p, c, here, x, false);
    if (p->network->capacities[arc] < INFINITY) {
        wide_set(p->mass, here, p->network->capacities[arc]);
        limit(p, c, here, -1, false);
    }
    for (int32_t x = c->to; x != c->join; x = t->parent[x])
        if (room(p, x, true, here)) limit(p, c, here, x, true);
}

static void send(const exact_problem *p, const cycle *c) {
    if (wide_sign(p->mass, c->units) == 0) return;
    for (int32_t x = c->from; x != c->join; x = p->tree.parent[x]) {
        if (points_up(p, x)) wide_subtract(p->mass, flow_of(p, x), c->units);
        else wide_add(p->mass, flow_of(p, x), c->units);
    }
    for (int32_t x = c->to; x != c->join; x = p->tree.parent[x]) {
        if (points_up(p, x)) wide_add(p->mass, flow_of(p, x), c->units);
        else wide_subtract(p->mass, flow_of(p, x), c->units);
    }
}

/* Sends what it can round the cycle of an arc, and exchanges it for the arc that fills or empties; false if nothing
 * limits it. */
static bool pivot(exact_problem *p, size_t arc) {
    const cl_flow_network *g = p->network;
    network_tree *t = &p->tree;
    const bool forwards = p->state[arc] == ARC_EMPTY;
    cycle c = {.from = forwards ? g->sources[arc] : g->targets[arc]};
    c.to = forwards ? g->targets[arc] : g->sources[arc];
    find_cycle(p, arc, &c);
    if (!c.is_limited) return false;
    send(p, &c);
    if (c.leaving < 0) {
        p->state[arc] = (int8_t)-p->state[arc];
        return true;
    }
    const int32_t old = t->arc[c.leaving], inner = c.is_above_to ? c.to : c.from, outer = c.is_above_to ? c.from : c.to;
    uint64_t *flow = flow_of(p, c.leaving);
    if (old >= 0) p->state[old] = wide_sign(p->mass, flow) == 0 ? ARC_EMPTY : ARC_FULL;
    p->state[arc] = ARC_IN_TREE;
    wide_copy(p->mass, flow, c.units);
    if (!forwards) {
        wide_set(p->mass, flow, g->capacities[arc]);
        wide_subtract(p->mass, flow, c.units);
    }
    network_tree_exchange(t, inner, outer, c.leaving, (tree_arc){(int32_t)arc, t->flow[c.leaving], 0});
    int32_t node = inner;
    do {
        leave_if_stopped(p->stop);
        measure(p, node);
        node = t->next[node];
    } while (t->depth[node] > t->depth[inner]);
    return true;
}

/* Flows and value; false if a number is beyond the largest double. */
static bool write_flows(const exact_problem *p, double *value, double *flows) {
    const cl_flow_network *g = p->network;
    for (size_t a = 0; a < g->arcs; a++) flows[a] = p->state[a] == ARC_FULL ? g->capacities[a] : 0;
    for (int32_t x = 0; x < p->root; x++)
        if (p->tree.arc[x] >= 0) flows[p->tree.arc[x]] = wide_value(p->mass, flow_of(p, x));
    double high = 0, low = 0; /* of one sum */
    for (size_t a = 0; a < g->arcs; a++) {
        if (!(flows[a] > 0)) continue;
        const double term = g->costs[a] * flows[a], sum = high + term;
        low += rounding_error(high, term, sum) + fma(g->costs[a], flows[a], -term);
        high = sum;
    }
    *value = isfinite(high) ? high + low : high;
    bool is_finite = isfinite(*value);
    for (size_t a = 0; a < g->arcs; a++) is_finite &= isfinite(flows[a]);
    return is_finite;
}

/* Whether the root keeps no more than a share of what passes through the node that it keeps it from: what the
 * rounding of supplies and capacities may leave. */
static bool is_feasible(exact_problem *p, double tolerance, const double *flows) {
    const cl_flow_network *g = p->network;
    const network_tree *t = &p->tree;
    double *passing = p->supply;
    for (size_t x = 0; x < g->nodes; x++) passing[x] = fabs(g->supplies[x]);
    for (size_t a = 0; a < g->arcs; a++) {
        passing[g->sources[a]] += flows[a];
        passing[g->targets[a]] += flows[a];
    }
    for (int32_t x = 0; x < p->root; x++) {
        if (t->arc[x] >= 0) continue;
        if (wide_value(p->mass, flow_of(p, x)) > 2 * tolerance * fmin(passing[x], DBL_MAX)) return false;
    }
    return true;
}

/* Prices hang from two costs of the root, that of arcs to it and that of arcs from it: as low as arcs between the
 * two kinds of parts allow, so that they drown nothing. */
static void write_potentials(exact_problem *p, double *potentials) {
    const cl_flow_network *g = p->network;
    network_tree *t = &p->tree;
    uint64_t price[WIDE_MOST_WORDS];
    double *side = p->supply;
    for (int32_t x = t->next[p->root]; x != p->root; x = t->next[x]) {
        leave_if_stopped(p->stop);
        if (t->depth[x] == 1) side[x] = t->rise[x];
        else side[x] = side[t->parent[x]];
        wide_copy(p->cost, price, price_of(p, x));
        wide_add_double(p->cost, price, side[x] > 0 ? -p->artificial : p->artificial);
        potentials[x] = wide_value(p->cost, price);
    }
    double artificial = 0;
    for (size_t a = 0; a < g->arcs; a++) {
        const int32_t source = g->sources[a], target = g->targets[a];
        if (side[source] == side[target]) continue;
        const double reduced = g->costs[a] - potentials[source] + potentials[target];
        artificial = fmax(artificial, side[source] > 0 ? reduced / 2 : -reduced / 2);
    }
    for (int32_t x = 0; x < p->root; x++) potentials[x] += side[x] * artificial;
}

/* Whether the flow delivers everything. */
static bool is_complete(const exact_problem *p) {
    for (int32_t x = 0; x < p->root; x++)
        if (p->tree.arc[x] < 0 && wide_sign(p->mass, flow_of(p, x)) != 0) return false;
    return true;
}

/* Pivots until no arc can enter; false if a cycle of negative cost has no limit. */
static bool optimize(exact_problem *p) {
    for (;;) {
        leave_if_stopped(p->stop);
        const size_t arc = entering_arc(p);
        if (arc == p->network->arcs) return true;
        if (!pivot(p, arc)) return false;
    }
}

/* Goes on with the costs of arcs, without what could not be delivered. */
static void forget_what_is_left(exact_problem *p) {
    network_tree *t = &p->tree;
    for (int32_t x = 0; x < p->root; x++) {
        if (t->arc[x] >= 0) continue;
        wide_clear(p->mass, flow_of(p, x));
        t->rise[x] = 1; /* an arc of the tree that carries nothing leads to the root */
    }
    p->is_free = false;
    for (int32_t x = t->next[p->root]; x != p->root; x = t->next[x]) {
        leave_if_stopped(p->stop);
        measure(p, x);
    }
}

cl_status cl_exact_minimum_cost_flow(
    const cl_flow_network *network, double tolerance, void *workspace, double *value, double *flows,
    double *potentials, stop_point *stop) {
    exact_problem p = {.network = network, .stop = stop};
    arena a = arena_over(workspace);
    exact_problem_lay_out(&p, &a, network->nodes, network->arcs);
    if (!start(&p, tolerance)) return CL_STATUS_INFEASIBLE;
    if (!optimize(&p)) return CL_STATUS_UNBOUNDED;
    if (!is_complete(&p)) {
        /* Without costs no flow runs round in circles: what passes through a node is what it takes part in. */
        p.is_free = true;
        start(&p, tolerance);
        optimize(&p);
        write_flows(&p, value, flows);
        if (!is_feasible(&p, tolerance, flows)) return CL_STATUS_INFEASIBLE;
        forget_what_is_left(&p);
        optimize(&p);
    }
    if (!write_flows(&p, value, flows)) return CL_STATUS_OUT_OF_RANGE;
    write_potentials(&p, potentials);
    return CL_STATUS_OK;
}
