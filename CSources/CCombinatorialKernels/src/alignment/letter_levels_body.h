/* Costs of letters as small integers, where they are such.
 *
 * A path that matches D pairs has the price of all gaps less what its pairs save, each G - cost for the price G of a
 * gap on either side. Where all savings that are any are multiples of a number by at most MOST_LEVELS, the recurrence
 * is one of bytes: the level of a pair is `greatest` less its saving in such units, and greatest + 1 where a pair
 * costs more than its two gaps. */

#define MOST_LEVELS 254

typedef struct letter_levels {
    const uint8_t *levels; /* [letters, letters] */
    uint8_t greatest;
    bool is_by_equality; /* one level for equal letters, one for different ones */
    uint8_t equal, different;
} letter_levels;

/* The exponent of the lowest bit of a number that is not 0. */
static int lowest_bit(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int exponent = (int)(bits >> 52 & 0x7ff);
    const uint64_t mantissa = (bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)(exponent > 0) << 52;
    return (exponent > 0 ? exponent : 1) - 1075 + __builtin_ctzll(mantissa);
}

/* A power of two of which all prices are multiples, so small ones that every sum of `terms` of them is exact; 0 if
 * there is none. */
static double unit_of_prices(const cl_letter_costs *c, size_t terms) {
    const CL_REAL *costs = c->substitutions;
    double most = fmax(fabs(c->row_gap), fabs(c->column_gap));
    int low = 400;
    if (!(most < (double)INFINITY)) return 0;
    if (c->row_gap != 0) low = lowest_bit(c->row_gap);
    if (c->column_gap != 0 && lowest_bit(c->column_gap) < low) low = lowest_bit(c->column_gap);
    for (size_t i = 0; i < c->letters * c->letters; i++) {
        const double x = (double)costs[i];
        if (x == 0 || x == (double)INFINITY) continue;
        most = fmax(most, fabs(x));
        low = lowest_bit(x) < low ? lowest_bit(x) : low;
    }
    const double unit = ldexp(1, low);
    return low > -400 && most / unit * (double)(terms + 2) < 0x1p52 ? unit : 0;
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b) {
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Whether there are levels, written to `levels` [letters, letters]. Every price is a number but +infinity; sums have
 * at most so many terms. */
static bool find_levels(const cl_letter_costs *c, size_t terms, uint8_t *levels, letter_levels *found) {
    const CL_REAL *costs = c->substitutions;
    const size_t letters = c->letters, count = letters * letters;
    const double unit = unit_of_prices(c, terms), gaps = c->row_gap + c->column_gap;
    uint64_t divisor = 0;
    double most = 0;
    if (unit == 0) return false;
    for (size_t i = 0; i < count; i++) {
        const double saving = (gaps - (double)costs[i]) / unit; /* -infinity of a forbidden pair */
        if (saving <= 0) continue;
        most = fmax(most, saving);
        if (divisor != 1) divisor = greatest_divisor((uint64_t)saving, divisor);
    }
    if (divisor != 0 && !(most <= (double)divisor * MOST_LEVELS)) return false;
    const double step = divisor == 0 ? 1 : (double)divisor;
    *found = (letter_levels){.levels = levels, .greatest = (uint8_t)(most / step), .is_by_equality = true};
    for (size_t i = 0; i < count; i++) {
        const double saving = (gaps - (double)costs[i]) / unit;
        levels[i] = (uint8_t)(saving < 0 ? found->greatest + 1 : found->greatest - (uint8_t)(saving / step));
    }
    found->equal = levels[0];
    found->different = levels[count > 1];
    for (size_t i = 0; i < count; i++)
        found->is_by_equality &= levels[i] == (i % (letters + 1) == 0 ? found->equal : found->different);
    return true;
}
