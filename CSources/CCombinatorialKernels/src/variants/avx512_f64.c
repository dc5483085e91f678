#define CL_SET avx512
#define CL_REAL_SUFFIX f64
#include "variant.h"
