/* The k best assignments in exact numbers, where doubles may not tell their order. */
#ifndef CL_EXACT_RANKING_H
#define CL_EXACT_RANKING_H

#include <stddef.h>
#include <stdint.h>

#include "../common/fault.h"

/* Bytes of memory, of any alignment. */
size_t exact_ranking_size(size_t rows, size_t columns, size_t most);

/* As cl_ranked_assignment_solve, but that it finds the best assignment itself. */
cl_status exact_ranking_solve(
    const double *costs, size_t rows, size_t columns, size_t most, void *memory,
    int32_t *column_of_row, size_t *count, stop_point *stop);

#endif
