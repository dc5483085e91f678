/* Sums of doubles without rounding: fixed-point numbers in two's complement, as wide as the magnitudes of
 * the terms lie apart, for the few problems that doubles cannot decide.
 *
 * U. Kulisch, Computer Arithmetic and Validity (2008), chapter 8. */
#ifndef CL_WIDE_H
#define CL_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* From 2^-1074 to 2^1024, and 33 bits for the sign and for 2^32 terms. */
#define WIDE_MOST_WORDS 34
#define WIDE_SPARE_BITS 33

/* Word k of a number, from the least significant on, counts 2^(least + 64 k). */
typedef struct wide_format {
    int least;
    int most; /* all terms are less than 2^most */
    size_t words;
} wide_format;

/* The format of 0 alone, and that of any terms. */
static inline wide_format wide_empty(void) { return (wide_format){1024, -1074, 1}; }
static inline wide_format wide_any(void) { return (wide_format){-1074, 1024, WIDE_MOST_WORDS}; }

/* A double as mantissa * 2^exponent; its sign apart. */
static inline uint64_t wide_take_apart(double x, int *exponent, bool *is_negative) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int field = (int)(bits >> 52 & 0x7FF);
    const uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    *is_negative = bits >> 63 != 0;
    *exponent = (field == 0 ? 1 : field) - 1075;
    return field == 0 ? fraction : fraction | (uint64_t)1 << 52;
}

/* Makes room for a finite term. */
static inline void wide_make_room(wide_format *f, double term) {
    int exponent;
    bool is_negative;
    if (wide_take_apart(term, &exponent, &is_negative) == 0) return;
    if (exponent < f->least) f->least = exponent;
    if (exponent + 53 > f->most) f->most = exponent + 53;
    f->words = (size_t)(f->most - f->least + WIDE_SPARE_BITS) / 64 + 1;
}

static inline void wide_clear(uint64_t *x, wide_format f) { memset(x, 0, f.words * sizeof *x); }
static inline void wide_copy(uint64_t *to, const uint64_t *from, wide_format f) {
    memcpy(to, from, f.words * sizeof *to);
}

/* Adds low + 2^64 high to the words from one on, or subtracts it. */
static inline void wide_add_words(
    uint64_t *x, size_t words, size_t word, uint64_t low, uint64_t high, bool subtracts) {
    bool carry = false;
    for (size_t k = word; k < words && (k < word + 2 || carry); k++) {
        const uint64_t part = k == word ? low : k == word + 1 ? high : 0;
        uint64_t sum;
        bool over = subtracts ? __builtin_sub_overflow(x[k], part, &sum)
                              : __builtin_add_overflow(x[k], part, &sum);
        over |= subtracts ? __builtin_sub_overflow(sum, (uint64_t)carry, &sum)
                          : __builtin_add_overflow(sum, (uint64_t)carry, &sum);
        x[k] = sum;
        carry = over;
    }
}

/* x += term, or x -= term: a finite one that the format has room for. */
static inline void wide_add_signed(uint64_t *x, wide_format f, double term, bool subtracts) {
    int exponent;
    bool is_negative;
    const uint64_t mantissa = wide_take_apart(term, &exponent, &is_negative);
    if (mantissa == 0) return;
    const unsigned bit = (unsigned)(exponent - f.least), shift = bit % 64;
    const uint64_t high = shift == 0 ? 0 : mantissa >> (64 - shift);
    wide_add_words(x, f.words, bit / 64, mantissa << shift, high, is_negative != subtracts);
}

static inline void wide_add(uint64_t *x, wide_format f, double term) {
    wide_add_signed(x, f, term, false);
}
static inline void wide_subtract(uint64_t *x, wide_format f, double term) {
    wide_add_signed(x, f, term, true);
}

/* x += y, or x -= y. */
static inline void wide_add_wide(uint64_t *x, const uint64_t *y, wide_format f, bool subtracts) {
    bool carry = false;
    for (size_t k = 0; k < f.words; k++) {
        uint64_t sum;
        bool over = subtracts ? __builtin_sub_overflow(x[k], y[k], &sum)
                              : __builtin_add_overflow(x[k], y[k], &sum);
        over |= subtracts ? __builtin_sub_overflow(sum, (uint64_t)carry, &sum)
                          : __builtin_add_overflow(sum, (uint64_t)carry, &sum);
        x[k] = sum;
        carry = over;
    }
}

static inline bool wide_is_negative(const uint64_t *x, wide_format f) {
    return x[f.words - 1] >> 63 != 0;
}

static inline bool wide_is_less(const uint64_t *x, const uint64_t *y, wide_format f) {
    const bool x_is_negative = wide_is_negative(x, f), y_is_negative = wide_is_negative(y, f);
    if (x_is_negative != y_is_negative) return x_is_negative;
    for (size_t k = f.words; k-- > 0;)
        if (x[k] != y[k]) return x[k] < y[k];
    return false;
}

/* The nearest double, ties to even; an infinity beyond the largest. */
static inline double wide_value(const uint64_t *x, wide_format f) {
    uint64_t plain[WIDE_MOST_WORDS];
    const bool is_negative = wide_is_negative(x, f);
    wide_clear(plain, f);
    wide_add_wide(plain, x, f, is_negative);
    size_t top = f.words;
    while (top > 0 && plain[top - 1] == 0) top--;
    if (top == 0) return 0;
    const int shift = __builtin_clzll(plain[--top]);
    uint64_t leading = plain[top] << shift;
    if (top > 0 && shift > 0) leading |= plain[top - 1] >> (64 - shift);
    /* What is left below the leading 64 bits breaks ties. */
    uint64_t rest = top > 0 ? plain[top - 1] << shift : 0;
    for (size_t k = 0; k + 1 < top; k++) rest |= plain[k];
    double value = (double)(leading | (rest != 0));
    /* Numbers below the normal ones have so few bits that scaling does not round. */
    int exponent = f.least + 64 * (int)top - shift;
    for (; exponent < -512; exponent += 512) value *= 0x1p-512;
    for (; exponent > 512; exponent -= 512) value *= 0x1p512;
    const uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    value *= power;
    return is_negative ? -value : value;
}

#endif
