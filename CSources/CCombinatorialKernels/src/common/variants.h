/* Includes CL_BODY, one algorithm written once, for every instruction set of the target and for
 * both element types. A family's .c file is
 *
 *     #define CL_BODY "../matching/assignment_body.h"
 *     #include "../common/variants.h"
 *
 * and a lookup made with table.h. (The path is relative to
 * src/common, from where it is included.) Before each inclusion these are defined:
 *
 *     CL_REAL                 float or double, the element type
 *     CL_REAL_IS_FLOAT        1 or 0
 *     CL_REAL_ELEMENT         CL_FLOAT32 or CL_FLOAT64
 *     CL_VARIANT(name)        name_f32_avx2 …: the name of a function in this variant
 *     CL_SET_VALUE            CL_INSTRUCTION_SET_AVX2 …
 *     CL_LANES(type)          how many elements of a type a vector register holds; 1 when scalar
 *     CL_REGISTER_BYTES       the same in bytes, for the preprocessor; 0 when scalar
 *
 * No include guard: it is included once per family. */

#define CL_PASTE_(name, type, set) name##_##type##_##set
#define CL_PASTE(name, type, set) CL_PASTE_(name, type, set)
#define CL_VARIANT(name) CL_PASTE(name, CL_REAL_SUFFIX, CL_SET)

#define CL_SET scalar
#define CL_SET_VALUE CL_INSTRUCTION_SET_SCALAR
#define CL_LANES(type) 1
#define CL_REGISTER_BYTES 0
#include "element_types.h"
#undef CL_SET
#undef CL_SET_VALUE
#undef CL_LANES
#undef CL_REGISTER_BYTES

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CL_SET avx2
#define CL_SET_VALUE CL_INSTRUCTION_SET_AVX2
#define CL_LANES(type) (CL_REGISTER_BYTES / (int)sizeof(type))
#define CL_REGISTER_BYTES 32
#include "element_types.h"
#undef CL_SET
#undef CL_SET_VALUE
#undef CL_LANES
#undef CL_REGISTER_BYTES
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512dq,avx512vl,avx512bw"))), apply_to = function)
#define CL_SET avx512
#define CL_SET_VALUE CL_INSTRUCTION_SET_AVX512
#define CL_LANES(type) (CL_REGISTER_BYTES / (int)sizeof(type))
#define CL_REGISTER_BYTES 64
#include "element_types.h"
#undef CL_SET
#undef CL_SET_VALUE
#undef CL_LANES
#undef CL_REGISTER_BYTES
#pragma clang attribute pop

#define CL_FOR_EACH_INSTRUCTION_SET(DO, ...)                                                            \
    DO(scalar, CL_INSTRUCTION_SET_SCALAR, __VA_ARGS__)                                                          \
    DO(avx2, CL_INSTRUCTION_SET_AVX2, __VA_ARGS__)                                                              \
    DO(avx512, CL_INSTRUCTION_SET_AVX512, __VA_ARGS__)

#elif defined(__aarch64__)

#define CL_SET neon
#define CL_SET_VALUE CL_INSTRUCTION_SET_NEON
#define CL_LANES(type) (CL_REGISTER_BYTES / (int)sizeof(type))
#define CL_REGISTER_BYTES 16
#include "element_types.h"
#undef CL_SET
#undef CL_SET_VALUE
#undef CL_LANES
#undef CL_REGISTER_BYTES

#define CL_FOR_EACH_INSTRUCTION_SET(DO, ...)                                                            \
    DO(scalar, CL_INSTRUCTION_SET_SCALAR, __VA_ARGS__)                                                          \
    DO(neon, CL_INSTRUCTION_SET_NEON, __VA_ARGS__)

#else

#define CL_FOR_EACH_INSTRUCTION_SET(DO, ...) DO(scalar, CL_INSTRUCTION_SET_SCALAR, __VA_ARGS__)

#endif
