#include "support/check.h"

const kernel_check row_checks[] = {
    {0},
};
