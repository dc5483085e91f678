/* Signed integers of a few words of 64 bits, lowest first, in two's complement: sums of doubles without any
 * rounding, counted in units of a power of two that divides them all. */
#ifndef CL_WIDE_NUMBER_H
#define CL_WIDE_NUMBER_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Enough for 2^32 times the largest double in units of the least. */
#define WIDE_MOST_WORDS 34

/* The numbers of one kind. */
typedef struct wide_format {
    size_t words;
    int unit; /* numbers count 2^unit */
} wide_format;

/* The exponent of the lowest bit of a number that is not 0. */
static inline int lowest_bit(double x) {
    int exponent;
    const double fraction = frexp(fabs(x), &exponent);
    return exponent - 53 + __builtin_ctzll((uint64_t)ldexp(fraction, 53));
}

static inline void wide_clear(wide_format f, uint64_t *x) { memset(x, 0, f.words * sizeof *x); }

static inline void wide_copy(wide_format f, uint64_t *to, const uint64_t *from) {
    memcpy(to, from, f.words * sizeof *to);
}

static inline bool wide_is_negative(wide_format f, const uint64_t *x) { return x[f.words - 1] >> 63; }

static inline bool wide_is_zero(wide_format f, const uint64_t *x) {
    for (size_t k = 0; k < f.words; k++)
        if (x[k] != 0) return false;
    return true;
}

static inline void wide_add(wide_format f, uint64_t *x, const uint64_t *y) {
    uint64_t carry = 0;
    for (size_t k = 0; k < f.words; k++) {
        const uint64_t sum = x[k] + y[k], all = sum + carry;
        carry = (sum < y[k]) | (all < sum);
        x[k] = all;
    }
}

static inline void wide_subtract(wide_format f, uint64_t *x, const uint64_t *y) {
    uint64_t borrow = 0;
    for (size_t k = 0; k < f.words; k++) {
        const uint64_t difference = x[k] - y[k], all = difference - borrow;
        borrow = (x[k] < y[k]) | (difference < borrow);
        x[k] = all;
    }
}

static inline void wide_negate(wide_format f, uint64_t *x) {
    uint64_t carry = 1;
    for (size_t k = 0; k < f.words; k++) {
        x[k] = ~x[k] + carry;
        carry &= x[k] == 0;
    }
}

/* A double that is a multiple of the unit. */
static inline void wide_set(wide_format f, uint64_t *x, double number) {
    wide_clear(f, x);
    if (number == 0) return;
    int exponent;
    uint64_t digits = (uint64_t)ldexp(frexp(fabs(number), &exponent), 53);
    int bit = exponent - 53 - f.unit;
    if (bit < 0) { /* trailing zeros */
        digits >>= -bit;
        bit = 0;
    }
    const size_t word = (size_t)bit / 64;
    const unsigned shift = (unsigned)bit % 64;
    x[word] = digits << shift;
    if (shift > 0 && word + 1 < f.words) x[word + 1] = digits >> (64 - shift);
    if (number < 0) wide_negate(f, x);
}

static inline void wide_add_double(wide_format f, uint64_t *x, double number) {
    uint64_t other[WIDE_MOST_WORDS];
    wide_set(f, other, number);
    wide_add(f, x, other);
}

/* The sign of x - y. */
static inline int wide_compare(wide_format f, const uint64_t *x, const uint64_t *y) {
    const bool x_negative = wide_is_negative(f, x), y_negative = wide_is_negative(f, y);
    if (x_negative != y_negative) return x_negative ? -1 : 1;
    for (size_t k = f.words; k-- > 0;)
        if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
    return 0;
}

/* The nearest double; an infinity beyond the largest. */
static inline double wide_value(wide_format f, const uint64_t *x) {
    uint64_t positive[WIDE_MOST_WORDS];
    wide_copy(f, positive, x);
    const bool is_negative = wide_is_negative(f, x);
    if (is_negative) wide_negate(f, positive);
    size_t top = f.words;
    while (top > 0 && positive[top - 1] == 0) top--;
    if (top == 0) return 0;
    /* The highest 64 bits, of which the last stands for all that follow. */
    const unsigned zeros = (unsigned)__builtin_clzll(positive[top - 1]);
    uint64_t digits = positive[top - 1] << zeros, rest = 0;
    if (top > 1) {
        if (zeros > 0) digits |= positive[top - 2] >> (64 - zeros);
        rest = positive[top - 2] << zeros;
    }
    for (size_t k = 0; k + 2 < top; k++) rest |= positive[k];
    digits |= rest != 0;
    const int exponent = f.unit + 64 * (int)(top - 1) - (int)zeros;
    /* Below the least normal number the sum is a multiple of the least number, and so exact. */
    const double value = ldexp((double)digits, exponent);
    return is_negative ? -value : value;
}

/* The bits of a set of numbers. */
typedef struct bit_range {
    int lowest, highest;
} bit_range;

static const bit_range no_bits = {INT32_MAX, INT32_MIN};

static inline void include_bits(bit_range *range, double x) {
    if (x == 0 || isinf(x)) return;
    int highest;
    frexp(x, &highest);
    const int lowest = lowest_bit(x);
    range->lowest = lowest < range->lowest ? lowest : range->lowest;
    range->highest = highest > range->highest ? highest : range->highest;
}

/* A format for sums of `count` numbers with these bits. */
static inline wide_format wide_format_for(bit_range range, size_t count) {
    if (range.lowest >= range.highest) return (wide_format){1, 0};
    int bits;
    frexp((double)count, &bits);
    return (wide_format){(size_t)(range.highest - range.lowest + bits + 2) / 64 + 1, range.lowest};
}

#endif
