/* The row kernels against long double, within the errors that cl_rows.h states. */
#include "rows/logits.h"
#include "support/check.h"

const kernel_check row_checks[] = {
    {"rows", "log_sum_exp", check_log_sum_exp, describe_logits},
    {"rows", "softmax", check_softmax, describe_logits},
    {"rows", "softmax_backward", check_softmax_backward, describe_logits},
    {"rows", "cross_entropy", check_cross_entropy, describe_logits},
    {"rows", "bag_costs", check_bag_costs, describe_logits},
    {"rows", "exponential", check_exponential, describe_logits},
    {0},
};
