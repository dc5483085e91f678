/* Integers of many words, two's complement, the least significant word first: sums of doubles without any
 * rounding, counted in units of 2^base. All numbers of one kind have the same number of words and the same
 * base, chosen so that no sum of them overflows. */
#ifndef CL_WIDE_INTEGER_H
#define CL_WIDE_INTEGER_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How numbers of a kind are written. */
typedef struct wide_format {
    size_t words;
    int base;
} wide_format;

static inline void wide_clear(wide_format f, uint64_t *a) {
    for (size_t k = 0; k < f.words; k++) a[k] = 0;
}

static inline void wide_copy(wide_format f, uint64_t *restrict a, const uint64_t *restrict b) {
    for (size_t k = 0; k < f.words; k++) a[k] = b[k];
}

static inline void wide_add(wide_format f, uint64_t *a, const uint64_t *b) {
    unsigned long long carry = 0;
    for (size_t k = 0; k < f.words; k++) a[k] = __builtin_addcll(a[k], b[k], carry, &carry);
}

static inline void wide_subtract(wide_format f, uint64_t *a, const uint64_t *b) {
    unsigned long long borrow = 0;
    for (size_t k = 0; k < f.words; k++) a[k] = __builtin_subcll(a[k], b[k], borrow, &borrow);
}

static inline bool wide_is_negative(wide_format f, const uint64_t *a) {
    return (int64_t)a[f.words - 1] < 0;
}

/* -1, 0 or 1. */
static inline int wide_sign(wide_format f, const uint64_t *a) {
    if (wide_is_negative(f, a)) return -1;
    for (size_t k = f.words; k-- > 0;)
        if (a[k] != 0) return 1;
    return 0;
}

/* -1, 0 or 1, the sign of a - b. */
static inline int wide_compare(wide_format f, const uint64_t *a, const uint64_t *b) {
    const size_t top = f.words - 1;
    if (a[top] != b[top]) return (int64_t)a[top] < (int64_t)b[top] ? -1 : 1;
    for (size_t k = top; k-- > 0;)
        if (a[k] != b[k]) return a[k] < b[k] ? -1 : 1;
    return 0;
}

/* Adds mantissa 2^exponent; what lies below the base is cut off. The mantissa has at most 54 bits. */
static inline void wide_add_scaled(wide_format f, uint64_t *a, int64_t mantissa, int exponent) {
    int bit = exponent - f.base;
    if (bit < 0) {
        mantissa >>= -bit < 63 ? -bit : 63;
        bit = 0;
    }
    const __int128 shifted = (__int128)((unsigned __int128)(__int128)mantissa << bit % 64);
    const uint64_t parts[2] = {(uint64_t)shifted, (uint64_t)(shifted >> 64)};
    const uint64_t rest = mantissa < 0 ? UINT64_MAX : 0;
    unsigned long long carry = 0;
    for (size_t k = (size_t)bit / 64, part = 0; k < f.words; k++, part++)
        a[k] = __builtin_addcll(a[k], part < 2 ? parts[part] : rest, carry, &carry);
}

static inline void wide_add_double(wide_format f, uint64_t *a, double x) {
    int exponent;
    const double fraction = frexp(x, &exponent);
    wide_add_scaled(f, a, (int64_t)(fraction * 0x1p53), exponent - 53);
}

/* The nearest double of a 2^-shift, infinite beyond their range; *is_exact tells whether it is `a` itself. */
static inline double wide_double(wide_format f, const uint64_t *a, int shift, bool *is_exact) {
    const bool negative = wide_is_negative(f, a);
    size_t lowest = 0; /* the word that is not 0 */
    while (lowest < f.words && a[lowest] == 0) lowest++;
    *is_exact = true;
    if (lowest == f.words) return 0;
#define MAGNITUDE(k) (!negative ? a[k] : (k) < lowest ? 0 : (k) == lowest ? -a[k] : ~a[k])
    size_t top = f.words - 1;
    while (top > lowest && MAGNITUDE(top) == 0) top--;
    uint64_t high = MAGNITUDE(top);
    const int zeros = __builtin_clzll(high);
    const uint64_t below = top > 0 ? MAGNITUDE(top - 1) : 0;
#undef MAGNITUDE
    uint64_t cut = 0;
    if (zeros > 0) {
        high = high << zeros | below >> (64 - zeros);
        cut = below << zeros;
    } else {
        cut = below;
    }
    const bool has_rest = cut != 0 || lowest + 1 < top;
    *is_exact = !has_rest && (high & 0x7FF) == 0;
    const double rounded = (double)(high | has_rest); /* 64 bits and whether more follow: rounded once */
    const double x = ldexp(rounded, f.base - shift + 64 * (int)top - zeros);
    *is_exact = *is_exact && ldexp(x, shift - f.base - 64 * (int)top + zeros) == rounded;
    return negative ? -x : x;
}

#endif
