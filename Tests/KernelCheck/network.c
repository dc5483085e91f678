#include "support/check.h"

const kernel_check network_checks[] = {
    {0},
};
