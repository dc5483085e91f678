#define CL_SET neon
#define CL_REAL_SUFFIX f32
#include "variant.h"
