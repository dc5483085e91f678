#define CL_SET scalar
#define CL_REAL_SUFFIX f32
#include "variant.h"
