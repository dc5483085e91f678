/* Winograd's transforms against sums in double, and recurrent steps against the formulas in double. Bounds
 * count roundings: each is at most FLOAT_UNIT times the magnitudes of what is added or multiplied. */
#include "network/checks.h"
#include "support/check.h"

const kernel_check network_checks[] = {
    {"network", "winograd", check_winograd, describe_winograd},
    {"network", "recurrent", check_recurrent, describe_recurrent},
    {0},
};
