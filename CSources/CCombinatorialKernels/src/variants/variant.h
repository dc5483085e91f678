/* One variant of every kernel that has several: a unit for each instruction set and element type includes
 * all bodies, in which names are plain; only what they export says which variant it is. Such a unit is
 *
 *     #define CL_SET avx2
 *     #define CL_REAL_SUFFIX f32
 *     #include "variant.h"
 *
 * and for the bodies these are defined:
 *
 *     CL_REAL                 float or double, the element type
 *     CL_REAL_IS_FLOAT        1 or 0
 *     CL_VARIANT(name)        name_f32_avx2 …: what the unit exports
 *     CL_REGISTER_BYTES       of a vector register; 0 when scalar
 *     CL_LANES(type)          how many elements of a type one holds; 1 when scalar
 *
 * No flag of the compiler chooses instructions: the functions of a unit have their target as an attribute,
 * so that the package builds for any processor, and table.h asks for variants by name. */
#include "../common/clang.h"

#define CL_PASTE_(a, b) a##b
#define CL_PASTE(a, b) CL_PASTE_(a, b)
#define CL_NAME_(name, type, set) name##_##type##_##set
#define CL_NAME(name, type, set) CL_NAME_(name, type, set)
#define CL_VARIANT(name) CL_NAME(name, CL_REAL_SUFFIX, CL_SET)

#define CL_IS_FLOAT_f32 1
#define CL_IS_FLOAT_f64 0
#define CL_REAL_IS_FLOAT CL_PASTE(CL_IS_FLOAT_, CL_REAL_SUFFIX)
#if CL_REAL_IS_FLOAT
#define CL_REAL float
#else
#define CL_REAL double
#endif

#define CL_BYTES_scalar 0
#define CL_BYTES_avx2 32
#define CL_BYTES_avx512 64
#define CL_BYTES_neon 16
#define CL_REGISTER_BYTES CL_PASTE(CL_BYTES_, CL_SET)
#define CL_LANES(type) (CL_REGISTER_BYTES ? CL_REGISTER_BYTES / (int)sizeof(type) : 1)

#define CL_HAS_scalar 1
#if defined(__x86_64__)
#define CL_HAS_avx2 1
#define CL_HAS_avx512 1
#elif defined(__aarch64__)
#define CL_HAS_neon 1
#endif

/* Of the attribute that gives functions their target; neon is the baseline of its processors. */
#define CL_TARGET_avx2 "avx2,fma"
#define CL_TARGET_avx512 "avx2,fma,avx512f,avx512dq,avx512vl,avx512bw"
#define CL_PRAGMA(text) _Pragma(#text)
#define CL_PUSH_TARGET(features)                                                                   \
    CL_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))

#if CL_PASTE(CL_HAS_, CL_SET)

#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

/* What is not of this variant comes before the target. */
#include "../alignment/alignment_workspace.h"
#include "../alignment/exact_path.h"
#include "../alignment/letter_workspace.h"
#include "../common/arena.h"
#include "../common/fault.h"
#include "../common/wide.h"
#include "../matching/assignment_workspace.h"
#include "../matching/exact_matching.h"
#include "../matching/magnitudes.h"
#include "../network/winograd.h"
#include "../paths/grid_workspace.h"
#include "../paths/knapsack_workspace.h"
#include "../transport/points.h"
#include "../transport/transport.h"
#include "CCombinatorialKernels.h"

#if CL_REGISTER_BYTES > 16
CL_PUSH_TARGET(CL_PASTE(CL_TARGET_, CL_SET))
#endif

#include "../common/lanes.h"

/* Vectors of several registers pass only between functions of a unit. */
#pragma clang diagnostic ignored "-Wpsabi"

/* Of these the bits must agree between the variants: a * b + c is never contracted. */
#pragma STDC FP_CONTRACT OFF
#include "../transport/transport_body.h"
#include "../transport/transport_matrix_body.h"
#if !CL_REAL_IS_FLOAT
#include "../transport/transport_points_body.h"
#endif
#include "../matching/assignment_body.h"
#include "../alignment/alignment_body.h"
#include "../chains/chain_labeling_body.h"
#include "../paths/grid_shortest_path_body.h"
#include "../paths/knapsack_body.h"

/* Of these the error is bounded. */
#pragma STDC FP_CONTRACT ON
#include "../rows/rows_body.h"
#include "../transport/sinkhorn_body.h"
#if CL_REAL_IS_FLOAT /* no layer computes in double */
#include "../network/recurrent_body.h"
#include "../network/winograd_body.h"
#endif

#if CL_REGISTER_BYTES > 16
#pragma clang attribute pop
#endif

#endif
