#include "support/check.h"

const kernel_check flow_checks[] = {
    {0},
};
