#include "paths/paths.h"

#include "support/check.h"

const kernel_check path_checks[] = {
    {"paths", "shortest_path", check_shortest_path, describe_shortest_path},
    {"paths", "grid_shortest_path", check_grid_path, describe_grid_path},
    {"paths", "knapsack", check_knapsack, describe_knapsack},
    {"paths", "sum", check_sum, describe_sum},
    {0},
};
