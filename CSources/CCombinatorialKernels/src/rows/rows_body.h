/* The row kernels of one variant: an element type in one instruction set. The parts stand in the
 * order in which they build on each other; like this file they are included once per variant. */

#include "vector_body.h"
#include "exponential_body.h"
#include "exponential_row_body.h"
#include "logarithm_body.h"
#include "log_sum_exp_body.h"
#include "row_gradient_body.h"
#include "softmax_body.h"
#include "cross_entropy_body.h"
#include "bag_costs_body.h"
