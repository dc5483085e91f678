/* Matching problems; their checks are in the folder of that name. */
#include "matching/matching.h"
#include "support/check.h"

const kernel_check matching_checks[] = {
    {"matching", "assignment", check_assignment, describe_assignment},
    {0},
};
