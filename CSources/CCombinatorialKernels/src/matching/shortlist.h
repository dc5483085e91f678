/* The least reduced costs of every row of a large assignment problem, which answer most of what the phases of
 * assignment_body.h ask of whole rows.
 *
 * Column potentials never rise, so that reduced costs never fall, rounded or not: the least of those that were
 * not listed stays a bound on them. A question is answered by the list if all that it is about lies below that
 * bound; else the row is listed afresh. So answers are those of whole rows, bit for bit. */
#ifndef CL_SHORTLIST_H
#define CL_SHORTLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/arena.h"
#include "../common/fault.h"

/* Shorter rows are read as fast: of problems that need not be turned, which would be copied, up to more columns. */
#define SHORTLIST_LEAST_WIDTH ((size_t)65)
#ifndef SHORTLIST_LEAST_LENGTH /* tests have it smaller */
#define SHORTLIST_LEAST_LENGTH ((size_t)192)
#endif

/* In square problems, whose searches reach many rows, from so many on. */
#ifndef SHORTLIST_LEAST_SIZE /* tests have it smaller */
#define SHORTLIST_LEAST_SIZE ((size_t)512)
#endif

#ifndef SHORTLISTS_ARE_USED /* tests compare answers with those of whole rows */
#define SHORTLISTS_ARE_USED true
#endif

/* How many costs a list has room for: no multiple of 64, or those of many rows would share a few sets of the cache. */
#define SHORTLIST_ROOM ((size_t)200)

/* The groups of the longest lists, see shortlist_body.h. */
#define SHORTLIST_MOST_GROUPS 32

/* Random costs have fewer at most the greatest of the least of so many groups. */
static inline size_t shortlist_room(size_t groups) {
    return 12 * groups < SHORTLIST_ROOM ? 12 * groups : SHORTLIST_ROOM;
}

/* After so many rows with too many equal costs no row is listed any more. */
#define SHORTLIST_MOST_TIES 8

/* In the place of a count: rows that are to be listed, and rows with too many equal costs. */
enum { SHORTLIST_MISSING = -1, SHORTLIST_TIES = -2 };

/* A column in the search tree, in order of entry. */
typedef struct tree_column {
    double distance;  /* final */
    double potential; /* before the search */
    size_t column;
} tree_column;

/* A row in the search tree: what its reduced costs are lowered by, and the least one that is not listed. */
typedef struct tree_row {
    double offset, next;
    int32_t row;
    bool was_listed; /* once more, without the columns in the tree */
} tree_row;

typedef struct shortlists {
    int32_t *count;  /* [rows + 1] behind those of the rows stands one more list, for a search */
    uint8_t *groups; /* [rows] see shortlist_body.h */
    double *next;    /* [rows + 1] the least reduced cost that is not listed, as it was then */
    int32_t *column; /* [rows + 1, SHORTLIST_ROOM] ascending */
    double *cost;    /* [rows + 1, SHORTLIST_ROOM] */
    double *of_block; /* [width / 2 + 16] */
    char *of_strip;  /* [width / 8 + 1] registers */
    int32_t *block;   /* [width / 16 + 1] */
    tree_row *tree;  /* [rows + 1] */
    int32_t *via;     /* [width] of a column with a distance: the row of the tree before it */
    int32_t *touched; /* [width] columns whose distance is to be reset */
    int32_t *heap;    /* [width] */
    int32_t *place;   /* [width] */
} shortlists;

static inline void shortlists_lay_out(shortlists *s, arena *a, size_t rows, size_t width) {
    ARENA_TAKE(a, s->count, rows + 1);
    ARENA_TAKE(a, s->groups, rows);
    ARENA_TAKE(a, s->next, rows + 1);
    ARENA_TAKE(a, s->column, (rows + 1) * SHORTLIST_ROOM);
    ARENA_TAKE(a, s->cost, (rows + 1) * SHORTLIST_ROOM);
    ARENA_TAKE(a, s->of_block, width / 2 + 16);
    ARENA_TAKE(a, s->of_strip, 64 * (width / 8 + 1));
    ARENA_TAKE(a, s->block, width / 16 + 2);
    ARENA_TAKE(a, s->tree, rows + 1);
    ARENA_TAKE(a, s->via, width);
    ARENA_TAKE(a, s->touched, width);
    ARENA_TAKE(a, s->heap, width);
    ARENA_TAKE(a, s->place, width);
}

/* A problem that has lists. Its arrays are those of assignment_workspace. */
typedef struct shortlist_problem {
    shortlists lists;
    const void *costs; /* that of row i in column j is at i * row_step + j * column_step */
    size_t row_step, column_step;
    bool is_float;
    size_t rows, width;
    double *potentials, *distances;
    int64_t *predecessor;
    int32_t *row_of;
    tree_column *tree;
    size_t in_tree;
    size_t steps, listings; /* of all searches */
    /* Lists a row of `of` afresh, in its place or in that of the search. */
    void (*list)(void *of, size_t row, size_t at);
    void *of;
    stop_point *stop;
} shortlist_problem;

void shortlists_clear(const shortlist_problem *p, uint8_t groups);

/* Two smallest reduced costs of a row, the first column of the smallest, and an unmatched one of it. */
typedef struct listed_minima {
    double first, second;
    size_t column;   /* the first one that has the smallest */
    size_t unmatched; /* the first unmatched one that has the smallest; SIZE_MAX: none */
    size_t other;    /* the first after `column` that has the smallest; SIZE_MAX: none */
} listed_minima;

/* False if the whole row has to tell. */
bool shortlist_lowest_two(const shortlist_problem *p, size_t row, listed_minima *m);

/* The least reduced cost of a row that has been listed. False if the whole row has to tell. */
bool shortlist_least(const shortlist_problem *p, size_t row, double *least);

/* Whether whole rows should be searched from now on: where trees are large and dense, lists do not last. */
static inline bool shortlists_are_poor(const shortlist_problem *p) {
    return p->width < 2048 && p->listings * 8 > p->steps + 64;
}

typedef enum { SHORTLIST_FOUND, SHORTLIST_NO_PATH, SHORTLIST_DECLINED } shortlist_outcome;

/* Dijkstra's search from a free row, to the nearest unmatched column: the first of equally near ones. What is in
 * the tree then, p->in_tree columns, has potential -infinity. */
shortlist_outcome shortlist_search(shortlist_problem *p, size_t row, size_t *column, double *distance);

#endif
