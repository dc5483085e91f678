/* Transport between points: to the bit that of the matrix of their distances. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "CCombinatorialKernels.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/memory.h"
#include "support/stop.h"
#include "transport.h"

#pragma STDC FP_CONTRACT OFF

static struct {
    number_kind kind;
    size_t rows, columns;
    cl_points points;
    double *sources, *targets, *supply, *demand, *distances;
    const cl_transport_known *known;
} problem;

void describe_transport_points(void) {
    fprintf(stderr, "  %zu rows, %zu columns, %zu dimensions of %s, metric %d\n", problem.rows, problem.columns,
        problem.points.dimensions, number_kind_name(problem.kind), problem.points.metric);
    show_doubles("sources", problem.sources, problem.rows * problem.points.dimensions);
    show_doubles("targets", problem.targets, problem.columns * problem.points.dimensions);
    show_doubles("supply", problem.supply, problem.rows);
    show_doubles("demand", problem.demand, problem.columns);
}

static double distance(size_t i, size_t j) {
    const size_t dimensions = problem.points.dimensions;
    double sum = 0;
    for (size_t k = 0; k < dimensions; k++) {
        const double x = problem.sources[i * dimensions + k], y = problem.targets[j * dimensions + k];
        const double magnitude = fabs(x - y), square = magnitude * magnitude;
        sum += problem.points.metric == CL_METRIC_MANHATTAN ? magnitude : square;
    }
    return problem.points.metric == CL_METRIC_EUCLIDEAN ? sqrt(sum) : sum;
}

static double *draw_points(size_t count, bool is_faulty) {
    double *numbers = INPUT(double, count);
    for (size_t k = 0; k < count; k++) {
        const double number = draw_number(problem.kind);
        numbers[k] = isfinite(number) ? number : 0;
        if (is_faulty && draw_one_in(20)) numbers[k] = draw_one_in(2) ? (double)NAN : draw_one_in(2) ? (double)INFINITY : 1e200;
    }
    return numbers;
}

static void draw_problem(void) {
    problem.kind = (number_kind)draw_below(NUMBER_KINDS);
    problem.rows = draw_size(40);
    problem.columns = draw_one_in(40) ? draw_between(690, 740) : draw_size(70); /* of many, in a core */
    problem.points.dimensions = draw_one_in(3) ? draw_below(20) : draw_between(1, 3);
    problem.points.metric = (cl_metric)draw_below(3);
    const bool is_faulty = draw_one_in(10);
    problem.points.sources = problem.sources = draw_points(problem.rows * problem.points.dimensions, is_faulty);
    problem.points.targets = problem.targets = draw_points(problem.columns * problem.points.dimensions, is_faulty);
    problem.supply = INPUT(double, problem.rows);
    problem.demand = INPUT(double, problem.columns);
    draw_masses(problem.supply, problem.rows, problem.demand, problem.columns);
    problem.known = draw_known(problem.rows, problem.columns);
    problem.distances = INPUT(double, problem.rows * problem.columns);
    for (size_t i = 0; i < problem.rows; i++)
        for (size_t j = 0; j < problem.columns; j++) {
            const double own = problem.distances[i * problem.columns + j] = distance(i, j);
            const double theirs = cl_points_distance(&problem.points, i, j);
            EXPECT(own == theirs || (isnan(own) && isnan(theirs)), "%.17g for %.17g", theirs, own);
        }
}

/* The first distance that is no double. */
static size_t first_fault(void) {
    size_t k = 0;
    while (k < problem.rows * problem.columns && problem.distances[k] < (double)INFINITY) k++;
    return k;
}

typedef struct answer {
    cl_status status;
    cl_transport_output output;
    cl_fault *fault;
} answer;

static answer new_answer(void) {
    const size_t nodes = problem.rows + problem.columns;
    return (answer){
        CL_STATUS_OK,
        {OUTPUT(double, 1), OUTPUT(double, problem.rows), OUTPUT(double, problem.columns), OUTPUT(int32_t, nodes),
            OUTPUT(int32_t, nodes), OUTPUT(double, nodes), OUTPUT(size_t, 1), OUTPUT(double, 1)},
        new_fault()};
}

static answer solve(cl_instruction_set set) {
    answer a = new_answer();
    void *workspace =
        memory_workspace(cl_transport_points_workspace_size(problem.rows, problem.columns, problem.points.dimensions));
    a.status = RUN(cl_transport_points_solver(set)(
        &problem.points, problem.rows, problem.columns, problem.supply, problem.demand, 0, problem.known, workspace, &a.output, a.fault));
    return a;
}

static answer solve_matrix(void) {
    answer a = new_answer();
    void *workspace = memory_workspace(cl_transport_workspace_size(problem.rows, problem.columns));
    a.status = cl_transport_solver(CL_INSTRUCTION_SET_SCALAR, CL_FLOAT64)(problem.distances, problem.rows, problem.columns,
        problem.columns, problem.supply, problem.demand, 0, problem.known, workspace, &a.output, a.fault);
    return a;
}

static bool is_same(const cl_transport_output *a, const cl_transport_output *b) {
    return *a->plan_count == *b->plan_count && memory_equals(a->value, b->value, sizeof(double)) &&
           memory_equals(a->row_potentials, b->row_potentials, problem.rows * sizeof(double)) &&
           memory_equals(a->column_potentials, b->column_potentials, problem.columns * sizeof(double)) &&
           memory_equals(a->plan_rows, b->plan_rows, *a->plan_count * sizeof(int32_t)) &&
           memory_equals(a->plan_columns, b->plan_columns, *a->plan_count * sizeof(int32_t)) &&
           memory_equals(a->plan_masses, b->plan_masses, *a->plan_count * sizeof(double)) &&
           memory_equals(a->excess, b->excess, sizeof(double));
}

/* What could not be addressed has no workspace, and no answer. */
static void expect_refused_sizes(void) {
    const cl_points points = {.dimensions = SIZE_MAX / 2};
    EXPECT(cl_transport_points_workspace_size(2, 2, SIZE_MAX / 2) == 0, "a workspace");
    EXPECT(cl_transport_points_workspace_size(2, 2, SIZE_MAX / 16 + 1) == 0, "a workspace for 2^64 coordinates");
    EXPECT(cl_transport_points_workspace_size(2, 2, SIZE_MAX / 32) == 0, "a workspace for 2^63 coordinates");
    EXPECT(cl_transport_points_workspace_size(SIZE_MAX, 2, 1) == 0, "a workspace");
    EXPECT(cl_transport_points_solver(CL_INSTRUCTION_SET_SCALAR)(&points, 2, 2, NULL, NULL, 0, NULL, NULL, NULL, NULL) ==
               CL_STATUS_INVALID_ARGUMENT, "solved");
}

void check_transport_points(void) {
    draw_problem();
    expect_refused_sizes();
    const size_t fault = first_fault();
    const bool is_fine = fault == problem.rows * problem.columns;
    const answer expected = is_fine ? solve_matrix() : new_answer();
    cl_instruction_set sets[4];
    const size_t count = instruction_sets(sets);
    for (size_t s = 0; s < count; s++) {
        const answer a = solve(sets[s]);
        const char *name = instruction_set_name(sets[s]);
        if (!is_fine) {
            EXPECT(a.status == CL_STATUS_INVALID_COST && a.fault->row == fault / problem.columns &&
                       a.fault->column == fault % problem.columns, "%s: status %d", name, a.status);
            continue;
        }
        EXPECT(is_unwritten_fault(a.fault), "%s: a fault of %zu", name, a.fault->row);
        if (!EXPECT(a.status == expected.status, "%s: status %d for %d", name, a.status, expected.status)) continue;
        if (a.status == CL_STATUS_OK) EXPECT(is_same(&a.output, &expected.output), "%s: another answer", name);
    }
}
