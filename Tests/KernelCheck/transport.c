#include "support/check.h"
#include "transport/transport.h"

const kernel_check transport_checks[] = {
    {"transport", "transport", check_transport, describe_transport},
    {"transport", "transport_points", check_transport_points, describe_transport_points},
    {"transport", "sinkhorn", check_sinkhorn, describe_sinkhorn},
    {0},
};
