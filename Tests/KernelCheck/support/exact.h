/* Sums of doubles and of products of two doubles without any rounding: a fixed-point number wide enough
 * for all of them (U. Kulisch, Computer Arithmetic and Validity, 2008, chapter 8). Arguments are finite. */
#ifndef EXACT_H
#define EXACT_H

#include <stdint.h>

/* Digits of 32 bits from 2^-2176 on; between two normalisations each holds its carries. */
enum { EXACT_DIGITS = 140, EXACT_LEAST_EXPONENT = -2176 };

typedef struct exact {
    int64_t digits[EXACT_DIGITS];
    uint32_t pending; /* additions since the last normalisation */
} exact;

void exact_clear(exact *sum);
void exact_add(exact *sum, double x);
void exact_subtract(exact *sum, double x);
void exact_add_product(exact *sum, double x, double y);
void exact_subtract_product(exact *sum, double x, double y);
void exact_add_exact(exact *sum, const exact *other);
void exact_subtract_exact(exact *sum, const exact *other);

/* -1, 0 or 1. */
int exact_sign(const exact *sum);
/* The sign of a - b. */
int exact_compare(const exact *a, const exact *b);
/* Within two units in the last place; an infinity beyond the range of double. */
double exact_value(const exact *sum);

#endif
