#include "support/check.h"

const kernel_check alignment_checks[] = {
    {0},
};
