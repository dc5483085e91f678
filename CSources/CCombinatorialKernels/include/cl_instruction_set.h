/* The instruction sets that every vector kernel is compiled for. */
#ifndef CL_INSTRUCTION_SET_H
#define CL_INSTRUCTION_SET_H

#include <stdbool.h>

typedef enum cl_instruction_set {
    CL_INSTRUCTION_SET_SCALAR = 0,
    CL_INSTRUCTION_SET_AVX2 = 1,   /* AVX2 and FMA */
    CL_INSTRUCTION_SET_AVX512 = 2, /* AVX-512 F, DQ, VL, BW */
    CL_INSTRUCTION_SET_NEON = 3    /* the arm64 baseline */
} cl_instruction_set;

/* Whether this build contains the set and this processor (and its operating system) can run it. */
bool cl_instruction_set_is_available(cl_instruction_set set);

#endif
