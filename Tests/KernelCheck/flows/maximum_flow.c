/* Maximum flows: at up to eight nodes against all cuts, in exact sums; at any size the flow proves the cut. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "CCombinatorialKernels.h"
#include "flows/flows.h"
#include "support/draw.h"
#include "support/memory.h"
#include "support/stop.h"

enum { FEW_NODES = 8 };

static struct {
    number_kind kind;
    bool is_float;
    cl_flow_graph graph;
    double *capacities;
    float *float_capacities;
} problem;

void describe_maximum_flow(void) {
    fprintf(stderr, "  %zu nodes, %zu arcs of %s, %s, from %d to %d\n", problem.graph.nodes, problem.graph.arcs,
        number_kind_name(problem.kind), problem.is_float ? "float" : "double", problem.graph.source, problem.graph.sink);
    show_indices("tails", problem.graph.tails, problem.graph.arcs);
    show_indices("heads", problem.graph.heads, problem.graph.arcs);
    show_doubles("capacities", problem.capacities, problem.graph.arcs);
}

static void draw_problem(void) {
    const bool is_large = draw_one_in(8);
    const bool is_larger = is_large && draw_one_in(10); /* nodes that wait, searches before relabels have ended */
    const size_t nodes = is_larger ? draw_between(60, 400) : is_large ? draw_between(2, 60) : draw_between(2, FEW_NODES);
    const size_t arcs = is_larger ? draw_below(3000) : is_large ? draw_below(240) : draw_below(21);
    const size_t reach = is_larger && draw_one_in(2) ? draw_between(2, 8) : nodes; /* of an arc: long paths */
    int32_t *tails = INPUT(int32_t, arcs), *heads = INPUT(int32_t, arcs);
    problem.kind = (number_kind)draw_below(NUMBER_KINDS);
    problem.is_float = draw_one_in(3);
    problem.capacities = INPUT(double, arcs);
    problem.float_capacities = INPUT(float, arcs);
    const bool is_signed = draw_one_in(20), is_mixed = draw_one_in(4);
    for (size_t a = 0; a < arcs; a++) {
        tails[a] = (int32_t)draw_below(nodes);
        heads[a] = (int32_t)(((size_t)tails[a] + draw_below(reach)) % nodes);
        const number_kind kind = is_mixed && draw_one_in(2) ? NUMBER_APART : problem.kind;
        const double capacity = is_signed ? draw_number(kind) : draw_magnitude(kind);
        problem.float_capacities[a] = (float)capacity;
        problem.capacities[a] = problem.is_float ? (double)problem.float_capacities[a] : capacity;
    }
    const size_t great = draw_one_in(3) ? arcs : 3; /* beside them no sum of doubles will do */
    for (size_t k = draw_one_in(12) && !problem.is_float && arcs > 1 ? great : 0; k > 0; k--)
        problem.capacities[draw_below(arcs)] = 0x1.8p1023;
    const int32_t source = (int32_t)draw_below(nodes);
    const int32_t sink = (int32_t)(((size_t)source + draw_between(1, nodes - 1)) % nodes);
    problem.graph = (cl_flow_graph){tails, heads, nodes, arcs, source, sink};
}

static cut_answer solve(bool wants_flow) {
    const cl_flow_graph *graph = &problem.graph;
    cut_answer a = {
        .value = OUTPUT(double, 1), .source_side = OUTPUT(uint8_t, graph->nodes),
        .flow = wants_flow ? OUTPUT(double, graph->arcs) : NULL, .fault = new_fault()};
    void *workspace = memory_workspace(cl_maximum_flow_workspace_size(graph->nodes, graph->arcs));
    const void *numbers = problem.is_float ? (const void *)problem.float_capacities : problem.capacities;
    a.status = RUN(cl_maximum_flow_solve(
        element_of(problem.is_float), graph, numbers, workspace, a.value, a.source_side, a.flow, a.fault));
    return a;
}

static bool is_same(const cut_answer *a, const cut_answer *b) {
    const size_t nodes = problem.graph.nodes, arcs = problem.graph.arcs;
    if (a->status != b->status) return false;
    return a->status != CL_STATUS_OK || (memory_equals(a->value, b->value, sizeof(double)) &&
        memory_equals(a->source_side, b->source_side, nodes) && memory_equals(a->flow, b->flow, arcs * sizeof(double)));
}

/* Sizes beyond 32 bits have no workspace, and no answer. */
static void expect_refused_sizes(void) {
    static const size_t sizes[][2] = {{INT32_MAX, 1}, {2, (size_t)1 << 30}, {SIZE_MAX, 1}, {2, SIZE_MAX}};
    for (size_t k = 0; k < 4; k++) {
        const cl_flow_graph graph = {NULL, NULL, sizes[k][0], sizes[k][1], 0, 1};
        EXPECT(cl_maximum_flow_workspace_size(sizes[k][0], sizes[k][1]) == 0, "%zu nodes, %zu arcs", sizes[k][0], sizes[k][1]);
        EXPECT(cl_maximum_flow_solve(CL_FLOAT64, &graph, NULL, NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT, "solved");
        EXPECT(cl_maximum_flow_solve(CL_FLOAT32, &graph, NULL, NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT, "solved");
    }
}

/* Whether infinite arcs lead from the source to the sink. */
static bool is_unbounded(void) {
    const cl_flow_graph *graph = &problem.graph;
    bool *is_reached = INPUT(bool, graph->nodes);
    is_reached[graph->source] = true;
    for (bool grows = true; grows;) {
        grows = false;
        for (size_t a = 0; a < graph->arcs; a++) {
            if (problem.capacities[a] != INFINITY || !is_reached[graph->tails[a]] || is_reached[graph->heads[a]]) continue;
            is_reached[graph->heads[a]] = grows = true;
        }
    }
    return is_reached[graph->sink];
}

/* The exact capacity of a cut; false if it is infinite. */
static bool cut_capacity(const uint8_t *source_side, exact *sum) {
    const cl_flow_graph *graph = &problem.graph;
    exact_clear(sum);
    for (size_t a = 0; a < graph->arcs; a++) {
        if (!source_side[graph->tails[a]] || source_side[graph->heads[a]]) continue;
        if (problem.capacities[a] == INFINITY) return false;
        exact_add(sum, problem.capacities[a]);
    }
    return true;
}

/* The least of all cuts, and of those the one with the most nodes on the source's side. */
static void least_cut(exact *least, uint8_t *most) {
    const cl_flow_graph *graph = &problem.graph;
    size_t most_nodes = 0;
    bool is_first = true;
    for (size_t mask = 0; mask < (size_t)1 << graph->nodes; mask++) {
        if (!(mask >> graph->source & 1) || mask >> graph->sink & 1) continue;
        uint8_t side[FEW_NODES];
        size_t nodes = 0;
        for (size_t v = 0; v < graph->nodes; v++) nodes += side[v] = mask >> v & 1;
        exact sum;
        if (!cut_capacity(side, &sum)) continue;
        const int order = is_first ? -1 : exact_compare(&sum, least);
        if (order > 0 || (order == 0 && nodes <= most_nodes)) continue;
        is_first = false;
        *least = sum;
        most_nodes = nodes;
        for (size_t v = 0; v < graph->nodes; v++) most[v] = side[v];
    }
}

/* Whether sums of the capacities are exact in double. */
static bool has_exact_sums(void) {
    for (size_t a = 0; a < problem.graph.arcs; a++) {
        const double capacity = problem.capacities[a];
        if (capacity < INFINITY && (capacity != floor(capacity) || capacity > 0x1p40)) return false;
    }
    return true;
}

/* Whether doubles cannot even add the capacities up: then nothing is rounded. */
static bool exceeds_doubles(void) {
    double quarter = 0;
    for (size_t a = 0; a < problem.graph.arcs; a++)
        quarter += problem.capacities[a] < INFINITY ? problem.capacities[a] / 4 : 0;
    return quarter > 0x1.1p1022;
}

static void expect_least_cut(const cut_answer *a) {
    const cl_flow_graph *graph = &problem.graph;
    exact cut, least;
    uint8_t most[FEW_NODES];
    if (!EXPECT(cut_capacity(a->source_side, &cut), "an infinite cut")) return;
    least_cut(&least, most);
    EXPECT(is_at_most(&cut, &least, graph->nodes + graph->arcs), "a cut of %.17g where %.17g is least", exact_value(&cut),
        exact_value(&least));
    for (size_t v = 0; v < graph->nodes && (has_exact_sums() || exceeds_doubles()); v++)
        EXPECT(a->source_side[v] == most[v], "node %zu is on side %d", v, a->source_side[v]);
}

static void expect_solution(const cut_answer *a) {
    const cl_flow_graph *graph = &problem.graph;
    EXPECT(a->source_side[graph->source] == 1 && a->source_side[graph->sink] == 0, "source or sink on the other side");
    for (size_t v = 0; v < graph->nodes; v++) EXPECT(a->source_side[v] <= 1, "side %d", a->source_side[v]);
    double value = 0;
    for (size_t k = 0; k < graph->arcs; k++)
        if (a->source_side[graph->tails[k]] && !a->source_side[graph->heads[k]]) value += problem.capacities[k];
    EXPECT(*a->value == value && value < INFINITY, "%.17g for a cut of %.17g", *a->value, value);
    if (graph->nodes <= FEW_NODES) expect_least_cut(a);
    if (!a->flow) return;
    for (size_t k = 0; k < graph->arcs; k++)
        EXPECT(a->flow[k] >= 0 && a->flow[k] <= problem.capacities[k], "arc %zu: %.17g of %.17g", k, a->flow[k],
            problem.capacities[k]);
    const flow_arcs arcs = {graph->nodes, graph->arcs, graph->tails, graph->heads, a->flow};
    expect_conservation(&arcs, graph->source, graph->sink, *a->value);
    if (has_exact_sums()) expect_sinks_side(&arcs, problem.capacities, graph->sink, a->source_side, graph->nodes);
}

void check_maximum_flow(void) {
    draw_problem();
    expect_refused_sizes();
    const cut_answer a = solve(true), again = solve(true), cut = solve(false);
    EXPECT(is_same(&a, &again), "depends on the workspace");
    size_t fault = 0;
    while (fault < problem.graph.arcs && problem.capacities[fault] >= 0) fault++;
    if (fault < problem.graph.arcs) {
        EXPECT(a.status == CL_STATUS_INVALID_COST && is_at(a.fault, fault), "status %d, fault %zu", a.status, a.fault->column);
        EXPECT(cut.status == CL_STATUS_INVALID_COST && is_at(cut.fault, fault), "status %d, fault %zu", cut.status, cut.fault->column);
        return;
    }
    EXPECT(is_unwritten_fault(a.fault), "a fault of %zu with status %d", a.fault->column, a.status);
    if (is_unbounded()) {
        EXPECT(a.status == CL_STATUS_UNBOUNDED && cut.status == a.status, "status %d, %d", a.status, cut.status);
        return;
    }
    if (a.status == CL_STATUS_OUT_OF_RANGE) {
        double sum = 0;
        for (size_t k = 0; k < problem.graph.arcs; k++)
            sum += problem.capacities[k] < INFINITY ? problem.capacities[k] : 0;
        EXPECT(sum == INFINITY, "refused");
        if (cut.status == CL_STATUS_OK) expect_solution(&cut);
        return;
    }
    if (!EXPECT(a.status == CL_STATUS_OK && cut.status == CL_STATUS_OK, "status %d, %d", a.status, cut.status)) return;
    expect_solution(&a);
    expect_solution(&cut);
    EXPECT(!has_exact_sums() || memory_equals(cut.source_side, a.source_side, problem.graph.nodes), "another cut without its flow");
}
