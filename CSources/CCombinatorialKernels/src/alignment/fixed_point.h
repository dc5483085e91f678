/* Sums of doubles, and of doubles times one factor, without rounding: integers of as many digits as the
 * numbers of a problem need (U. Kulisch, Computer Arithmetic and Validity, 2008, chapter 8). */
#ifndef CL_ALIGNMENT_FIXED_POINT_H
#define CL_ALIGNMENT_FIXED_POINT_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef unsigned long long limb;

#define LIMB_BITS 64

/* The exponents of doubles span 2098 bits; a factor adds at most its 53 bits and 1074 of its own exponent;
 * counts of terms add 34, with the sign. */
#define MOST_LIMBS ((size_t)52)

/* Of numbers: `limbs` digits in two's complement, the least first, in units of 2^unit. */
typedef struct fixed_format {
    size_t limbs;
    int unit;
} fixed_format;

/* A finite double: (-1)^is_negative * mantissa * 2^exponent; the mantissa is odd, or 0. */
typedef struct parts_of_double {
    uint64_t mantissa;
    int exponent;
    bool is_negative;
} parts_of_double;

static inline int bit_count(uint64_t x) { return x == 0 ? 0 : LIMB_BITS - __builtin_clzll(x); }

static inline parts_of_double take_apart(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    const int exponent = (int)(bits >> 52 & 0x7FF);
    parts_of_double parts = {fraction, -1074, bits >> 63 != 0};
    if (exponent > 0) {
        parts.mantissa |= (uint64_t)1 << 52;
        parts.exponent = exponent - 1075;
    }
    if (parts.mantissa != 0) {
        const int zeros = __builtin_ctzll(parts.mantissa);
        parts.mantissa >>= zeros;
        parts.exponent += zeros;
    }
    return parts;
}

/* sum = x + a * b; in units and digits for which nothing is lost. */
static inline void fixed_add_product(
    fixed_format format, const limb *x, parts_of_double a, parts_of_double b, limb *sum) {
    const unsigned __int128 product = (unsigned __int128)a.mantissa * b.mantissa;
    if (product == 0) {
        memmove(sum, x, format.limbs * sizeof(limb));
        return;
    }
    const size_t shift = (size_t)(a.exponent + b.exponent - format.unit);
    const size_t first = shift / LIMB_BITS, bits = shift % LIMB_BITS;
    const unsigned __int128 low = (unsigned __int128)(limb)product << bits;
    const unsigned __int128 high = ((unsigned __int128)(limb)(product >> LIMB_BITS) << bits) + (low >> LIMB_BITS);
    const limb digits[3] = {(limb)low, (limb)high, (limb)(high >> LIMB_BITS)};
    const bool is_negative = a.is_negative != b.is_negative;
    const limb flip = is_negative ? ~(limb)0 : 0;
    limb carry = is_negative;
    if (sum != x)
        memcpy(sum, x, first * sizeof(limb));
    for (size_t i = first; i < format.limbs; i++)
        sum[i] = __builtin_addcll(x[i], (i - first < 3 ? digits[i - first] : 0) ^ flip, carry, &carry);
}

/* difference = x - y. */
static inline void fixed_subtract(fixed_format format, const limb *x, const limb *y, limb *difference) {
    limb borrow = 0;
    for (size_t i = 0; i < format.limbs; i++)
        difference[i] = __builtin_subcll(x[i], y[i], borrow, &borrow);
}

static inline bool fixed_is_negative(fixed_format format, const limb *x) {
    return (long long)x[format.limbs - 1] < 0;
}

static inline bool fixed_is_less(fixed_format format, const limb *x, const limb *y) {
    size_t i = format.limbs - 1;
    if (x[i] != y[i])
        return (long long)x[i] < (long long)y[i];
    while (i > 0 && x[i] == y[i])
        i--;
    return x[i] < y[i];
}

/* The nearest double, or the next one upwards; an infinity beyond their range. */
static inline double fixed_value(fixed_format format, const limb *x, bool upwards) {
    limb magnitude[MOST_LIMBS] = {0};
    const bool is_negative = fixed_is_negative(format, x);
    if (is_negative)
        fixed_subtract(format, magnitude, x, magnitude);
    else
        memcpy(magnitude, x, format.limbs * sizeof(limb));
    size_t top = format.limbs - 1;
    while (top > 0 && magnitude[top] == 0)
        top--;
    if (magnitude[top] == 0)
        return 0;
    /* The 64 leading bits, of which the last also stands for all that follow. */
    const int zeros = __builtin_clzll(magnitude[top]);
    const limb next = top > 0 ? magnitude[top - 1] : 0;
    limb leading = magnitude[top] << zeros | (zeros > 0 ? next >> (LIMB_BITS - zeros) : 0);
    bool is_exact = next << zeros == 0;
    for (size_t i = 0; i + 1 < top; i++)
        is_exact &= magnitude[i] == 0;
    leading |= !is_exact;
    const int exponent = format.unit + (int)top * LIMB_BITS - zeros;
    if (upwards && !is_negative) {
        /* Truncated to the bits of a double, and one more unless the rest is 0. */
        const int rest = exponent + 11 < -1074 ? -1074 - exponent : 11;
        const limb kept = rest < LIMB_BITS ? leading >> rest : 0;
        const bool is_whole = rest < LIMB_BITS && kept << rest == leading;
        return ldexp((double)(kept + !is_whole), exponent + rest);
    }
    const double value = ldexp((double)leading, exponent);
    return is_negative ? -value : value;
}

#endif
