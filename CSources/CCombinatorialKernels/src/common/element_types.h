/* Includes CL_BODY, whose path is relative to here, for float and for double; of what is compiled once for
 * all instruction sets. CL_ELEMENT(name) is name_f32 or name_f64. */
#ifndef CL_ELEMENT
#define CL_ELEMENT_(name, suffix) name##_##suffix
#define CL_ELEMENT_PASTE(name, suffix) CL_ELEMENT_(name, suffix)
#define CL_ELEMENT(name) CL_ELEMENT_PASTE(name, CL_REAL_SUFFIX)
#endif

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
