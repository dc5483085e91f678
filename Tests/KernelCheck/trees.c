/* Spanning trees against Kruskal's algorithm on a stable sort: the tree is unique, edge for edge. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CCombinatorialKernels.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/exact.h"
#include "support/memory.h"
#include "support/stop.h"
#include "trees/arborescence.h"

static struct {
    number_kind kind;
    bool is_float;
    size_t nodes, edges;
    int32_t *ends;
    double *costs;
    float *float_costs;
} graph;

static void describe_graph(void) {
    fprintf(stderr, "  %zu nodes, %zu edges of %s, %s\n", graph.nodes, graph.edges, number_kind_name(graph.kind),
        graph.is_float ? "float" : "double");
    show_indices("ends", graph.ends, 2 * graph.edges);
    show_doubles("costs", graph.costs, graph.edges);
}

static double close_cost(void) {
    const uint64_t steps = draw_below(8) + (draw_one_in(3) ? (uint64_t)1 << draw_between(22, 30) : 0);
    const uint32_t float_bits = 0x00800000 + (uint32_t)steps;
    const uint64_t bits = 0x3FF0000000000000 + steps;
    float short_cost;
    double cost;
    memcpy(&short_cost, &float_bits, sizeof short_cost);
    memcpy(&cost, &bits, sizeof cost);
    return graph.is_float ? (double)short_cost : cost;
}

static void draw_graph(void) {
    const bool is_large = draw_one_in(40);
    graph.kind = (number_kind)draw_below(NUMBER_KINDS);
    graph.is_float = draw_one_in(2);
    graph.nodes = is_large ? draw_between(2, 200) : draw_size(60);
    graph.edges = graph.nodes == 0 ? 0 : is_large ? draw_between(4000, 4300) : draw_below(4 * graph.nodes);
    graph.ends = INPUT(int32_t, 2 * graph.edges);
    graph.costs = INPUT(double, graph.edges);
    graph.float_costs = INPUT(float, graph.edges);
    /* Costs that agree in their leading bits are sorted another way. */
    const double base = draw_one_in(3) ? 12345.678 : 0, scale = base != 0 ? 1e-12 : 1;
    /* Costs that are the next but one, beside a few that need more bits than keys have. */
    const bool is_close = draw_one_in(6);
    /* Sums that leave the range of double on the way. */
    const bool is_extreme = draw_one_in(8);
    for (size_t k = 0; k < graph.edges; k++) {
        for (size_t end = 0; end < 2; end++) graph.ends[2 * k + end] = (int32_t)draw_below(graph.nodes);
        double cost = draw_number(graph.kind) * scale + base;
        if (is_extreme && draw_one_in(2)) cost = (draw_one_in(2) ? DBL_MAX : -DBL_MAX) * (draw_one_in(2) ? 1 : 0.75);
        if (is_close) cost = close_cost();
        graph.float_costs[k] = (float)cost;
        graph.costs[k] = graph.is_float ? (double)graph.float_costs[k] : cost;
    }
}

static int by_cost_then_number(const void *a, const void *b) {
    const int32_t i = *(const int32_t *)a, j = *(const int32_t *)b;
    const double x = graph.costs[i], y = graph.costs[j];
    return x != y ? (x > y) - (x < y) : (i > j) - (i < j);
}

static int32_t root_of(int32_t *parents, int32_t node) {
    while (parents[node] != node) node = parents[node] = parents[parents[node]];
    return node;
}

/* The edges of the tree in Kruskal's order; fewer than nodes - 1 where the graph is not connected. */
static size_t expected_tree(int32_t *tree) {
    int32_t *order = INPUT(int32_t, graph.edges), *parents = INPUT(int32_t, graph.nodes);
    for (size_t k = 0; k < graph.edges; k++) order[k] = (int32_t)k;
    for (size_t i = 0; i < graph.nodes; i++) parents[i] = (int32_t)i;
    if (graph.edges > 0) qsort(order, graph.edges, sizeof *order, by_cost_then_number);
    size_t count = 0;
    for (size_t k = 0; k < graph.edges && count + 1 < graph.nodes; k++) {
        const int32_t edge = order[k];
        if (graph.costs[edge] == INFINITY) break;
        const int32_t a = root_of(parents, graph.ends[2 * edge]), b = root_of(parents, graph.ends[2 * edge + 1]);
        if (a == b) continue;
        parents[a] = b;
        tree[count++] = edge;
    }
    return count;
}

static void check_spanning_tree(void) {
    static const size_t sizes[][2] = {{(size_t)1 << 31, 1}, {2, (size_t)1 << 31}, {SIZE_MAX, 1}, {2, SIZE_MAX}};
    for (size_t k = 0; k < 4; k++) {
        EXPECT(cl_spanning_tree_workspace_size(sizes[k][0], sizes[k][1]) == 0, "%zu nodes, %zu edges", sizes[k][0], sizes[k][1]);
        EXPECT(cl_spanning_tree_solve(CL_FLOAT64, NULL, sizes[k][0], sizes[k][1], NULL, NULL, NULL, NULL, NULL) ==
            CL_STATUS_INVALID_ARGUMENT, "solved");
    }
    draw_graph();
    const size_t tree_edges = graph.nodes == 0 ? 0 : graph.nodes - 1;
    double *value = OUTPUT(double, 1);
    int32_t *tree = OUTPUT(int32_t, tree_edges);
    cl_fault *fault = new_fault();
    void *workspace = memory_workspace(cl_spanning_tree_workspace_size(graph.nodes, graph.edges));
    const void *costs = graph.is_float ? (const void *)graph.float_costs : graph.costs;
    const cl_status status = RUN(cl_spanning_tree_solve(
        element_of(graph.is_float), costs, graph.nodes, graph.edges, graph.ends, workspace, value, tree, fault));

    size_t first_invalid = 0;
    while (first_invalid < graph.edges && graph.costs[first_invalid] > -(double)INFINITY) first_invalid++;
    if (first_invalid < graph.edges) {
        EXPECT(status == CL_STATUS_INVALID_COST && is_at(fault, first_invalid), "status %d, edge %zu", status, fault->column);
        return;
    }
    EXPECT(is_unwritten_fault(fault), "a fault of %zu with status %d", fault->column, status);
    int32_t *expected = INPUT(int32_t, tree_edges);
    if (expected_tree(expected) < tree_edges) {
        EXPECT(status == CL_STATUS_INFEASIBLE, "status %d", status);
        return;
    }
    EXPECT(memory_equals(tree, expected, tree_edges * sizeof *tree), "another tree");
    double sum = 0;
    exact exact_sum;
    exact_clear(&exact_sum);
    for (size_t k = 0; k < tree_edges; k++) {
        sum += graph.costs[expected[k]];
        exact_add(&exact_sum, graph.costs[expected[k]]);
    }
    if (!(fabs(sum) < INFINITY)) sum = exact_value(&exact_sum);
    if (!EXPECT(status == (fabs(sum) < INFINITY ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE), "status %d", status)) return;
    EXPECT(fabs(*value - sum) <= 0x1p-52 * fabs(sum) || *value == sum, "%.17g for %.17g", *value, sum);
}

const kernel_check tree_checks[] = {
    {"trees", "spanning_tree", check_spanning_tree, describe_graph},
    {"trees", "spanning_arborescence", check_arborescence, describe_arborescence},
    {0},
};
