/* The kernels are written in clang's C: vectors as types, attributes of regions, builtins of vectors. */
#ifndef CL_CLANG_H
#define CL_CLANG_H

#if !defined(__clang__)
#error "The kernels need clang: other compilers read its vector types as something else and give wrong answers."
#endif

#define CL_INLINE static inline __attribute__((always_inline))

#endif
