#include "exact.h"

#include <math.h>
#include <string.h>

static void normalise(exact *sum) {
    int64_t carry = 0;
    for (int i = 0; i + 1 < EXACT_DIGITS; i++) {
        const int64_t digit = sum->digits[i] + carry;
        sum->digits[i] = digit & 0xFFFFFFFF;
        carry = digit >> 32;
    }
    sum->digits[EXACT_DIGITS - 1] += carry; /* the last digit keeps the sign */
    sum->pending = 0;
}

/* Adds sign * mantissa * 2^exponent; the mantissa has at most 64 bits. */
static void add_scaled(exact *sum, int sign, uint64_t mantissa, int exponent) {
    const int bit = exponent - EXACT_LEAST_EXPONENT;
    const unsigned __int128 shifted = (unsigned __int128)mantissa << bit % 32;
    for (int i = 0; i < 4; i++)
        sum->digits[bit / 32 + i] += sign * (int64_t)(uint32_t)(shifted >> 32 * i);
    if (++sum->pending == 1u << 30) normalise(sum);
}

/* x = sign * mantissa * 2^exponent with a mantissa of at most 53 bits. */
static int taken_apart(double x, uint64_t *mantissa, int *exponent) {
    *mantissa = (uint64_t)ldexp(frexp(fabs(x), exponent), 53);
    *exponent -= 53;
    if (*exponent < -1074) { /* below the least normal number the last digits are 0 */
        *mantissa >>= -1074 - *exponent;
        *exponent = -1074;
    }
    return signbit(x) ? -1 : 1;
}

static void add_signed(exact *sum, double x, int sign) {
    uint64_t mantissa;
    int exponent;
    sign *= taken_apart(x, &mantissa, &exponent);
    if (mantissa != 0) add_scaled(sum, sign, mantissa, exponent);
}

static void add_signed_product(exact *sum, double x, double y, int sign) {
    uint64_t a, b;
    int i, j;
    sign *= taken_apart(x, &a, &i) * taken_apart(y, &b, &j);
    if (a == 0 || b == 0) return;
    const unsigned __int128 product = (unsigned __int128)a * b;
    add_scaled(sum, sign, (uint64_t)product, i + j);
    add_scaled(sum, sign, (uint64_t)(product >> 64), i + j + 64);
}

static void add_all(exact *sum, const exact *other, int sign) {
    exact plain = *other;
    normalise(&plain);
    normalise(sum);
    for (int i = 0; i < EXACT_DIGITS; i++) sum->digits[i] += sign * plain.digits[i];
    normalise(sum);
}

void exact_clear(exact *sum) { memset(sum, 0, sizeof *sum); }
void exact_add(exact *sum, double x) { add_signed(sum, x, 1); }
void exact_subtract(exact *sum, double x) { add_signed(sum, x, -1); }
void exact_add_product(exact *sum, double x, double y) { add_signed_product(sum, x, y, 1); }
void exact_subtract_product(exact *sum, double x, double y) { add_signed_product(sum, x, y, -1); }
void exact_add_exact(exact *sum, const exact *other) { add_all(sum, other, 1); }
void exact_subtract_exact(exact *sum, const exact *other) { add_all(sum, other, -1); }

int exact_sign(const exact *sum) {
    exact plain = *sum;
    normalise(&plain);
    if (plain.digits[EXACT_DIGITS - 1] < 0) return -1;
    for (int i = 0; i < EXACT_DIGITS; i++)
        if (plain.digits[i] != 0) return 1;
    return 0;
}

int exact_compare(const exact *a, const exact *b) {
    exact difference = *a;
    exact_subtract_exact(&difference, b);
    return exact_sign(&difference);
}

double exact_value(const exact *sum) {
    const int sign = exact_sign(sum);
    exact plain;
    exact_clear(&plain);
    add_all(&plain, sum, sign < 0 ? -1 : 1);
    int top = EXACT_DIGITS - 1;
    while (top > 0 && plain.digits[top] == 0) top--;
    double value = 0;
    for (int i = top; i >= 0 && i > top - 4; i--)
        value += ldexp((double)plain.digits[i], EXACT_LEAST_EXPONENT + 32 * i);
    return sign < 0 ? -value : value;
}
