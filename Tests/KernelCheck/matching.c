/* Matching problems; their checks are in the folder of that name. */
#include "matching/matching.h"
#include "support/check.h"

const kernel_check matching_checks[] = {
    {"matching", "assignment", check_assignment, describe_assignment},
    {"matching", "semi_assignment", check_semi_assignment, describe_matching},
    {"matching", "sparse_assignment", check_sparse_assignment, describe_matching},
    {"matching", "bottleneck_assignment", check_bottleneck_assignment, describe_matching},
    {"matching", "ranked_assignment", check_ranked_assignment, describe_matching},
    {0},
};
