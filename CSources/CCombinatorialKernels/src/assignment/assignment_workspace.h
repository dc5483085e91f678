/* The memory of one assignment problem, laid out in the caller's workspace. */
#ifndef CL_ASSIGNMENT_WORKSPACE_H
#define CL_ASSIGNMENT_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORKSPACE_ALIGNMENT ((size_t)64)

/* Elements of the widest vector of any variant: 16 floats. Row lengths are rounded up to it, so that
 * one size serves every variant and no loop has a tail. */
#define WIDEST_LANES ((size_t)16)

/* The problem is held with at most as many rows as columns, transposed if need be. */
typedef struct assignment_workspace {
    double *potentials;    /* [width] v, the column potentials */
    double *open;          /* [width] v of columns outside the tree, -infinity of those inside */
    double *distances;     /* [width] length of the shortest path to an open column, else +infinity */
    double *taken;         /* [width] 0 for an unmatched column, +infinity for a matched one */
    double *tree_distance; /* [rows] final distance of the columns in the tree, in order of entry */
    int64_t *predecessor;  /* [width] row before a column on its shortest path */
    int32_t *tree_column;  /* [rows] columns in the tree, in order of entry */
    int32_t *free_rows;    /* [rows] */
    int32_t *wins;         /* [rows] columns that a row is the cheapest for */
    int32_t *row_of;       /* [width] */
    int32_t *column_of;    /* [rows] */
    char *costs;           /* [rows, width] of the element type: a padded copy where one is needed */
} assignment_workspace;

/* A smallest value and the lowest column that has it. */
typedef struct minimum {
    double value;
    size_t column;
} minimum;

typedef struct two_minima {
    minimum first;
    minimum second;
} two_minima;

/* The nearest column outside the search tree, and the distance of the nearest unmatched one. */
typedef struct nearest {
    minimum open;
    double unmatched;
} nearest;

static inline size_t padded(size_t count) {
    return (count + WIDEST_LANES - 1) / WIDEST_LANES * WIDEST_LANES;
}

/* Lays the arrays out from `base` (NULL to measure only); returns the bytes used. */
static inline size_t assignment_workspace_lay_out(
    assignment_workspace *w, char *base, size_t rows, size_t width, size_t element_size) {
    size_t used = 0;
#define PLACE(field, count, size)                                                                  \
    do {                                                                                           \
        w->field = base ? (void *)(base + used) : NULL;                                            \
        used += padded(count) * (size);                                                            \
    } while (0)
    PLACE(potentials, width, sizeof(double));
    PLACE(open, width, sizeof(double));
    PLACE(distances, width, sizeof(double));
    PLACE(taken, width, sizeof(double));
    PLACE(tree_distance, rows, sizeof(double));
    PLACE(predecessor, width, sizeof(int64_t));
    PLACE(tree_column, rows, sizeof(int32_t));
    PLACE(free_rows, rows, sizeof(int32_t));
    PLACE(wins, rows, sizeof(int32_t));
    PLACE(row_of, width, sizeof(int32_t));
    PLACE(column_of, rows, sizeof(int32_t));
    PLACE(costs, rows * width, element_size);
#undef PLACE
    return used;
}

static inline size_t assignment_workspace_size(size_t rows, size_t columns) {
    const size_t fewer = rows < columns ? rows : columns;
    const size_t more = rows < columns ? columns : rows;
    size_t cells;
    if (more > INT32_MAX - WIDEST_LANES || __builtin_mul_overflow(fewer, padded(more), &cells) ||
        cells > SIZE_MAX / 64) /* leaves room for the vectors beside the matrix */
        return 0;
    assignment_workspace w;
    return assignment_workspace_lay_out(&w, NULL, fewer, padded(more), sizeof(double)) +
           WORKSPACE_ALIGNMENT;
}

#endif
