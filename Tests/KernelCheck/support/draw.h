/* Where the choices of an instance come from: a seed, or the bytes of a fuzzer followed by what a
 * generator makes of them. One source at a time, reset before each instance. */
#ifndef DRAW_H
#define DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void draw_from_seed(uint64_t seed);
void draw_from_bytes(const uint8_t *bytes, size_t count);

uint64_t draw_bits(void);
uint8_t draw_byte(void);
/* Bits that depend on the choices made so far, without making one. */
uint64_t draw_aside(void);
/* 0 ..< count; 0 for a count of 0. */
size_t draw_below(size_t count);
/* least ... greatest. */
size_t draw_between(size_t least, size_t greatest);
bool draw_one_in(size_t count);
/* 0 ..< 1. */
double draw_unit(void);
/* A size of at most `greatest`: mostly small, often next to a multiple of a vector's lanes. */
size_t draw_size(size_t greatest);

/* Families of numbers, from harmless to refused. */
typedef enum number_kind {
    NUMBER_DIGITS,         /* integers 0 ... 9: many ties */
    NUMBER_SIGNED,         /* integers -5 ... 5 */
    NUMBER_UNIT,           /* 0 ..< 1 */
    NUMBER_WIDE,           /* -5e5 ..< 5e5 */
    NUMBER_FEW,            /* 0 or 1 */
    NUMBER_EXPONENTS,      /* either sign, 2^-40 ... 2^40 */
    NUMBER_LARGE_INTEGERS, /* 0 ..< 2^53 */
    NUMBER_MIXED,          /* small ones, and some of 1e14 ... 1e18 */
    NUMBER_APART,          /* either sign, magnitudes from 1e-300 to 1e300 */
    NUMBER_TINY,           /* 0, subnormal numbers, and what lies near the least normal one */
    NUMBER_EXTREME,        /* limits of float and double, powers of two and their neighbors */
    NUMBER_FORBIDDEN,      /* reals, a quarter +infinity */
    NUMBER_FORBIDDEN_DIGITS,
    NUMBER_INVALID,        /* digits, some of them NaN or an infinity */
    NUMBER_KINDS
} number_kind;

const char *number_kind_name(number_kind kind);
double draw_number(number_kind kind);
/* The magnitude of a number of the kind; NaN and -infinity stay what they are. */
double draw_magnitude(number_kind kind);

#endif
