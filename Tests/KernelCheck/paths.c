#include "support/check.h"

const kernel_check path_checks[] = {
    {0},
};
