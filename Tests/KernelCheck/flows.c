#include "flows/flows.h"

const kernel_check flow_checks[] = {
    {"flows", "maximum_flow", check_maximum_flow, describe_maximum_flow},
    {"flows", "grid_cut", check_grid_cut, describe_grid_cut},
    {"flows", "minimum_cost_flow", check_minimum_cost_flow, describe_minimum_cost_flow},
    {0},
};
