/* Smoothed alignment: the same code for every instruction set, but for the exponential. */
#ifndef CL_ALIGNMENT_SOFT_H
#define CL_ALIGNMENT_SOFT_H

#include "cl_alignment.h"

cl_alignment_soft_f32 cl_alignment_soft_of_float;
cl_alignment_soft_f64 cl_alignment_soft_of_double;

#endif
