/* Arborescences: all choices of arcs at small sizes, in exact sums; the certificate at any size. */
#include "trees/arborescence.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "CCombinatorialKernels.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/exact.h"
#include "support/memory.h"
#include "support/stop.h"

static struct {
    number_kind kind;
    size_t nodes, arcs;
    int32_t root;
    int32_t *ends;
    double *costs;
} graph;

typedef struct answer {
    cl_status status;
    double *value;
    int32_t *arc_into, *parents;
    double *duals;
    size_t *sets;
    cl_fault *fault;
} answer;

void describe_arborescence(void) {
    fprintf(stderr, "  %zu nodes, %zu arcs of %s, root %d\n", graph.nodes, graph.arcs, number_kind_name(graph.kind), graph.root);
    show_indices("ends", graph.ends, 2 * graph.arcs);
    show_doubles("costs", graph.costs, graph.arcs);
}

/* Small enough for exact sums, as large as numbers are, or anything between. */
static double draw_base(void) {
    if (draw_one_in(2)) return 1000;
    return draw_one_in(4) ? 0x1p53 : draw_one_in(4) ? DBL_MAX / 4 * 3 : fabs(draw_number(NUMBER_APART));
}

/* Nodes with cheap arcs among each other, which no arborescence takes, into one of them: the only one that is entered
 * cheaply. The dual of their set is as large as `base`, and may hide all other costs. */
static void hide_costs(double base) {
    const int32_t entered = (int32_t)draw_below(graph.nodes);
    const uint64_t inside = (draw_bits() | (uint64_t)1 << entered) & ~((uint64_t)1 << graph.root);
    const double share = draw_one_in(2) ? 1 : 0.5;
    if (graph.arcs > 0 && entered != graph.root) graph.ends[0] = graph.root, graph.ends[1] = entered;
    for (size_t k = 0; k < graph.arcs; k++) {
        const int32_t tail = graph.ends[2 * k], head = graph.ends[2 * k + 1];
        if (!(inside >> head & 1) || (inside >> tail & 1) != (head == entered)) continue;
        graph.costs[k] = head == entered ? -base : base * share;
    }
}

static void draw_graph(void) {
    const bool is_small = !draw_one_in(20);
    graph.kind = (number_kind)draw_below(NUMBER_KINDS);
    graph.nodes = is_small ? draw_between(1, 5) : draw_between(1, 50);
    graph.arcs = is_small ? draw_below(4 * graph.nodes) : draw_below(5 * graph.nodes);
    graph.root = (int32_t)draw_below(graph.nodes);
    graph.ends = INPUT(int32_t, 2 * graph.arcs);
    graph.costs = INPUT(double, graph.arcs);
    /* What costs are made of: magnitudes that are equal up to what rounding hides, in some of the draws. */
    const bool cancels = draw_one_in(3);
    const double base = draw_base();
    const bool is_dear = draw_one_in(2);
    for (size_t k = 0; k < graph.arcs; k++) {
        for (size_t end = 0; end < 2; end++) graph.ends[2 * k + end] = (int32_t)draw_below(graph.nodes);
        graph.costs[k] = draw_number(graph.kind);
        if (cancels && draw_one_in(2)) graph.costs[k] = draw_one_in(2) ? base : -base;
        /* Arcs into the root are in no arborescence, and explain no rounding. */
        if (is_dear && graph.ends[2 * k + 1] == graph.root) graph.costs[k] = DBL_MAX / 4;
    }
    if (!draw_one_in(3)) hide_costs(base);
}

static bool is_usable(size_t arc) {
    const int32_t tail = graph.ends[2 * arc], head = graph.ends[2 * arc + 1];
    return graph.costs[arc] < INFINITY && head != graph.root && head != tail;
}

static bool root_reaches_all(void) {
    bool *reached = INPUT(bool, graph.nodes);
    size_t count = 1;
    reached[graph.root] = true;
    for (size_t before = 0; before < count;) {
        before = count;
        for (size_t k = 0; k < graph.arcs; k++)
            if (is_usable(k) && reached[graph.ends[2 * k]] && !reached[graph.ends[2 * k + 1]]) {
                reached[graph.ends[2 * k + 1]] = true;
                count++;
            }
    }
    return count == graph.nodes;
}

/* Whether arcs into all nodes but the root form an arborescence. */
static bool is_arborescence(const int32_t *arc_into) {
    for (size_t node = 0; node < graph.nodes; node++) {
        size_t steps = 0;
        for (int32_t at = (int32_t)node; at != graph.root; steps++) {
            const int32_t arc = arc_into[at];
            if (steps > graph.nodes || arc < 0 || (size_t)arc >= graph.arcs || !is_usable((size_t)arc) ||
                graph.ends[2 * arc + 1] != at)
                return false;
            at = graph.ends[2 * arc];
        }
    }
    return arc_into[graph.root] == -1;
}

static double sum_over(const int32_t *arc_into, exact *sum) {
    double magnitude = 0;
    exact_clear(sum);
    for (size_t node = 0; node < graph.nodes; node++) {
        if (arc_into[node] < 0) continue;
        exact_add(sum, graph.costs[arc_into[node]]);
        magnitude += fabs(graph.costs[arc_into[node]]);
    }
    return magnitude;
}

static bool found_one;
static exact least_sum;
static double least_magnitude;

static void try_all(size_t node, int32_t *arc_into) {
    if (node == graph.nodes) {
        if (!is_arborescence(arc_into)) return;
        exact sum;
        const double magnitude = sum_over(arc_into, &sum);
        if (found_one && exact_compare(&least_sum, &sum) <= 0) return;
        least_sum = sum;
        least_magnitude = magnitude;
        found_one = true;
        return;
    }
    if ((int32_t)node == graph.root) {
        arc_into[node] = -1;
        try_all(node + 1, arc_into);
        return;
    }
    for (size_t arc = 0; arc < graph.arcs; arc++) {
        if (graph.ends[2 * arc + 1] != (int32_t)node || !is_usable(arc)) continue;
        arc_into[node] = (int32_t)arc;
        try_all(node + 1, arc_into);
    }
}

static answer solve(void) {
    answer a = {0, OUTPUT(double, 1), OUTPUT(int32_t, graph.nodes), OUTPUT(int32_t, 2 * graph.nodes),
                OUTPUT(double, 2 * graph.nodes), OUTPUT(size_t, 1), new_fault()};
    void *workspace = memory_workspace(cl_spanning_arborescence_workspace_size(graph.nodes, graph.arcs));
    a.status = RUN(cl_spanning_arborescence_solve(graph.costs, graph.nodes, graph.arcs, graph.ends, graph.root, workspace,
        a.value, a.arc_into, a.parents, a.duals, a.sets, a.fault));
    return a;
}

/* The duals of the sets that an arc enters, added up; they end where the tail's sets begin. */
static double duals_entered(const answer *a, size_t arc, double *magnitude) {
    double sum = 0;
    *magnitude = fabs(graph.costs[arc]);
    for (int32_t set = graph.ends[2 * arc + 1]; set >= 0; set = a->parents[set]) {
        for (int32_t around = graph.ends[2 * arc]; around >= 0; around = a->parents[around])
            if (around == set) return sum;
        sum += a->duals[set];
        *magnitude += fabs(a->duals[set]);
    }
    return sum;
}

/* Whether nothing rounds. */
static bool costs_are_small_integers(void) {
    for (size_t arc = 0; arc < graph.arcs; arc++)
        if (is_usable(arc) && !(fabs(graph.costs[arc]) <= 1e6 && rint(graph.costs[arc]) == graph.costs[arc]))
            return false;
    return true;
}

/* The first of the cheapest arcs into a set, and its key. */
static int32_t first_into(int32_t set, const int32_t *outermost, const double *entered, double *least) {
    int32_t first = -1;
    *least = INFINITY;
    for (size_t arc = 0; arc < graph.arcs; arc++) {
        const int32_t head = graph.ends[2 * arc + 1];
        if (!is_usable(arc) || outermost[head] != set || outermost[graph.ends[2 * arc]] == set) continue;
        const double key = graph.costs[arc] - entered[head];
        if (key < *least) first = (int32_t)arc;
        *least = fmin(key, *least);
    }
    return first;
}

/* The arborescence that the header promises: of equal arcs into a set the first, searches from the nodes in order. */
static const int32_t *first_arborescence(void) {
    const size_t nodes = graph.nodes;
    int32_t *outermost = INPUT(int32_t, nodes), *parents = INPUT(int32_t, 2 * nodes), *path = INPUT(int32_t, 2 * nodes);
    int32_t *taken = INPUT(int32_t, 2 * nodes);
    size_t *search = INPUT(size_t, 2 * nodes), sets = nodes; /* the search that visited a set; 0: none */
    double *entered = INPUT(double, nodes), least;           /* the duals around a node */
    for (size_t node = 0; node < nodes; node++) outermost[node] = (int32_t)node;
    for (size_t node = 0; node < nodes; node++) {
        size_t length = 0;
        for (int32_t set = outermost[node]; set != graph.root && search[set] == 0;) {
            taken[set] = first_into(set, outermost, entered, &least);
            for (size_t k = 0; k < nodes; k++) entered[k] += outermost[k] == set ? least : 0;
            search[set] = node + 1;
            path[length++] = set;
            const int32_t before = outermost[graph.ends[2 * taken[set]]];
            set = before;
            if (before == graph.root || search[before] != node + 1) continue;
            set = (int32_t)sets++;
            int32_t part;
            do {
                part = path[--length];
                parents[part] = set;
                for (size_t k = 0; k < nodes; k++) outermost[k] = outermost[k] == part ? set : outermost[k];
            } while (part != before);
        }
    }
    taken[graph.root] = -1;
    for (size_t set = sets; set-- > nodes;) /* parts on the way to its head take its arc */
        for (int32_t part = graph.ends[2 * taken[set] + 1]; part != (int32_t)set; part = parents[part]) taken[part] = taken[set];
    return taken;
}

/* Duals up to their own rounding. */
static void check_duals(const answer *a) {
    const double rounding = costs_are_small_integers() ? 0 : 8 * (double)graph.nodes * DBL_EPSILON;
    for (size_t set = 0; set < *a->sets; set++) {
        if (!EXPECT(a->parents[set] == -1 || (a->parents[set] > (int32_t)set && (size_t)a->parents[set] < *a->sets &&
                (size_t)a->parents[set] >= graph.nodes), "set %zu in %d", set, a->parents[set])) return;
        if (set >= graph.nodes) EXPECT(a->duals[set] >= 0, "dual %g of set %zu", a->duals[set], set);
    }
    EXPECT(a->duals[graph.root] == 0, "a dual of the root: %g", a->duals[graph.root]);
    for (size_t arc = 0; arc < graph.arcs; arc++) {
        if (!is_usable(arc)) continue;
        double magnitude;
        const double sum = duals_entered(a, arc, &magnitude);
        if (!(magnitude < INFINITY)) continue;
        EXPECT(sum - graph.costs[arc] <= rounding * magnitude, "arc %zu of %.17g enters %.17g", arc, graph.costs[arc], sum);
        if (a->arc_into[graph.ends[2 * arc + 1]] == (int32_t)arc)
            EXPECT(fabs(sum - graph.costs[arc]) <= rounding * magnitude, "arc %zu of %.17g is not tight: %.17g", arc,
                graph.costs[arc], sum);
    }
}

static void check_solution(const answer *a) {
    exact sum;
    const double magnitude = sum_over(a->arc_into, &sum);
    const double nodes = (double)graph.nodes, length = exact_value(&sum);
    EXPECT(fabs(*a->value - length) <= nodes * DBL_EPSILON * fabs(length) || *a->value == length,
        "value %.17g of a sum of %.17g", *a->value, length);
    if (costs_are_small_integers())
        EXPECT(memory_equals(a->arc_into, first_arborescence(), graph.nodes * sizeof(int32_t)), "not the first arcs");
    EXPECT(*a->sets >= graph.nodes && *a->sets < 2 * graph.nodes, "%zu sets", *a->sets);
    check_duals(a);
    void *workspace = memory_workspace(cl_spanning_arborescence_workspace_size(graph.nodes, graph.arcs));
    const double gap = cl_spanning_arborescence_gap(graph.costs, graph.nodes, graph.arcs, graph.ends, graph.root, workspace,
        a->arc_into, a->parents, *a->sets);
    EXPECT(gap >= 0 && gap <= nodes * DBL_EPSILON * magnitude, "gap %g", gap);
    double choices = 1;
    for (size_t node = 0; node < graph.nodes; node++) {
        size_t entering = 0;
        for (size_t arc = 0; arc < graph.arcs; arc++) entering += graph.ends[2 * arc + 1] == (int32_t)node && is_usable(arc);
        choices *= entering == 0 ? 1 : (double)entering;
    }
    if (choices > 500) return;
    found_one = false;
    try_all(0, INPUT(int32_t, graph.nodes));
    if (!EXPECT(found_one, "no arborescence")) return;
    exact_subtract_exact(&sum, &least_sum);
    const double excess = exact_value(&sum);
    EXPECT(excess <= nodes * DBL_EPSILON * least_magnitude, "%g more than the least, of magnitude %g", excess, least_magnitude);
    EXPECT(excess <= gap * (1 + DBL_EPSILON), "%g more than the least with a gap of %g", excess, gap);
}

/* Sizes beyond 32 bits, and a root that is no node. */
static void expect_refusals(void) {
    static const size_t sizes[][2] = {{(size_t)1 << 30, 1}, {2, (size_t)1 << 31}, {SIZE_MAX, 1}, {2, SIZE_MAX}};
    for (size_t k = 0; k < 4; k++) {
        EXPECT(cl_spanning_arborescence_workspace_size(sizes[k][0], sizes[k][1]) == 0, "%zu nodes, %zu arcs", sizes[k][0], sizes[k][1]);
        EXPECT(cl_spanning_arborescence_solve(NULL, sizes[k][0], sizes[k][1], NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL) ==
            CL_STATUS_INVALID_ARGUMENT, "solved");
    }
    for (int32_t root = -1; root <= 2; root += 3)
        EXPECT(cl_spanning_arborescence_solve(NULL, 2, 1, NULL, root, NULL, NULL, NULL, NULL, NULL, NULL, NULL) ==
            CL_STATUS_INVALID_ARGUMENT, "root %d", root);
}

static void check_graph(void) {
    draw_graph();
    const answer a = solve(), again = solve();
    size_t first_invalid = 0;
    while (first_invalid < graph.arcs && graph.costs[first_invalid] > -(double)INFINITY) first_invalid++;
    if (first_invalid < graph.arcs) {
        EXPECT(a.status == CL_STATUS_INVALID_COST && is_at(a.fault, first_invalid), "status %d, arc %zu", a.status, a.fault->column);
        return;
    }
    EXPECT(is_unwritten_fault(a.fault), "a fault of %zu with status %d", a.fault->column, a.status);
    if (!root_reaches_all()) {
        EXPECT(a.status == CL_STATUS_INFEASIBLE, "status %d", a.status);
        return;
    }
    if (!EXPECT(a.status == CL_STATUS_OK || a.status == CL_STATUS_OUT_OF_RANGE, "status %d", a.status)) return;
    if (!EXPECT(is_arborescence(a.arc_into), "no arborescence")) return;
    EXPECT(again.status == a.status && memory_equals(a.arc_into, again.arc_into, graph.nodes * sizeof(int32_t)) &&
        *a.sets == *again.sets && memory_equals(a.duals, again.duals, *a.sets * sizeof(double)), "depends on the workspace");
    exact sum;
    sum_over(a.arc_into, &sum);
    EXPECT((a.status == CL_STATUS_OUT_OF_RANGE) == (fabs(exact_value(&sum)) == INFINITY), "status %d, value %g", a.status,
        exact_value(&sum));
    if (a.status == CL_STATUS_OK) check_solution(&a);
}

void check_arborescence(void) {
    expect_refusals();
    for (size_t k = 0; k < 8; k++) check_graph();
}
