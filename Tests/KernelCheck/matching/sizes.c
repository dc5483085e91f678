/* Workspaces of problems that nobody has: their sizes are 0 where an index or a count of bytes would overflow,
 * and there alone, and such problems are refused. */
#include "CCombinatorialKernels.h"
#include "matching.h"
#include "support/check.h"

enum { LONGEST = INT32_MAX, LONGEST_PADDED = INT32_MAX - 16 };

typedef size_t workspace_size(size_t rows, size_t columns);

/* Each side is counted in int32_t. */
static void check_sides(workspace_size *size, size_t longest) {
    EXPECT(size(1, longest) > longest, "none for %zu columns", longest);
    EXPECT(size(1, longest + 1) == 0 && size(1, SIZE_MAX) == 0, "one for %zu columns", longest + 1);
    EXPECT(size(SIZE_MAX, SIZE_MAX) == 0 && size(longest + 1, longest + 1) == 0, "one for more than %zu rows and columns", longest);
    EXPECT(size(longest, 1) > longest, "none for %zu rows", longest);
    EXPECT(size(longest + 1, 1) == 0 && size(SIZE_MAX, 1) == 0, "one for %zu rows", longest + 1);
}

static size_t ranked_size(size_t rows, size_t columns) { return cl_ranked_assignment_workspace_size(rows, columns, 1); }

void check_assignment_sizes(void) {
    check_sides(cl_assignment_workspace_size, LONGEST_PADDED);
    EXPECT(cl_assignment_workspace_size(LONGEST_PADDED, LONGEST_PADDED) == 0, "one for 2^62 costs");
    EXPECT(cl_assignment_workspace_size(1 << 20, 1 << 20) > (size_t)1 << 43, "less than the costs of 2^40 pairs take");
    const cl_assignment_batch batch = {1, LONGEST, 1, NULL, NULL, NULL};
    const cl_assignment_output output = {0};
    cl_instruction_set sets[4];
    for (size_t s = instruction_sets(sets); s-- > 0;) {
        EXPECT(cl_assignment_solver(sets[s], CL_FLOAT64)(NULL, &batch, NULL, &output, NULL) == CL_STATUS_INVALID_ARGUMENT &&
                   cl_assignment_solver(sets[s], CL_FLOAT32)(NULL, &batch, NULL, &output, NULL) == CL_STATUS_INVALID_ARGUMENT,
            "too many rows are not refused on %s", instruction_set_name(sets[s]));
    }
}

void check_semi_assignment_sizes(void) {
    check_sides(cl_semi_assignment_workspace_size, LONGEST);
    EXPECT(cl_semi_assignment_solve(NULL, (size_t)LONGEST + 1, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT,
        "too many rows are not refused");
}

void check_sparse_assignment_sizes(void) {
    check_sides(cl_sparse_assignment_workspace_size, LONGEST);
    const cl_sparse_costs too_wide = {1, (size_t)LONGEST + 1, NULL, NULL, NULL}, tall = {2, 1, NULL, NULL, NULL};
    EXPECT(cl_sparse_assignment_solve(&too_wide, NULL, NULL, NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT,
        "too many columns are not refused");
    EXPECT(cl_sparse_assignment_solve(&tall, NULL, NULL, NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT,
        "more rows than columns are not refused");
}

void check_bottleneck_assignment_sizes(void) {
    check_sides(cl_bottleneck_assignment_workspace_size, LONGEST);
    const size_t shapes[][2] = {{1, (size_t)LONGEST + 1}, {2, 1}, {0, 1}};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        EXPECT(cl_bottleneck_assignment_solve(NULL, shapes[k][0], shapes[k][1], NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT,
            "%zu x %zu is not refused", shapes[k][0], shapes[k][1]);
}

void check_ranked_assignment_sizes(void) {
    check_sides(ranked_size, LONGEST);
    EXPECT(cl_ranked_assignment_workspace_size(1, 1, SIZE_MAX) == 0 && cl_ranked_assignment_workspace_size(1, 1, SIZE_MAX / 512) == 0,
        "one for more ranks than memory holds");
    EXPECT(cl_ranked_assignment_workspace_size(1, 1, SIZE_MAX / 4096) > 0, "none for many ranks");
    const size_t shapes[][3] = {{1, (size_t)LONGEST + 1, 1}, {2, 1, 1}, {0, 1, 1}, {1, 1, 0}, {1, 1, SIZE_MAX}};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        EXPECT(cl_ranked_assignment_solve(NULL, shapes[k][0], shapes[k][1], shapes[k][2], NULL, NULL, NULL, NULL, NULL, NULL) == CL_STATUS_INVALID_ARGUMENT,
            "%zu of %zu x %zu are not refused", shapes[k][2], shapes[k][0], shapes[k][1]);
}
