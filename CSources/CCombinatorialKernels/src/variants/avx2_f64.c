#define CL_SET avx2
#define CL_REAL_SUFFIX f64
#include "variant.h"
