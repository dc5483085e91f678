#include "alignment_soft.h"

#include <math.h>
#include <string.h>

/* The grid by anti-diagonals: on number a lie the nodes (i, a - i), next to each other, from
 * first_row(a) to last_row(a). Three moves out of each node, or into it, are three arrays. */
typedef struct soft_grid {
    size_t rows, columns;
    size_t width;          /* of a diagonal, with room for one node more on either side */
    double temperature;
    double *distances;     /* [rows + columns + 3, width]; +infinity where no node is */
    double *occupancy;     /* [3, width]: probabilities of the nodes of a diagonal and the two after */
    double *prices[3];     /* [width] of the moves D, H, V out of a diagonal */
    double *exponents[3];  /* [width] */
    double *shares[3];     /* [width] */
} soft_grid;

static inline size_t first_row(const soft_grid *g, size_t a) {
    return a > g->columns ? a - g->columns : 0;
}

static inline size_t last_row(const soft_grid *g, size_t a) { return a < g->rows ? a : g->rows; }

static size_t lay_out(soft_grid *g, double *base, size_t rows, size_t columns) {
    size_t used = 0;
    g->rows = rows;
    g->columns = columns;
    g->width = (rows < columns ? rows : columns) + 3;
#define PLACE(field, count)                                                                        \
    do {                                                                                           \
        g->field = base ? base + used : NULL;                                                      \
        used += (count)*g->width;                                                                  \
    } while (0)
    PLACE(distances, rows + columns + 3);
    PLACE(occupancy, 3);
    for (int move = 0; move < 3; move++) {
        PLACE(prices[move], 1);
        PLACE(exponents[move], 1);
        PLACE(shares[move], 1);
    }
#undef PLACE
    return used * sizeof(double);
}

size_t cl_alignment_soft_workspace_size(size_t rows, size_t columns) {
    size_t cells;
    if (rows > INT32_MAX || columns > INT32_MAX ||
        __builtin_mul_overflow(rows + columns + 18, (rows < columns ? rows : columns) + 3, &cells) ||
        cells > SIZE_MAX / 16)
        return 0;
    soft_grid g;
    return lay_out(&g, NULL, rows, columns) + sizeof(double);
}

/* Node (i, a - i) of diagonal a is element i of what these return. */
static inline double *distances_of(const soft_grid *g, size_t a) {
    return g->distances + a * g->width + 1 - first_row(g, a);
}

static inline double *occupancy_of(const soft_grid *g, size_t a) {
    return g->occupancy + a % 3 * g->width + 1 - first_row(g, a);
}

/* Where the moves out of the nodes of diagonal a lead, in the same element as the node. */
static void find_ends(const soft_grid *g, size_t a, const double *ends[3]) {
    ends[CL_ALIGNMENT_DIAGONAL] = distances_of(g, a + 2) + 1;
    ends[CL_ALIGNMENT_HORIZONTAL] = distances_of(g, a + 1);
    ends[CL_ALIGNMENT_VERTICAL] = distances_of(g, a + 1) + 1;
}

/* distance(node) = softmin of the moves; exact where only one of them is possible. */
static void relax_diagonal(const soft_grid *g, size_t a, cl_rows_exponential_f64 *exponential) {
    const size_t first = first_row(g, a), last = last_row(g, a), count = last - first + 1;
    double *at = distances_of(g, a);
    const double *ends[3];
    find_ends(g, a, ends);
    for (size_t i = first; i <= last; i++) {
        double least = INFINITY;
        for (int move = 0; move < 3; move++) {
            const double through = ends[move][i] + g->prices[move][i - first];
            g->exponents[move][i - first] = through;
            least = through < least ? through : least;
        }
        at[i] = least;
        const double reference = least < INFINITY ? least : 0;
        for (int move = 0; move < 3; move++)
            g->exponents[move][i - first] =
                (reference - g->exponents[move][i - first]) / g->temperature;
    }
    for (int move = 0; move < 3; move++)
        exponential(g->exponents[move], count, g->shares[move]);
    for (size_t i = first; i <= last; i++)
        if (at[i] < INFINITY)
            at[i] -= g->temperature * log(g->shares[0][i - first] + g->shares[1][i - first] +
                                          g->shares[2][i - first]);
}

/* Spreads the probability of each node of a diagonal over its moves; leaves in `shares` that of each. */
static void spread_diagonal(const soft_grid *g, size_t a, cl_rows_exponential_f64 *exponential) {
    const size_t first = first_row(g, a), last = last_row(g, a), count = last - first + 1;
    const double *at = distances_of(g, a), *probability = occupancy_of(g, a);
    const double *ends[3];
    find_ends(g, a, ends);
    for (int move = 0; move < 3; move++) {
        for (size_t i = first; i <= last; i++) {
            const double through = ends[move][i] + g->prices[move][i - first];
            g->exponents[move][i - first] =
                through < INFINITY ? (at[i] - through) / g->temperature : -INFINITY;
        }
        exponential(g->exponents[move], count, g->shares[move]);
        for (size_t i = first; i <= last; i++)
            g->shares[move][i - first] *= probability[i];
    }
    double *next = occupancy_of(g, a + 1), *after = occupancy_of(g, a + 2);
    for (size_t i = first; i <= last; i++) {
        after[i + 1] += g->shares[CL_ALIGNMENT_DIAGONAL][i - first];
        next[i] += g->shares[CL_ALIGNMENT_HORIZONTAL][i - first];
        next[i + 1] += g->shares[CL_ALIGNMENT_VERTICAL][i - first];
    }
    /* The diagonal's own memory is that of the third one after it. */
    memset(g->occupancy + a % 3 * g->width, 0, g->width * sizeof(double));
}

#define CL_BODY "../alignment/soft_body.h"
#include "../dispatch/each_element_type.h"
