#include "support/check.h"

const kernel_check matching_checks[] = {
    {0},
};
