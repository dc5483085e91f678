/* The search for a shortest augmenting path in exact numbers, of exact_matching.h. What rounded numbers can
 * tell is told by them: each exact one has a near one beside it, and exact ones are made and compared only
 * where those are too close. */
#ifndef CL_EXACT_SEARCH_H
#define CL_EXACT_SEARCH_H

#include "exact_matching.h"
#include "../common/arena.h"
#include "../common/wide.h"

/* Near numbers are scaled by 2^-64, so that sums of the greatest doubles stay finite. */
enum { EXACT_NEAR_SHIFT = -64 };

/* What a column is while a search runs. Barred ones are closed to the barred row alone. */
enum { EXACT_REACHED = 1, EXACT_SETTLED = 2, EXACT_CLOSED = 4, EXACT_BARRED = 8 };

typedef struct exact_solver {
    exact_matching m;
    wide_format format;
    uint64_t *potential; /* [columns, words] v */
    uint64_t *distance;  /* [columns, words] of the shortest path found so far */
    uint64_t *base;      /* [words] what a row adds to the reduced costs of its columns */
    uint64_t *through;   /* [words] */
    uint64_t *bound;     /* [words] the length of the shortest path to a column with room */
    uint64_t *limit;     /* [words] the bound less the potential of the released column */
    uint64_t *spare;     /* [words] distance of the nearest column with room, where another is released */
    double *potential_near;
    double *distance_near;
    double bound_near, limit_near;
    size_t target;   /* the column that has the bound; columns: none is known yet */
    size_t barred_row; /* rows: none */
    size_t released; /* a full column that has room in this search, as its row is the start; columns: none */
    bool has_spare, is_spare_settled;
    int64_t *entry_before; /* [columns] the last entry of a column's path, of row row_before */
    int64_t *room;         /* [columns] */
    int32_t *row_before;
    int32_t *first; /* [columns] the rows of a column, as a list; -1: none */
    int32_t *next;  /* [rows] */
    int32_t *reached; /* [columns] those reached by a search */
    uint8_t *state;   /* [columns] */
    size_t reached_count;
    int64_t *entry_of; /* [rows] */
} exact_solver;

void exact_solver_lay_out(exact_solver *s, arena *a, size_t rows, size_t columns);

/* Chooses the format for the costs, and clears the potentials, the rows of the columns and their states. */
void exact_solver_begin(exact_solver *s);

/* Finds the shortest path for a row; s->target is where it ends, and s->bound its length. False if there
 * is none. exact_solver_end_search must follow.
 *
 * With a released column the length alone is found. Then a path may go on from a column with room: those
 * count as matched to a spare row at cost 0, which takes another column instead. */
bool exact_solver_search(exact_solver *s, size_t row);

/* Lowers the potentials of the columns settled, and moves the rows of the path up. */
void exact_solver_augment(exact_solver *s, size_t row);
void exact_solver_end_search(exact_solver *s);

/* Matches every row from `from` on. False if that cannot be. */
bool exact_solver_match(exact_solver *s, size_t from);

static inline uint64_t *exact_potential(const exact_solver *s, size_t column) {
    return s->potential + column * s->format.words;
}

static inline uint64_t *exact_distance(const exact_solver *s, size_t column) {
    return s->distance + column * s->format.words;
}

static inline double exact_near(const exact_solver *s, const uint64_t *x) {
    return wide_scaled_value(s->format, x, EXACT_NEAR_SHIFT, NULL);
}

#endif
