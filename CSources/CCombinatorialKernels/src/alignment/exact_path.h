/* Alignment without rounding: for problems of which the distances in the element type do not prove that
 * the path is the cheapest. The same code for every instruction set. */
#ifndef CL_ALIGNMENT_EXACT_PATH_H
#define CL_ALIGNMENT_EXACT_PATH_H

#include "cl_alignment.h"

#include "../common/fault.h"

/* Bytes of workspace, of any alignment. */
size_t cl_alignment_exact_bytes(size_t rows, size_t columns, size_t block_rows);

/* The cheapest path, by the same rule for ties, and the double nearest to its cost. The costs are valid.
 * CL_STATUS_INFEASIBLE; CL_STATUS_OUT_OF_RANGE if the value is no double. */
cl_status cl_alignment_exact(
    const cl_alignment_problem *p, cl_element element, cl_alignment_rule rule, void *workspace,
    double *restrict value, uint8_t *restrict moves, size_t *restrict move_count, stop_point *stop);

#endif
