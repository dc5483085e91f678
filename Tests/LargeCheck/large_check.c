/* Arrays of more than 2^31 entries: an assignment, the rows of a classifier, an alignment and its gradient, a batch.
 *
 *     large_check        9 GB, a minute or two; `make check-large`
 *
 * Answers are known by construction: an index of 32 bits anywhere would find other ones. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "CCombinatorialKernels.h"

enum { SIDE = 46400, BAG = 32 };
static const size_t cells = (size_t)SIDE * SIDE;

static size_t failures;

static void expect(bool holds, const char *what) {
    printf("%-60s %s\n", what, holds ? "holds" : "BROKEN");
    fflush(stdout);
    failures += !holds;
}

static void *memory(size_t bytes) {
    void *p = malloc(bytes);
    if (p == NULL) {
        fprintf(stderr, "large_check: no %zu bytes\n", bytes);
        exit(2);
    }
    return p;
}

static void fill(float *x, float value) {
    for (size_t k = 0; k < cells; k++) x[k] = value;
}

static cl_instruction_set best_set(void) {
    const cl_instruction_set sets[] = {CL_INSTRUCTION_SET_AVX512, CL_INSTRUCTION_SET_AVX2, CL_INSTRUCTION_SET_NEON};
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++)
        if (cl_instruction_set_is_available(sets[k])) return sets[k];
    return CL_INSTRUCTION_SET_SCALAR;
}

static cl_assignment_output answers(size_t count, size_t size) {
    return (cl_assignment_output){
        memory(count * sizeof(double)), memory(count * size * sizeof(int32_t)), memory(count * size * sizeof(int32_t)),
        memory(count * size * sizeof(double)), memory(count * size * sizeof(double))};
}

static void discard(const cl_assignment_output *output) {
    free(output->values);
    free(output->column_of_row);
    free(output->row_of_column);
    free(output->row_potentials);
    free(output->column_potentials);
}

/* 0 on the other diagonal, 1 elsewhere. */
static void check_assignment(float *costs) {
    fill(costs, 1);
    for (size_t i = 0; i < SIDE; i++) costs[i * SIDE + (SIDE - 1 - i)] = 0;
    const cl_assignment_batch batch = {.count = 1, .rows = SIDE, .columns = SIDE};
    const cl_assignment_output output = answers(1, SIDE);
    void *workspace = memory(cl_assignment_workspace_size(SIDE, SIDE));
    cl_fault fault = {0};
    const cl_status status =
        cl_assignment_solver(best_set(), CL_FLOAT32)(costs, &batch, workspace, &output, &fault);
    size_t wrong = 0;
    for (size_t i = 0; i < SIDE; i++) wrong += output.column_of_row[i] != (int32_t)(SIDE - 1 - i);
    expect(status == CL_STATUS_OK && output.values[0] == 0 && wrong == 0, "an assignment of 46,400 rows");
    costs[cells - 1] = NAN;
    expect(
        cl_assignment_solver(best_set(), CL_FLOAT32)(costs, &batch, workspace, &output, &fault)
                == CL_STATUS_INVALID_COST && fault.row == SIDE - 1 && fault.column == SIDE - 1,
        "its last cost, refused by its place");
    discard(&output);
    free(workspace);
}

/* The label's logit is 0, all others are 1. */
static void check_rows(float *x) {
    fill(x, 1);
    int32_t *labels = memory(SIDE * sizeof *labels);
    for (size_t i = 0; i < SIDE; i++) x[i * SIDE + (size_t)(labels[i] = (int32_t)(SIDE - 1 - i))] = 0;
    double *sums = memory(SIDE * sizeof *sums), worst = 0;
    float *losses = memory(SIDE * sizeof *losses);
    const cl_rows_kernels *rows = cl_rows_table(best_set(), CL_FLOAT32);
    cl_fault fault = {0};
    const cl_status status = rows->cross_entropy(x, labels, SIDE, SIDE, SIDE, sums, losses, &fault);
    const double expected = log((SIDE - 1) * exp(1) + 1);
    for (size_t i = 0; i < SIDE; i++) worst = fmax(worst, fmax(fabs(sums[i] - expected), fabs(losses[i] - expected)));
    /* A float's rounding of the loss, and an error of the exponential in each of the terms. */
    expect(status == CL_STATUS_OK && worst <= expected * 0x1p-22, "cross-entropy of 46,400 rows of as many classes");
    free(labels);
    free(sums);
    free(losses);
}

/* 0 on the diagonal, 1 elsewhere. The gradient overwrites the costs. */
static void check_alignment(float *costs) {
    fill(costs, 1);
    for (size_t i = 0; i < SIDE; i++) costs[i * SIDE + i] = 0;
    const cl_alignment_rule rule = {
        .gaps = CL_ALIGNMENT_GAP_FACTOR, .gap_factor = 1.5, .temperature = 1, .band = SIZE_MAX, .block_rows = 1024};
    const cl_alignment_problem problem = {.x = costs, .rows = SIDE, .columns = SIDE, .row_stride = SIDE};
    void *workspace = memory(cl_alignment_workspace_size(1, SIDE, SIDE, rule));
    uint8_t *moves = memory(2 * SIDE);
    size_t count = 0, wrong = 0;
    double value = NAN;
    cl_fault fault = {0};
    const cl_status status = cl_alignment_solver(best_set(), CL_FLOAT32)(
        &problem, 1, rule, workspace, 2 * SIDE, &value, moves, &count, &fault);
    for (size_t k = 0; k < count; k++) wrong += moves[k] != CL_ALIGNMENT_DIAGONAL;
    expect(status == CL_STATUS_OK && value == 0 && count == SIDE && wrong == 0, "an alignment of 46,400 by 46,400");
    cl_alignment_gradient(CL_FLOAT32, moves, count, SIDE, SIDE, 1, rule.gap_factor, SIDE, costs, NULL, NULL);
    size_t ones = 0, others = 0;
    for (size_t k = 0; k < cells; k++) others += costs[k] != 0 && costs[k] != 1;
    for (size_t i = 0; i < SIDE; i++) ones += costs[i * SIDE + i] == 1;
    double sum = 0;
    for (size_t k = 0; k < cells; k++) sum += (double)costs[k];
    expect(ones == SIDE && others == 0 && sum == SIDE, "its gradient");
    free(workspace);
    free(moves);
}

/* Every pair costs 1, but in the last thousand bags, whose matching costs 0. */
static void check_batch(float *costs) {
    const size_t bags = cells / (BAG * BAG), last = bags - 1000;
    fill(costs, 1);
    for (size_t b = last; b < bags; b++)
        for (size_t i = 0; i < BAG; i++) costs[(b * BAG + i) * BAG + (i * 7 + b) % BAG] = 0;
    const cl_assignment_batch batch = {.count = bags, .rows = BAG, .columns = BAG};
    const cl_assignment_output output = answers(bags, BAG);
    void *workspace = memory(cl_assignment_workspace_size(BAG, BAG));
    cl_fault fault = {0};
    cl_assignment_solve *solve = cl_assignment_solver(best_set(), CL_FLOAT32);
    const cl_status status = solve(costs, &batch, workspace, &output, &fault);
    size_t wrong = 0;
    for (size_t b = 0; b < last; b++) wrong += output.values[b] != BAG;
    for (size_t b = last; b < bags; b++)
        for (size_t i = 0; i < BAG; i++) wrong += output.column_of_row[b * BAG + i] != (int32_t)((i * 7 + b) % BAG);
    expect(status == CL_STATUS_OK && wrong == 0, "a batch of 2,102,500 bags of 32");
    costs[((bags - 1) * BAG + 3) * BAG + 5] = NAN;
    expect(
        solve(costs, &batch, workspace, &output, &fault) == CL_STATUS_INVALID_COST && fault.item == bags - 1
            && fault.row == 3 && fault.column == 5,
        "NaN in its last bag, refused by its place");
    discard(&output);
    free(workspace);
}

int main(void) {
    float *x = memory(cells * sizeof *x);
    check_assignment(x);
    check_rows(x);
    check_alignment(x);
    check_batch(x);
    free(x);
    return failures != 0;
}
