#include "cl_sinkhorn.h"

#define CL_BODY "../sinkhorn/sinkhorn_body.h"
#include "../dispatch/each_variant.h"

#define CL_TABLE(set, value)                                                                       \
    static const cl_sinkhorn_kernels sinkhorn_kernels_##set = {                                    \
        sinkhorn_log_sums_f32_##set, sinkhorn_log_sums_f64_##set, sinkhorn_masses_f32_##set,       \
        sinkhorn_masses_f64_##set,                                                                 \
    };
CL_FOR_EACH_INSTRUCTION_SET(CL_TABLE)

const cl_sinkhorn_kernels *cl_sinkhorn_kernels_for(cl_instruction_set set) {
    switch (set) {
#define CL_CASE(set, value)                                                                        \
    case value:                                                                                    \
        return &sinkhorn_kernels_##set;
        CL_FOR_EACH_INSTRUCTION_SET(CL_CASE)
    default:
        return 0;
    }
}
