/* The memory of one assignment problem, laid out in the caller's workspace. */
#ifndef CL_ASSIGNMENT_WORKSPACE_H
#define CL_ASSIGNMENT_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl_matching.h"
#include "cl_transport.h"

#include "../common/arena.h"
#include "common_cost.h"
#include "exact_matching.h"
#include "magnitudes.h"
#include "shortlist.h"

/* Elements of the widest vector of any variant: 16 floats. Row lengths are rounded up to it, so that
 * one size serves every variant and no loop has a tail. */
#define WIDEST_LANES ((size_t)16)

/* The most problems that are solved together. */
#define ASSIGNMENT_GROUP 8

/* Smaller problems are left to phase 4, however long it takes. */
#define SIMPLEX_LEAST_SIZE ((size_t)32)

/* The problem is held with at most as many rows as columns, transposed if need be. */
typedef struct assignment_workspace {
    double *potentials;     /* [width] v, the column potentials; -infinity for columns in the tree */
    double *row_potentials; /* [width] u, found last; 0 where there is no row */
    double *distances;      /* [width] shortest path to a column outside the tree, else +infinity */
    tree_column *tree;      /* [rows] */
    int64_t *predecessor;   /* [width] row before a column on its shortest path */
    uint64_t *unmatched;    /* [width / 64] one bit for each column: whether it is unmatched */
    int32_t *list;          /* [rows + 1] rows that have a turn in this phase */
    int32_t *wins;          /* [rows] columns that a row is the cheapest for */
    int32_t *row_of;        /* [width] */
    int32_t *column_of;     /* [-1 ..< rows]: whatever is written for no row goes to -1 */
    shortlists lists;       /* of wide problems */
    bool *is_copied;        /* [rows] */
    char *costs;            /* [rows, width] of the element type: a padded copy where one is needed */
} assignment_workspace;

/* Below the magnitude of its value a problem is looked at again. The least cost of all would show best what
 * rounding may have reached, but takes one more pass over the costs: it is asked for where the potentials
 * are far apart, or far above the value, or above 2^30, which costs rarely are: then the answer is NaN, as even
 * a value beyond the range of double is not safe. Given potentials should not be far above the value in the
 * first place. */
#define GIVEN_POTENTIALS_FAR_ABOVE 0x1p-2
static inline double least_safe_value(magnitudes potentials, bool are_given) {
    if (!(potentials.greatest <= 0x1p28 * potentials.least && potentials.greatest < 0x1p30))
        return (double)NAN;
    return potentials.greatest * (are_given ? GIVEN_POTENTIALS_FAR_ABOVE : 0x1p-28);
}

/* The two smallest of some values, and the first column that has the smallest. */
typedef struct two_minima {
    double first, second;
    size_t column;
} two_minima;

static inline size_t padded(size_t count) {
    return (count + WIDEST_LANES - 1) / WIDEST_LANES * WIDEST_LANES;
}

static inline void assignment_workspace_lay_out(
    assignment_workspace *w, arena *a, size_t rows, size_t width, size_t element_size) {
    ARENA_TAKE(a, w->potentials, padded(width));
    ARENA_TAKE(a, w->row_potentials, padded(width));
    ARENA_TAKE(a, w->distances, padded(width));
    ARENA_TAKE(a, w->tree, padded(rows));
    ARENA_TAKE(a, w->predecessor, padded(width));
    ARENA_TAKE(a, w->unmatched, width / 64 + 1);
    ARENA_TAKE(a, w->list, padded(rows + 1));
    ARENA_TAKE(a, w->wins, padded(rows));
    ARENA_TAKE(a, w->row_of, padded(width));
    ARENA_TAKE(a, w->column_of, padded(rows + 1));
    if (a->base) w->column_of++;
    if (width >= SHORTLIST_LEAST_WIDTH) shortlists_lay_out(&w->lists, a, rows, width);
    ARENA_TAKE(a, w->is_copied, rows);
    ARENA_TAKE(a, w->costs, rows * width * element_size);
}

/* Bytes of one problem; 0 if they would overflow. */
static inline size_t assignment_problem_size(size_t rows, size_t columns) {
    const size_t fewer = rows < columns ? rows : columns;
    const size_t more = rows < columns ? columns : rows;
    size_t cells;
    if (more > INT32_MAX - WIDEST_LANES || more > SIZE_MAX / 1024 || __builtin_mul_overflow(fewer, padded(more), &cells) ||
        cells > SIZE_MAX / 64) /* leaves room for the vectors beside the matrix */
        return 0;
    assignment_workspace w;
    arena a = {0};
    assignment_workspace_lay_out(&w, &a, fewer, padded(more), sizeof(double));
    return a.used;
}

/* Problems that are solved together. More hide more waiting, until they push each other out of the
 * cache: 8 measured up to 1.4 x faster than 4 at 8 columns and slower at 32; one alone from 256. */
static inline size_t assignment_group_size(size_t rows, size_t columns) {
    const size_t longest = rows > columns ? rows : columns;
    return longest <= 16 ? ASSIGNMENT_GROUP : longest <= 32 ? 6 : longest <= 128 ? 4 : 1;
}

/* What the simplex method needs for the largest square problem of a batch. */
typedef struct simplex_workspace {
    double *ones;             /* [size] the masses of rows and columns */
    double *row_potentials;   /* [size] */
    double *column_potentials; /* [size] */
    double *masses;           /* [2 size] */
    int32_t *rows;            /* [2 size] */
    int32_t *columns;         /* [2 size] */
    char *transport;          /* cl_transport_workspace_size */
} simplex_workspace;

static inline void simplex_workspace_lay_out(simplex_workspace *w, arena *a, size_t size) {
    ARENA_TAKE(a, w->ones, size);
    ARENA_TAKE(a, w->row_potentials, size);
    ARENA_TAKE(a, w->column_potentials, size);
    ARENA_TAKE(a, w->masses, 2 * size);
    ARENA_TAKE(a, w->rows, 2 * size);
    ARENA_TAKE(a, w->columns, 2 * size);
    ARENA_TAKE(a, w->transport, cl_transport_workspace_size(size, size));
}

/* What the problems of a batch share, one after the other. */
typedef struct assignment_memory {
    size_t group_size, problem_size;
    char *group;   /* [group_size, problem_size] */
    char *simplex; /* of simplex_workspace_lay_out, if square problems can be so large */
    char *exact;   /* of exact_matching_solve */
} assignment_memory;

static inline void assignment_memory_lay_out(assignment_memory *m, arena *a, size_t rows, size_t columns) {
    const size_t fewer = rows < columns ? rows : columns, more = rows < columns ? columns : rows;
    simplex_workspace w;
    arena simplex = {0};
    if (fewer >= SIMPLEX_LEAST_SIZE) simplex_workspace_lay_out(&w, &simplex, fewer);
    m->group_size = assignment_group_size(rows, columns);
    m->problem_size = assignment_problem_size(rows, columns);
    ARENA_TAKE(a, m->group, m->group_size * m->problem_size);
    ARENA_TAKE(a, m->simplex, simplex.used);
    ARENA_TAKE(a, m->exact, exact_matching_workspace_size(fewer, padded(more)));
}

static inline size_t rows_of_item(const cl_assignment_batch *batch, size_t item) {
    return batch->row_counts ? batch->row_counts[item] : batch->rows;
}

static inline size_t columns_of_item(const cl_assignment_batch *batch, size_t item) {
    return batch->column_counts ? batch->column_counts[item] : batch->columns;
}

#endif
