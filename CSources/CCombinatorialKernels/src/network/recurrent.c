#include "cl_network.h"

#include <stdbool.h>
#include <stdint.h>

#pragma STDC FP_CONTRACT ON

#define LANES CL_LANES(CL_REAL)
#define vector CL_VARIANT(recurrent_vector)
#define unaligned_vector CL_VARIANT(recurrent_unaligned_vector)
#define lane_bits CL_VARIANT(recurrent_lane_bits)
#define double_vector CL_VARIANT(recurrent_double_vector)
#define ROWS_INLINE static inline __attribute__((always_inline))

#define CL_BODY "../network/recurrent_body.h"
#include "../common/variants.h"
#include "../common/table.h"

#define RECURRENT_CASE(set, value, ...) \
    case value: { \
        static const cl_recurrent_kernels table = { \
            lstm_forward_f32_##set, lstm_backward_f32_##set, gru_forward_f32_##set, gru_backward_f32_##set}; \
        return &table; \
    }
const cl_recurrent_kernels *cl_recurrent_table(cl_instruction_set set) {
    switch (set) {
        CL_FOR_EACH_INSTRUCTION_SET(RECURRENT_CASE, )
    default:
        return NULL;
    }
}
