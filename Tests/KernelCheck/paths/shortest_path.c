/* Shortest paths against Bellman-Ford in exact sums, and by their proof. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "CCombinatorialKernels.h"
#include "paths/paths.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/exact.h"
#include "support/memory.h"
#include "support/stop.h"

static struct {
    number_kind kind;
    int shape;
    size_t nodes, arcs;
    int32_t *starts, *tails, *heads;
    double *costs;
    int32_t source, target;
} graph;

typedef struct answer {
    cl_status status;
    double *potentials;
    int32_t *before, *cycle;
    size_t *cycle_length;
    cl_fault *fault;
} answer;

void describe_shortest_path(void) {
    fprintf(stderr, "  %zu nodes, %zu arcs of %s, from %d to %d\n", graph.nodes, graph.arcs, number_kind_name(graph.kind),
        graph.source, graph.target);
    show_indices("tails", graph.tails, graph.arcs);
    show_indices("heads", graph.heads, graph.arcs);
    show_doubles("costs", graph.costs, graph.arcs);
}

typedef enum shape {
    ANY,
    NOT_NEGATIVE,
    LARGE,      /* near the largest double, and in some graphs less than 0 */
    ACYCLIC,
    POTENTIALS, /* differences of potentials, plus nothing or something: cycles of length 0 but for rounding */
    ROUND,      /* the same without the something */
    CANCELLING, /* magnitudes that are equal but for what rounding hides */
    CANCELLING_ACYCLIC,
    WINDING,    /* a path through all nodes, whose length leaves the range of double, and few other arcs */
    SHAPES
} shape;

/* Of costs that cancel: the graph is a row of layers, and each layer of arcs has a cost of its own. */
enum { MOST_LAYERS = 8 };
static size_t layer_width, winding_step;
static double layer_costs[MOST_LAYERS];

static void draw_layers(void) {
    const double base = draw_one_in(3) ? DBL_MAX / (double)(1 + draw_below(4))
                        : draw_one_in(2) ? ldexp(1, (int)draw_below(60)) : fabs(draw_number(NUMBER_APART));
    layer_width = draw_between(1, 3);
    const size_t height = draw_one_in(2) ? draw_between(1, MOST_LAYERS / 2) : 0; /* up, and down again */
    for (size_t k = 0; k < MOST_LAYERS; k++) {
        const size_t choice = draw_below(5);
        layer_costs[k] = choice < 2 ? base : choice < 4 ? -base : 1;
        if (height > 0) layer_costs[k] = k < height ? base : k < 2 * height ? -base : 1;
    }
}

static double draw_cancelling(size_t layer) {
    if (draw_one_in(24)) return -DBL_MAX / 64;
    if (draw_one_in(8)) return draw_number(graph.kind);
    const double cost = layer_costs[layer % MOST_LAYERS];
    return cost == 1 || draw_one_in(8) ? 1 + (double)draw_below(64) * DBL_EPSILON : cost;
}

static double draw_cost(size_t tail, double rise) {
    switch ((shape)graph.shape) {
    case NOT_NEGATIVE: return draw_magnitude(graph.kind);
    case WINDING:
    case LARGE: return graph.kind % 2 == 0 && draw_one_in(4) ? -1 : DBL_MAX / (double)draw_between(1, 4);
    case POTENTIALS: return (draw_one_in(2) ? 0 : draw_magnitude(graph.kind)) + rise;
    case ROUND: return rise;
    case CANCELLING:
    case CANCELLING_ACYCLIC: return draw_cancelling(tail / layer_width);
    default: return draw_number(graph.kind);
    }
}

static size_t draw_head(size_t tail) {
    size_t head = draw_below(graph.nodes);
    if (graph.shape == WINDING) return draw_one_in(12) ? head : (tail + winding_step) % graph.nodes;
    if (graph.shape == ACYCLIC && head < tail) head = tail + draw_below(graph.nodes - tail);
    if (graph.shape != CANCELLING_ACYCLIC && (graph.shape != CANCELLING || draw_one_in(6))) return head;
    if (draw_one_in(6)) return tail + draw_below(graph.nodes - tail);
    head = (tail / layer_width + 1) * layer_width + draw_below(layer_width);
    return head < graph.nodes ? head : graph.nodes - 1;
}

static void draw_costs(void) {
    double *potentials = INPUT(double, graph.nodes);
    draw_layers();
    for (size_t node = 0; node < graph.nodes; node++)
        potentials[node] = graph.shape == ROUND ? draw_unit() - 0.5 + draw_unit() * 0x1p-30 : draw_number(graph.kind);
    for (size_t k = 0; k < graph.arcs; k++) {
        const size_t tail = (size_t)graph.tails[k], head = draw_head(tail);
        const double rise = potentials[head] - potentials[tail];
        graph.heads[k] = (int32_t)head;
        graph.costs[k] = draw_cost(tail, fabs(rise) < INFINITY ? rise : 1);
        const bool is_acyclic = graph.shape == ACYCLIC || graph.shape == CANCELLING_ACYCLIC;
        if (is_acyclic && head == tail) graph.costs[k] = INFINITY;
    }
}

static void draw_graph(void) {
    graph.shape = (int)draw_below(SHAPES);
    const bool is_layered = graph.shape == CANCELLING || graph.shape == CANCELLING_ACYCLIC;
    const bool has_all_tails = is_layered || graph.shape == WINDING;
    graph.kind = (number_kind)draw_below(NUMBER_KINDS);
    if (graph.shape == POTENTIALS && draw_one_in(2)) graph.kind = NUMBER_EXPONENTS;
    const bool is_dense = graph.shape == ROUND && draw_one_in(2);
    graph.nodes = is_dense || draw_one_in(8) ? draw_between(1, 40) : draw_between(1, is_layered ? 10 : 6);
    if (graph.shape == WINDING) graph.nodes = draw_one_in(2) ? draw_between(1, 40) : 16 * draw_between(1, 2);
    graph.arcs = draw_below((is_dense ? 10 : draw_one_in(3) ? 5 : 3) * graph.nodes + 4);
    if (graph.shape == WINDING) graph.arcs = graph.nodes;
    graph.starts = INPUT(int32_t, graph.nodes + 1);
    graph.tails = INPUT(int32_t, graph.arcs);
    graph.heads = INPUT(int32_t, graph.arcs);
    graph.costs = INPUT(double, graph.arcs);
    for (size_t k = 0; k < graph.arcs; k++)
        graph.starts[(has_all_tails && k < graph.nodes ? k : draw_below(graph.nodes)) + 1]++;
    for (size_t node = 0; node < graph.nodes; node++) {
        graph.starts[node + 1] += graph.starts[node];
        for (int32_t k = graph.starts[node]; k < graph.starts[node + 1]; k++) graph.tails[k] = (int32_t)node;
    }
    winding_step = graph.nodes % 2 == 0 ? 2 * draw_below(graph.nodes / 2) + 1 : 1 + draw_below(2);
    draw_costs();
    graph.source = is_layered && !draw_one_in(4) ? 0 : (int32_t)draw_below(graph.nodes);
    graph.target = is_layered && !draw_one_in(4) ? (int32_t)graph.nodes - 1 : (int32_t)draw_below(graph.nodes);
    if (graph.shape == WINDING && draw_one_in(2)) graph.target = 0;
    if (graph.shape == WINDING) graph.source = (int32_t)(((size_t)graph.target + winding_step) % graph.nodes);
}

static answer solve(void) {
    answer a = {0, OUTPUT(double, graph.nodes), OUTPUT(int32_t, graph.nodes), OUTPUT(int32_t, graph.nodes),
                OUTPUT(size_t, 1), new_fault()};
    const cl_digraph digraph = {graph.nodes, graph.arcs, graph.starts, graph.tails, graph.heads};
    bool is_signed = false;
    for (size_t k = 0; k < graph.arcs; k++) is_signed |= graph.costs[k] < 0;
    void *workspace = memory_workspace(cl_shortest_path_workspace_size(graph.nodes, is_signed));
    a.status = RUN(cl_shortest_path_solve(digraph, graph.costs, graph.source, graph.target, workspace, a.potentials,
        a.before, a.cycle, a.cycle_length, a.fault));
    return a;
}

static struct {
    exact *lengths;
    double *magnitudes; /* of the terms of each path */
    bool *reached;
    bool has_negative_cycle; /* within reach */
} oracle;

/* Bellman-Ford in exact sums. */
static void search_exactly(void) {
    oracle.lengths = INPUT(exact, graph.nodes);
    oracle.magnitudes = INPUT(double, graph.nodes);
    oracle.reached = INPUT(bool, graph.nodes);
    oracle.reached[graph.source] = true;
    bool changes = true;
    for (size_t round = 0; round < graph.nodes && changes; round++) {
        changes = false;
        for (size_t k = 0; k < graph.arcs; k++) {
            const int32_t tail = graph.tails[k], head = graph.heads[k];
            if (!oracle.reached[tail] || graph.costs[k] == INFINITY) continue;
            exact offer = oracle.lengths[tail];
            exact_add(&offer, graph.costs[k]);
            if (oracle.reached[head] && exact_compare(&offer, &oracle.lengths[head]) >= 0) continue;
            oracle.lengths[head] = offer;
            oracle.magnitudes[head] = oracle.magnitudes[tail] + fabs(graph.costs[k]);
            changes = oracle.reached[head] = true;
        }
    }
    oracle.has_negative_cycle = changes;
}

static double greatest_cost(double *least) {
    double greatest = *least = 0;
    for (size_t k = 0; k < graph.arcs; k++) {
        if (!(fabs(graph.costs[k]) < INFINITY)) continue;
        greatest = fmax(greatest, fabs(graph.costs[k]));
        if (graph.costs[k] != 0 && (*least == 0 || fabs(graph.costs[k]) < *least)) *least = fabs(graph.costs[k]);
    }
    return greatest;
}

static void check_cycle(const answer *a) {
    if (!EXPECT(*a->cycle_length >= 1 && *a->cycle_length <= graph.nodes, "%zu arcs", *a->cycle_length)) return;
    exact sum;
    exact_clear(&sum);
    for (size_t k = 0; k < *a->cycle_length; k++) {
        const int32_t slot = a->cycle[k], next = a->cycle[k + 1 == *a->cycle_length ? 0 : k + 1];
        if (!EXPECT(slot >= 0 && (size_t)slot < graph.arcs && next >= 0 && (size_t)next < graph.arcs &&
                graph.heads[slot] == graph.tails[next], "no cycle at arc %zu", k)) return;
        exact_add(&sum, graph.costs[slot]);
    }
    EXPECT(exact_sign(&sum) < 0, "a cycle of length %g", exact_value(&sum));
    double least;
    if (graph.shape == ROUND && greatest_cost(&least) * (double)graph.nodes * DBL_EPSILON < least)
        EXPECT(false, "a cycle of length %g is one of rounding", exact_value(&sum));
    EXPECT(oracle.reached[graph.tails[a->cycle[0]]], "a cycle out of reach");
}

/* The arcs back from a node to the source, added up; false if they do not lead there. */
static bool follow(const answer *a, int32_t node, exact *length, double *magnitude) {
    exact_clear(length);
    *magnitude = 0;
    size_t steps = 0;
    for (int32_t at = node; at != graph.source; steps++) {
        const int32_t slot = a->before[at];
        if (!EXPECT(steps < graph.nodes && slot >= 0 && (size_t)slot < graph.arcs && graph.heads[slot] == at &&
                graph.costs[slot] < INFINITY, "no path from node %d: slot %d", at, slot)) return false;
        exact_add(length, graph.costs[slot]);
        *magnitude += fabs(graph.costs[slot]);
        at = graph.tails[slot];
    }
    return true;
}

/* Potentials are a proof: exactly so without negative costs, and else up to the slack. */
static void check_potentials(const answer *a, bool is_signed) {
    double least;
    const double n = (double)graph.nodes, allowed = is_signed ? 2 * n * n * DBL_EPSILON * greatest_cost(&least) : 0;
    EXPECT(a->potentials[graph.source] == 0, "%g at the source", a->potentials[graph.source]);
    for (size_t k = 0; k < graph.arcs; k++) {
        const double from = a->potentials[graph.tails[k]], to = a->potentials[graph.heads[k]];
        if (!(fabs(from) < INFINITY) || !(fabs(to) < INFINITY) || graph.costs[k] == INFINITY) continue;
        EXPECT(to - allowed <= from + graph.costs[k], "arc %zu: %.17g > %.17g + %.17g", k, to, from, graph.costs[k]);
    }
}

/* Dijkstra's rule of ties, where no arc that adds nothing makes the order of nodes depend on more. */
static void check_ties(const answer *a) {
    const double longest = a->potentials[graph.target];
    for (size_t k = 0; k < graph.arcs; k++) {
        const double from = a->potentials[graph.tails[k]];
        if (from < longest && from + graph.costs[k] == from) return;
    }
    for (size_t node = 0; node < graph.nodes; node++) {
        const double distance = a->potentials[node];
        if ((int32_t)node == graph.source || !(distance < longest)) continue;
        int32_t first = -1;
        for (size_t k = 0; k < graph.arcs; k++) {
            const double from = a->potentials[graph.tails[k]];
            if (graph.heads[k] != (int32_t)node || from + graph.costs[k] != distance) continue;
            if (first < 0 || from < a->potentials[graph.tails[first]]) first = (int32_t)k;
        }
        EXPECT(a->before[node] == first, "node %zu from slot %d, not %d", node, a->before[node], first);
    }
}

static void check_path(const answer *a, bool is_signed) {
    exact length;
    double magnitude;
    if (!follow(a, graph.target, &length, &magnitude)) return;
    const double n = (double)graph.nodes, found = a->potentials[graph.target];
    double least;
    const double greatest = greatest_cost(&least);
    if (oracle.has_negative_cycle && is_signed) {
        /* Taken for one of length 0: then rounding hides it, and the costs are not far apart. */
        EXPECT(greatest * n * DBL_EPSILON < least, "a negative cycle was not found");
        EXPECT(fabs(exact_value(&length) - found) <= 4 * n * n * DBL_EPSILON * greatest, "%.17g for a path of %.17g", found,
            exact_value(&length));
        check_potentials(a, is_signed);
        return;
    }
    exact excess = length, error = length;
    exact_subtract_exact(&excess, &oracle.lengths[graph.target]);
    exact_subtract(&error, found);
    const double allowed = n * DBL_EPSILON * oracle.magnitudes[graph.target];
    EXPECT(exact_value(&excess) <= allowed, "a path of %.17g, %g longer than the shortest", exact_value(&length),
        exact_value(&excess));
    EXPECT(fabs(exact_value(&error)) <= n * DBL_EPSILON * fabs(found) + allowed, "%.17g for a path of %.17g", found,
        exact_value(&length));
    check_potentials(a, is_signed);
    if (!is_signed) check_ties(a);
    for (size_t node = 0; node < graph.nodes; node++) {
        const double potential = a->potentials[node], distance = exact_value(&oracle.lengths[node]);
        if (!oracle.reached[node] && is_signed) EXPECT(potential == INFINITY, "%g at node %zu, out of reach", potential, node);
        /* Which nodes Dijkstra's algorithm comes to before the target, rounded distances tell. */
        if (!oracle.reached[node] || (!is_signed && distance >= found * (1 - n * DBL_EPSILON))) continue;
        if (!(fabs(distance) < DBL_MAX / 2)) continue;
        EXPECT(fabs(potential - distance) <= 2 * n * n * DBL_EPSILON * greatest, "%.17g for %.17g at node %zu", potential,
            distance, node);
        exact ignored;
        if (!follow(a, (int32_t)node, &ignored, &magnitude)) return;
    }
}

/* Sizes beyond 32 bits, and ends that are no nodes. */
static void expect_refusals(void) {
    static const size_t sizes[] = {INT32_MAX, (size_t)INT32_MAX + 1, SIZE_MAX};
    for (size_t k = 0; k < 3; k++)
        EXPECT(cl_shortest_path_workspace_size(sizes[k], k % 2 == 0) == 0, "a workspace for %zu nodes", sizes[k]);
    static const struct {
        size_t nodes, arcs;
        int32_t source, target;
    } refused[] = {{INT32_MAX, 1, 0, 0}, {2, (size_t)INT32_MAX + 1, 0, 1}, {2, 1, 2, 0}, {2, 1, 0, 2}, {2, 1, -1, 0}, {2, 1, 0, -1},
        {0, 0, 0, 0}};
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
        const cl_digraph digraph = {refused[k].nodes, refused[k].arcs, NULL, NULL, NULL};
        EXPECT(cl_shortest_path_solve(digraph, NULL, refused[k].source, refused[k].target, NULL, NULL, NULL, NULL, NULL, NULL) ==
            CL_STATUS_INVALID_ARGUMENT, "solved %zu", k);
    }
}

void check_shortest_path(void) {
    expect_refusals();
    draw_graph();
    const answer a = solve(), again = solve();
    size_t first_invalid = 0;
    bool is_signed = false;
    for (size_t k = graph.arcs; k-- > 0;) is_signed |= graph.costs[k] < 0;
    while (first_invalid < graph.arcs && graph.costs[first_invalid] > -(double)INFINITY) first_invalid++;
    if (first_invalid < graph.arcs) {
        EXPECT(a.status == CL_STATUS_INVALID_COST && is_at(a.fault, first_invalid), "status %d, slot %zu", a.status, a.fault->column);
        return;
    }
    EXPECT(is_unwritten_fault(a.fault), "a fault of %zu with status %d", a.fault->column, a.status);
    EXPECT(a.status == again.status && memory_equals(a.before, again.before, graph.nodes * sizeof(int32_t)) &&
        memory_equals(a.potentials, again.potentials, graph.nodes * sizeof(double)), "depends on the workspace");
    search_exactly();
    if (a.status == CL_STATUS_NEGATIVE_CYCLE) {
        check_cycle(&a);
        return;
    }
    EXPECT(memory_is_unwritten(a.cycle_length, sizeof(size_t)), "a cycle with status %d", a.status);
    if (!oracle.reached[graph.target]) {
        EXPECT(a.status == CL_STATUS_INFEASIBLE, "status %d", a.status);
        return;
    }
    const double length = exact_value(&oracle.lengths[graph.target]);
    if (a.status == CL_STATUS_OUT_OF_RANGE) {
        EXPECT(fabs(length) >= DBL_MAX * (1 - (double)graph.nodes * DBL_EPSILON), "overflow at %g", length);
        return;
    }
    if (EXPECT(a.status == CL_STATUS_OK, "status %d", a.status)) check_path(&a, is_signed);
}
