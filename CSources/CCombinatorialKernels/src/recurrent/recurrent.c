#include "cl_recurrent.h"

#include <stdbool.h>
#include <stdint.h>

#pragma STDC FP_CONTRACT ON

#define LANES CL_LANES(CL_REAL)
#define vector CL_VARIANT(recurrent_vector)
#define unaligned_vector CL_VARIANT(recurrent_unaligned_vector)
#define lane_bits CL_VARIANT(recurrent_lane_bits)
#define double_vector CL_VARIANT(recurrent_double_vector)
#define ROWS_INLINE static inline __attribute__((always_inline))

#define CL_BODY "../recurrent/recurrent_body.h"
#include "../dispatch/each_variant.h"

#define CL_TABLE(set, value)                                                                       \
    static const cl_recurrent_kernels recurrent_kernels_##set = {                                  \
        lstm_forward_f32_##set, lstm_backward_f32_##set, gru_forward_f32_##set,                    \
        gru_backward_f32_##set,                                                                    \
    };
CL_FOR_EACH_INSTRUCTION_SET(CL_TABLE)

const cl_recurrent_kernels *cl_recurrent_kernels_for(cl_instruction_set set) {
    switch (set) {
#define CL_CASE(set, value)                                                                        \
    case value:                                                                                    \
        return &recurrent_kernels_##set;
        CL_FOR_EACH_INSTRUCTION_SET(CL_CASE)
    default:
        return 0;
    }
}
