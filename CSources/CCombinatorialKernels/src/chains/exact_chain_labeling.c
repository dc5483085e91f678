#include "cl_chains.h"

#include <math.h>
#include <stdbool.h>

#include "../common/arena.h"
#include "../common/fault.h"
#include "../common/wide.h"

/* Sums of two neighboring positions, what a label at the second would cost, and how labels were reached. */
typedef struct exact_chain {
    wide_format format;
    uint64_t *before; /* [labels] numbers */
    uint64_t *here;   /* [labels] numbers */
    uint64_t *offer;  /* one */
    int32_t *from;    /* [positions, labels] the label of the position before; -1: out of reach */
    stop_point *stop;
} exact_chain;

static void lay_out(exact_chain *c, arena *a, cl_chain chain) {
    ARENA_TAKE(a, c->before, WIDE_SUM_WORDS * chain.labels);
    ARENA_TAKE(a, c->here, WIDE_SUM_WORDS * chain.labels);
    ARENA_TAKE(a, c->offer, WIDE_SUM_WORDS);
    ARENA_TAKE(a, c->from, chain.positions * chain.labels);
}

size_t cl_chain_labeling_exact_workspace_size(cl_chain chain) {
    if (cl_chain_labeling_workspace_size(chain) == 0 ||
        chain.positions * chain.labels > SIZE_MAX / 2048)
        return 0;
    exact_chain c;
    arena a = {0};
    lay_out(&c, &a, chain);
    return arena_size(&a);
}

/* Widens a range by all costs; false if one is invalid. */
static bool include_all(
    wide_range *range, const double *unary, const double *steps, size_t length, cl_chain chain,
    cl_fault *fault, stop_point *stop) {
    const size_t labels = chain.labels;
    for (size_t t = 0; t < length; t++) {
        leave_if_stopped(stop);
        const double *here = unary + t * chain.unary_position_stride;
        const double *matrix = t > 0 ? steps + (t - 1) * chain.step_position_stride : NULL;
        for (size_t k = 0; k < labels + (t > 0 ? labels * labels : 0); k++) {
            const double cost = k < labels ? here[k] : matrix[k - labels];
            if (!(cost > -INFINITY)) {
                refuse(fault, 0, t, k);
                return false;
            }
            wide_include(range, cost);
        }
    }
    return true;
}

/* The sums of a position from those of the one before, and the smallest labels that they come from. */
static void advance(
    exact_chain *c, const double *matrix, const double *unary, size_t labels, const int32_t *reached,
    int32_t *from) {
    const wide_format f = c->format;
    for (size_t k = 0; k < labels; k++) {
        leave_if_stopped(c->stop);
        uint64_t *least = c->here + k * f.words;
        from[k] = -1;
        if (!(unary[k] < INFINITY)) continue;
        for (size_t j = 0; j < labels; j++) {
            if (reached[j] < 0 || !(matrix[j * labels + k] < INFINITY)) continue;
            wide_copy(f, c->offer, c->before + j * f.words);
            wide_add_double(f, c->offer, matrix[j * labels + k]);
            if (from[k] >= 0 && wide_compare(f, c->offer, least) >= 0) continue;
            wide_copy(f, least, c->offer);
            from[k] = (int32_t)j;
        }
        if (from[k] >= 0) wide_add_double(f, least, unary[k]);
    }
}

/* The sums up to each label, rounded if they are wanted; those of the last position are left in `before`. */
static void recur(
    exact_chain *c, const double *unary, const double *steps, size_t length, cl_chain chain,
    double *distances) {
    const size_t labels = chain.labels;
    for (size_t t = 0; t < length; t++) {
        const double *here = unary + t * chain.unary_position_stride;
        int32_t *from = c->from + t * labels;
        if (t > 0) {
            const double *matrix = steps + (t - 1) * chain.step_position_stride;
            advance(c, matrix, here, labels, from - labels, from);
        }
        for (size_t k = 0; t == 0 && k < labels; k++) {
            from[k] = here[k] < INFINITY ? 0 : -1;
            wide_clear(c->format, c->here + k * c->format.words);
            if (from[k] == 0) wide_add_double(c->format, c->here + k * c->format.words, here[k]);
        }
        for (size_t k = 0; distances != NULL && k < labels; k++)
            distances[t * labels + k] =
                from[k] < 0 ? (double)INFINITY : wide_value(c->format, c->here + k * c->format.words);
        uint64_t *other = c->before;
        c->before = c->here;
        c->here = other;
    }
}

CL_SOLVES cl_status solve(
    const double *unary, const double *steps, cl_chain chain, size_t length, void *workspace,
    double *restrict value, int32_t *restrict labels, double *restrict distances,
    cl_fault *restrict fault, stop_point *stop) {
    if (cl_chain_labeling_exact_workspace_size(chain) == 0) return CL_STATUS_INVALID_ARGUMENT;
    for (size_t t = 0; t < chain.positions; t++) labels[t] = -1;
    wide_range range = wide_no_range;
    if (!include_all(&range, unary, steps, length, chain, fault, stop)) return CL_STATUS_INVALID_COST;
    *value = 0;
    if (length == 0) return CL_STATUS_OK;
    exact_chain c = {.format = wide_format_for(range, UINT32_MAX), .stop = stop};
    arena a = arena_over(workspace);
    lay_out(&c, &a, chain);
    recur(&c, unary, steps, length, chain, distances);

    const int32_t *last = c.from + (length - 1) * chain.labels;
    size_t label = chain.labels;
    for (size_t k = chain.labels; k-- > 0;)
        if (last[k] >= 0 && (label == chain.labels || wide_compare(c.format, c.before + label * c.format.words,
                                                          c.before + k * c.format.words) >= 0))
            label = k;
    *value = label == chain.labels ? (double)INFINITY
                                   : wide_value(c.format, c.before + label * c.format.words);
    if (!(fabs(*value) < INFINITY)) {
        refuse(fault, 0, 0, 0);
        return label == chain.labels ? CL_STATUS_INFEASIBLE : CL_STATUS_OUT_OF_RANGE;
    }
    for (size_t t = length; t-- > 0; label = (size_t)c.from[t * chain.labels + label])
        labels[t] = (int32_t)label;
    return CL_STATUS_OK;
}

cl_status cl_chain_labeling_solve_exact(
    const double *unary, const double *steps, cl_chain chain, size_t length, void *workspace,
    double *restrict value, int32_t *restrict labels, double *restrict distances,
    cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve(unary, steps, chain, length, workspace, value, labels, distances, fault, stop));
}
