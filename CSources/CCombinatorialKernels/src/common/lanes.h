/* Vectors of the element type and of doubles, for one variant; see variants/variant.h. Pointers to them may alias
 * anything, and ask for no more alignment than an element has. */
#ifndef CL_LANES_H
#define CL_LANES_H

/* Lanes of a register of the element type, and of one of doubles. */
#define LANES CL_LANES(CL_REAL)
#define WIDE_LANES CL_LANES(double)

#if CL_REAL_IS_FLOAT
#define REAL_MIN FLT_MIN
#define REAL_MAX FLT_MAX
#define REAL_EPSILON FLT_EPSILON
typedef int32_t lane_integer; /* as wide as an element */
#else
#define REAL_MIN DBL_MIN
#define REAL_MAX DBL_MAX
#define REAL_EPSILON DBL_EPSILON
typedef int64_t lane_integer;
#endif

typedef CL_REAL vector __attribute__((ext_vector_type(LANES)));
typedef CL_REAL unaligned_vector __attribute__((ext_vector_type(LANES), aligned(sizeof(CL_REAL)), may_alias));
typedef lane_integer vector_index __attribute__((ext_vector_type(LANES)));

typedef double wide __attribute__((ext_vector_type(WIDE_LANES), aligned(8), may_alias));
typedef int64_t wide_index __attribute__((ext_vector_type(WIDE_LANES), aligned(8), may_alias));
/* Elements for the lanes of a register of doubles. */
typedef CL_REAL narrow __attribute__((ext_vector_type(WIDE_LANES), aligned(sizeof(CL_REAL)), may_alias));

CL_INLINE vector load(const CL_REAL *x) { return *(const unaligned_vector *)x; }

CL_INLINE void store(CL_REAL *x, vector value) { *(unaligned_vector *)x = value; }

CL_INLINE wide widened(const CL_REAL *from) { return __builtin_convertvector(*(const narrow *)from, wide); }

/* `a` where `b` is NaN, NaN where `a` is. */
CL_INLINE vector larger(vector a, vector b) { return b > a ? b : a; }
CL_INLINE vector smaller(vector a, vector b) { return b < a ? b : a; }

/* `b` where one is NaN. */
CL_INLINE wide greater_of(wide a, wide b) { return a < b ? b : a; }
CL_INLINE wide lesser_of(wide a, wide b) { return a < b ? a : b; }

#endif
