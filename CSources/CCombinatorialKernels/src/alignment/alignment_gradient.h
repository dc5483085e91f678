/* Gradients from paths: the same for every instruction set. */
#ifndef CL_ALIGNMENT_GRADIENT_H
#define CL_ALIGNMENT_GRADIENT_H

#include "cl_alignment.h"

cl_alignment_gradient_f32 cl_alignment_gradient_of_float;
cl_alignment_gradient_f64 cl_alignment_gradient_of_double;

#endif
