/* Cross-entropy and the costs of bags, with their pullbacks. */
#include <math.h>
#include <string.h>

#include "logits.h"
#include "support/check.h"
#include "support/memory.h"
#include "support/stop.h"

static cl_rows_store draw_store(void) { return draw_one_in(2) ? CL_ROWS_STORE_STREAMING : CL_ROWS_STORE_CACHED; }

/* True if the labels are in range and the kernel says so; else it must have written its fault alone. */
static bool labels_hold(cl_instruction_set set, cl_status status, const cl_fault *fault, const double *log_sum_exp,
    const void *output, size_t output_count) {
    if (drawn.first_bad_label == drawn.rows)
        return EXPECT(status == CL_STATUS_OK && is_unwritten_fault(fault), "%s: status %d",
            instruction_set_name(set), status);
    EXPECT(status == CL_STATUS_LABEL_OUT_OF_RANGE && is_at(fault, drawn.first_bad_label), "%s: status %d, fault %zu",
        instruction_set_name(set), status, fault->column);
    EXPECT((log_sum_exp == NULL || memory_is_unwritten(log_sum_exp, drawn.rows * sizeof *log_sum_exp)) &&
               memory_is_unwritten(output, output_count * real_size()),
        "%s: written although refused", instruction_set_name(set));
    return false;
}

static void expect_log_sum_exp(cl_instruction_set set, size_t i, double found) {
    const row_reference row = reference_of_row(i);
    const long double expected = row.maximum + row.log_sum;
    EXPECT(row.is_empty      ? found == -(double)INFINITY
           : !row.is_number ? isnan(found)
                            : fabsl(found - expected) <= tolerance_of_log_sum() + 0x1p-52L * fabsl(expected),
        "%s: row %zu: log-sum-exp %.17g, not %.17Lg", instruction_set_name(set), i, found, expected);
}

static void expect_loss(cl_instruction_set set, size_t i, int32_t label, double found) {
    const row_reference row = reference_of_row(i);
    if (!row.is_number) return;
    const long double expected = -log_probability(i, (size_t)label, row);
    EXPECT(found >= 0 && is_near(found, expected, tolerance_of_log_sum() + unit_in_last_place() * expected),
        "%s: row %zu, label %d: %.17g, not %.17Lg", instruction_set_name(set), i, label, found, expected);
}

/* The log-sum-exps that a pullback gets: those of a forward pass, rounded to double. */
static double *exact_log_sum_exps(void) {
    double *sums = INPUT(double, drawn.rows);
    for (size_t i = 0; i < drawn.rows; i++) {
        const row_reference row = reference_of_row(i);
        sums[i] = row.is_number ? (double)(row.maximum + row.log_sum) : row.is_empty ? -(double)INFINITY : (double)NAN;
    }
    return sums;
}

/* The error of the log-sum-exp that a pullback works with: of one that is exact and small enough to be used, that of
 * its rounding to double alone. */
static long double error_of_given(row_reference row, bool is_exact) {
    const long double magnitude = fabsl(row.maximum + row.log_sum);
    return is_exact && magnitude <= (drawn.is_float ? 0x1p20L : 64) ? 0x1p-53L * magnitude : tolerance_of_log_sum();
}

/* dx = total softmax - sum_k amounts[k] onehot(labels[k]), a rounding for each label. */
static void expect_gradient(cl_instruction_set set, size_t i, bool is_exact, const void *dx, const double *amounts,
    const int32_t *labels, size_t count) {
    const row_reference row = reference_of_row(i);
    const long double error = error_of_given(row, is_exact);
    const long double u = unit_in_last_place();
    long double total = 0, magnitudes = 0;
    for (size_t k = 0; k < count; k++) {
        total += amounts[k];
        magnitudes += fabs(amounts[k]);
    }
    for (size_t c = 0; c < drawn.columns; c++) {
        const double found = read_real(dx, c);
        if (!row.is_number) {
            EXPECT(isnan(found), "%s: %g in row %zu", instruction_set_name(set), found, i);
            continue;
        }
        const long double logarithm = log_probability(i, c, row), p = expl(logarithm);
        long double expected = p * total, amount = 0;
        long double tolerance = p < 2 * least_normal() ? 2 * least_normal() * fabsl(total)
                                                       : p * fabsl(total) * relative_tolerance_of_probability(logarithm, error);
        tolerance += p * magnitudes * (long double)count * 0x1p-52L + 2 * least_normal();
        size_t times = 0;
        for (size_t k = 0; k < count; k++) {
            if ((size_t)labels[k] != c) continue;
            expected -= amounts[k];
            amount += fabs(amounts[k]);
            times++;
        }
        tolerance += (long double)times * u / 2 * (amount + p * fabsl(total)) * (1 + 8 * u);
        EXPECT(fabsl(found - expected) <= tolerance, "%s: gradient[%zu][%zu] is %.17g, not %.17Lg",
            instruction_set_name(set), i, c, found, expected);
    }
}

static void expect_cross_entropy_gradient(cl_instruction_set set, const double *log_sum_exp, bool is_exact, const void *weights,
    size_t weight_stride, size_t stride, cl_rows_store store) {
    const size_t extent = matrix_extent(drawn.rows, drawn.columns, stride);
    char *dx = OUTPUT(char, extent *real_size());
    cl_fault *fault = new_fault();
    const cl_status status = cl_rows_table(set, element_of(drawn.is_float))->cross_entropy_backward(drawn.x, drawn.labels,
        log_sum_exp, weights, drawn.rows, drawn.columns, drawn.stride, weight_stride, stride, store, dx, fault);
    if (!labels_hold(set, status, fault, NULL, dx, extent)) return;
    for (size_t i = 0; i < drawn.rows; i++) {
        const double weight = read_real(weights, i * weight_stride);
        expect_gradient(set, i, is_exact, dx + i * stride * real_size(), &weight, drawn.labels + i, 1);
    }
    EXPECT(padding_is_unwritten(dx, drawn.rows, drawn.columns, stride), "%s: padding was written",
        instruction_set_name(set));
}

void check_cross_entropy(void) {
    draw_logits(20);
    const size_t weight_stride = draw_below(3), stride = drawn.columns + draw_below(4);
    const void *weights = draw_weights(weight_stride * drawn.rows + 1);
    const cl_rows_store store = draw_store();
    const double *exact = exact_log_sum_exps();
    const bool uses_exact = draw_one_in(2);
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        double *log_sum_exp = OUTPUT(double, drawn.rows);
        void *losses = OUTPUT(char, drawn.rows *real_size());
        cl_fault *fault = new_fault();
        const cl_status status = cl_rows_table(sets[s], element_of(drawn.is_float))->cross_entropy(drawn.x, drawn.labels,
            drawn.rows, drawn.columns, drawn.stride, log_sum_exp, losses, fault);
        const bool holds = labels_hold(sets[s], status, fault, log_sum_exp, losses, drawn.rows);
        for (size_t i = 0; holds && i < drawn.rows; i++) {
            expect_log_sum_exp(sets[s], i, log_sum_exp[i]);
            expect_loss(sets[s], i, drawn.labels[i], read_real(losses, i));
        }
        expect_cross_entropy_gradient(
            sets[s], holds && !uses_exact ? log_sum_exp : exact, uses_exact, weights, weight_stride, stride, store);
    }
}

typedef struct bags {
    size_t count, size, costs_stride;
    const void *dcosts;
} bags;

static void expect_bag_gradient(
    cl_instruction_set set, bags bags, const double *log_sum_exp, size_t stride, cl_rows_store store) {
    const size_t extent = matrix_extent(drawn.rows, drawn.columns, stride);
    char *dx = OUTPUT(char, extent *real_size());
    cl_fault *fault = new_fault();
    const cl_status status = cl_rows_table(set, element_of(drawn.is_float))->bag_costs_backward(drawn.x, drawn.labels, log_sum_exp,
        bags.dcosts, bags.count, bags.size, drawn.columns, drawn.stride, bags.costs_stride, stride, store, dx, fault);
    if (!labels_hold(set, status, fault, NULL, dx, extent)) return;
    double *amounts = INPUT(double, bags.size);
    for (size_t i = 0; i < drawn.rows; i++) {
        for (size_t k = 0; k < bags.size; k++) amounts[k] = read_real(bags.dcosts, i * bags.costs_stride + k);
        expect_gradient(
            set, i, false, dx + i * stride * real_size(), amounts, drawn.labels + i - i % bags.size, bags.size);
    }
    EXPECT(padding_is_unwritten(dx, drawn.rows, drawn.columns, stride), "%s: padding was written",
        instruction_set_name(set));
}

/* Cotangents of any kind, or those of a matching: one a row, 0 for the other labels. */
static bags draw_bags(void) {
    bags bags = {.size = 1};
    for (size_t size = 1; size <= drawn.rows; size++)
        if (drawn.rows % size == 0 && draw_one_in(2)) bags.size = size;
    bags.count = drawn.rows / bags.size;
    bags.costs_stride = bags.size + draw_below(3);
    void *dcosts = draw_weights(matrix_extent(drawn.rows, bags.size, bags.costs_stride));
    const bool is_matching = draw_one_in(2);
    for (size_t i = 0; i < drawn.rows; i++)
        for (size_t k = 0; k < bags.costs_stride && (i + 1 < drawn.rows || k < bags.size); k++)
            if (k >= bags.size) write_real(dcosts, i * bags.costs_stride + k, (double)NAN);
            else if (is_matching && k != i % bags.size) write_real(dcosts, i * bags.costs_stride + k, 0);
    bags.dcosts = dcosts;
    return bags;
}

/* What bag_costs keeps for the gradient of a matching. */
typedef struct kept {
    void *exponentials; /* [rows, columns] */
    double *totals;     /* [rows] */
} kept;

static kept new_kept(void) {
    return (kept){OUTPUT(char, drawn.rows * drawn.columns * real_size()), OUTPUT(double, drawn.rows)};
}

/* The exponentials are those of the rows by themselves, and become the gradient. */
static void expect_kept(cl_instruction_set set, kept found, const void *weights, size_t weight_stride) {
    const cl_rows_kernels *kernels = cl_rows_table(set, element_of(drawn.is_float));
    const size_t bytes = drawn.rows * drawn.columns * real_size();
    const kept again = new_kept();
    kernels->bag_exponentials(drawn.x, drawn.rows, drawn.columns, drawn.stride, again.exponentials, again.totals);
    EXPECT(memcmp(found.exponentials, again.exponentials, bytes) == 0 &&
               memcmp(found.totals, again.totals, drawn.rows * sizeof *again.totals) == 0,
        "%s: exponentials differ from those of rows by themselves", instruction_set_name(set));
    cl_fault *fault = new_fault();
    const cl_status status = kernels->bag_loss_backward(drawn.labels, found.totals, weights, drawn.rows, drawn.columns,
        weight_stride, found.exponentials, fault);
    EXPECT(status == CL_STATUS_OK && is_unwritten_fault(fault), "%s: status %d", instruction_set_name(set), status);
    for (size_t i = 0; i < drawn.rows; i++) {
        const double weight = read_real(weights, i * weight_stride);
        expect_gradient(set, i, false, (const char *)found.exponentials + i * drawn.columns * real_size(), &weight,
            drawn.labels + i, 1);
    }
}

/* A label that is no class leaves the exponentials as they are. */
static void expect_refused(cl_instruction_set set, const void *weights, size_t weight_stride) {
    if (drawn.first_bad_label == drawn.rows) return;
    const kept untouched = new_kept();
    const double *totals = INPUT(double, drawn.rows);
    cl_fault *fault = new_fault();
    const cl_status status = cl_rows_table(set, element_of(drawn.is_float))->bag_loss_backward(drawn.labels, totals,
        weights, drawn.rows, drawn.columns, weight_stride, untouched.exponentials, fault);
    labels_hold(set, status, fault, NULL, untouched.exponentials, drawn.rows * drawn.columns);
}

void check_bag_costs(void) {
    draw_logits(24);
    const size_t weight_stride = draw_below(3);
    const void *weights = draw_weights(weight_stride * drawn.rows + 1);
    const bool is_kept = draw_one_in(2);
    const bags bags = draw_bags();
    const size_t stride = drawn.columns + draw_below(4), extent = matrix_extent(drawn.rows, bags.size, bags.costs_stride);
    const cl_rows_store store = draw_store();
    const double *exact = exact_log_sum_exps();
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        double *log_sum_exp = OUTPUT(double, drawn.rows);
        void *costs = OUTPUT(char, extent *real_size());
        const kept kept = is_kept ? new_kept() : (struct kept){NULL, NULL};
        cl_fault *fault = new_fault();
        const cl_status status = cl_rows_table(sets[s], element_of(drawn.is_float))->bag_costs(drawn.x, drawn.labels, bags.count,
            bags.size, drawn.columns, drawn.stride, bags.costs_stride, log_sum_exp, costs, kept.exponentials, kept.totals,
            fault);
        const bool holds = labels_hold(sets[s], status, fault, log_sum_exp, costs, extent);
        if (is_kept && !holds)
            EXPECT(memory_is_unwritten(kept.exponentials, drawn.rows * drawn.columns * real_size()) &&
                       memory_is_unwritten(kept.totals, drawn.rows * sizeof *kept.totals),
                "%s: exponentials written although refused", instruction_set_name(sets[s]));
        for (size_t i = 0; holds && i < drawn.rows; i++) {
            expect_log_sum_exp(sets[s], i, log_sum_exp[i]);
            for (size_t k = 0; k < bags.size; k++)
                expect_loss(sets[s], i, drawn.labels[i - i % bags.size + k], read_real(costs, i * bags.costs_stride + k));
        }
        EXPECT(padding_is_unwritten(costs, drawn.rows, bags.size, bags.costs_stride), "%s: padding was written",
            instruction_set_name(sets[s]));
        expect_bag_gradient(sets[s], bags, holds ? log_sum_exp : exact, stride, store);
        if (is_kept && holds) expect_kept(sets[s], kept, weights, weight_stride);
        expect_refused(sets[s], weights, weight_stride);
    }
}
