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

#define CL_DECLARE_SOLVE(set, value, type) extern type type##_f32_##set, type##_f64_##set;
#define CL_DECLARE_TABLE(set, value, type) extern const type type##_f32_##set, type##_f64_##set;
#define CL_DECLARE_TABLE_OF_FLOATS(set, value, type) extern const type type##_f32_##set;

#define CL_CASE(set, value, type)                                                                  \
    case value:                                                                                    \
        return element == CL_FLOAT32 ? &type##_f32_##set : &type##_f64_##set;
#define CL_CASE_OF_FLOATS(set, value, type)                                                        \
    case value:                                                                                    \
        return &type##_f32_##set;

#define CL_DECLARE_SOLVE_OF_DOUBLES(set, value, type) extern type type##_f64_##set;
#define CL_CASE_OF_DOUBLES(set, value, type)                                                       \
    case value:                                                                                    \
        return &type##_f64_##set;

#define CL_LOOKUP(CASE, type)                                                                      \
    {                                                                                              \
        switch (set) {                                                                             \
            CL_FOR_EACH_INSTRUCTION_SET(CASE, type)                                                \
        default:                                                                                   \
            return NULL;                                                                           \
        }                                                                                          \
    }

#define CL_SOLVER(lookup, type)                                                                    \
    CL_FOR_EACH_INSTRUCTION_SET(CL_DECLARE_SOLVE, type)                                            \
    type *lookup(cl_instruction_set set, cl_element element) CL_LOOKUP(CL_CASE, type)

#define CL_TABLE(lookup, type)                                                                     \
    CL_FOR_EACH_INSTRUCTION_SET(CL_DECLARE_TABLE, type)                                            \
    const type *lookup(cl_instruction_set set, cl_element element) CL_LOOKUP(CL_CASE, type)

#define CL_TABLE_OF_FLOATS(lookup, type)                                                           \
    CL_FOR_EACH_INSTRUCTION_SET(CL_DECLARE_TABLE_OF_FLOATS, type)                                  \
    const type *lookup(cl_instruction_set set) CL_LOOKUP(CL_CASE_OF_FLOATS, type)

#define CL_SOLVER_OF_DOUBLES(lookup, type)                                                         \
    CL_FOR_EACH_INSTRUCTION_SET(CL_DECLARE_SOLVE_OF_DOUBLES, type)                                 \
    type *lookup(cl_instruction_set set) CL_LOOKUP(CL_CASE_OF_DOUBLES, type)

#endif
