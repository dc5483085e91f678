/* Alignments of letters against those of the matrices of their costs, which alignment/hard.c holds to an oracle. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../support/check.h"
#include "../support/draw.h"
#include "../support/memory.h"
#include "../support/stop.h"
#include "CCombinatorialKernels.h"
#include "checks.h"

enum { MOST_PAIRS = 5 };

static struct {
    number_kind kind;
    bool is_float, is_small; /* prices are small multiples of a number */
    size_t count, letters, rows, columns, block_rows;
    double *table, row_gap, column_gap;
    float *table_float;
    cl_letter_pair *pairs;
} letters;

typedef struct answers {
    cl_status status;
    double *values;
    uint8_t *moves;
    size_t *counts;
    cl_fault *fault;
} answers;

static size_t stride_of_moves(void) { return letters.rows + letters.columns; }

void describe_letters(void) {
    fprintf(stderr, "  %zu pairs of %zu letters, %s, %s, gaps %.17g and %.17g, blocks of %zu rows\n", letters.count, letters.letters,
        letters.is_small ? "small multiples" : number_kind_name(letters.kind), letters.is_float ? "float" : "double",
        letters.row_gap, letters.column_gap, letters.block_rows);
    show_doubles("substitutions", letters.table, letters.letters * letters.letters);
    for (size_t item = 0; item < letters.count; item++)
        fprintf(stderr, " pair %zu: %zu and %zu letters\n", item, letters.pairs[item].rows, letters.pairs[item].columns);
}

/* Multiples of a number, which may be no power of two, of which those below the gaps' price span up to 254 levels or,
 * now and then, more. */
static void draw_small_prices(void) {
    static const double units[] = {1, 0.5, 3, 7, 100, 0x1p-30, 0x1p100};
    const double unit = units[draw_below(sizeof units / sizeof *units)];
    const size_t count = letters.letters * letters.letters, span = draw_one_in(4) ? draw_between(200, 258) : draw_between(1, 40);
    const bool is_by_equality = draw_one_in(2);
    const double row_gap = (double)draw_below(30) - 5, column_gap = draw_one_in(2) ? row_gap : (double)draw_below(30) - 5;
    letters.row_gap = row_gap * unit;
    letters.column_gap = column_gap * unit;
    for (size_t i = 0; i < count; i++) {
        double level = (double)draw_below(span + 1);
        if (is_by_equality) level = i % (letters.letters + 1) == 0 ? (double)span : i == 1 ? level : 0;
        if (is_by_equality && i > 1 && i % (letters.letters + 1) != 0) level = -1;
        letters.table[i] = (row_gap + column_gap - level + (draw_one_in(8) && !is_by_equality ? (double)draw_below(9) : 0)) * unit;
        if (is_by_equality && level < 0) letters.table[i] = letters.table[1];
        if (draw_one_in(40)) letters.table[i] = INFINITY;
    }
}

static double drawn_price(void) {
    const double x = letters.is_float ? (double)(float)draw_number(letters.kind) : draw_number(letters.kind);
    return x == 0 && draw_one_in(2) ? -x : x;
}

static void draw_prices(void) {
    const size_t count = letters.letters * letters.letters;
    letters.table = INPUT(double, count);
    letters.table_float = INPUT(float, count);
    if (letters.is_small) {
        draw_small_prices();
    } else {
        for (size_t i = 0; i < count; i++) letters.table[i] = drawn_price();
        do letters.row_gap = drawn_price(), letters.column_gap = drawn_price();
        while (!(letters.row_gap > -(double)INFINITY && letters.column_gap > -(double)INFINITY));
    }
    for (size_t i = 0; i < count; i++) letters.table_float[i] = (float)letters.table[i];
}

/* One letter after the other: of its own, or that of the first sequence with errors. */
static void draw_pair(cl_letter_pair *p, size_t most_side) {
    p->rows = draw_size(most_side);
    p->columns = draw_size(most_side);
    const size_t errors = draw_one_in(2) ? 0 : draw_between(2, 40);
    if (errors > 0) p->columns = p->rows + (p->rows > 0 ? draw_below(4) : 0);
    uint8_t *first = INPUT(uint8_t, p->rows), *second = INPUT(uint8_t, p->columns);
    for (size_t i = 0; i < p->rows; i++) first[i] = (uint8_t)draw_below(letters.letters);
    for (size_t k = 0, i = 0; k < p->columns; k++) {
        const bool is_copy = errors > 0 && i < p->rows && !draw_one_in(errors);
        second[k] = is_copy ? first[i] : (uint8_t)draw_below(letters.letters);
        i += is_copy || draw_one_in(2);
    }
    p->row_letters = first;
    p->column_letters = second;
    letters.rows = p->rows > letters.rows ? p->rows : letters.rows;
    letters.columns = p->columns > letters.columns ? p->columns : letters.columns;
}

static void draw_letters(void) {
    memset(&letters, 0, sizeof letters);
    const bool is_long = draw_one_in(100);
    letters.kind = (number_kind)draw_below(NUMBER_KINDS);
    letters.is_float = draw_one_in(2);
    letters.is_small = !draw_one_in(4);
    letters.letters = draw_one_in(20) ? 256 : draw_between(1, draw_one_in(3) ? 26 : 5);
    letters.count = is_long ? 1 : draw_between(1, MOST_PAIRS);
    letters.block_rows = draw_one_in(2) ? 0 : draw_between(1, is_long ? 600 : 100);
    draw_prices();
    letters.pairs = INPUT(cl_letter_pair, letters.count);
    for (size_t item = 0; item < letters.count; item++) draw_pair(&letters.pairs[item], is_long ? 1800 : 150);
}

static cl_letter_costs costs_of_letters(void) {
    return (cl_letter_costs){letters.is_float ? (const void *)letters.table_float : (const void *)letters.table,
        letters.letters, letters.row_gap, letters.column_gap};
}

static answers new_answers(size_t count) {
    return (answers){CL_STATUS_OK, OUTPUT(double, count), OUTPUT(uint8_t, count * stride_of_moves()),
        OUTPUT(size_t, count), new_fault()};
}

static answers solve(cl_instruction_set set) {
    answers a = new_answers(letters.count);
    void *workspace = memory_workspace(
        cl_letter_alignment_workspace_size(letters.letters, letters.rows, letters.columns, letters.block_rows));
    a.status = RUN(cl_letter_alignment_solver(set, element_of(letters.is_float))(letters.pairs, letters.count,
        costs_of_letters(), letters.block_rows, workspace, stride_of_moves(), a.values, a.moves, a.counts, a.fault));
    return a;
}

static void expect_same(const answers *a, const answers *b, cl_instruction_set set) {
    const char *name = instruction_set_name(set);
    if (!EXPECT(a->status == b->status, "status %d, %s %d", a->status, name, b->status)) return;
    const bool is_refused = a->status != CL_STATUS_OK;
    if (is_refused) EXPECT(a->fault->item == b->fault->item, "item %zu, %s %zu", a->fault->item, name, b->fault->item);
    const size_t solved = is_refused ? a->fault->item : letters.count;
    EXPECT(memory_equals(a->values, b->values, solved * sizeof(double)), "values of %s", name);
    EXPECT(memory_equals(a->counts, b->counts, solved * sizeof(size_t)), "lengths of %s", name);
    for (size_t item = 0; item < solved; item++)
        EXPECT(memory_equals(a->moves + item * stride_of_moves(), b->moves + item * stride_of_moves(), a->counts[item]),
            "item %zu: moves of %s", item, name);
}

static void *filled(bool is_float, size_t count, double x) {
    double *doubles = INPUT(double, count);
    float *floats = INPUT(float, count);
    for (size_t i = 0; i < count; i++) floats[i] = (float)(doubles[i] = x);
    return is_float ? (void *)floats : (void *)doubles;
}

/* The same problem as a matrix. */
static cl_alignment_problem matrix_of(const cl_letter_pair *p, bool is_float) {
    void *x = filled(is_float, p->rows * p->columns, 0);
    for (size_t i = 0; i < p->rows; i++)
        for (size_t k = 0; k < p->columns; k++) {
            const double cost = letters.table[p->row_letters[i] * letters.letters + p->column_letters[k]];
            if (is_float) ((float *)x)[i * p->columns + k] = (float)cost;
            else ((double *)x)[i * p->columns + k] = cost;
        }
    return (cl_alignment_problem){.x = x, .rows = p->rows, .columns = p->columns, .row_stride = p->columns,
        .row_gaps = filled(is_float, p->rows, letters.row_gap), .column_gaps = filled(is_float, p->columns, letters.column_gap)};
}

static const cl_alignment_rule gap_costs = {.gaps = CL_ALIGNMENT_GAP_COSTS, .band = SIZE_MAX};

/* Whether an item's answer is that of its matrix in one element type. */
static bool is_answer_of_matrix(const answers *a, size_t item, bool is_float) {
    const cl_letter_pair *p = &letters.pairs[item];
    const cl_alignment_problem problem = matrix_of(p, is_float);
    cl_instruction_set sets[4];
    const cl_instruction_set set = sets[instruction_sets(sets) - 1];
    answers other = new_answers(1);
    void *workspace = memory_workspace(cl_alignment_workspace_size(1, p->rows, p->columns, gap_costs));
    other.status = cl_alignment_solver(set, element_of(is_float))(&problem, 1, gap_costs, workspace, stride_of_moves(),
        other.values, other.moves, other.counts, other.fault);
    const bool is_refused = a->status != CL_STATUS_OK && a->fault->item == item;
    if (is_refused || other.status != CL_STATUS_OK) return is_refused && a->status == other.status;
    return *other.values == a->values[item] && *other.counts == a->counts[item] &&
           memory_equals(other.moves, a->moves + item * stride_of_moves(), *other.counts);
}

/* Of the answer, and of a path that is worse or none. */
static void expect_excess(const answers *a, size_t item) {
    const cl_letter_pair *p = &letters.pairs[item];
    if (p->rows * p->columns > 2000) return;
    const cl_alignment_problem problem = matrix_of(p, letters.is_float);
    void *workspace = memory_workspace(cl_alignment_workspace_size(1, p->rows, p->columns, gap_costs));
    void *of_letters = memory_workspace(cl_letter_alignment_workspace_size(letters.letters, p->rows, p->columns, letters.block_rows));
    uint8_t *moves = INPUT(uint8_t, stride_of_moves());
    memcpy(moves, a->moves + item * stride_of_moves(), a->counts[item]);
    for (unsigned changes = 0; changes < 2; changes++) {
        const double expected = cl_alignment_excess(element_of(letters.is_float), &problem, gap_costs, moves, a->counts[item], workspace);
        const double found = cl_letter_alignment_excess(element_of(letters.is_float), p, costs_of_letters(), letters.block_rows,
            moves, a->counts[item], of_letters);
        EXPECT(found == expected, "item %zu: an excess of %g for %g", item, found, expected);
        EXPECT(changes > 0 || !letters.is_small || found == 0, "item %zu: an excess of %g", item, found);
        for (size_t m = 0; m + 1 < a->counts[item]; m++)
            if (moves[m] != moves[m + 1]) {
                const uint8_t move = moves[m];
                moves[m] = moves[m + 1];
                moves[m + 1] = move;
                break;
            }
    }
}

void check_letter_alignment(void) {
    draw_letters();
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    const answers reference = solve(sets[0]);
    for (size_t s = 1; s < set_count; s++) {
        const answers other = solve(sets[s]);
        expect_same(&reference, &other, sets[s]);
    }
    for (size_t i = 0; i < letters.letters * letters.letters; i++)
        if (!(letters.table[i] > -(double)INFINITY)) {
            EXPECT(reference.status == CL_STATUS_INVALID_COST && reference.fault->item == 0 &&
                       reference.fault->row == i / letters.letters && reference.fault->column == i % letters.letters,
                "entry %zu is refused by status %d", i, reference.status);
            return;
        }
    const size_t end = reference.status == CL_STATUS_OK ? letters.count : reference.fault->item + 1;
    EXPECT(reference.status != CL_STATUS_OK || is_unwritten_fault(reference.fault), "a fault without a refusal");
    for (size_t item = 0; item < end && item < letters.count; item++) {
        /* In small numbers nothing is rounded; others may be few and alike too. */
        const bool is_as_doubles = is_answer_of_matrix(&reference, item, false);
        EXPECT(is_as_doubles || (!letters.is_small && letters.is_float && is_answer_of_matrix(&reference, item, true)),
            "item %zu: another path than that of the matrix", item);
        if (reference.status == CL_STATUS_OK) expect_excess(&reference, item);
    }
}
