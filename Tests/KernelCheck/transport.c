#include "support/check.h"

const kernel_check transport_checks[] = {
    {0},
};
