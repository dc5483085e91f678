#include "cl_instruction_set.h"

bool cl_instruction_set_is_available(cl_instruction_set set) {
    switch (set) {
    case CL_INSTRUCTION_SET_SCALAR:
        return true;
#if defined(__x86_64__)
    case CL_INSTRUCTION_SET_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CL_INSTRUCTION_SET_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
#elif defined(__aarch64__)
    case CL_INSTRUCTION_SET_NEON:
        return true;
#endif
    default:
        return false;
    }
}
