#include "cl_alignment.h"

#include <string.h>

#define CL_BODY "../alignment/gradient_body.h"
#include "../common/element_types.h"

void cl_alignment_gradient(
    cl_element element, const uint8_t *moves, size_t move_count, size_t rows, size_t columns,
    double weight, double gap_weight, size_t gradient_stride, void *restrict gradient,
    void *restrict row_gradient, void *restrict column_gradient) {
    if (element == CL_FLOAT32)
        gradient_f32(
            moves, move_count, rows, columns, (float)weight, gap_weight, gradient_stride, gradient,
            row_gradient, column_gradient);
    else
        gradient_f64(
            moves, move_count, rows, columns, weight, gap_weight, gradient_stride, gradient,
            row_gradient, column_gradient);
}
