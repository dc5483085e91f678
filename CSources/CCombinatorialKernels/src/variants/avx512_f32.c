#define CL_SET avx512
#define CL_REAL_SUFFIX f32
#include "variant.h"
