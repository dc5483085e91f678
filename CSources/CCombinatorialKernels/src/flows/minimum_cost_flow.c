/* The network simplex on a sparse network. Scalar: the pricing of an arc gathers the prices of its ends,
 * and the tree takes most of the time.
 *
 * An artificial root is joined to every node, at a cost that no path of other arcs reaches. Supplies and
 * capacities are counted in whole units; capacities that no optimal flow can fill are cut to what it can
 * carry, so that the units stay fine. Where units are too coarse for a mass, or rounded prices do not prove the
 * flow, all is done again without rounding: exact_minimum_cost_flow.c. */
#include "cl_flows.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "exact_minimum_cost_flow.h"
#include "flow_common.h"
#include "network_tree.h"
#include "../common/numbers.h"

#pragma STDC FP_CONTRACT OFF

#define UNLIMITED INT64_MAX
#define GREATEST_MASS 0x1p960 /* of greater ones no units are counted */

/* What moving a node takes, in priced arcs; the greatest block beside the least; how often it is set. */
enum { ARCS_OF_MOVE = 10, MOST_OF_BLOCK = 2, PIVOTS_OF_BALANCE = 32 };

typedef struct flow_problem {
    const cl_flow_network *network;
    network_tree tree;   /* nodes and the root behind them */
    int64_t *capacity;   /* [arcs] in units, or UNLIMITED */
    int8_t *state;       /* [arcs] */
    int8_t *side;        /* [nodes] 1 or -1: of parts that the root gets from, or gives to */
    double most;         /* that an arc of an optimal flow carries */
    double units;        /* of a flow of 1 */
    bool rounds_masses;  /* some mass is no whole number of units */
    size_t steps;        /* pivots until rounded prices are taken to lead in circles */
    size_t block, least_block; /* arcs that are priced before one enters: see balance */
    size_t priced, moved;      /* arcs, and nodes in the tree, of late */
    size_t next;         /* arc to price first */
    int32_t root;
    stop_point *stop;
} flow_problem;

static void lay_out(flow_problem *p, arena *a, size_t nodes, size_t arcs) {
    network_tree_lay_out(&p->tree, a, nodes + 1);
    ARENA_TAKE(a, p->capacity, arcs);
    ARENA_TAKE(a, p->state, arcs);
    ARENA_TAKE(a, p->side, nodes);
}

size_t cl_minimum_cost_flow_workspace_size(size_t nodes, size_t arcs) {
    flow_problem p;
    const size_t exact = cl_exact_minimum_cost_flow_workspace_size(nodes, arcs);
    if (exact == 0) return 0;
    arena a = {0};
    lay_out(&p, &a, nodes, arcs);
    return exact > arena_size(&a) ? exact : arena_size(&a);
}

/* Whether the arc above a node points to its parent; an artificial one by the sign of its cost. */
static inline bool points_up(const flow_problem *p, int32_t node) {
    const int32_t arc = p->tree.arc[node];
    return arc >= 0 ? p->network->sources[arc] == node : p->tree.rise[node] > 0;
}

/* How much an arc of the tree can gain, upwards or downwards. */
static inline int64_t room(const flow_problem *p, int32_t node, bool upwards) {
    if (points_up(p, node) != upwards) return p->tree.flow[node];
    const int32_t arc = p->tree.arc[node];
    if (arc < 0 || p->capacity[arc] == UNLIMITED) return UNLIMITED;
    return p->capacity[arc] - p->tree.flow[node];
}

/* An optimal flow has no more on an arc than all that is supplied, and all that cycles of negative cost
 * can carry: they hold an arc of negative cost, or, if such an arc has no limit, another that has one. */
static double most_on_an_arc(const cl_flow_network *g, double supplied) {
    double negative = 0, limited = 0;
    bool all_limited = true;
    for (size_t a = 0; a < g->arcs; a++) {
        const bool is_limited = g->capacities[a] < INFINITY;
        if (is_limited) limited += g->capacities[a];
        if (g->costs[a] >= 0) continue;
        if (is_limited) negative += g->capacities[a];
        else all_limited = false;
    }
    return supplied + (all_limited ? negative : limited);
}

/* The units of a mass. Sets `is_coarse` if they do not tell it from its neighbors: neither to 2^-31, nor exactly. */
static inline int64_t count(flow_problem *p, double mass, bool *is_coarse) {
    const double units = mass * p->units;
    const int64_t whole = llrint(units);
    const bool is_rounded = ((double)whole != units) | ((whole == 0) & (mass != 0));
    p->rounds_masses |= is_rounded;
    *is_coarse |= is_rounded & (fabs(units) < 0x1p30);
    return whole;
}

/* Counts supplies and capacities in units; false if these are too coarse. */
static bool count_units(flow_problem *p, int64_t *supply) {
    const cl_flow_network *g = p->network;
    double supplied = 0, demanded = 0;
    for (size_t x = 0; x < g->nodes; x++) {
        if (g->supplies[x] > 0) supplied += g->supplies[x];
        if (g->supplies[x] < 0) demanded -= g->supplies[x];
    }
    p->most = most_on_an_arc(g, supplied);
    if (!(p->most <= GREATEST_MASS) || !(demanded <= GREATEST_MASS)) return false;
    p->units = network_units(p->most);
    p->rounds_masses = false;
    const double scale = demanded > 0 ? supplied / demanded : 0;
    bool is_coarse = false;

    int64_t surplus = 0;
    size_t least = 0;
    for (size_t x = 0; x < g->nodes; x++) {
        supply[x] = count(p, g->supplies[x], &is_coarse);
        if (g->supplies[x] < 0) supply[x] = llrint(g->supplies[x] * p->units * scale);
        surplus += supply[x];
        if (supply[x] < supply[least]) least = x;
    }
    if (g->nodes > 0) supply[least] -= surplus; /* what rounding left */
    for (size_t a = 0; a < g->arcs; a++) {
        const bool is_limited = g->capacities[a] <= p->most;
        p->capacity[a] = is_limited ? count(p, g->capacities[a], &is_coarse) : UNLIMITED;
    }
    return !is_coarse;
}

/* Every node hangs from the root, and sends there, or gets from there, what it has. False if units are too
 * coarse. */
static bool start(flow_problem *p) {
    const cl_flow_network *g = p->network;
    network_tree *t = &p->tree;
    int64_t *supply = t->flow;
    if (!count_units(p, supply)) return false;
    double greatest = 0;
    for (size_t a = 0; a < g->arcs; a++) {
        p->state[a] = ARC_EMPTY;
        greatest = fabs(g->costs[a]) > greatest ? fabs(g->costs[a]) : greatest;
    }
    const double artificial = (greatest > 0 ? greatest : 1) * (double)(g->nodes + 1);
    p->root = (int32_t)g->nodes;
    p->next = 0;
    p->block = p->least_block = (size_t)fmax(16, sqrt((double)g->arcs));
    p->priced = p->moved = 0;
    p->steps = 1000 + 100 * (g->nodes + g->arcs);
    network_tree_plant(t, p->root);
    for (int32_t x = p->root; x-- > 0;) {
        const bool up = supply[x] >= 0;
        const tree_arc arc = {-1, up ? supply[x] : -supply[x], up ? artificial : -artificial};
        network_tree_add_leaf(t, x, p->root, arc);
    }
    return true;
}

static double price_tolerance(const flow_problem *p) {
    const network_tree *t = &p->tree;
    double greatest = 0;
    int32_t deepest = 0;
    for (int32_t x = 0; x < p->root; x++) {
        const double price = fabs(t->price[x]);
        greatest = price > greatest ? price : greatest;
        deepest = t->depth[x] > deepest ? t->depth[x] : deepest;
    }
    return 2 * DBL_EPSILON * greatest * deepest;
}

/* The arc with the worst reduced cost in the first block of arcs that has one; g->arcs if none has. */
static size_t entering_arc(flow_problem *p, double tolerance) {
    const int32_t *restrict sources = p->network->sources, *restrict targets = p->network->targets;
    const double *restrict costs = p->network->costs, *restrict price = p->tree.price;
    const int8_t *restrict state = p->state;
    const size_t arcs = p->network->arcs;
    size_t entering = arcs, arc = p->next, seen = 0, left = p->block;
    double worst = -tolerance;
    while (seen < arcs) {
        const size_t most = left < arcs - seen ? left : arcs - seen, end = most < arcs - arc ? arc + most : arcs;
        seen += end - arc;
        left -= end - arc;
        for (; arc < end; arc++) {
            const double reduced = state[arc] * (costs[arc] - price[sources[arc]] + price[targets[arc]]);
            entering = reduced < worst ? arc : entering;
            worst = reduced < worst ? reduced : worst;
        }
        arc = arc < arcs ? arc : 0;
        if (left > 0) continue; /* the block goes on with the first arc */
        leave_if_stopped(p->stop);
        if (entering < arcs) break;
        left = p->block;
    }
    p->next = arc;
    p->priced += seen;
    return entering;
}

/* The more arcs are priced, the fewer pivots it takes: pricing should take about as long as moving nodes. */
static void balance(flow_problem *p) {
    const size_t moved = ARCS_OF_MOVE * p->moved, step = p->least_block / 4;
    if (moved > p->priced && p->block < MOST_OF_BLOCK * p->least_block) p->block += step;
    if (2 * moved < p->priced && p->block > p->least_block) p->block -= step;
    p->priced = p->moved = 0;
}

/* Sends what it can round the cycle of an arc, and exchanges it for the arc that fills or empties; false
 * if nothing limits it. The cycle leads from the join down to `from`, over the arc, and from `to` back
 * up. Of the arcs that limit it, the last on the way round from the join leaves: the tree stays strongly
 * feasible. */
static bool pivot(flow_problem *p, size_t arc) {
    const cl_flow_network *g = p->network;
    network_tree *t = &p->tree;
    const bool forwards = p->state[arc] == ARC_EMPTY;
    const int32_t from = forwards ? g->sources[arc] : g->targets[arc];
    const int32_t to = forwards ? g->targets[arc] : g->sources[arc];
    int32_t down = from, up = to, leaving_down = -1, leaving_up = -1;
    int64_t least_down = UNLIMITED, least_up = UNLIMITED;
    while (down != up) {
        if (t->depth[down] >= t->depth[up]) {
            const int64_t here = room(p, down, false);
            if (here < least_down) {
                least_down = here;
                leaving_down = down;
            }
            down = t->parent[down];
        } else {
            const int64_t here = room(p, up, true);
            if (here < UNLIMITED && here <= least_up) {
                least_up = here;
                leaving_up = up;
            }
            up = t->parent[up];
        }
    }
    const int32_t join = down;
    /* In this order on the way round: the arcs down, the arc itself, the arcs up. */
    int64_t units = least_down;
    int32_t leaving = leaving_down;
    bool is_above_to = false, turns_over = false;
    if (p->capacity[arc] <= units) {
        units = p->capacity[arc];
        turns_over = true;
    }
    if (least_up <= units) {
        units = least_up;
        leaving = leaving_up;
        is_above_to = true;
        turns_over = false;
    }
    if (units == UNLIMITED) return false;
    for (int32_t x = from; units > 0 && x != join; x = t->parent[x])
        t->flow[x] += points_up(p, x) ? -units : units;
    for (int32_t x = to; units > 0 && x != join; x = t->parent[x])
        t->flow[x] += points_up(p, x) ? units : -units;
    if (turns_over) {
        p->state[arc] = (int8_t)-p->state[arc];
        return true;
    }
    const int32_t old = t->arc[leaving];
    if (old >= 0) p->state[old] = t->flow[leaving] == 0 ? ARC_EMPTY : ARC_FULL;
    p->state[arc] = ARC_IN_TREE;
    const int32_t inner = is_above_to ? to : from, outer = is_above_to ? from : to;
    const double cost = g->costs[arc];
    const tree_arc entering = {
        (int32_t)arc, forwards ? units : p->capacity[arc] - units,
        g->sources[arc] == inner ? cost : -cost};
    p->moved += network_tree_exchange(t, inner, outer, leaving, entering);
    return true;
}

/* False if a cycle of negative cost seems to have no limit, or pivots no end. */
static bool optimize(flow_problem *p) {
    double tolerance = price_tolerance(p);
    for (size_t pivots = 1;; pivots++) {
        leave_if_stopped(p->stop);
        const size_t arc = entering_arc(p, tolerance);
        const bool is_last = arc == p->network->arcs;
        if (!is_last && (pivots > p->steps || !pivot(p, arc))) return false;
        if (pivots % PIVOTS_OF_BALANCE == 0) balance(p);
        if (!is_last && pivots % p->network->arcs != 0) continue;
        const double before = tolerance;
        tolerance = price_tolerance(p);
        if (is_last && !(tolerance < before / 2)) return true;
    }
}

/* What the artificial arcs still carry. */
static double write(
    const flow_problem *p, double *value, double *flows, double *potentials) {
    const cl_flow_network *g = p->network;
    double left = 0;
    for (size_t a = 0; a < g->arcs; a++)
        flows[a] = p->state[a] == ARC_FULL ? g->capacities[a] : 0;
    for (int32_t x = 0; x < p->root; x++) {
        const double flow = (double)p->tree.flow[x] / p->units;
        if (p->tree.arc[x] < 0) left += flow;
        else flows[p->tree.arc[x]] = fmin(flow, g->capacities[p->tree.arc[x]]);
        potentials[x] = p->tree.price[x];
    }
    *value = 0;
    for (size_t a = 0; a < g->arcs; a++)
        if (flows[a] > 0) *value += g->costs[a] * flows[a];
    return left;
}

/* A sum of doubles in two that do not overlap, and whether bits have been lost below both. */
typedef struct double_pair {
    double high, low;
    bool has_lost;
} double_pair;

static inline double_pair add_to_pair(double_pair x, double y) {
    const double sum = x.high + y, error = rounding_error(x.high, y, sum);
    const double low = x.low + error, high = sum + low;
    const bool has_lost = rounding_error(x.low, error, low) != 0;
    return (double_pair){high, low - (high - sum), x.has_lost | has_lost};
}

/* Prices in pairs of doubles that hang from 0 where arcs to the root do, in the room of those with the artificial
 * costs. Those prove an arc between the two kinds of parts by their size. */
typedef struct refined_prices {
    double *highs, *lows; /* [nodes] */
    int8_t *sides;        /* [nodes] 1 or -1: of a part that gives to the root, or gets from it */
    double greatest;
    bool has_lost;
} refined_prices;

static refined_prices refine_prices(flow_problem *p) {
    const network_tree *t = &p->tree;
    refined_prices r = {t->price, (double *)t->flow, p->side, 0, false};
    for (int32_t x = t->next[p->root]; x != p->root; x = t->next[x]) {
        double_pair price = {0, 0, false};
        const int32_t parent = t->parent[x];
        const bool is_first = parent == p->root;
        if (!is_first) price = add_to_pair((double_pair){r.highs[parent], r.lows[parent], false}, t->rise[x]);
        r.sides[x] = is_first ? (t->rise[x] > 0 ? 1 : -1) : r.sides[parent];
        r.highs[x] = price.high;
        r.lows[x] = price.low;
        r.greatest = fmax(r.greatest, fabs(price.high));
        r.has_lost |= price.has_lost;
    }
    return r;
}

/* Whether prices prove the flow: what rounding has hidden, of costs in the prices and of masses in units, is no
 * more than the rounding of the terms of the value. */
static bool is_proved(flow_problem *p, const double *flows) {
    const cl_flow_network *g = p->network;
    const refined_prices r = refine_prices(p);
    double excess = 0, terms = 0;
    for (size_t a = 0; a < g->arcs; a++) {
        if (a % ARCS_OF_ROUND == 0) leave_if_stopped(p->stop);
        const int32_t source = g->sources[a], target = g->targets[a];
        const double cost = g->costs[a];
        terms += fabs(cost) * flows[a];
        if (p->state[a] == ARC_IN_TREE || r.sides[source] != r.sides[target]) continue;
        const double from = r.highs[source], to = r.highs[target], sum = fabs(from) + fabs(to) + fabs(cost);
        if (p->state[a] * (cost - from + to) > 0x1p-50 * sum) continue;
        double_pair reduced = {cost, 0, r.has_lost};
        if (source != target) {
            reduced = add_to_pair(add_to_pair(reduced, to), -from);
            reduced = add_to_pair(add_to_pair(reduced, r.lows[target]), -r.lows[source]);
            if (reduced.has_lost && fabs(reduced.high) <= 0x1p-90 * sum) return false;
        }
        if (!(p->state[a] * reduced.high < 0)) continue;
        if (g->capacities[a] == INFINITY) return false; /* perhaps a cycle without a limit */
        excess += fabs(reduced.high) * fmin(g->capacities[a], p->most);
    }
    const double size = (double)(g->nodes + g->arcs);
    if (p->rounds_masses) excess += size / 2 / p->units * r.greatest;
    return excess <= 0x1p-50 * size * terms;
}

CL_SOLVES cl_status solve(
    const cl_flow_network *network, double tolerance, void *workspace, double *restrict value,
    double *restrict flows, double *restrict potentials, stop_point *stop) {
    if (cl_minimum_cost_flow_workspace_size(network->nodes, network->arcs) == 0)
        return CL_STATUS_INVALID_ARGUMENT;
    flow_problem p = {.network = network, .stop = stop};
    arena a = arena_over(workspace);
    lay_out(&p, &a, network->nodes, network->arcs);
    if (start(&p) && (network->arcs == 0 || optimize(&p))) {
        const double left = write(&p, value, flows, potentials);
        if (left == 0 && isfinite(*value) && is_proved(&p, flows)) return CL_STATUS_OK;
    }
    return cl_exact_minimum_cost_flow(network, tolerance, workspace, value, flows, potentials, stop);
}

cl_status cl_minimum_cost_flow_solve(
    const cl_flow_network *network, double tolerance, void *workspace, double *restrict value,
    double *restrict flows, double *restrict potentials, const cl_fault *fault) {
    CL_STOPPABLE(fault, solve(network, tolerance, workspace, value, flows, potentials, stop));
}
