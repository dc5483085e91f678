/* The lookups of what variants.h compiles: by instruction set and element type. Include it after that.
 *
 *     CL_SOLVER(cl_assignment_solver, cl_assignment_solve, assignment_solve)
 *
 * defines the lookup of functions named assignment_solve_f32_scalar …, and
 *
 *     #define ROWS(suffix, set) {rows_log_sum_exp_##suffix##_##set, …}
 *     CL_TABLE(cl_rows_table, cl_rows_kernels, ROWS)
 *
 * that of constant tables of functions. */
#ifndef CL_TABLE_H
#define CL_TABLE_H

#include "cl_instruction_set.h"
#include "cl_status.h"

#define CL_SOLVER_CASE(set, value, name)                                                           \
    case value:                                                                                    \
        return element == CL_FLOAT32 ? name##_f32_##set : name##_f64_##set;

#define CL_SOLVER(lookup, type, name)                                                              \
    type *lookup(cl_instruction_set set, cl_element element) {                                     \
        switch (set) {                                                                             \
            CL_FOR_EACH_INSTRUCTION_SET(CL_SOLVER_CASE, name)                                      \
        default:                                                                                   \
            return NULL;                                                                           \
        }                                                                                          \
    }

#define CL_TABLE_CASE(set, value, FUNCTIONS)                                                       \
    case value: {                                                                                  \
        static const table_type table[2] = {FUNCTIONS(f32, set), FUNCTIONS(f64, set)};             \
        return &table[element == CL_FLOAT64];                                                      \
    }

#define CL_TABLE(lookup, type, FUNCTIONS)                                                          \
    const type *lookup(cl_instruction_set set, cl_element element) {                               \
        typedef type table_type;                                                                   \
        switch (set) {                                                                             \
            CL_FOR_EACH_INSTRUCTION_SET(CL_TABLE_CASE, FUNCTIONS)                                  \
        default:                                                                                   \
            return NULL;                                                                           \
        }                                                                                          \
    }

#endif
