/* Includes CL_BODY for float and for double: the inner loop of each_variant.h. */

#define CL_REAL float
#define CL_REAL_IS_FLOAT 1
#define CL_REAL_SUFFIX f32
#include CL_BODY
#undef CL_REAL
#undef CL_REAL_IS_FLOAT
#undef CL_REAL_SUFFIX

#define CL_REAL double
#define CL_REAL_IS_FLOAT 0
#define CL_REAL_SUFFIX f64
#include CL_BODY
#undef CL_REAL
#undef CL_REAL_IS_FLOAT
#undef CL_REAL_SUFFIX
