/* Minimum-cost flows: small ones against successive shortest paths in exact arithmetic (R. K. Ahuja, T. L. Magnanti,
 * J. B. Orlin, Network Flows, 1993, section 9.7); at any size conservation and reduced costs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CCombinatorialKernels.h"
#include "flows/flows.h"
#include "support/draw.h"
#include "support/memory.h"
#include "support/stop.h"

enum { FEW_NODES = 6, FEW_ARCS = 12, MOST_NODES = 40, MOST_ARCS = 160 };

/* Products of smaller numbers than 2^-1022 are rounded to multiples of it. */
#define LEAST_NUMBER 0x1p-1074

static const double tolerance = 1e-9;

static struct {
    number_kind cost_kind, capacity_kind;
    cl_flow_network network;
    int32_t *sources, *targets;
    double *costs, *capacities, *supplies;
    bool is_balanced; /* exactly */
} problem;

void describe_minimum_cost_flow(void) {
    fprintf(stderr, "  %zu nodes, %zu arcs, costs %s, capacities %s\n", problem.network.nodes, problem.network.arcs,
        number_kind_name(problem.cost_kind), number_kind_name(problem.capacity_kind));
    show_indices("sources", problem.sources, problem.network.arcs);
    show_indices("targets", problem.targets, problem.network.arcs);
    show_doubles("costs", problem.costs, problem.network.arcs);
    show_doubles("capacities", problem.capacities, problem.network.arcs);
    show_doubles("supplies", problem.supplies, problem.network.nodes);
}

static double draw_cost(void) {
    const double cost = draw_number(problem.cost_kind);
    return fabs(cost) <= 1e280 ? cost : 7;
}

static double draw_capacity(void) {
    const double capacity = draw_magnitude(problem.capacity_kind);
    return capacity >= 0 ? capacity : 3;
}

/* Supplies with a sum of 0: between pairs of nodes, or along arcs. */
static void draw_supplies(bool in_groups) {
    const size_t nodes = problem.network.nodes, arcs = problem.network.arcs;
    const bool along_arcs = in_groups || draw_one_in(2), is_whole = draw_one_in(2);
    for (size_t a = 0; along_arcs && a < arcs; a++) {
        double amount = fmin(problem.capacities[a], draw_one_in(4) ? 1e300 : 8) * draw_unit();
        if (is_whole || draw_one_in(2)) amount = floor(amount);
        problem.supplies[problem.sources[a]] += amount;
        problem.supplies[problem.targets[a]] -= amount;
    }
    const bool is_great = !along_arcs && draw_one_in(12); /* sums leave the range of double */
    for (size_t a = 0; is_great && a < arcs; a++)
        if (!draw_one_in(4)) problem.capacities[a] = INFINITY;
    for (size_t x = 0; !along_arcs && x + 1 < nodes; x += 2) {
        double amount = is_whole ? (double)draw_below(9) - 4 : draw_number(problem.capacity_kind) * 0.5;
        if (is_great) amount = (draw_one_in(2) ? 0x1p1023 : -0x1p1023) * (draw_one_in(2) ? 1 : draw_unit());
        if (!isfinite(amount)) continue;
        problem.supplies[x] = amount;
        problem.supplies[x + 1] = -amount;
    }
}

/* Two groups of nodes with great flows at small costs, and between them the other way round: prices of one group
 * drown what its own arcs cost, but not what they add to the value. */
static void draw_groups(void) {
    const double base = ldexp(1 + draw_unit(), (int)draw_between(50, 62));
    const size_t in_first = draw_between(1, problem.network.nodes);
    for (size_t a = 0; a < problem.network.arcs; a++) {
        const bool is_inside = ((size_t)problem.sources[a] < in_first) == ((size_t)problem.targets[a] < in_first);
        problem.costs[a] = draw_one_in(2) ? (double)draw_below(10) : draw_unit();
        problem.capacities[a] = is_inside ? 0x1p30 * (double)draw_between(1, 9) : (double)draw_between(1, 3);
        if (!is_inside) problem.costs[a] += base;
    }
}

/* False if the sum of the supplies is not 0 up to rounding: the caller has checked that. */
static bool draw_problem(void) {
    const bool is_large = draw_one_in(6);
    const size_t nodes = is_large ? draw_between(2, MOST_NODES) : draw_between(1, FEW_NODES);
    const size_t arcs = draw_below(1 + (is_large ? MOST_ARCS : FEW_ARCS));
    problem.sources = INPUT(int32_t, arcs);
    problem.targets = INPUT(int32_t, arcs);
    problem.costs = INPUT(double, arcs);
    problem.capacities = INPUT(double, arcs);
    problem.supplies = INPUT(double, nodes);
    problem.cost_kind = (number_kind)draw_below(NUMBER_KINDS);
    problem.capacity_kind = (number_kind)draw_below(NUMBER_KINDS);
    const bool is_negative = draw_one_in(2), is_unlimited = draw_one_in(4);
    for (size_t a = 0; a < arcs; a++) {
        problem.sources[a] = (int32_t)draw_below(nodes);
        problem.targets[a] = (int32_t)draw_below(nodes);
        problem.costs[a] = is_negative ? draw_cost() : fabs(draw_cost());
        problem.capacities[a] = is_unlimited && draw_one_in(2) ? (double)INFINITY : draw_capacity();
    }
    /* Great flows round in circles at nodes that lack something say nothing of what is delivered. */
    if (draw_one_in(6))
        for (size_t a = 0; a < arcs; a++) {
            if (draw_one_in(2)) problem.capacities[a] = draw_one_in(2) ? 1 : 0;
            if (draw_one_in(2)) continue;
            problem.targets[a] = problem.sources[a];
            problem.capacities[a] = 0x1p50;
            problem.costs[a] = -1;
        }
    problem.network = (cl_flow_network){
        nodes, arcs, problem.sources, problem.targets, problem.costs, problem.capacities, problem.supplies};
    const bool in_groups = draw_one_in(5);
    if (in_groups) draw_groups();
    draw_supplies(in_groups);
    exact sum;
    exact_clear(&sum);
    double magnitudes = 0;
    for (size_t x = 0; x < nodes; x++) {
        if (!isfinite(problem.supplies[x])) return false;
        exact_add(&sum, problem.supplies[x]);
        magnitudes += fabs(problem.supplies[x]);
    }
    problem.is_balanced = exact_sign(&sum) == 0;
    return fabs(exact_value(&sum)) <= 1e-14 * magnitudes;
}

/* Exact successive shortest paths. Half arc 2a is arc a, 2a + 1 the way back. */
typedef struct reference {
    exact residual[2 * FEW_ARCS];
    exact excess[FEW_NODES], distance[FEW_NODES];
    bool is_reached[FEW_NODES];
    int before[FEW_NODES]; /* the half arc of a shortest path */
} reference;

static int32_t tail_of(int half) { return half % 2 ? problem.targets[half / 2] : problem.sources[half / 2]; }
static int32_t head_of(int half) { return half % 2 ? problem.sources[half / 2] : problem.targets[half / 2]; }

/* Whether arcs without a limit lead round at a negative cost. */
static bool is_unbounded(void) {
    exact distance[MOST_NODES];
    for (size_t x = 0; x < problem.network.nodes; x++) exact_clear(&distance[x]);
    bool changes = true;
    for (size_t round = 0; changes && round <= problem.network.nodes; round++) {
        changes = false;
        for (size_t a = 0; a < problem.network.arcs; a++) {
            if (problem.capacities[a] != INFINITY) continue;
            exact longer = distance[problem.sources[a]];
            exact_add(&longer, problem.costs[a]);
            if (exact_compare(&longer, &distance[problem.targets[a]]) >= 0) continue;
            distance[problem.targets[a]] = longer;
            changes = true;
        }
    }
    return changes;
}

static void move(reference *r, int half, const exact *amount) {
    exact_subtract_exact(&r->residual[half], amount);
    exact_add_exact(&r->residual[half ^ 1], amount);
    exact_subtract_exact(&r->excess[tail_of(half)], amount);
    exact_add_exact(&r->excess[head_of(half)], amount);
}

/* Arcs of negative cost are full: what remains has no negative costs. An arc without a limit gets one that no
 * optimal flow exceeds. */
static void start_reference(reference *r) {
    exact most;
    exact_clear(&most);
    for (size_t x = 0; x < problem.network.nodes; x++) {
        exact_clear(&r->excess[x]);
        exact_add(&r->excess[x], problem.supplies[x]);
        exact_add(&most, fabs(problem.supplies[x]));
    }
    for (size_t a = 0; a < problem.network.arcs; a++)
        if (problem.capacities[a] < INFINITY) exact_add(&most, problem.capacities[a]);
    for (size_t a = 0; a < problem.network.arcs; a++) {
        exact_clear(&r->residual[2 * a]);
        exact_clear(&r->residual[2 * a + 1]);
        if (problem.capacities[a] < INFINITY) exact_add(&r->residual[2 * a], problem.capacities[a]);
        else exact_add_exact(&r->residual[2 * a], &most);
        const exact all = r->residual[2 * a];
        if (problem.costs[a] < 0) move(r, 2 * (int)a, &all);
    }
}

/* Bellman and Ford's shortest paths from all nodes with an excess. */
static void find_paths(reference *r) {
    for (size_t x = 0; x < problem.network.nodes; x++) {
        r->is_reached[x] = exact_sign(&r->excess[x]) > 0;
        r->before[x] = -1;
        exact_clear(&r->distance[x]);
    }
    bool changes = true;
    while (changes) {
        changes = false;
        for (int half = 0; half < 2 * (int)problem.network.arcs; half++) {
            const int32_t tail = tail_of(half), head = head_of(half);
            if (!r->is_reached[tail] || exact_sign(&r->residual[half]) <= 0) continue;
            exact longer = r->distance[tail];
            if (half % 2) exact_subtract(&longer, problem.costs[half / 2]);
            else exact_add(&longer, problem.costs[half / 2]);
            if (r->is_reached[head] && exact_compare(&longer, &r->distance[head]) >= 0) continue;
            r->is_reached[head] = changes = true;
            r->distance[head] = longer;
            r->before[head] = half;
        }
    }
}

/* Sends what it can along a shortest path to the nearest node that wants something; false if none is reached. */
static bool augment(reference *r) {
    find_paths(r);
    int32_t nearest = -1;
    for (int32_t x = 0; x < (int32_t)problem.network.nodes; x++) {
        if (!r->is_reached[x] || exact_sign(&r->excess[x]) >= 0) continue;
        if (nearest < 0 || exact_compare(&r->distance[x], &r->distance[nearest]) < 0) nearest = x;
    }
    if (nearest < 0) return false;
    exact amount;
    exact_clear(&amount);
    exact_subtract_exact(&amount, &r->excess[nearest]);
    int32_t x = nearest;
    for (; r->before[x] >= 0; x = tail_of(r->before[x]))
        if (exact_compare(&r->residual[r->before[x]], &amount) < 0) amount = r->residual[r->before[x]];
    if (exact_compare(&r->excess[x], &amount) < 0) amount = r->excess[x];
    for (x = nearest; r->before[x] >= 0;) {
        const int half = r->before[x];
        x = tail_of(half);
        move(r, half, &amount);
    }
    return true;
}

/* What no way leads out of. */
static double undelivered(const reference *r) {
    double sum = 0;
    for (size_t x = 0; x < problem.network.nodes; x++) sum += fmax(exact_value(&r->excess[x]), 0);
    return sum;
}

typedef struct answer {
    cl_status status;
    double *value, *flows, *potentials;
} answer;

static void expect_optimum(const answer *a, const reference *r) {
    exact excess;
    exact_clear(&excess);
    double terms = 0;
    for (size_t k = 0; k < problem.network.arcs; k++) {
        const double least = exact_value(&r->residual[2 * k + 1]), cost = problem.costs[k];
        if (!isfinite(least)) return;
        exact_add_product(&excess, cost, a->flows[k]);
        exact_subtract_product(&excess, cost, least);
        terms += 0x1p-20 * fabs(cost) * a->flows[k] + 0x1p-20 * fabs(cost) * least;
    }
    const double count = (double)(problem.network.nodes + problem.network.arcs);
    EXPECT(0x1p-20 * exact_value(&excess) <= ldexp(count, LOSS_EXPONENT + 1) * terms + count * LEAST_NUMBER,
        "%.17g dearer, of terms that add up to 2^20 %.17g", exact_value(&excess), terms);
}

static void expect_flow(const answer *a) {
    const cl_flow_network *g = &problem.network;
    exact net[MOST_NODES], value;
    double passing[MOST_NODES], terms = 0;
    exact_clear(&value);
    for (size_t x = 0; x < g->nodes; x++) {
        exact_clear(&net[x]);
        exact_add(&net[x], g->supplies[x]);
        passing[x] = 0x1p-20 * fabs(g->supplies[x]);
    }
    for (size_t k = 0; k < g->arcs; k++) {
        EXPECT(a->flows[k] >= 0 && a->flows[k] <= g->capacities[k], "arc %zu: %.17g of %.17g", k, a->flows[k], g->capacities[k]);
        exact_subtract(&net[g->sources[k]], a->flows[k]);
        exact_add(&net[g->targets[k]], a->flows[k]);
        passing[g->sources[k]] += 0x1p-20 * a->flows[k];
        passing[g->targets[k]] += 0x1p-20 * a->flows[k];
        exact_add_product(&value, g->costs[k], a->flows[k]);
        terms += fabs(g->costs[k]) * a->flows[k];
    }
    for (size_t x = 0; x < g->nodes; x++) {
        const double here = 0x1p-20 * fabs(exact_value(&net[x]));
        EXPECT(here <= 0x1p-28 * passing[x], "node %zu loses %.17g of %.17g", x, here * 0x1p20, passing[x] * 0x1p20);
    }
    const double count = (double)(g->nodes + g->arcs);
    EXPECT(fabs(*a->value - exact_value(&value)) <= ldexp(count, LOSS_EXPONENT) * terms + count * LEAST_NUMBER, "%.17g for %.17g", *a->value,
        exact_value(&value));
}

/* The signs of reduced costs, up to what rounding of the greatest price explains. */
static void expect_prices(const answer *a) {
    const cl_flow_network *g = &problem.network;
    double greatest = 0;
    for (size_t x = 0; x < g->nodes; x++) greatest = fmax(greatest, fabs(a->potentials[x]));
    for (size_t k = 0; k < g->arcs; k++) greatest = fmax(greatest, fabs(g->costs[k]));
    const double noise = ldexp((double)g->nodes, -50) * greatest;
    for (size_t k = 0; k < g->arcs; k++) {
        const double reduced = g->costs[k] - a->potentials[g->sources[k]] + a->potentials[g->targets[k]];
        /* Full, empty, or neither, but for the rounding of units. */
        if (a->flows[k] < g->capacities[k] * (1 - 0x1p-28) || a->flows[k] == 0)
            EXPECT(reduced >= -noise || g->capacities[k] == 0, "arc %zu has room at %.17g", k, reduced);
        if (a->flows[k] > 0 && a->flows[k] < g->capacities[k] * (1 - 0x1p-28))
            EXPECT(reduced <= noise, "arc %zu is used at %.17g", k, reduced);
    }
}

static answer solve(void) {
    const cl_flow_network *g = &problem.network;
    answer a = {.value = OUTPUT(double, 1), .flows = OUTPUT(double, g->arcs), .potentials = OUTPUT(double, g->nodes)};
    void *workspace = memory_workspace(cl_minimum_cost_flow_workspace_size(g->nodes, g->arcs));
    a.status = RUN(cl_minimum_cost_flow_solve(g, tolerance, workspace, a.value, a.flows, a.potentials, new_fault()));
    return a;
}

/* Sizes beyond 32 bits have no workspace, and no answer. */
static void expect_refused_sizes(void) {
    static const size_t sizes[][2] = {{(size_t)1 << 30, 1}, {2, (size_t)1 << 30}, {SIZE_MAX, 1}, {2, SIZE_MAX}};
    for (size_t k = 0; k < 4; k++) {
        const cl_flow_network network = {.nodes = sizes[k][0], .arcs = sizes[k][1]};
        EXPECT(cl_minimum_cost_flow_workspace_size(sizes[k][0], sizes[k][1]) == 0, "%zu nodes, %zu arcs", sizes[k][0], sizes[k][1]);
        EXPECT(cl_minimum_cost_flow_solve(&network, tolerance, NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT, "solved");
    }
}

void check_minimum_cost_flow(void) {
    if (!draw_problem()) return;
    const cl_flow_network *g = &problem.network;
    expect_refused_sizes();
    const answer a = solve(), again = solve();
    EXPECT(a.status == again.status && (a.status != CL_STATUS_OK ||
        (memory_equals(a.value, again.value, sizeof(double)) && memory_equals(a.flows, again.flows, g->arcs * sizeof(double)) &&
         memory_equals(a.potentials, again.potentials, g->nodes * sizeof(double)))), "depends on the workspace");
    const bool has_reference = problem.is_balanced && g->nodes <= FEW_NODES && g->arcs <= FEW_ARCS;
    const bool unbounded = is_unbounded();
    if (a.status == CL_STATUS_UNBOUNDED) {
        EXPECT(unbounded, "no cycle is unbounded");
        return;
    }
    EXPECT(!unbounded || a.status == CL_STATUS_INFEASIBLE, "status %d of an unbounded problem", a.status);
    double missing = 0, supplied = 0, terms = 0;
    reference *r = INPUT(reference, 1);
    if (has_reference && !unbounded) {
        start_reference(r);
        while (augment(r)) continue;
        missing = undelivered(r);
        for (size_t x = 0; x < g->nodes; x++) supplied += fmax(g->supplies[x], 0);
        for (size_t k = 0; k < g->arcs; k++) terms += fabs(g->costs[k]) * exact_value(&r->residual[2 * k + 1]);
    }
    if (a.status == CL_STATUS_INFEASIBLE) {
        EXPECT(!has_reference || unbounded || missing > 0, "a flow exists");
        return;
    }
    if (a.status == CL_STATUS_OUT_OF_RANGE) {
        EXPECT(!has_reference || !isfinite(terms), "terms of %g", terms);
        return;
    }
    if (!EXPECT(a.status == CL_STATUS_OK, "status %d", a.status)) return;
    EXPECT(missing <= 4 * tolerance * supplied, "%.17g of %.17g cannot be delivered", missing, supplied);
    if (missing == 0) expect_flow(&a);
    if (missing == 0 && has_reference) expect_optimum(&a, r);
    expect_prices(&a);
}
