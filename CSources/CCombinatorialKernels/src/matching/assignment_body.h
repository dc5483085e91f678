/* Batches of assignment problems, of one variant.
 *
 * R. Jonker, A. Volgenant: A shortest augmenting path algorithm for dense and sparse linear
 * assignment problems, Computing 38 (1987), doi:10.1007/BF02278710. Its four phases:
 *
 *   1. column reduction: v[j] = min_i c[i][j], matched to that row if it is still free (square only)
 *   2. reduction transfer: slack of rows matched once moves into their column
 *   3. augmenting row reduction: free rows take their best column, bidding as in an auction
 *   4. shortest augmenting paths (Dijkstra) for the rows that are still free
 *
 * Where phase 4 turns out to be long, as it is for the costs (i + 1) (j + 1), square problems are solved
 * by the transport simplex instead, see simplex_body.h.
 *
 * Square problems may start from known column potentials, in the place of phases 1 and 2. Those with few values, where
 * many columns have the least cost of a row, start from the rows: one pass matches nearly all of them, 4 to 5 x
 * faster on costs 0 … 9 of size 1,500 and 3,000.
 *
 * Problems most of whose costs are equal are solved as the sparse ones that they are, see common_cost.h. In other
 * large ones phases 2 to 4 ask lists of the least reduced costs of rows before they read whole rows, see
 * shortlist.h: 4 to 8 x faster on random costs of size 3,000, with the same bits.
 *
 * Phases 1 to 3 take O(rows width), phase 4 O(rows width) for each row: O(rows^2 width) in all. Among
 * equally near columns phase 4 ends at an unmatched one: on few-valued costs that shortens the search.
 * The row potentials stay implicit: u[i] = c[i][j] - v[j] with j matched to i.
 *
 * Where the potentials show that rounding may have decided, far_apart_body.h proves the answer in exact
 * numbers, or finds another.
 *
 * Each step of phases 2 to 4 finds the minimum of a row and only then knows which row is next, so that
 * a small problem is mostly waiting. Therefore the problems of a group take their steps in turn: while
 * one waits, the processor works on the others. Measured against one problem after the other: 1.2 to
 * 1.9 x faster. Small square problems have a lane each instead, see small_problems_body.h. Each answer depends on
 * the costs of its problem alone. */

#include "lanes_body.h"
#include "problem_body.h"
#include "shortlist_body.h"
#include "least_in_lanes_body.h"
#include "reductions_body.h"
#include "known_potentials_body.h"
#include "search_body.h"
#include "simplex_body.h"

/* Every problem takes a step in turn for as long as it asks for more. */
#define TAKE_TURNS(begin, step)                                                                    \
    do {                                                                                           \
        assignment_problem *in_turn[ASSIGNMENT_GROUP];                                                        \
        size_t active = 0;                                                                         \
        for (size_t k = 0; k < count; k++)                                                         \
            if (begin(group + k, width)) in_turn[active++] = group + k;                \
        while (active > 0) {                                                                       \
            leave_long_if_stopped(group, width);                                                   \
            for (size_t k = 0; k < active;)                                                        \
                if (step(in_turn[k], width)) k++;                                      \
                else in_turn[k] = in_turn[--active];                                               \
        }                                                                                          \
    } while (0)

/* u[i] = min_j c[i][j] - v[j] is feasible whatever was rounded on the way, so rounding can only show as
 * a gap. Where columns were reduced, no row needs to be read that is matched at 0. */
CL_INLINE void find_row_potentials(assignment_problem *p, size_t width) {
    double *v = p->w.potentials;
    for (size_t i = 0; !p->is_square && i < p->rows; i++) { /* above 0 by rounding alone; all others are 0 */
        double *of_matched = v + p->w.column_of[i];
        *of_matched = *of_matched < 0 ? *of_matched : 0;
    }
    for (size_t i = 0; i < p->rows; i++) {
        leave_long_if_stopped(p, width);
        const int32_t matched = p->w.column_of[i];
        if (width > 64 && p->is_reduced && cost_of(p, i, (size_t)matched) - v[matched] <= 0) {
            p->w.row_potentials[i] = 0;
            continue;
        }
        if (width > 64 && p->is_listed && listed_least(p, i, p->w.row_potentials + i)) continue;
        if (width > 64) need_copy_of(p, i);
        const CL_REAL *c = costs_of(p, i);
        wide low = INFINITY;
        for (size_t j = 0; j < width; j += WIDE_LANES)
            low = lesser_of(low, reduced_costs(c, v, j));
        p->w.row_potentials[i] = fold_lowest(low)[0];
    }
}

/* The same of a problem that has more columns than rows: of those that are not matched it is 0. */
CL_INLINE void note_matched(const assignment_problem *p, wide *least, wide *greatest) {
    for (size_t i = 0; i < p->rows; i++) {
        const double magnitude = fabs(p->w.potentials[p->w.column_of[i]]);
        if (magnitude > (*greatest)[0]) (*greatest)[0] = magnitude;
        if (magnitude > 0 && magnitude < (*least)[0]) (*least)[0] = magnitude;
    }
}

/* The least and the greatest magnitude of some potentials that are not 0, in each lane. Of equal minima the
 * variants may have kept 0 or -0: all go on with 0. */
CL_INLINE void note_potentials(double *potentials, size_t width, wide *least, wide *greatest) {
    for (size_t j = 0; j < width; j += WIDE_LANES) {
        const wide x = *(const wide *)(potentials + j) + 0, magnitude = __builtin_elementwise_abs(x);
        *(wide *)(potentials + j) = x;
        *greatest = greater_of(*greatest, magnitude);
        /* The number before 0 is NaN, which never gets in. */
        *least = lesser_of((wide)((wide_index)magnitude - 1), *least);
    }
}

/* What a square problem starts from may be far greater than the potentials that it ends with, which were
 * rounded as it was, and the least costs of columns far less. */
CL_INLINE void note_start(const assignment_problem *p, size_t width, wide *least, wide *greatest) {
    for (size_t j = 0; p->is_square && j < width; j += WIDE_LANES) {
        const wide magnitude = __builtin_elementwise_abs(*(const wide *)(p->w.potentials + j));
        *greatest = greater_of(*greatest, magnitude);
        *least = lesser_of((wide)((wide_index)magnitude - 1), *least);
    }
}

/* Out of line, so that its registers are not kept from the reductions. */
__attribute__((noinline)) static void note_long_starts(
    const assignment_problem *group, size_t count, size_t width, wide *least, wide *greatest) {
    for (size_t k = 0; k < count; k++) note_start(group + k, width, least, greatest);
}

CL_INLINE magnitudes solve_together(assignment_problem *group, size_t count, size_t width, char *simplex) {
    for (size_t k = 0; k < count; k++) group[k].status = start_assignment(group + k, width);
    wide least = INFINITY, greatest = 0;
    if (width > 32) note_long_starts(group, count, width, &least, &greatest);
    for (size_t k = 0; width <= 32 && k < count; k++)
        note_start(group + k, width, &least, &greatest);
    TAKE_TURNS(begin_transfers, transfer_reduction);
    TAKE_TURNS(begin_bids, bid);
    TAKE_TURNS(begin_search, search);
    for (size_t k = 0; width >= SIMPLEX_LEAST_SIZE && k < count; k++)
        if (group[k].is_hard) finish_hard(group + k, width, simplex);
    for (size_t k = 0; k < count; k++) {
        if (group[k].status != CL_STATUS_OK) continue;
        find_row_potentials(group + k, width);
        const bool is_square = group[k].is_square;
        if (is_square) note_potentials(group[k].w.potentials, width, &least, &greatest);
        else note_matched(group + k, &least, &greatest);
        note_potentials(group[k].w.row_potentials, is_square ? width : group[k].rows, &least, &greatest);
    }
    return (magnitudes){fold_lowest(least)[0], -fold_lowest(-greatest)[0]};
}

/* Apart from the others, which have no lists. */
__attribute__((noinline)) static magnitudes solve_wide(
    assignment_problem *group, size_t count, size_t width, char *simplex) {
    return solve_together(group, count, width, simplex);
}

/* The usual widths of bags have their loops unrolled: 6 to 13 % faster at 4 to 16 columns, 3 to 6 % at 32. */
static magnitudes solve_group(assignment_problem *group, size_t count, size_t width, char *simplex) {
    if (WIDE_LANES > 1 && width == 4) return solve_together(group, count, 4, simplex);
    if (WIDE_LANES > 1 && width == 8) return solve_together(group, count, 8, simplex);
    if (WIDE_LANES > 1 && width == 16) return solve_together(group, count, 16, simplex);
    if (WIDE_LANES > 1 && width == 32) return solve_together(group, count, 32, simplex);
    if (width > 64) return solve_wide(group, count, width, simplex);
    __builtin_assume(width <= 64);
    return solve_together(group, count, width, simplex);
}

CL_INLINE void copy_answer(
    int32_t *restrict partners_to, const int32_t *restrict partners, double *restrict potentials_to,
    const double *restrict potentials, size_t count) {
    size_t k = 0;
    for (; k + WIDE_LANES <= count; k += WIDE_LANES) {
        *(rows_of *)(partners_to + k) = *(const rows_of *)(partners + k);
        *(wide *)(potentials_to + k) = *(const wide *)(potentials + k);
    }
    for (; k < count; k++) {
        partners_to[k] = partners[k];
        potentials_to[k] = potentials[k];
    }
}

/* Added up in row order. */
CL_INLINE double value_of(const CL_REAL *costs, size_t rows, size_t stride, const int32_t *column_of_row) {
    double value = 0;
    for (size_t i = 0; i < rows; i++, costs += stride)
        if (column_of_row[i] >= 0) value += (double)costs[column_of_row[i]];
    return value;
}

/* The same, where few rows are matched. */
CL_INLINE double value_of_few(const CL_REAL *costs, size_t rows, size_t stride, const int32_t *column_of_row) {
    const size_t whole = rows / WIDE_LANES * WIDE_LANES;
    double value = 0;
    for (size_t i = 0; i < whole; i += WIDE_LANES) {
        const rows_of columns = *(const rows_of *)(column_of_row + i);
        for (uint64_t set = bits(__builtin_convertvector(columns, wide_index) >= 0); set != 0; set &= set - 1) {
            const size_t row = i + (size_t)__builtin_ctzll(set);
            value += (double)costs[row * stride + (size_t)column_of_row[row]];
        }
    }
    for (size_t i = whole; i < rows; i++)
        if (column_of_row[i] >= 0) value += (double)costs[i * stride + (size_t)column_of_row[i]];
    return value;
}

/* Writes the answer of one problem in the caller's orientation. */
CL_INLINE void write_answer(
    const assignment_problem *p, const CL_REAL *costs, const cl_assignment_batch *batch, size_t item,
    const cl_assignment_output *to) {
    const size_t rows = rows_of_item(batch, item), columns = columns_of_item(batch, item);
    const bool transposed = rows > columns;
    const int32_t *of_row = transposed ? p->w.row_of : p->w.column_of;
    copy_answer(
        to->column_of_row + item * batch->rows, of_row, to->row_potentials + item * batch->rows,
        transposed ? p->w.potentials : p->w.row_potentials, rows);
    copy_answer(
        to->row_of_column + item * batch->columns, transposed ? p->w.column_of : p->w.row_of,
        to->column_potentials + item * batch->columns,
        transposed ? p->w.row_potentials : p->w.potentials, columns);
    to->values[item] = transposed ? value_of_few(costs, rows, batch->columns, of_row)
                                  : value_of(costs, rows, batch->columns, of_row);
}

#include "far_apart_body.h"
#include "common_cost_body.h"
#if CL_REGISTER_BYTES >= 32
#include "small_problems_body.h"
#endif

/* One call. */
typedef struct batch_solver {
    const CL_REAL *costs;
    const cl_assignment_batch *batch;
    void *workspace;
    const cl_assignment_output *output;
    cl_fault *fault;
    stop_point *stop;
    size_t lanes_from; /* small problems before this one are not tried in lanes */
    assignment_memory memory;
    assignment_problem group[ASSIGNMENT_GROUP];
} batch_solver;

/* The problems from `first` up to `end`, as many as have one width and fit into a group. */
static size_t set_up_group(batch_solver *s, size_t first, size_t end, size_t *width) {
    const cl_assignment_batch *batch = s->batch;
    size_t count = 0;
    for (; count < s->memory.group_size && first + count < end; count++) {
        const size_t item = first + count;
        const size_t rows = rows_of_item(batch, item), columns = columns_of_item(batch, item);
        const size_t own_width = ((rows > columns ? rows : columns) + WIDE_LANES - 1) / WIDE_LANES * WIDE_LANES;
        if (count == 0) *width = own_width;
        double common;
        if (own_width != *width || (count > 0 && seems_common(s->costs, batch, item, &common))) break;
        set_up_problem(
            s->group + count, s->costs + item * batch->rows * batch->columns, rows, columns,
            batch->columns, own_width,
            batch->column_potentials ? batch->column_potentials + item * batch->columns : NULL,
            s->memory.group + count * s->memory.problem_size);
    }
    return count;
}

/* Solves problems from `first` up to `end`, as many as can be solved together. */
static cl_status solve_some(batch_solver *s, size_t first, size_t end, size_t *count) {
    const cl_assignment_batch *batch = s->batch;
    double common;
    if (seems_common(s->costs, batch, first, &common)) {
        for (size_t k = 0; k < ASSIGNMENT_GROUP; k++) s->group[k].width = 0; /* to be laid out again */
        *count = 1;
        if (solve_common(s->costs, batch, first, common, s->workspace, s->output, s->stop)) return CL_STATUS_OK;
    }
    size_t width;
    *count = set_up_group(s, first, end, &width);
    const double least_value = least_safe_value(
        solve_group(s->group, *count, width, s->memory.simplex), batch->column_potentials != NULL);
    for (size_t k = 0; k < *count; k++) {
        assignment_problem *p = s->group + k;
        const size_t item = first + k;
        const CL_REAL *c = s->costs + item * batch->rows * batch->columns;
        if (p->status == CL_STATUS_OK) {
            write_answer(p, c, batch, item, s->output);
            const double value = fabs(s->output->values[item]);
            if (value >= least_value) continue;
            if (value == 0 && least_value < INFINITY && p->known == NULL) continue;
            if (!is_far_apart(p, value)) continue;
        }
        const cl_status status = finish_far_apart(p, c, batch, item, width, s->memory.exact, s->output, s->fault);
        if (status == CL_STATUS_OK) continue;
        s->fault->item = item;
        return status;
    }
    return CL_STATUS_OK;
}

#if CL_REGISTER_BYTES >= 32
/* Where lanes leave most problems, the next ones are likely to be as far apart. */
enum { GROUPS_WITHOUT_LANES = 8 };
static bool are_most(uint64_t left) { return __builtin_popcountll(left) > WIDE_LANES / 2; }

/* The same of small ones, one in each lane. False if they are not, or if most are to be solved again. */
static bool solve_some_small(batch_solver *s, size_t first, size_t *count, cl_status *status) {
    const size_t side = first < s->lanes_from ? 0 : small_side(s->batch, first);
    if (side == 0) return false;
    *count = WIDE_LANES;
    *status = CL_STATUS_OK;
    uint64_t left = solve_small(s->costs, s->batch, first, s->output, side);
    if (are_most(left)) {
        s->lanes_from = first + GROUPS_WITHOUT_LANES * ASSIGNMENT_GROUP;
        return false;
    }
    for (; left != 0 && *status == CL_STATUS_OK; left &= left - 1) {
        const size_t item = first + (size_t)__builtin_ctzll(left);
        *status = solve_some(s, item, item + 1, &(size_t){0});
    }
    return true;
}
#endif

CL_SOLVES cl_status solve_assignments(
    const CL_REAL *costs, const cl_assignment_batch *batch, void *workspace,
    const cl_assignment_output *output, cl_fault *restrict fault, stop_point *stop) {
    batch_solver s;
    s.costs = costs;
    s.batch = batch;
    s.workspace = workspace;
    s.output = output;
    s.fault = fault;
    s.stop = stop;
    s.lanes_from = 0;
    arena a = arena_over(workspace);
    assignment_memory_lay_out(&s.memory, &a, batch->rows, batch->columns);
    if (s.memory.problem_size == 0) return CL_STATUS_INVALID_ARGUMENT;
    for (size_t k = 0; k < ASSIGNMENT_GROUP && k < batch->count; k++)
        s.group[k] = (assignment_problem){.stop = stop};
    for (size_t first = 0, count; first < batch->count; first += count) {
        leave_if_stopped(stop);
        cl_status status;
#if CL_REGISTER_BYTES >= 32
        if (!solve_some_small(&s, first, &count, &status))
#endif
            status = solve_some(&s, first, batch->count, &count);
        if (status != CL_STATUS_OK) return status;
    }
    return CL_STATUS_OK;
}

#if CL_REGISTER_BYTES == 64
extern cl_assignment_solve CL_NAME(cl_assignment_solve, CL_REAL_SUFFIX, avx2);

/* Solves problems from `first` up to `end` in narrower registers. */
static cl_status solve_narrower(
    const CL_REAL *costs, const cl_assignment_batch *batch, size_t first, size_t end, void *workspace,
    const cl_assignment_output *to, cl_fault *fault) {
    const size_t row = first * batch->rows, column = first * batch->columns;
    const cl_assignment_batch part = {
        end - first, batch->rows, batch->columns, batch->row_counts ? batch->row_counts + first : NULL,
        batch->column_counts ? batch->column_counts + first : NULL,
        batch->column_potentials ? batch->column_potentials + column : NULL};
    const cl_assignment_output of_part = {
        to->values + first, to->column_of_row + row, to->row_of_column + column, to->row_potentials + row,
        to->column_potentials + column};
    const cl_status status = CL_NAME(cl_assignment_solve, CL_REAL_SUFFIX, avx2)(
        costs + row * batch->columns, &part, workspace, &of_part, fault);
    if (status == CL_STATUS_INVALID_COST || status == CL_STATUS_INFEASIBLE) fault->item += first;
    return status;
}

/* Small problems that the batch starts with have lanes of their own, until most are to be solved again. */
CL_SOLVES cl_status solve_small_first(
    const CL_REAL *costs, const cl_assignment_batch *batch, void *workspace,
    const cl_assignment_output *output, cl_fault *restrict fault, stop_point *stop) {
    size_t first = 0;
    for (size_t side; (side = small_side(batch, first)) > 0; first += WIDE_LANES) {
        leave_if_stopped(stop);
        uint64_t left = solve_small(costs, batch, first, output, side);
        if (are_most(left)) break;
        for (; left != 0; left &= left - 1) {
            const size_t item = first + (size_t)__builtin_ctzll(left);
            const cl_status status = solve_narrower(costs, batch, item, item + 1, workspace, output, fault);
            if (status != CL_STATUS_OK) return status;
        }
    }
    return solve_narrower(costs, batch, first, batch->count, workspace, output, fault);
}
#endif

cl_status CL_VARIANT(cl_assignment_solve)(
    const void *costs, const cl_assignment_batch *batch, void *workspace,
    const cl_assignment_output *output, cl_fault *restrict fault) {
#if CL_REGISTER_BYTES == 64 /* which short rows would not fill: half of it is up to 1.9 x faster, with the same bits */
    const bool is_wide = batch->rows < batch->columns && batch->columns <= 128;
    const bool is_tall = batch->rows > batch->columns && batch->columns <= LANES / 2;
    if ((batch->rows <= 24 && batch->columns <= 24) || is_wide || is_tall) {
        if (small_side(batch, 0) == 0)
            return CL_NAME(cl_assignment_solve, CL_REAL_SUFFIX, avx2)(costs, batch, workspace, output, fault);
        CL_STOPPABLE(fault, solve_small_first(costs, batch, workspace, output, fault, stop));
    }
#endif
    CL_STOPPABLE(fault, solve_assignments(costs, batch, workspace, output, fault, stop));
}
