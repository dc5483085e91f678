/* Matching problems whose costs lie so far apart that sums of doubles cannot tell the answer: the same
 * shortest augmenting paths, in numbers of as many bits as the costs need. Nothing is rounded before the
 * potentials are written. Much slower, so that kernels come here only where they see that rounding may have
 * decided: see magnitudes.h. */
#ifndef CL_EXACT_MATCHING_H
#define CL_EXACT_MATCHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/fault.h"
#include "../common/numbers.h"

/* Every row takes one column, and a column as many rows as it has room for. An entry is a position among
 * the costs. Costs are numbers or +infinity, which forbids a pair. */
typedef struct exact_matching {
    const void *costs;
    bool is_float;
    size_t rows;
    size_t columns;
    size_t stride;             /* of dense rows */
    const int64_t *offsets;    /* sparse rows, as in cl_matching.h; NULL: dense */
    const int32_t *column;     /* of each entry of sparse rows */
    const int64_t *capacities; /* [columns]; NULL: 1 each */
    stop_point *stop;
} exact_matching;

static inline double exact_matching_cost(const exact_matching *m, int64_t entry) {
    return number_at(m->costs, m->is_float, (size_t)entry);
}

static inline int64_t exact_matching_first(const exact_matching *m, size_t row) {
    return m->offsets ? m->offsets[row] : (int64_t)(row * m->stride);
}

static inline int64_t exact_matching_end(const exact_matching *m, size_t row) {
    return m->offsets ? m->offsets[row + 1] : (int64_t)(row * m->stride + m->columns);
}

static inline size_t exact_matching_column(const exact_matching *m, size_t row, int64_t entry) {
    return m->offsets ? (size_t)m->column[entry] : (size_t)entry - row * m->stride;
}

/* Whether these column potentials prove a matching without any rounding: no row has an entry of a lower
 * reduced cost than its own. What they promise of unmatched columns is the caller's to know. */
bool exact_matching_is_proved(
    const exact_matching *m, const int64_t *entry_of_row, const double *potentials);

/* Bytes of workspace. Any alignment will do. */
size_t exact_matching_workspace_size(size_t rows, size_t columns);

/* Solves the problem: the entries, [rows], and the column potentials, [columns], each the nearest double to
 * one that is right: at most 0, and 0 where a column has room left, or never had any. */
cl_status exact_matching_solve(
    const exact_matching *m, void *workspace, int64_t *entry_of_row, double *potentials);

#endif
