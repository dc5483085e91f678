/* Knapsacks against all choices of items at small sizes, in exact sums; at any size against the recurrence one
 * number at a time, bit for bit. */
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
    bool is_float;
    size_t count;
    cl_knapsack shape;
    int32_t *weights;
    double *costs;
    float *float_costs;
} sacks;

typedef struct answer {
    cl_status status;
    double *values;
    bool *is_taken;
    cl_fault *fault;
} answer;

void describe_knapsack(void) {
    fprintf(stderr, "  %zu knapsacks of %zu items %s, capacity %zu, %s\n", sacks.count, sacks.shape.items,
        number_kind_name(sacks.kind), sacks.shape.capacity, sacks.is_float ? "float" : "double");
    show_indices("weights", sacks.weights, sacks.shape.items);
    show_doubles("costs", sacks.costs, sacks.count * sacks.shape.items);
}

static void draw_sacks(void) {
    const bool is_small = !draw_one_in(3), is_large = draw_one_in(10);
    sacks.kind = (number_kind)draw_below(NUMBER_KINDS);
    sacks.is_float = draw_one_in(2);
    sacks.count = draw_below(4);
    const size_t items = is_small ? draw_below(9) : draw_below(40);
    const size_t capacity = is_small ? draw_below(20) : draw_size(300);
    size_t *weights = INPUT(size_t, items);
    sacks.weights = INPUT(int32_t, items);
    sacks.costs = INPUT(double, sacks.count * items);
    sacks.float_costs = INPUT(float, sacks.count * items);
    const size_t heaviest = draw_one_in(4) ? 2 * capacity + 2 : capacity / 2 + 2;
    for (size_t k = 0; k < items; k++) {
        weights[k] = draw_below(heaviest);
        sacks.weights[k] = (int32_t)weights[k];
    }
    sacks.shape = (cl_knapsack){items, capacity, weights};
    for (size_t k = 0; k < sacks.count * items; k++) {
        double cost = draw_one_in(20) ? draw_number(sacks.kind) : -draw_magnitude(sacks.kind);
        /* Forbidden items, not refused ones. */
        if (cost == -INFINITY && !draw_one_in(20)) cost = INFINITY;
        if (is_large) cost = -(sacks.is_float ? (double)FLT_MAX : DBL_MAX) / (double)draw_between(1, 9);
        sacks.float_costs[k] = (float)cost;
        sacks.costs[k] = sacks.is_float ? (double)sacks.float_costs[k] : cost;
    }
}

static answer solve(cl_instruction_set set) {
    answer a = {0, OUTPUT(double, sacks.count), OUTPUT(bool, sacks.count * sacks.shape.items), new_fault()};
    void *workspace = memory_workspace(cl_knapsack_workspace_size(sacks.shape));
    const void *costs = sacks.is_float ? (const void *)sacks.float_costs : sacks.costs;
    a.status = RUN(cl_knapsack_solver(set, element_of(sacks.is_float))(
        costs, sacks.count, sacks.shape, workspace, a.values, a.is_taken, a.fault));
    return a;
}

/* The recurrence with all of its rows: the value, and what is taken, by the rule of ties. */
static double recur(const double *costs, bool *is_taken) {
    const size_t items = sacks.shape.items, states = sacks.shape.capacity + 1;
    double *least = INPUT(double, (items + 1) * states);
    for (size_t k = 0; k < items; k++)
        for (size_t w = 0; w < states; w++) {
            const double without = least[k * states + w], weight = (double)sacks.shape.weights[k];
            const double with =
                weight > (double)w ? (double)INFINITY : least[k * states + w - sacks.shape.weights[k]] + costs[k];
            least[(k + 1) * states + w] = with < without ? with : without;
        }
    size_t left = sacks.shape.capacity;
    for (size_t k = items; k-- > 0;) {
        is_taken[k] = least[(k + 1) * states + left] < least[k * states + left];
        if (is_taken[k]) left -= sacks.shape.weights[k];
    }
    return least[items * states + sacks.shape.capacity];
}

/* The exact cost of a choice of items, and whether it fits. */
static bool fits(const double *costs, const bool *is_taken, exact *cost) {
    size_t weight = 0;
    exact_clear(cost);
    for (size_t k = 0; k < sacks.shape.items; k++) {
        if (!is_taken[k]) continue;
        if (costs[k] == INFINITY) return false;
        weight += sacks.shape.weights[k];
        exact_add(cost, costs[k]);
    }
    return weight <= sacks.shape.capacity;
}

/* That no choice costs less by more than what the header allows. */
static void check_optimum(const double *costs, const bool *is_taken, size_t n) {
    const size_t items = sacks.shape.items;
    exact own, other;
    if (!EXPECT(fits(costs, is_taken, &own), "problem %zu: too heavy", n)) return;
    bool *choice = INPUT(bool, items);
    for (size_t set = 0; set < (size_t)1 << items; set++) {
        for (size_t k = 0; k < items; k++) choice[k] = set >> k & 1;
        if (!fits(costs, choice, &other) || exact_compare(&other, &own) >= 0) continue;
        exact excess = own;
        exact_subtract_exact(&excess, &other);
        const double allowed = (double)items * DBL_EPSILON * fabs(exact_value(&other));
        if (!EXPECT(exact_value(&excess) <= allowed, "problem %zu: %g too dear", n, exact_value(&excess))) return;
    }
}

static void check_answer(const answer *a) {
    const size_t items = sacks.shape.items;
    for (size_t n = 0; n < sacks.count; n++) {
        const double *costs = sacks.costs + n * items;
        size_t invalid = 0;
        while (invalid < items && costs[invalid] > -INFINITY) invalid++;
        if (invalid < items) {
            EXPECT(a->status == CL_STATUS_INVALID_COST && a->fault->item == n && a->fault->row == 0 &&
                a->fault->column == invalid, "status %d, problem %zu", a->status, a->fault->item);
            return;
        }
        bool *is_taken = INPUT(bool, items);
        const double value = recur(costs, is_taken);
        if (value == -INFINITY) {
            EXPECT(a->status == CL_STATUS_OUT_OF_RANGE && a->fault->item == n, "status %d", a->status);
            return;
        }
        EXPECT(a->values[n] == value, "problem %zu: value %.17g, not %.17g", n, a->values[n], value);
        for (size_t k = 0; k < items; k++)
            EXPECT(a->is_taken[n * items + k] == is_taken[k], "problem %zu: item %zu is taken: %d", n, k, is_taken[k]);
        if (items < 9) check_optimum(costs, a->is_taken + n * items, n);
    }
    EXPECT(a->status == CL_STATUS_OK, "status %d", a->status);
    EXPECT(is_unwritten_fault(a->fault), "a fault of problem %zu", a->fault->item);
}

void check_knapsack(void) {
    draw_sacks();
    const size_t sizes[][2] = {{1, SIZE_MAX}, {SIZE_MAX, 8}, {SIZE_MAX / 2, 16}, {SIZE_MAX / 4, 16}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        EXPECT(cl_knapsack_workspace_size((cl_knapsack){sizes[k][0], sizes[k][1], NULL}) == 0, "size %zu", k);
    const size_t most = 8 * (sacks.shape.capacity + 8) + sacks.shape.items * (sacks.shape.capacity / 8 + 1) + 3 * 64;
    EXPECT(cl_knapsack_workspace_size(sacks.shape) <= most, "%zu bytes", cl_knapsack_workspace_size(sacks.shape));
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        const answer a = solve(sets[s]);
        check_answer(&a);
    }
}
