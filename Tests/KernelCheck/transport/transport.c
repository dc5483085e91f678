/* Transport: every row and column has its mass in the plan, relative to that mass; small problems against all
 * bases, others against the bound that their potentials give, both without rounding. */
#include "transport.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "CCombinatorialKernels.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/memory.h"
#include "support/stop.h"

static struct {
    number_kind kind;
    mass_kind masses;
    bool is_float;
    double tolerance;
    const cl_transport_known *known;
    balanced_problem problem;
    double *costs, *supply, *demand;
    float *float_costs;
} transport;

void describe_transport(void) {
    const balanced_problem *p = &transport.problem;
    fprintf(stderr, "  %zu rows, %zu columns, stride %zu of %s, masses %d, %s, tolerance %g, %s\n", p->rows, p->columns,
        p->stride, number_kind_name(transport.kind), transport.masses, transport.is_float ? "float" : "double",
        transport.tolerance, transport.known != NULL ? "from a known answer" : "from scratch");
    show_doubles("costs", transport.costs, p->rows == 0 ? 0 : (p->rows - 1) * p->stride + p->columns);
    show_doubles("supply", transport.supply, p->rows);
    show_doubles("demand", transport.demand, p->columns);
}

static void draw_costs(void) {
    balanced_problem *p = &transport.problem;
    p->stride = p->columns + draw_below(4);
    const size_t count = p->rows == 0 ? 0 : (p->rows - 1) * p->stride + p->columns;
    transport.kind = (number_kind)draw_below(NUMBER_KINDS);
    transport.is_float = draw_one_in(3);
    transport.costs = INPUT(double, count);
    transport.float_costs = INPUT(float, count);
    const bool has_forbidden = draw_one_in(4);
    /* Some pairs so dear, or so cheap, that their prices hide all others. */
    const double base = draw_one_in(p->rows * p->columns == 8 ? 2 : 5) ? ldexp(1, (int)draw_between(45, 60)) : 0;
    const bool in_blocks = draw_one_in(2); /* two halves, and no need for a dear pair between them */
    const double unit = draw_one_in(4) ? ldexp(1, (int)draw_below(121) - 100) : 1;
    for (size_t k = 0; k < count; k++) {
        double cost = k % p->stride >= p->columns ? (double)NAN : draw_number(transport.kind);
        if (base > 0 && in_blocks && (k / p->stride + k % p->stride) % 2 != 0) cost += base;
        if (base > 0 && cost == cost && !in_blocks && draw_one_in(2)) cost = (draw_one_in(3) ? -1 : 1) * base;
        cost *= unit;
        if (has_forbidden && cost == cost && draw_one_in(4)) cost = INFINITY;
        transport.float_costs[k] = (float)cost;
        transport.costs[k] = transport.is_float ? (double)transport.float_costs[k] : cost;
    }
    p->costs = transport.costs;
}

static void draw_transport(void) {
    balanced_problem *p = &transport.problem;
    const bool is_small = draw_one_in(2);
    p->rows = is_small ? draw_between(0, 4) : draw_size(40);
    p->columns = is_small ? draw_between(0, p->rows > 3 ? 2 : 3) : draw_size(40);
    if (is_small && draw_one_in(4)) p->rows = 2 * draw_between(1, 2), p->columns = 2;
    if (draw_one_in(40)) p->rows = draw_size(12), p->columns = draw_between(690, 740); /* pivots in a core */
    draw_costs();
    transport.supply = INPUT(double, p->rows);
    transport.demand = INPUT(double, p->columns);
    p->supply = transport.supply;
    p->demand = transport.demand;
    transport.masses = draw_masses(transport.supply, p->rows, transport.demand, p->columns);
    transport.tolerance = draw_one_in(2) ? DBL_EPSILON : 0;
    transport.known = draw_known(p->rows, p->columns);
}

typedef struct answer {
    cl_status status;
    double *value, *u, *v, *masses, *excess;
    int32_t *rows, *columns;
    size_t *count;
    cl_fault *fault;
} answer;

static answer solve(cl_instruction_set set) {
    const balanced_problem *p = &transport.problem;
    const size_t nodes = p->rows + p->columns;
    answer a = {
        CL_STATUS_OK, OUTPUT(double, 1), OUTPUT(double, p->rows), OUTPUT(double, p->columns), OUTPUT(double, nodes),
        OUTPUT(double, 1), OUTPUT(int32_t, nodes), OUTPUT(int32_t, nodes), OUTPUT(size_t, 1),
        new_fault()};
    const bool wants_excess = set == CL_INSTRUCTION_SET_SCALAR || draw_one_in(2);
    const cl_transport_output output = {
        a.value, a.u, a.v, a.rows, a.columns, a.masses, a.count, wants_excess ? a.excess : NULL};
    void *workspace = memory_workspace(cl_transport_workspace_size(p->rows, p->columns));
    const void *costs = transport.is_float ? (const void *)transport.float_costs : transport.costs;
    a.status = RUN(cl_transport_solver(set, element_of(transport.is_float))(costs, p->rows, p->columns, p->stride, p->supply,
        p->demand, transport.tolerance, transport.known, workspace, &output, a.fault));
    return a;
}

static bool is_same(const answer *a, const answer *b) {
    const balanced_problem *p = &transport.problem;
    if (a->status != b->status) return false;
    if (a->status != CL_STATUS_OK) return true;
    return *a->count == *b->count && memory_equals(a->value, b->value, sizeof(double)) &&
           memory_equals(a->u, b->u, p->rows * sizeof(double)) &&
           memory_equals(a->v, b->v, p->columns * sizeof(double)) &&
           memory_equals(a->masses, b->masses, *a->count * sizeof(double)) &&
           memory_equals(a->rows, b->rows, *a->count * sizeof(int32_t)) &&
           memory_equals(a->columns, b->columns, *a->count * sizeof(int32_t));
}

/* The first cost that is none; rows * columns if all are. */
static size_t first_invalid(void) {
    const balanced_problem *p = &transport.problem;
    for (size_t k = 0; k < p->rows * p->columns; k++)
        if (!(p->costs[k / p->columns * p->stride + k % p->columns] > -(double)INFINITY)) return k;
    return p->rows * p->columns;
}

static double cost_of(size_t i, size_t j) { return transport.costs[i * transport.problem.stride + j]; }

/* A share that rounding of this problem explains. */
static double rounding(void) {
    return DBL_EPSILON * (double)(transport.problem.rows + transport.problem.columns + 4);
}

static bool is_balanced(void) {
    const balanced_problem *p = &transport.problem;
    exact sum;
    exact_clear(&sum);
    for (size_t i = 0; i < p->rows; i++) exact_add(&sum, p->supply[i]);
    for (size_t j = 0; j < p->columns; j++) exact_subtract(&sum, p->demand[j]);
    return exact_sign(&sum) == 0;
}

/* What the totals differ by, as a share of the supply. */
static double imbalance(void) {
    const balanced_problem *p = &transport.problem;
    const double supplied = total(p->supply, p->rows), demanded = total(p->demand, p->columns);
    return supplied > 0 ? fabs(supplied - demanded) / supplied : 0;
}

/* Whether the plan gives a row or a column its mass, relative to it, and what forbidden pairs and denormal entries
 * lose. */
static bool has_mass(const answer *a, const int32_t *ends, size_t end, double mass, bool is_exact) {
    const balanced_problem *p = &transport.problem;
    exact sum;
    exact_clear(&sum);
    for (size_t k = 0; k < *a->count; k++)
        if ((size_t)ends[k] == end) exact_add(&sum, a->masses[k]);
    exact_subtract(&sum, mass);
    const double share = rounding() * (is_exact ? 1 : 2) +
                         transport.tolerance * (double)(p->rows + p->columns) * 2 +
                         (transport.tolerance > 0 ? imbalance() * (double)(p->rows + p->columns) : 0);
    const double underflow = is_exact ? 0 : (double)(p->rows + p->columns) * 0x1p-1074;
    return fabs(exact_value(&sum)) <= share * mass + underflow;
}

static bool check_plan(const answer *a) {
    const balanced_problem *p = &transport.problem;
    const bool balanced = is_balanced();
    const double scale = balanced ? 1 : total(p->supply, p->rows) / total(p->demand, p->columns);
    if (!EXPECT(*a->count == 0 || *a->count < p->rows + p->columns, "%zu entries", *a->count)) return false;
    for (size_t k = 0; k < *a->count; k++) {
        const size_t i = (size_t)a->rows[k], j = (size_t)a->columns[k];
        if (!EXPECT(i < p->rows && j < p->columns && a->masses[k] > 0 && cost_of(i, j) < (double)INFINITY,
                "entry %zu: %zu to %zu, %g", k, i, j, a->masses[k]))
            return false;
        if (k > 0)
            EXPECT(a->rows[k - 1] < a->rows[k] || (a->rows[k - 1] == a->rows[k] && a->columns[k - 1] < a->columns[k]),
                "entry %zu is out of order", k);
    }
    bool holds = true;
    for (size_t i = 0; i < p->rows; i++)
        holds &= EXPECT(has_mass(a, a->rows, i, p->supply[i], balanced), "row %zu lacks mass", i);
    for (size_t j = 0; j < p->columns; j++)
        holds &= EXPECT(has_mass(a, a->columns, j, p->demand[j] * scale, balanced), "column %zu lacks mass", j);
    return holds;
}

/* The exact cost of the plan, and the sum of the magnitudes of its terms. */
static exact cost_of_plan(const answer *a, double *terms) {
    exact sum, magnitudes;
    exact_clear(&sum);
    exact_clear(&magnitudes);
    for (size_t k = 0; k < *a->count; k++) {
        const double cost = cost_of((size_t)a->rows[k], (size_t)a->columns[k]);
        exact_add_product(&sum, cost, a->masses[k]);
        exact_add_product(&magnitudes, fabs(cost), a->masses[k]);
    }
    *terms = exact_value(&magnitudes);
    return sum;
}

/* What the potentials prove: no plan with these masses costs less than supply . u + demand . v, with u and v
 * lowered where u + v exceeds a cost, on the side that has less mass. Demand is what the plan brings. */
static double proven_gap(const answer *a, const exact *cost, double *potentials) {
    const balanced_problem *p = &transport.problem;
    exact gap = *cost, magnitudes;
    exact_clear(&magnitudes);
    double *above = INPUT(double, p->rows + p->columns);
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->columns; j++) {
            double *side = p->supply[i] < p->demand[j] ? above + i : above + p->rows + j;
            *side = fmax(*side, (a->u[i] - cost_of(i, j)) + a->v[j]);
            *side = fmax(*side, (a->v[j] - cost_of(i, j)) + a->u[i]);
        }
    for (size_t i = 0; i < p->rows; i++) {
        exact_subtract_product(&gap, p->supply[i], a->u[i]);
        exact_add_product(&gap, p->supply[i], above[i]);
        exact_add_product(&magnitudes, p->supply[i], fabs(a->u[i]));
    }
    for (size_t k = 0; k < *a->count; k++) {
        const size_t j = (size_t)a->columns[k];
        exact_subtract_product(&gap, a->masses[k], a->v[j]);
        exact_add_product(&gap, a->masses[k], above[p->rows + j]);
        exact_add_product(&magnitudes, a->masses[k], fabs(a->v[j]));
    }
    *potentials = exact_value(&magnitudes);
    return exact_value(&gap);
}

/* The greatest magnitude of a cost that is not forbidden. */
static double greatest_cost(void) {
    const balanced_problem *p = &transport.problem;
    double greatest = 0;
    for (size_t k = 0; k < p->rows * p->columns; k++) {
        const double cost = fabs(cost_of(k / p->columns, k % p->columns));
        if (cost < (double)INFINITY && cost > greatest) greatest = cost;
    }
    return greatest;
}

/* supply . u = demand . v up to the rounding of costs and what totals differ by, or equal means where there is no mass. */
static void check_gauge(const answer *a) {
    const balanced_problem *p = &transport.problem;
    if (p->rows == 0 || p->columns == 0) return;
    const double supplied = total(p->supply, p->rows), demanded = total(p->demand, p->columns);
    double difference = 0, magnitude = greatest_cost();
    for (size_t i = 0; i < p->rows; i++) {
        difference += (supplied > 0 ? p->supply[i] / supplied : 1 / (double)p->rows) * a->u[i];
        magnitude = fmax(magnitude, fabs(a->u[i]));
    }
    for (size_t j = 0; j < p->columns; j++) {
        difference -= (supplied > 0 ? p->demand[j] / demanded : 1 / (double)p->columns) * a->v[j];
        magnitude = fmax(magnitude, fabs(a->v[j]));
    }
    const bool underflows = magnitude < 1e-280 || (supplied > 0 && magnitude * supplied < 1e-280);
    EXPECT(underflows || fabs(difference) <= (8 * rounding() + imbalance()) * magnitude, "supply . u exceeds demand . v by %g of %g",
        difference, magnitude);
}

static void check_potentials(const answer *a) {
    const balanced_problem *p = &transport.problem;
    for (size_t i = 0; i < p->rows; i++)
        if (!EXPECT(isfinite(a->u[i]), "u[%zu] is %g", i, a->u[i])) return;
    for (size_t j = 0; j < p->columns; j++)
        if (!EXPECT(isfinite(a->v[j]), "v[%zu] is %g", j, a->v[j])) return;
    check_gauge(a);
    if (*a->excess == (double)INFINITY) return;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->columns; j++) {
            const double cost = cost_of(i, j), u = a->u[i], v = a->v[j];
            const double round = 2 * DBL_EPSILON * (fabs(u) + fabs(v)) + 0x1p-1073;
            EXPECT(u / 2 + v / 2 <= cost / 2 + round, "%zu, %zu: %.17g + %.17g > %.17g", i, j, u, v, cost);
        }
    for (size_t k = 0; k < *a->count; k++) {
        const double u = a->u[a->rows[k]], v = a->v[a->columns[k]];
        const double cost = cost_of((size_t)a->rows[k], (size_t)a->columns[k]);
        const double round = 2 * DBL_EPSILON * (fabs(u) + fabs(v)) + 0x1p-1073;
        EXPECT(fabs(cost / 2 - u / 2 - v / 2) <= round, "entry %zu: %.17g + %.17g for %.17g", k, u, v, cost);
    }
}

/* What the costs of the plan and the potentials miss each other by, of all its mass. */
static double slack_of_plan(const answer *a) {
    exact sum;
    exact_clear(&sum);
    for (size_t k = 0; k < *a->count; k++) {
        const double u = a->u[a->rows[k]], v = a->v[a->columns[k]];
        exact missing;
        exact_clear(&missing);
        exact_add(&missing, cost_of((size_t)a->rows[k], (size_t)a->columns[k]));
        exact_subtract(&missing, u);
        exact_subtract(&missing, v);
        exact_add_product(&sum, fabs(exact_value(&missing)), a->masses[k]);
    }
    return exact_value(&sum);
}

static void check_value(const answer *a) {
    double terms, potentials, optimal_terms;
    const exact cost = cost_of_plan(a, &terms);
    const double bound = 64 * rounding() * terms + 0x1p-1060;
    exact difference = cost;
    exact_subtract(&difference, *a->value);
    EXPECT(fabs(exact_value(&difference)) <= bound, "a value of %.17g for %.17g", *a->value, exact_value(&cost));
    const double gap = proven_gap(a, &cost, &potentials);
    if (*a->excess == (double)INFINITY && transport.tolerance == 0) /* else perhaps because of what forbidden pairs have */
        EXPECT(slack_of_plan(a) <= bound, "potentials miss the plan by %g, %g expected", slack_of_plan(a), bound);
    if (*a->excess == (double)INFINITY)
        EXPECT(gap <= bound + 8 * rounding() * potentials, "a gap of %g, %g expected", gap, bound);
    else
        /* Masses are the nearest doubles. */
        EXPECT(*a->excess >= 0 && *a->excess <= DBL_EPSILON / 2 * (1 + 0x1p-40) * terms + 0x1p-1060,
            "an excess of %g, %g expected", *a->excess, DBL_EPSILON / 2 * terms);
    exact optimum;
    if (!has_optimum(&transport.problem) || !is_balanced()) return;
    /* Where there is none, this plan has all masses up to their rounding. */
    if (!find_optimum(&transport.problem, &optimum, &optimal_terms)) return;
    const double optimal_bound = 64 * rounding() * fmin(terms, optimal_terms) + 0x1p-1060;
    difference = cost;
    exact_subtract_exact(&difference, &optimum);
    EXPECT(fabs(exact_value(&difference)) <= optimal_bound, "%.17g, the optimum is %.17g", *a->value, exact_value(&optimum));
}

/* A refusal by the numbers: there is no plan, or its value or the differences of costs leave the range. */
static void check_refusal(cl_status status) {
    const balanced_problem *p = &transport.problem;
    const double greatest = greatest_cost();
    if (status == CL_STATUS_OUT_OF_RANGE) {
        const double most = greatest * fmax(1, total(p->supply, p->rows));
        EXPECT(most * (double)(p->rows + p->columns) > 1e307, "refused %g times %g", greatest, total(p->supply, p->rows));
        return;
    }
    exact optimum;
    double terms;
    EXPECT(status == CL_STATUS_INFEASIBLE, "status %d", status);
    if (has_optimum(p) && is_balanced()) EXPECT(!find_optimum(p, &optimum, &terms), "no plan; one costs %g", exact_value(&optimum));
}

/* Solves on every instruction set; the scalar answer. */
static answer check_answers(void) {
    const balanced_problem *p = &transport.problem;
    cl_instruction_set sets[4];
    const size_t count = instruction_sets(sets);
    answer answers[4];
    for (size_t s = 0; s < count; s++) answers[s] = solve(sets[s]);
    for (size_t s = 1; s < count; s++)
        EXPECT(is_same(&answers[0], &answers[s]), "%s differs from scalar", instruction_set_name(sets[s]));
    const answer *a = &answers[0];
    const size_t invalid = first_invalid();
    if (invalid < p->rows * p->columns) {
        EXPECT(a->status == CL_STATUS_INVALID_COST && a->fault->item == 0 && a->fault->row == invalid / p->columns &&
                   a->fault->column == invalid % p->columns,
            "status %d, %zu, %zu", a->status, a->fault->row, a->fault->column);
        return *a;
    }
    EXPECT(is_unwritten_fault(a->fault), "a fault with status %d", a->status);
    if (a->status != CL_STATUS_OK) {
        check_refusal(a->status);
    } else if (check_plan(a)) {
        check_potentials(a);
        check_value(a);
    }
    return *a;
}

void check_transport(void) {
    static const size_t sizes[][2] = {{(size_t)1 << 30, 1}, {1, (size_t)1 << 30}, {(size_t)1 << 29, ((size_t)1 << 29) + 1}, {SIZE_MAX, 1}, {1, SIZE_MAX}};
    for (size_t k = 0; k < 5; k++)
        EXPECT(cl_transport_workspace_size(sizes[k][0], sizes[k][1]) == 0, "%zu x %zu", sizes[k][0], sizes[k][1]);
    draw_transport();
    const answer first = check_answers();
    if (first.status != CL_STATUS_OK || !draw_one_in(3)) return;
    const cl_transport_known known = {first.v, first.rows, first.columns, *first.count};
    transport.known = &known;
    const answer second = check_answers();
    EXPECT(second.status == CL_STATUS_OK, "status %d from the answer", second.status);
    transport.known = NULL;
}
