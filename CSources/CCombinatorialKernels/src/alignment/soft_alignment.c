#include "cl_alignment.h"

#include "cl_rows.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "../common/arena.h"
#include "../common/fault.h"
#include "alignment_workspace.h"

/* The grid by anti-diagonals: on number a lie the nodes (i, a - i), next to each other, from
 * first_row(a) to last_row(a). Three moves out of each node, or into it, are three arrays.
 *
 * The smoothed distance of a node is distance - temperature * paths, with the distance of the cheapest path
 * and the logarithm of the sum over paths of exp((distance - cost) / temperature): of the number of cheapest
 * paths, at the least. In one number the second part would drown in the rounding of the first. */
typedef struct soft_grid {
    size_t rows, columns;
    size_t width;          /* of a diagonal, with room for one node more on either side */
    double scale;          /* of prices and distances: 1, or less where sums would overflow */
    double temperature;    /* in this scale */
    double *distances;     /* [rows + columns + 3, width]; +infinity where no node is */
    double *paths;         /* likewise; 0 there */
    double *occupancy;     /* [3, width]: probabilities of the nodes of a diagonal and the two after */
    double *prices[3];     /* [width] of the moves D, H, V out of a diagonal */
    double *least;         /* [width]: of the distances through the moves */
    double *greatest;      /* [width]: of the exponents */
    double *exponents[3];  /* [width] */
    double *shares[3];     /* [width] */
    stop_point *stop;
} soft_grid;

/* Of doubles; that of cl_rows_kernels. */
typedef void exponential_function(const void *x, size_t count, void *restrict y);

static inline size_t first_row(const soft_grid *g, size_t a) {
    return a > g->columns ? a - g->columns : 0;
}

static inline size_t last_row(const soft_grid *g, size_t a) { return a < g->rows ? a : g->rows; }

static void lay_out(soft_grid *g, arena *a, size_t rows, size_t columns) {
    g->rows = rows;
    g->columns = columns;
    g->width = (rows < columns ? rows : columns) + 3;
    ARENA_TAKE(a, g->distances, (rows + columns + 3) * g->width);
    ARENA_TAKE(a, g->paths, (rows + columns + 3) * g->width);
    ARENA_TAKE(a, g->occupancy, 3 * g->width);
    ARENA_TAKE(a, g->least, g->width);
    ARENA_TAKE(a, g->greatest, g->width);
    for (int move = 0; move < 3; move++) {
        ARENA_TAKE(a, g->prices[move], g->width);
        ARENA_TAKE(a, g->exponents[move], g->width);
        ARENA_TAKE(a, g->shares[move], g->width);
    }
}

size_t cl_soft_alignment_workspace_size(size_t rows, size_t columns) {
    size_t cells;
    if (rows > INT32_MAX || columns > INT32_MAX ||
        __builtin_mul_overflow(2 * (rows + columns) + 24, (rows < columns ? rows : columns) + 3, &cells) ||
        cells > SIZE_MAX / 16)
        return 0;
    soft_grid g;
    arena a = {0};
    lay_out(&g, &a, rows, columns);
    return arena_size(&a);
}

/* Node (i, a - i) of diagonal a is element i of what these return. */
static inline double *distances_of(const soft_grid *g, size_t a) {
    return g->distances + a * g->width + 1 - first_row(g, a);
}

static inline double *paths_of(const soft_grid *g, size_t a) {
    return g->paths + a * g->width + 1 - first_row(g, a);
}

static inline double *occupancy_of(const soft_grid *g, size_t a) {
    return g->occupancy + a % 3 * g->width + 1 - first_row(g, a);
}

/* Where the moves out of the nodes of diagonal a lead in one of the two arrays, from the first node on. */
static void find_ends(const soft_grid *g, const double *nodes, size_t a, const double *ends[3]) {
    const size_t first = first_row(g, a);
    const double *next = nodes + (a + 1) * g->width + 1 + first - first_row(g, a + 1);
    const double *after = nodes + (a + 2) * g->width + 1 + first - first_row(g, a + 2);
    ends[CL_ALIGNMENT_DIAGONAL] = after + 1;
    ends[CL_ALIGNMENT_HORIZONTAL] = next;
    ends[CL_ALIGNMENT_VERTICAL] = next + 1;
}

static inline double lesser(double a, double b) { return b < a ? b : a; }
static inline double greater(double a, double b) { return b > a ? b : a; }

/* The exponents of the moves out of `count` nodes, one for each of `through`, the greatest of a node 0. */
static void find_exponents(
    size_t count, double temperature, const double *const ends[3], const double *const paths[3],
    double *const prices[3], double *const exponents[3], double *restrict least,
    double *restrict greatest) {
    const double *d = ends[0], *h = ends[1], *v = ends[2];
    const double *d_paths = paths[0], *h_paths = paths[1], *v_paths = paths[2];
    const double *d_price = prices[0], *h_price = prices[1], *v_price = prices[2];
    double *restrict d_exponent = exponents[0], *restrict h_exponent = exponents[1];
    double *restrict v_exponent = exponents[2];
    for (size_t n = 0; n < count; n++) {
        const double x = d[n] + d_price[n], y = h[n] + h_price[n], z = v[n] + v_price[n];
        const double low = lesser(x, lesser(y, z)), reference = low < INFINITY ? low : 0;
        const double a = (reference - x) / temperature + d_paths[n];
        const double b = (reference - y) / temperature + h_paths[n];
        const double c = (reference - z) / temperature + v_paths[n];
        const double high = greater(greater(a, greater(b, c)), -DBL_MAX); /* no moves: all weights are 0 */
        d_exponent[n] = a - high;
        h_exponent[n] = b - high;
        v_exponent[n] = c - high;
        least[n] = low;
        greatest[n] = high;
    }
}

/* Of the nodes of diagonal a, the least distance through a move, and in `shares` the weights
 * exp((least - distance) / temperature + paths - greatest) of the moves: 1 for the greatest exponent, and
 * 0 where no move is possible. */
static void weigh_moves(const soft_grid *g, size_t a, exponential_function *exponential) {
    leave_if_stopped(g->stop);
    const size_t count = last_row(g, a) - first_row(g, a) + 1;
    const double *ends[3], *paths[3];
    find_ends(g, g->distances, a, ends);
    find_ends(g, g->paths, a, paths);
    find_exponents(
        count, g->temperature, ends, paths, g->prices, g->exponents, g->least, g->greatest);
    for (int move = 0; move < 3; move++)
        exponential(g->exponents[move], count, g->shares[move]);
}

static inline double sum_of_shares(const soft_grid *g, size_t n) {
    return g->shares[0][n] + g->shares[1][n] + g->shares[2][n];
}

static void relax_diagonal(const soft_grid *g, size_t a, exponential_function *exponential) {
    const size_t first = first_row(g, a), last = last_row(g, a);
    double *at = distances_of(g, a), *paths = paths_of(g, a);
    weigh_moves(g, a, exponential);
    for (size_t i = first; i <= last; i++) {
        at[i] = g->least[i - first];
        paths[i] = at[i] < INFINITY ? g->greatest[i - first] + log(sum_of_shares(g, i - first)) : 0;
    }
}

/* Spreads the probability of each node of a diagonal over its moves; leaves in `shares` that of each. The
 * weights, not the distances, say how: then what leaves a node is what came, however the distances are
 * rounded. */
static void spread_diagonal(const soft_grid *g, size_t a, exponential_function *exponential) {
    const size_t first = first_row(g, a), last = last_row(g, a);
    const double *probability = occupancy_of(g, a);
    weigh_moves(g, a, exponential);
    double *next = occupancy_of(g, a + 1), *after = occupancy_of(g, a + 2);
    for (size_t i = first; i <= last; i++) {
        const double sum = sum_of_shares(g, i - first);
        for (int move = 0; move < 3; move++)
            g->shares[move][i - first] = sum > 0 ? g->shares[move][i - first] / sum * probability[i] : 0;
        after[i + 1] += g->shares[CL_ALIGNMENT_DIAGONAL][i - first];
        next[i] += g->shares[CL_ALIGNMENT_HORIZONTAL][i - first];
        next[i + 1] += g->shares[CL_ALIGNMENT_VERTICAL][i - first];
    }
    /* The diagonal's own memory is that of the third one after it. */
    memset(g->occupancy + a % 3 * g->width, 0, g->width * sizeof(double));
}

/* Of the costs, and the factor by which the prices of gaps may exceed them. */
typedef struct price_range {
    double low, high, factor;
} price_range;

/* Where sums of prices may overflow, all of them, and the temperature, are taken this much smaller. Only
 * products of the factor may then still be too large; those above 0 are as good as +infinity. */
#define SMALLER 0x1p-64

/* distance - temperature * paths of the first node, and what that is of a sum that overflows. */
static double value_of(const soft_grid *g) {
    const double distance = distances_of(g, 0)[0];
    const double value = distance / g->scale - g->temperature / g->scale * paths_of(g, 0)[0];
    return isfinite(value) || distance == INFINITY
               ? value
               : (distance * SMALLER - g->temperature * SMALLER * paths_of(g, 0)[0]) / (g->scale * SMALLER);
}

/* Whether the sums along all paths are finite. */
static bool may_add(const soft_grid *g, double price, double factor) {
    return g->scale * price * factor < DBL_MAX / 4 / (double)(g->rows + g->columns + 1);
}

static void choose_scale(soft_grid *g, price_range range, double temperature) {
    g->scale = 1;
    if (!may_add(g, range.high, range.factor) || !may_add(g, -range.low, range.factor))
        g->scale = SMALLER;
    g->temperature = temperature * g->scale;
    if (g->temperature == 0)
        g->temperature = 0x1p-1074; /* distances that differ do so by this or more */
}

CL_INLINE size_t at_most(size_t index, size_t limit) { return index < limit ? index : limit; }

/* The price of a gap next to cell (i, k), which costs `cell`. */
CL_INLINE double gap_price(cl_alignment_rule rule, const soft_grid *g, double cell, double given) {
    return rule.gaps == CL_ALIGNMENT_GAP_FACTOR  ? rule.gap_factor * cell
           : rule.gaps == CL_ALIGNMENT_GAP_COSTS ? g->scale * given
                                                 : cell;
}

#define CL_BODY "../alignment/soft_body.h"
#include "../common/element_types.h"

CL_SOLVES cl_status solve(
    cl_instruction_set set, cl_element element, const cl_alignment_problem *p,
    cl_alignment_rule rule, void *workspace, size_t gradient_stride, double *restrict value,
    void *restrict gradient, void *restrict row_gradient, void *restrict column_gradient,
    cl_fault *restrict fault, stop_point *stop) {
    const cl_rows_kernels *rows = cl_rows_table(set, CL_FLOAT64);
    if (rows == NULL || cl_soft_alignment_workspace_size(p->rows, p->columns) == 0) return CL_STATUS_INVALID_ARGUMENT;
    return (element == CL_FLOAT32 ? soft_alignment_solve_f32 : soft_alignment_solve_f64)(
        p, rule, rows->exponential, workspace, gradient_stride, value, gradient, row_gradient,
        column_gradient, fault, stop);
}

cl_status cl_soft_alignment_solve(
    cl_instruction_set set, cl_element element, const cl_alignment_problem *p,
    cl_alignment_rule rule, void *workspace, size_t gradient_stride, double *restrict value,
    void *restrict gradient, void *restrict row_gradient, void *restrict column_gradient,
    cl_fault *restrict fault) {
    CL_STOPPABLE(fault, solve(
        set, element, p, rule, workspace, gradient_stride, value, gradient, row_gradient, column_gradient,
        fault, stop));
}
