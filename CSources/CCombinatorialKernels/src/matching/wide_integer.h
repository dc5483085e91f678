/* Integers of as many bits as a sum of doubles can need, in two's complement: limbs of 64 bits, the lowest
 * first. The doubles are multiples of 2^least, which is what 1 stands for. */
#ifndef CL_WIDE_INTEGER_H
#define CL_WIDE_INTEGER_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct wide_format {
    int least;
    size_t limbs;
} wide_format;

/* From the least bit of a double, 2^-1074, to the greatest, 2^1023, of sums of 2^33 of them, and a sign. */
enum { WIDE_MOST_LIMBS = 34 };

/* |x| = mantissa 2^exponent; x is finite. */
static inline uint64_t wide_mantissa(double x, int *exponent) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int field = (int)(bits >> 52 & 0x7FF);
    const uint64_t fraction = bits & 0xFFFFFFFFFFFFF;
    *exponent = (field > 0 ? field : 1) - 1075;
    return field > 0 ? fraction | UINT64_C(1) << 52 : fraction;
}

static inline void wide_add(wide_format f, uint64_t *x, const uint64_t *y) {
    uint64_t carry = 0;
    for (size_t k = 0; k < f.limbs; k++) {
        const bool first = __builtin_add_overflow(x[k], y[k], &x[k]);
        carry = first | __builtin_add_overflow(x[k], carry, &x[k]);
    }
}

static inline void wide_subtract(wide_format f, uint64_t *x, const uint64_t *y) {
    uint64_t borrow = 0;
    for (size_t k = 0; k < f.limbs; k++) {
        const bool first = __builtin_sub_overflow(x[k], y[k], &x[k]);
        borrow = first | __builtin_sub_overflow(x[k], borrow, &x[k]);
    }
}

/* x += c, or x -= c. */
static inline void wide_add_double(wide_format f, uint64_t *x, double c, bool subtracts) {
    int exponent;
    uint64_t mantissa = wide_mantissa(c, &exponent);
    if (mantissa == 0) return;
    int shift = exponent - f.least;
    if (shift < 0) { /* by zeros alone */
        mantissa >>= -shift;
        shift = 0;
    }
    size_t k = (size_t)shift / 64;
    const int bit = shift % 64;
    const uint64_t parts[2] = {mantissa << bit, bit > 0 ? mantissa >> (64 - bit) : 0};
    uint64_t carry = 0;
    if ((c < 0) != subtracts) {
        for (int part = 0; k < f.limbs && (part < 2 || carry); k++, part++) {
            const bool first = __builtin_sub_overflow(x[k], part < 2 ? parts[part] : 0, &x[k]);
            carry = first | __builtin_sub_overflow(x[k], carry, &x[k]);
        }
    } else {
        for (int part = 0; k < f.limbs && (part < 2 || carry); k++, part++) {
            const bool first = __builtin_add_overflow(x[k], part < 2 ? parts[part] : 0, &x[k]);
            carry = first | __builtin_add_overflow(x[k], carry, &x[k]);
        }
    }
}

static inline bool wide_precedes(wide_format f, const uint64_t *x, const uint64_t *y) {
    size_t k = f.limbs - 1;
    if (x[k] != y[k]) return (int64_t)x[k] < (int64_t)y[k];
    while (k-- > 0)
        if (x[k] != y[k]) return x[k] < y[k];
    return false;
}

static inline void wide_copy(wide_format f, uint64_t *restrict to, const uint64_t *restrict from) {
    memcpy(to, from, f.limbs * sizeof *to);
}

static inline void wide_clear(wide_format f, uint64_t *x) { memset(x, 0, f.limbs * sizeof *x); }

/* The nearest double to x 2^shift, to even. */
static inline double wide_value(wide_format f, const uint64_t *x, int shift) {
    uint64_t magnitude[WIDE_MOST_LIMBS];
    wide_copy(f, magnitude, x);
    const bool is_negative = (int64_t)x[f.limbs - 1] < 0;
    if (is_negative) {
        wide_clear(f, magnitude);
        wide_subtract(f, magnitude, x);
    }
    size_t top = f.limbs;
    while (top > 0 && magnitude[top - 1] == 0) top--;
    if (top == 0) return 0;
    const int zeros = __builtin_clzll(magnitude[top - 1]);
    uint64_t bits = magnitude[top - 1] << zeros;
    bool rest = false;
    if (top > 1) {
        if (zeros > 0) bits |= magnitude[top - 2] >> (64 - zeros);
        rest = magnitude[top - 2] << zeros != 0;
    }
    for (size_t k = 0; k + 2 < top; k++) rest |= magnitude[k] != 0;
    const double value = ldexp((double)(bits | rest), f.least + (int)top * 64 - 64 - zeros + shift);
    return is_negative ? -value : value;
}

#endif
