/* Alignment, of one variant. The parts stand in the order in which they build on each other. */

/* Moves of four lanes fill a byte, so four are the least, in several registers if need be. */
#if CL_REGISTER_BYTES > 4 * (CL_REAL_IS_FLOAT ? 4 : 8)
#define ALIGNMENT_LANES (CL_REGISTER_BYTES / (CL_REAL_IS_FLOAT ? 4 : 8))
#else
#define ALIGNMENT_LANES 4
#endif

#include "lanes_body.h"
#include "streams_body.h"
#include "recurrence_body.h"
#include "path_body.h"
#include "side_by_side_body.h"
#include "alone_body.h"
#include "letter_lanes_body.h"
#include "letter_levels_body.h"
#include "letter_strips_body.h"

/* Whether a cost that the rule lets the path read is NaN or -infinity, and the first such. */
static bool find_bad_cell(
    const cl_alignment_problem *p, cl_alignment_rule rule, cl_fault *restrict fault, stop_point *stop) {
    for (size_t i = 0; i < p->rows; i++) {
        leave_if_stopped(stop);
        const stream s = stream_of_row(p, rule, i, 0);
        for (ptrdiff_t k = s.first; k < s.end; k++)
            if (!stream_is_valid(&s, k)) {
                fault->row = i;
                fault->column = (size_t)k;
                return true;
            }
    }
    return false;
}

/* A problem without cells, and without rounding worth the name; NaN if there may be some. */
static double value_of_gaps(const cl_alignment_problem *p, cl_alignment_rule rule) {
    const CL_REAL *row_gaps = p->row_gaps, *column_gaps = p->column_gaps;
    double value = 0;
    if (rule.gaps == CL_ALIGNMENT_TIME_WARPING && p->rows + p->columns > 0)
        return INFINITY;
    if (rule.gaps != CL_ALIGNMENT_GAP_COSTS)
        return 0;
    for (size_t k = 0; k < p->columns; k++)
        value += column_gaps[k] < 0 ? (double)NAN : (double)column_gaps[k];
    for (size_t i = 0; i < p->rows; i++)
        value += row_gaps[i] < 0 ? (double)NAN : (double)row_gaps[i];
    return value;
}

/* Whether the distances, rounded as they are, prove the path to be the cheapest but for the rounding of
 * its own terms: its excess is below 2 n u (M + m) for n moves, u the rounding unit of the element type,
 * M the sum of the magnitudes of its terms and m that of the cheapest path's.
 *
 * On the cheapest path the exact distances are sums of its own terms, so the rounding of distances there is
 * in proportion to m; that of the distance of the start, to M. Costs of at least 0 have M = value <= m.
 * Otherwise M <= 8 |value| is asked for, and |value| <= m but for the excess. (After N. J. Higham, Accuracy
 * and Stability of Numerical Algorithms, 2002, section 4.2.)
 *
 * Overflow would do more than round. No distance on the cheapest path exceeds value + n |lowest|. */
static bool is_proven_path(
    const cl_alignment_problem *p, cl_alignment_rule rule, double lowest, double value,
    double magnitude, size_t move_count) {
    const bool has_factor = rule.gaps == CL_ALIGNMENT_GAP_FACTOR;
    const double factor = has_factor ? rule.gap_factor : 1, size = fabs(value);
    if (!(size < (double)REAL_MAX / 4))
        return false;
    if (has_factor && (!(factor >= (double)REAL_MIN && factor <= (double)REAL_MAX) ||
                       (value != 0 && size < (double)move_count * (double)REAL_MIN)))
        return false; /* the factor, or its products, have lost digits */
    if (lowest >= 0)
        return true;
    const double below = (double)(p->rows + p->columns) * (factor > 1 ? factor : 1) * -lowest;
    return below < (double)REAL_MAX / 4 && magnitude <= 8 * size;
}

/* Whether a path that seems to cost 0 does so only because products with the factor may have vanished: its own, or,
 * of costs below 0, those of a cheaper one. */
static bool has_vanished(
    const cl_alignment_problem *p, cl_alignment_rule rule, double lowest, double value,
    const uint8_t *moves, path_end at, size_t count) {
    if (value != 0 || rule.gaps != CL_ALIGNMENT_GAP_FACTOR || rule.gap_factor >= 1) return false;
    rule.gap_factor = 1;
    return lowest < 0 || sum_path(p, rule, moves, at, count, &(double){0}) != 0;
}

/* From the end of a path off the borders to what the caller gets. */
static cl_status report(
    const cl_alignment_problem *p, cl_alignment_rule rule, path_end at, double lowest, void *workspace,
    double *restrict value, uint8_t *restrict moves, size_t *restrict move_count, stop_point *stop) {
    const size_t count = *move_count = finish_path(p, at, moves);
    if (p->rows == 0 || p->columns == 0) {
        *value = value_of_gaps(p, rule);
        if (*value < INFINITY)
            return CL_STATUS_OK;
    } else if (rule.gaps != CL_ALIGNMENT_TIME_WARPING || count == at.count) {
        /* Time warping knows no way along the border: then there is no path at all. */
        double magnitude;
        *value = sum_path(p, rule, moves, at, count, &magnitude);
        if (!has_vanished(p, rule, lowest, *value, moves, at, count) &&
            is_proven_path(p, rule, lowest, *value, magnitude, count))
            return CL_STATUS_OK;
    }
    const cl_element element = CL_REAL_IS_FLOAT ? CL_FLOAT32 : CL_FLOAT64;
    return cl_alignment_exact(p, element, rule, workspace, value, moves, move_count, stop);
}

/* How many of the problems go through the lanes side by side, from the first on. */
static size_t group_count(const cl_alignment_problem *problems, size_t count) {
    size_t rows = 0, columns = 0, lane_group = 0;
    for (; lane_group < count && lane_group < ALIGNMENT_LANES; lane_group++) {
        const cl_alignment_problem *p = &problems[lane_group];
        rows = p->rows > rows ? p->rows : rows;
        columns = p->columns > columns ? p->columns : columns;
        if (p->rows == 0 || p->columns == 0 || !are_side_by_side(count, rows, columns))
            break;
    }
    return lane_group;
}

CL_SOLVES cl_status align(
    const cl_alignment_problem *problems, size_t count, cl_alignment_rule rule, void *workspace,
    size_t moves_stride, double *restrict values, uint8_t *restrict moves,
    size_t *restrict move_counts, cl_fault *restrict fault, stop_point *stop) {
    for (size_t first = 0, taken; first < count; first += taken) {
        leave_if_stopped(stop);
        taken = group_count(problems + first, count - first);
        taken = taken > 1 ? taken : 1;
        const cl_alignment_problem *some = problems + first;
        uint8_t *paths = moves + first * moves_stride;
        path_end ends[ALIGNMENT_LANES] = {{0, 0, 0}};
        witness w = {(lanes)(CL_REAL)0, (lanes)(CL_REAL)0};
        if (taken > 1) {
            lane_group g = {.problems = some, .count = taken};
            w = relax_and_keep(&g, rule, workspace);
            follow_group(&g, moves_stride, paths, ends);
        } else if (some->rows > 0 && some->columns > 0) {
            w = solve_alone(some, rule, workspace, paths, ends, stop);
        }
        const uint32_t sound = sound_lanes(w);
        for (size_t i = 0; i < taken; i++) {
            cl_status status = CL_STATUS_INVALID_COST;
            if (sound >> i & 1 || !find_bad_cell(&some[i], rule, fault, stop))
                status = report(
                    &some[i], rule, ends[i], (double)w.lowest[i], workspace, &values[first + i],
                    paths + i * moves_stride, &move_counts[first + i], stop);
            if (status != CL_STATUS_OK) {
                fault->item = first + i;
                return status;
            }
        }
    }
    return CL_STATUS_OK;
}

cl_status CL_VARIANT(cl_alignment_solve)(
    const cl_alignment_problem *problems, size_t count, cl_alignment_rule rule, void *workspace,
    size_t moves_stride, double *restrict values, uint8_t *restrict moves,
    size_t *restrict move_counts, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, align(
        problems, count, rule, workspace, moves_stride, values, moves, move_counts, fault, stop));
}

#include "letter_alignment_body.h"
