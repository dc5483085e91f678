/* exp in lanes, for arguments <= 1: x = n ln 2 + r, |r| <= ln 2 / 2, exp(x) = 2^n exp(r).
 *
 * n comes from adding 1.5 * 2^23 (2^52), which leaves round(x / ln 2) in the low bits of the sum;
 * the exponent bias is in the constant too, so that a shift makes 2^n. Arguments are raised to
 * EXP_FLOOR first, whose 2^n has the exponent bits 0: so exp(-infinity), and every result below
 * 0.7 of the smallest normal number, is exactly 0. NaN passes the maximum and stays NaN, because
 * 2^n is a factor: whatever its bits are, the polynomial is NaN.
 *
 * The polynomials are minimax for the error in units in the last place (Remez, then a search over
 * the rounded coefficients in float).
 *
 * Float uses one constant for ln 2, exact enough because x - n ln 2 is rounded once when it is
 * fused; the constant's rounding adds |x| / 20 units in the last place to an error of 1.7 (1.9 where
 * nothing is fused). Two constants cost 13%, and a polynomial of degree 6, which would save half a
 * unit, 14%. Where nothing is fused (the scalar variant of x86) the product must be exact, so
 * there, and in double, ln 2 is split. */

#if CL_REAL_IS_FLOAT
#define EXP_ROUNDER 12583039.0f /* 1.5 * 2^23 + 127 */
#define EXP_MANTISSA_BITS 23
#define EXP_FLOOR -88.0f /* n = -127 */
#define EXP_LOG2_E 1.44269504f
#define EXP_LN2 0.693147182f
#define EXP_LN2_HIGH 0.693359375f /* 9 bits */
#define EXP_LN2_LOW -2.12194440e-4f
#define EXP_IS_FUSED (LANES > 1)
#else
#define EXP_ROUNDER 6755399441056767.0 /* 1.5 * 2^52 + 1023 */
#define EXP_MANTISSA_BITS 52
#define EXP_FLOOR -709.0 /* n = -1023 */
#define EXP_LOG2_E 1.4426950408889634
#define EXP_LN2 0.6931471805599453
#define EXP_LN2_HIGH 6.93147180369123816490e-1 /* 32 bits */
#define EXP_LN2_LOW 1.90821492927058770002e-10
#define EXP_IS_FUSED false
#endif

/* exp(x) = power * fraction, left apart so that a sum can fuse the multiplication. */
typedef struct exponential_parts {
    vector power;
    vector fraction;
} exponential_parts;

CL_INLINE vector exponential_fraction(vector r) {
#if CL_REAL_IS_FLOAT
    vector q = r * 8.265912e-3f + 4.1901242e-2f;
    q = q * r + 1.666814e-1f;
    q = q * r + 4.9999115e-1f;
    q = q * r + 9.9999946e-1f;
#else
    vector q = r * 2.5000018853083341953e-8 + 2.7630306255647857359e-7;
    q = q * r + 2.7557586803847070697e-6;
    q = q * r + 2.4801492949617070769e-5;
    q = q * r + 1.9841269505773806997e-4;
    q = q * r + 1.3888888943759984011e-3;
    q = q * r + 8.333333333494977261e-3;
    q = q * r + 4.1666666666529728134e-2;
    q = q * r + 1.6666666666666411508e-1;
    q = q * r + 5.0000000000000106688e-1;
    q = q * r + 1;
#endif
    return q * r + 1;
}

CL_INLINE exponential_parts exponential_parts_of(vector x) {
    x = larger(x, (vector)EXP_FLOOR);
    vector shifted = x * EXP_LOG2_E + EXP_ROUNDER;
    vector n = shifted - EXP_ROUNDER;
    vector r = EXP_IS_FUSED ? x - n * EXP_LN2 : (x - n * EXP_LN2_HIGH) - n * EXP_LN2_LOW;
    union {
        vector real;
        lane_bits bits;
    } power = {.real = shifted};
    power.bits <<= EXP_MANTISSA_BITS;
    return (exponential_parts){power.real, exponential_fraction(r)};
}

CL_INLINE vector exponential(vector x) {
    exponential_parts parts = exponential_parts_of(x);
    return parts.power * parts.fraction;
}

/* An x that is not bounded by 1 may be anything: from -EXP_FLOOR on its exp is that of -EXP_FLOOR, far more than
 * ROWS_MOST_TOTAL and ROWS_GREATEST_SUM. */
CL_INLINE vector within(vector x, bool is_bounded) { return is_bounded ? x : smaller(x, (vector)-EXP_FLOOR); }

/* sum + exp(x). */
CL_INLINE vector add_exponential(vector sum, vector x, bool is_bounded) {
    exponential_parts parts = exponential_parts_of(within(x, is_bounded));
    return sum + parts.power * parts.fraction;
}

#undef EXP_ROUNDER
#undef EXP_MANTISSA_BITS
#undef EXP_FLOOR
#undef EXP_LOG2_E
#undef EXP_LN2
#undef EXP_LN2_HIGH
#undef EXP_LN2_LOW
#undef EXP_IS_FUSED
