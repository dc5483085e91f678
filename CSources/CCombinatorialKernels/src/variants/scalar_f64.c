#define CL_SET scalar
#define CL_REAL_SUFFIX f64
#include "variant.h"
