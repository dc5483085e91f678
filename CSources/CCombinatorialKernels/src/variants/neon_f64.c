#define CL_SET neon
#define CL_REAL_SUFFIX f64
#include "variant.h"
