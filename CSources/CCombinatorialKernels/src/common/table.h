/* The lookups of what the units of src/variants export, by instruction set and element type.
 *
 *     CL_SOLVER(cl_assignment_solver, cl_assignment_solve)
 *
 * defines the lookup of functions cl_assignment_solve_f32_scalar … of type cl_assignment_solve,
 *
 *     CL_TABLE(cl_rows_table, cl_rows_kernels)
 *
 * that of tables cl_rows_kernels_f32_scalar …, CL_TABLE_OF_FLOATS that of tables for float alone, and
 * CL_SOLVER_OF_DOUBLES that of functions for double alone. */
#ifndef CL_TABLE_H
#define CL_TABLE_H

#include <stddef.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

#if defined(__x86_64__)
#define CL_FOR_EACH_INSTRUCTION_SET(DO, ...)                                                       \
    DO(scalar, CL_INSTRUCTION_SET_SCALAR, __VA_ARGS__)                                             \
    DO(avx2, CL_INSTRUCTION_SET_AVX2, __VA_ARGS__)                                                 \
    DO(avx512, CL_INSTRUCTION_SET_AVX512, __VA_ARGS__)
#elif defined(__aarch64__)
#define CL_FOR_EACH_INSTRUCTION_SET(DO, ...)                                                       \
    DO(scalar, CL_INSTRUCTION_SET_SCALAR, __VA_ARGS__)                                             \
    DO(neon, CL_INSTRUCTION_SET_NEON, __VA_ARGS__)
#else
#define CL_FOR_EACH_INSTRUCTION_SET(DO, ...) DO(scalar, CL_INSTRUCTION_SET_SCALAR, __VA_ARGS__)
#endif

#define CL_DECLARE(set, value, type, name) extern type name##_##set;
#define CL_CASE(set, value, name)                                                                  \
    case value:                                                                                    \
        return &name##_##set;

/* Of one element type; `type` may be const, and `name` says which element type. */
#define CL_LOOKUP(linkage, lookup, type, name)                                                     \
    CL_FOR_EACH_INSTRUCTION_SET(CL_DECLARE, type, name)                                            \
    linkage type *lookup(cl_instruction_set set) {                                                 \
        switch (set) {                                                                             \
            CL_FOR_EACH_INSTRUCTION_SET(CL_CASE, name)                                             \
        default:                                                                                   \
            return NULL;                                                                           \
        }                                                                                          \
    }

#define CL_LOOKUP_OF_EITHER(lookup, type, name)                                                    \
    CL_LOOKUP(static, lookup##_f32, type, name##_f32)                                              \
    CL_LOOKUP(static, lookup##_f64, type, name##_f64)                                              \
    type *lookup(cl_instruction_set set, cl_element element) {                                     \
        return element == CL_FLOAT32 ? lookup##_f32(set) : lookup##_f64(set);                      \
    }

#define CL_SOLVER(lookup, type) CL_LOOKUP_OF_EITHER(lookup, type, type)
#define CL_SOLVER_OF_DOUBLES(lookup, type) CL_LOOKUP(, lookup, type, type##_f64)
#define CL_TABLE(lookup, type) CL_LOOKUP_OF_EITHER(lookup, const type, type)
#define CL_TABLE_OF_FLOATS(lookup, type) CL_LOOKUP(, lookup, const type, type##_f32)

#endif
