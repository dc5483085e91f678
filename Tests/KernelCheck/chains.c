#include "support/check.h"

const kernel_check chain_checks[] = {
    {0},
};
