#include "cl_matching.h"

#include "../common/table.h"
#include "assignment_workspace.h"

CL_SOLVER(cl_assignment_solver, cl_assignment_solve)

size_t cl_assignment_workspace_size(size_t rows, size_t columns) {
    assignment_memory m;
    arena a = {0};
    assignment_memory_lay_out(&m, &a, rows, columns);
    if (m.problem_size == 0) return 0;
    common_cost_problem p;
    arena common = {0};
    const bool may_be_common = common_cost_lay_out(&p, &common, rows, columns);
    return may_be_common && common.used > a.used ? arena_size(&common) : arena_size(&a);
}

size_t cl_assignment_group_size(size_t rows, size_t columns) {
    return assignment_group_size(rows, columns);
}
