#define CL_SET avx2
#define CL_REAL_SUFFIX f32
#include "variant.h"
