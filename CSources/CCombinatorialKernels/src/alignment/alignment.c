#include "cl_alignment.h"

#include "../common/table.h"
#include "alignment_workspace.h"
#include "exact_path.h"

CL_SOLVER(cl_alignment_solver, cl_alignment_solve)

size_t cl_alignment_workspace_size(
    size_t count, size_t rows, size_t columns, cl_alignment_rule rule) {
    size_t cells;
    if (rows > INT32_MAX || columns > INT32_MAX ||
        __builtin_mul_overflow(rows + 2 * WIDEST_LANES, columns + 2 * WIDEST_LANES, &cells) ||
        cells > SIZE_MAX / 64)
        return 0;
    alone_memory m;
    arena a = {0};
    alone_memory_lay_out(&m, &a, rows, columns, rule.block_rows, sizeof(double));
    const size_t by_itself = arena_size(&a);
    const size_t together = count > 1 ? side_by_side_bytes(rows, columns, sizeof(double)) : 0;
    const size_t fast = by_itself > together ? by_itself : together;
    const size_t exact = cl_alignment_exact_bytes(rows, columns, rule.block_rows);
    return fast > exact ? fast : exact;
}
