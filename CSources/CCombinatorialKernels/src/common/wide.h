/* Sums of doubles, and of products of two, without rounding: integers in two's complement of as many words as the
 * magnitudes of a problem's numbers lie apart, the least word first. For the problems that doubles cannot decide.
 *
 * U. Kulisch, Computer Arithmetic and Validity (2008), chapter 8. */
#ifndef CL_WIDE_H
#define CL_WIDE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    WIDE_SUM_WORDS = 34, /* of sums of any 2^32 doubles: from 2^-1074 to below 2^1024, and the sign */
    WIDE_MOST_WORDS = 52 /* of sums of products with one factor, whose bits and exponent add to the range */
};

/* The numbers of one kind: so many words, which count 2^unit. */
typedef struct wide_format {
    size_t words;
    int unit;
} wide_format;

/* A double, (-1)^is_negative mantissa 2^exponent; the mantissa is odd, or 0. */
typedef struct wide_parts {
    uint64_t mantissa;
    int exponent;
    bool is_negative;
} wide_parts;

/* The bits of some numbers have exponents from `low` to below `high`. */
typedef struct wide_range {
    int low, high;
} wide_range;

static const wide_parts wide_one = {1, 0, false};
static const wide_range wide_no_range = {INT32_MAX, INT32_MIN};
static const wide_format wide_any_sum = {WIDE_SUM_WORDS, -1074};

static inline int wide_bit_count(uint64_t x) { return x == 0 ? 0 : 64 - __builtin_clzll(x); }

/* Of a finite double. */
static inline wide_parts wide_parts_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int field = (int)(bits >> 52 & 0x7FF);
    wide_parts parts = {bits & (((uint64_t)1 << 52) - 1), (field == 0 ? 1 : field) - 1075, bits >> 63 != 0};
    if (field != 0) parts.mantissa |= (uint64_t)1 << 52;
    if (parts.mantissa == 0) return parts;
    const int zeros = __builtin_ctzll(parts.mantissa);
    parts.mantissa >>= zeros;
    parts.exponent += zeros;
    return parts;
}

/* Widens a range by a number; infinities are none. */
static inline void wide_include(wide_range *range, double x) {
    if (x == 0 || isinf(x)) return;
    const wide_parts parts = wide_parts_of(x);
    const int high = parts.exponent + wide_bit_count(parts.mantissa);
    range->low = parts.exponent < range->low ? parts.exponent : range->low;
    range->high = high > range->high ? high : range->high;
}

/* For sums of so many numbers of a range. */
static inline wide_format wide_format_for(wide_range range, size_t count) {
    if (range.low > range.high) return (wide_format){1, 0};
    return (wide_format){(size_t)(range.high - range.low + wide_bit_count(count) + 1) / 64 + 1, range.low};
}

static inline void wide_clear(wide_format f, uint64_t *x) { memset(x, 0, f.words * sizeof *x); }

static inline void wide_copy(wide_format f, uint64_t *to, const uint64_t *from) {
    memcpy(to, from, f.words * sizeof *to);
}

static inline void wide_add(wide_format f, uint64_t *x, const uint64_t *y) {
    unsigned long long carry = 0;
    for (size_t k = 0; k < f.words; k++) x[k] = __builtin_addcll(x[k], y[k], carry, &carry);
}

static inline void wide_subtract(wide_format f, uint64_t *x, const uint64_t *y) {
    unsigned long long borrow = 0;
    for (size_t k = 0; k < f.words; k++) x[k] = __builtin_subcll(x[k], y[k], borrow, &borrow);
}

static inline void wide_negate(wide_format f, uint64_t *x) {
    unsigned long long carry = 1;
    for (size_t k = 0; k < f.words; k++) x[k] = __builtin_addcll(~x[k], 0, carry, &carry);
}

static inline bool wide_is_negative(wide_format f, const uint64_t *x) { return x[f.words - 1] >> 63 != 0; }

/* -1, 0 or 1. */
static inline int wide_sign(wide_format f, const uint64_t *x) {
    if (wide_is_negative(f, x)) return -1;
    for (size_t k = f.words; k-- > 0;)
        if (x[k] != 0) return 1;
    return 0;
}

/* The sign of x - y. */
static inline int wide_compare(wide_format f, const uint64_t *x, const uint64_t *y) {
    const size_t top = f.words - 1;
    if (x[top] != y[top]) return (int64_t)x[top] < (int64_t)y[top] ? -1 : 1;
    for (size_t k = top; k-- > 0;)
        if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
    return 0;
}

/* x += a b; what lies below the unit is cut off. */
static inline void wide_add_product(wide_format f, uint64_t *x, wide_parts a, wide_parts b) {
    unsigned __int128 product = (unsigned __int128)a.mantissa * b.mantissa;
    int bit = a.exponent + b.exponent - f.unit;
    if (bit < 0) {
        product = bit > -128 ? product >> -bit : 0;
        bit = 0;
    }
    if (product == 0) return;
    const int shift = bit % 64;
    const unsigned __int128 low = (unsigned __int128)(uint64_t)product << shift;
    const unsigned __int128 high = ((unsigned __int128)(uint64_t)(product >> 64) << shift) + (uint64_t)(low >> 64);
    const uint64_t digits[3] = {(uint64_t)low, (uint64_t)high, (uint64_t)(high >> 64)};
    const bool subtracts = a.is_negative != b.is_negative;
    const uint64_t flip = subtracts ? UINT64_MAX : 0;
    unsigned long long carry = subtracts;
    for (size_t k = (size_t)bit / 64, part = 0; k < f.words && (part < 3 || carry != subtracts); k++, part++)
        x[k] = __builtin_addcll(x[k], (part < 3 ? digits[part] : 0) ^ flip, carry, &carry);
}

/* x += term, or x -= term: a finite one. */
static inline void wide_add_double(wide_format f, uint64_t *x, double term) {
    wide_add_product(f, x, wide_parts_of(term), wide_one);
}

static inline void wide_subtract_double(wide_format f, uint64_t *x, double term) { wide_add_double(f, x, -term); }

static inline void wide_set(wide_format f, uint64_t *x, double number) {
    wide_clear(f, x);
    wide_add_double(f, x, number);
}

/* |x| = leading 2^exponent with 64 leading bits, the last of which also stands for all that follow; 0 for 0.
 * *is_cut: whether bits that are not 0 follow. */
static inline uint64_t wide_leading(wide_format f, const uint64_t *x, int *exponent, bool *is_cut) {
    uint64_t magnitude[WIDE_MOST_WORDS];
    wide_copy(f, magnitude, x);
    if (wide_is_negative(f, x)) wide_negate(f, magnitude);
    size_t top = f.words - 1;
    while (top > 0 && magnitude[top] == 0) top--;
    *exponent = 0;
    *is_cut = false;
    if (magnitude[top] == 0) return 0;
    const int zeros = __builtin_clzll(magnitude[top]);
    const uint64_t next = top > 0 ? magnitude[top - 1] : 0;
    *exponent = f.unit + 64 * (int)top - zeros;
    *is_cut = next << zeros != 0;
    for (size_t k = 0; k + 1 < top; k++) *is_cut |= magnitude[k] != 0;
    return magnitude[top] << zeros | (zeros > 0 ? next >> (64 - zeros) : 0) | *is_cut;
}

/* The nearest double to x 2^shift, ties to even; an infinity beyond the largest. A number below the normal ones is
 * rounded twice if the shift is negative. *is_exact, unless that is NULL: whether it is x 2^shift itself. */
static inline double wide_scaled_value(wide_format f, const uint64_t *x, int shift, bool *is_exact) {
    int exponent;
    bool is_cut;
    const uint64_t leading = wide_leading(f, x, &exponent, &is_cut);
    const double rounded = (double)leading, value = ldexp(rounded, exponent + shift);
    if (is_exact)
        *is_exact = !is_cut && (leading & 0x7FF) == 0 && ldexp(value, -exponent - shift) == rounded;
    return wide_is_negative(f, x) ? -value : value;
}

static inline double wide_value(wide_format f, const uint64_t *x) { return wide_scaled_value(f, x, 0, NULL); }

/* The least double that is not below x. */
static inline double wide_value_upwards(wide_format f, const uint64_t *x) {
    int exponent;
    bool is_cut;
    const uint64_t leading = wide_leading(f, x, &exponent, &is_cut);
    if (wide_is_negative(f, x)) return wide_value(f, x);
    /* Truncated to the bits of a double, and one more unless the rest is 0. */
    const int rest = exponent + 11 < -1074 ? -1074 - exponent : 11;
    const uint64_t kept = rest < 64 ? leading >> rest : 0;
    const bool is_whole = rest < 64 && kept << rest == leading;
    return ldexp((double)(kept + !is_whole), exponent + rest);
}

#endif
