/* Labelings of chains against the recurrence in the element type, bit for bit; against exact sums, where
 * costs cancel; and the exact solver against its rule of ties. */
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
    bool is_float;
    size_t count;
    cl_chain shape;
    size_t unary_count, step_count;
    int32_t *lengths;
    double *unary, *steps;
    float *float_unary, *float_steps;
} chains;

typedef struct answer {
    cl_status status;
    double *values;
    int32_t *labels;
    double *distances;
    float *float_distances;
    cl_fault *fault;
} answer;

static void describe_chains(void) {
    fprintf(stderr, "  %zu chains of %zu positions, %zu labels, %s, %s; strides %zu %zu %zu %zu\n", chains.count,
        chains.shape.positions, chains.shape.labels, number_kind_name(chains.kind), chains.is_float ? "float" : "double",
        chains.shape.unary_problem_stride, chains.shape.unary_position_stride, chains.shape.step_problem_stride,
        chains.shape.step_position_stride);
    show_indices("lengths", chains.lengths, chains.count);
    show_doubles("unary", chains.unary, chains.unary_count);
    show_doubles("steps", chains.steps, chains.step_count);
}

typedef enum cost_rule { PLAIN, NOT_NEGATIVE, LARGE, CANCELLING, HIDING, LEAST, HALF, PASSING, COST_RULES } cost_rule;

/* Magnitudes that are equal but for what rounding hides, near the limits of the type in some draws. */
static double draw_cost(cost_rule rule, double base) {
    switch (rule) {
    case NOT_NEGATIVE: return draw_magnitude(chains.kind);
    case LARGE: return base * (draw_one_in(2) ? 1 : 1.0 / (double)draw_between(2, 40)) * (draw_one_in(4) ? -1 : 1);
    case HIDING: return draw_one_in(3) ? (draw_one_in(2) ? base : -base) : draw_one_in(4) ? 0 : draw_unit() - 0.5;
    case LEAST: return base * (draw_one_in(3) ? draw_unit() : draw_one_in(2) ? 1 : 15.0 / 16);
    case HALF: return base / 16 * (double)draw_below(9);
    case PASSING: return base / 16 * ((double)draw_below(23) - 6); /* sums leave the range, and come back */
    case CANCELLING:
        if (draw_one_in(2)) return draw_one_in(2) ? base : -base;
        return draw_one_in(2) ? draw_number(chains.kind) : 1 + ((double)draw_below(128) - 64) * DBL_EPSILON;
    default: return draw_number(chains.kind);
    }
}

static void draw_all(double *costs, float *float_costs, size_t count, cost_rule rule, double base) {
    for (size_t k = 0; k < count; k++) {
        const double cost = draw_cost(rule, base);
        float_costs[k] = (float)cost;
        costs[k] = chains.is_float ? (double)float_costs[k] : cost;
    }
}

static void spoil(double *costs, float *float_costs, size_t first, size_t end) {
    for (size_t k = first; k < end; k++) costs[k] = float_costs[k] = NAN;
}

/* Costs behind the ends are never read: NaN where they are not shared. */
static void spoil_padding(bool spoils_unary, bool spoils_steps) {
    const size_t positions = chains.shape.positions, labels = chains.shape.labels;
    for (size_t n = 0; n < chains.count; n++) {
        const size_t length = (size_t)chains.lengths[n], first = length == 0 ? 0 : length - 1;
        if (spoils_unary)
            spoil(chains.unary, chains.float_unary, (n * positions + length) * labels, (n + 1) * positions * labels);
        if (spoils_steps && positions > 0)
            spoil(chains.steps, chains.float_steps, (n * (positions - 1) + first) * labels * labels,
                (n + 1) * (positions - 1) * labels * labels);
    }
}

/* What no cost may be below where sums are not to leave the range. */
static double least_in_range(void) {
    const size_t positions = chains.shape.positions;
    return chains.is_float ? (double)(-(FLT_MAX / 8) / (float)positions) : -(DBL_MAX / 8) / (double)positions;
}

static void draw_chains(void) {
    chains.kind = (number_kind)draw_below(NUMBER_KINDS);
    chains.is_float = draw_one_in(2);
    chains.count = draw_below(4);
    const cost_rule rule = draw_one_in(4) ? PLAIN : (cost_rule)draw_below(COST_RULES);
    const size_t positions = rule >= HALF ? draw_between(1, 3) : rule == HIDING ? draw_between(2, 3) : draw_below(7);
    const size_t labels = rule >= HIDING ? draw_between(1, 3) : draw_one_in(6) ? draw_size(70) : draw_below(6);
    const size_t transitions = positions == 0 ? 0 : positions - 1, matrix = labels * labels;
    const bool shares_unary = draw_one_in(5), shares_steps = draw_one_in(3), shares_positions = draw_one_in(3);
    chains.shape = (cl_chain){positions, labels, shares_unary ? 0 : positions * labels, labels,
        shares_steps ? 0 : shares_positions ? matrix : transitions * matrix, shares_positions ? 0 : matrix};
    chains.unary_count = (shares_unary ? 1 : chains.count) * positions * labels;
    chains.step_count = (shares_steps ? 1 : chains.count) * (shares_positions ? 1 : transitions) * matrix;
    chains.lengths = INPUT(int32_t, chains.count);
    chains.unary = INPUT(double, chains.unary_count);
    chains.steps = INPUT(double, chains.step_count);
    chains.float_unary = INPUT(float, chains.unary_count);
    chains.float_steps = INPUT(float, chains.step_count);
    const double most = chains.is_float ? (double)FLT_MAX : DBL_MAX;
    const double base = rule == LEAST ? least_in_range() : rule >= HALF ? most : rule == LARGE || (rule != HIDING && draw_one_in(6)) ? most / (double)(1 + 15 * draw_below(2))
                        : rule == HIDING || draw_one_in(3) ? (double)(1 + draw_below(3)) / (chains.is_float ? FLT_EPSILON : DBL_EPSILON)
                        : draw_one_in(2) ? ldexp(1, (int)draw_below(100)) : fabs(draw_number(NUMBER_APART));
    draw_all(chains.unary, chains.float_unary, chains.unary_count, rule, base);
    draw_all(chains.steps, chains.float_steps, chains.step_count, rule, base);
    for (size_t n = 0; n < chains.count; n++)
        chains.lengths[n] = (int32_t)(draw_one_in(3) ? draw_below(positions + 1) : positions);
    spoil_padding(!shares_unary, !shares_steps && !shares_positions);
}

static answer solve(cl_instruction_set set, bool wants_distances) {
    const size_t cells = chains.shape.positions * chains.shape.labels, all = chains.count * cells;
    answer a = {0, OUTPUT(double, chains.count), OUTPUT(int32_t, chains.count * chains.shape.positions),
                wants_distances && !chains.is_float ? OUTPUT(double, all) : NULL,
                wants_distances && chains.is_float ? OUTPUT(float, all) : NULL, new_fault()};
    void *workspace = wants_distances ? NULL : memory_workspace(cl_chain_labeling_workspace_size(chains.shape));
    const void *unary = chains.is_float ? (const void *)chains.float_unary : chains.unary;
    const void *steps = chains.is_float ? (const void *)chains.float_steps : chains.steps;
    void *distances = chains.is_float ? (void *)a.float_distances : a.distances;
    a.status = RUN(cl_chain_labeling_solver(set, element_of(chains.is_float))(unary, steps, chains.count, chains.shape,
        chains.lengths, workspace, a.values, a.labels, distances, a.fault));
    return a;
}

typedef struct one_chain {
    size_t length, labels;
    const double *unary, *steps;
} one_chain;

static one_chain chain_number(size_t n) {
    return (one_chain){(size_t)chains.lengths[n], chains.shape.labels,
        chains.unary + n * chains.shape.unary_problem_stride, chains.steps + n * chains.shape.step_problem_stride};
}

static double unary_of(const one_chain *c, size_t t, size_t k) { return c->unary[t * chains.shape.unary_position_stride + k]; }
static double step_of(const one_chain *c, size_t t, size_t j, size_t k) { return c->steps[(t - 1) * chains.shape.step_position_stride + j * c->labels + k]; }
static double rounded(double x) { return chains.is_float ? (double)(float)x : x; }

/* Where the first cost that is none lies; a position behind the end if there is none. */
static cl_fault first_invalid(const one_chain *c, size_t n) {
    for (size_t t = 0; t < c->length; t++) {
        for (size_t k = 0; k < c->labels; k++)
            if (!(unary_of(c, t, k) > -(double)INFINITY)) return (cl_fault){.item = n, .row = t, .column = k};
        for (size_t k = 0; t > 0 && k < c->labels * c->labels; k++)
            if (!(step_of(c, t, k / c->labels, k % c->labels) > -(double)INFINITY))
                return (cl_fault){.item = n, .row = t, .column = c->labels + k};
    }
    return (cl_fault){.item = n, .row = c->length};
}

/* The recurrence in the element type. */
static double *find_distances(const one_chain *c) {
    double *d = INPUT(double, c->length * c->labels);
    for (size_t t = 0; t < c->length; t++)
        for (size_t k = 0; k < c->labels; k++) {
            double least = t == 0 ? 0 : (double)INFINITY;
            for (size_t j = 0; t > 0 && j < c->labels; j++) {
                const double offer = rounded(d[(t - 1) * c->labels + j] + step_of(c, t, j, k));
                if (offer < least) least = offer;
            }
            d[t * c->labels + k] = rounded(least + unary_of(c, t, k));
        }
    return d;
}

/* The labels behind distances, by the rule of ties; returns the least distance. */
static double trace(const one_chain *c, const double *d, int32_t *labels) {
    size_t label = 0;
    const double *last = d + (c->length - 1) * c->labels;
    for (size_t k = 1; k < c->labels; k++)
        if (last[k] < last[label]) label = k;
    const double least = last[label];
    for (size_t t = c->length; t-- > 0;) {
        labels[t] = (int32_t)label;
        for (size_t j = 0; t > 0 && j < c->labels; j++) {
            const double offer = rounded(d[(t - 1) * c->labels + j] + step_of(c, t, j, label));
            if (rounded(offer + unary_of(c, t, label)) != d[t * c->labels + label]) continue;
            label = j;
            break;
        }
    }
    return least;
}

typedef struct exact_labeling {
    bool is_feasible;
    exact *sums;    /* [positions, labels] */
    bool *reached;  /* [positions, labels] */
    int32_t *labels; /* of the cheapest one, by the rule of ties */
    exact least;
    double magnitude; /* of its terms */
} exact_labeling;

static double sum_of(const one_chain *c, const int32_t *labels, exact *sum, double *magnitude) {
    double plain = 0;
    exact_clear(sum);
    *magnitude = 0;
    for (size_t t = 0; t < c->length; t++) {
        const double into = t == 0 ? 0 : step_of(c, t, (size_t)labels[t - 1], (size_t)labels[t]);
        const double here = unary_of(c, t, (size_t)labels[t]);
        exact_add(sum, into);
        exact_add(sum, here);
        *magnitude += fabs(into) + fabs(here);
        plain = plain + into + here;
    }
    return plain;
}

static void recur_exactly(const one_chain *c, exact_labeling *e, int32_t *from) {
    for (size_t t = 0; t < c->length; t++)
        for (size_t k = 0; k < c->labels; k++) {
            const size_t cell = t * c->labels + k;
            e->reached[cell] = t == 0;
            for (size_t j = 0; t > 0 && j < c->labels; j++) {
                const size_t before = cell - k - c->labels + j;
                if (!e->reached[before] || step_of(c, t, j, k) == INFINITY) continue;
                exact offer = e->sums[before];
                exact_add(&offer, step_of(c, t, j, k));
                if (e->reached[cell] && exact_compare(&offer, &e->sums[cell]) >= 0) continue;
                e->sums[cell] = offer;
                e->reached[cell] = true;
                from[cell] = (int32_t)j;
            }
            if (unary_of(c, t, k) == INFINITY) e->reached[cell] = false;
            else if (e->reached[cell]) exact_add(&e->sums[cell], unary_of(c, t, k));
        }
}

static exact_labeling solve_exactly(const one_chain *c) {
    const size_t cells = c->length * c->labels;
    exact_labeling e = {.sums = INPUT(exact, cells), .reached = INPUT(bool, cells), .labels = INPUT(int32_t, c->length)};
    int32_t *from = INPUT(int32_t, cells);
    recur_exactly(c, &e, from);
    size_t label = 0;
    for (size_t k = 0; k < c->labels; k++) {
        const size_t cell = (c->length - 1) * c->labels + k;
        if (!e.reached[cell] || (e.is_feasible && exact_compare(&e.sums[cell], &e.least) >= 0)) continue;
        e.least = e.sums[cell];
        e.is_feasible = true;
        label = k;
    }
    for (size_t t = c->length; e.is_feasible && t-- > 0;) {
        e.labels[t] = (int32_t)label;
        label = (size_t)from[t * c->labels + label];
    }
    if (e.is_feasible) sum_of(c, e.labels, &e.least, &e.magnitude);
    return e;
}

/* The exact solver on one problem: labels of the exact rule, and the nearest doubles. */
static void check_exact_solver(const one_chain *c, const exact_labeling *e) {
    const size_t positions = chains.shape.positions, cells = positions * c->labels;
    double *value = OUTPUT(double, 1), *distances = draw_one_in(2) ? OUTPUT(double, cells) : NULL;
    int32_t *labels = OUTPUT(int32_t, positions);
    cl_fault *fault = new_fault();
    void *workspace = memory_workspace(cl_chain_labeling_exact_workspace_size(chains.shape));
    const cl_status status = RUN(cl_chain_labeling_solve_exact(c->unary, c->steps, chains.shape, c->length, workspace, value, labels,
        distances, fault));
    const double least = e->is_feasible ? exact_value(&e->least) : 0;
    const cl_status expected = !e->is_feasible ? CL_STATUS_INFEASIBLE : fabs(least) < INFINITY ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
    if (!EXPECT(status == expected, "the exact solver's status %d, not %d", status, expected)) return;
    for (size_t k = 0; distances != NULL && k < c->length * c->labels; k++) {
        const double sum = e->reached[k] ? exact_value(&e->sums[k]) : (double)INFINITY;
        EXPECT(distances[k] == sum || fabs(distances[k] - sum) <= 2 * DBL_EPSILON * fabs(sum), "cell %zu: %.17g, not %.17g",
            k, distances[k], sum);
    }
    if (status != CL_STATUS_OK) {
        EXPECT(is_at(fault, 0), "a fault elsewhere");
        return;
    }
    EXPECT(is_unwritten_fault(fault), "a fault without one");
    EXPECT(fabs(*value - least) <= 2 * DBL_EPSILON * fabs(least), "exactly %.17g, not %.17g", *value, least);
    EXPECT(memory_equals(labels, e->labels, c->length * sizeof *labels), "another exact labeling");
    for (size_t t = c->length; t < positions; t++) EXPECT(labels[t] == -1, "label %d behind the end", labels[t]);
}

/* A labeling that was returned: the recurrence's own, and not dearer than the cheapest but by rounding. */
static void check_solved(const answer *a, size_t n, const one_chain *c, const exact_labeling *e) {
    const size_t labels = c->labels, positions = chains.shape.positions;
    const double *distances = find_distances(c);
    int32_t *expected = INPUT(int32_t, c->length);
    trace(c, distances, expected);
    const int32_t *found = a->labels + n * positions;
    if (!EXPECT(memory_equals(found, expected, c->length * sizeof *found), "problem %zu: another labeling", n)) return;
    for (size_t k = 0; k < c->length * labels && (a->distances || a->float_distances); k++) {
        const size_t at = n * positions * labels + k;
        const double distance = chains.is_float ? (double)a->float_distances[at] : a->distances[at];
        if (!EXPECT(distance == distances[k], "problem %zu, cell %zu: %.17g, not %.17g", n, k, distance, distances[k])) return;
    }
    exact sum;
    double magnitude;
    const double plain = sum_of(c, found, &sum, &magnitude), cost = exact_value(&sum), terms = 2 * (double)c->length;
    EXPECT(a->values[n] == plain || !(fabs(plain - cost) <= terms / 2 * DBL_EPSILON * fabs(cost)), "problem %zu: %.17g, not %.17g",
        n, a->values[n], plain);
    EXPECT(fabs(a->values[n] - cost) <= terms * DBL_EPSILON * fabs(cost), "problem %zu: %.17g for %.17g", n, a->values[n], cost);
    if (!EXPECT(e->is_feasible, "problem %zu is infeasible", n)) return;
    exact_subtract_exact(&sum, &e->least);
    const double rounding = terms * (chains.is_float ? FLT_EPSILON : DBL_EPSILON);
    EXPECT(exact_value(&sum) <= rounding * e->magnitude, "problem %zu costs %.17g, %g more than the least", n, cost,
        exact_value(&sum));
}

/* Costs of one sign whose sums stay in the lower half of the range are never refused; negative ones of which each is
 * in the range. */
static bool must_be_solved(const one_chain *c) {
    const double most = chains.is_float ? (double)FLT_MAX : DBL_MAX;
    bool has_negative = false, has_positive = false;
    double sum = 0, dearest = 0;
    for (size_t t = 0; t < c->length; t++) {
        double greatest = 0, greatest_step = 0;
        for (size_t k = 0; k < c->labels; k++) {
            const double cost = unary_of(c, t, k);
            if (cost == INFINITY) continue;
            has_negative |= cost < 0;
            has_positive |= cost > 0;
            greatest = fmax(greatest, fabs(cost));
            for (size_t j = 0; t > 0 && j < c->labels; j++) {
                const double step = step_of(c, t, j, k);
                if (step == INFINITY) continue;
                has_negative |= step < 0;
                has_positive |= step > 0;
                greatest_step = fmax(greatest_step, fabs(step));
            }
        }
        sum += greatest + greatest_step;
        dearest = fmax(dearest, fmax(greatest, greatest_step));
    }
    return has_negative ? !has_positive && dearest <= -least_in_range() : sum <= most / 2;
}

/* False at the first problem that has a fault: the kernel's answer ends there. */
static bool check_problem(const answer *a, size_t n) {
    const one_chain c = chain_number(n);
    const cl_fault invalid = first_invalid(&c, n), none = {.item = n};
    if (invalid.row < c.length) {
        EXPECT(a->status == CL_STATUS_INVALID_COST && is_same_fault(a->fault, &invalid),
            "status %d, fault %zu %zu %zu", a->status, a->fault->item, a->fault->row, a->fault->column);
        return false;
    }
    for (size_t t = c.length; t < chains.shape.positions; t++)
        EXPECT(a->labels[n * chains.shape.positions + t] == -1, "label behind the end of problem %zu", n);
    if (c.length == 0) {
        EXPECT(a->values[n] == 0, "an empty chain costs %g", a->values[n]);
        return true;
    }
    const bool is_refused = a->status != CL_STATUS_OK && a->fault->item == n;
    if (c.length * c.labels * c.labels > 20000) return !is_refused;
    const exact_labeling e = solve_exactly(&c);
    check_exact_solver(&c, &e);
    if (!is_refused) {
        check_solved(a, n, &c, &e);
        return true;
    }
    EXPECT(is_same_fault(a->fault, &none), "a fault at position %zu", a->fault->row);
    EXPECT(a->status == (e.is_feasible ? CL_STATUS_INEXACT : CL_STATUS_INFEASIBLE), "status %d", a->status);
    if (e.is_feasible) EXPECT(!must_be_solved(&c), "problem %zu was left open", n);
    return false;
}

static void check_chain(void) {
    draw_chains();
    const bool wants_distances = draw_one_in(2);
    const size_t too_many = (size_t)INT32_MAX + 1;
    EXPECT(cl_chain_labeling_workspace_size((cl_chain){too_many, 1, 0, 0, 0, 0}) == 0 &&
        cl_chain_labeling_workspace_size((cl_chain){1, too_many, 0, 0, 0, 0}) == 0, "a size that overflows");
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        const answer a = solve(sets[s], wants_distances);
        if (cl_chain_labeling_workspace_size(chains.shape) == 0) {
            EXPECT(chains.shape.positions * chains.shape.labels == 0, "no workspace");
            EXPECT(a.status == CL_STATUS_INVALID_ARGUMENT, "status %d", a.status);
            continue;
        }
        bool goes_on = true;
        for (size_t n = 0; n < chains.count && goes_on; n++) goes_on = check_problem(&a, n);
        if (!goes_on) continue;
        EXPECT(a.status == CL_STATUS_OK, "status %d", a.status);
        EXPECT(is_unwritten_fault(a.fault), "a fault of problem %zu", a.fault->item);
    }
}

const kernel_check chain_checks[] = {
    {"chains", "chain_labeling", check_chain, describe_chains},
    {0},
};
