#include "draw.h"

#include <math.h>

static const uint8_t *bytes_left;
static size_t count_left;
static uint64_t state;

void draw_from_seed(uint64_t seed) {
    bytes_left = NULL;
    count_left = 0;
    state = seed * 0x9E3779B97F4A7C15u + 0xD1B54A32D192ED03u;
    draw_bits();
}

void draw_from_bytes(const uint8_t *bytes, size_t count) {
    uint64_t hash = 14695981039346656037u; /* FNV-1a: the generator goes on from all bytes */
    for (size_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 1099511628211u;
    draw_from_seed(hash);
    bytes_left = bytes;
    count_left = count;
}

/* splitmix64: S. Vigna, after G. L. Steele et al., OOPSLA 2014, doi:10.1145/2660193.2660195. */
uint64_t draw_bits(void) {
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t draw_aside(void) {
    const uint64_t before = state, bits = draw_bits();
    state = before;
    return bits ^ (uint64_t)count_left * 0x9E3779B97F4A7C15u;
}

uint8_t draw_byte(void) {
    if (count_left == 0) return (uint8_t)(draw_bits() >> 40);
    count_left--;
    return *bytes_left++;
}

static uint64_t draw_bytes(int count) {
    uint64_t bits = 0;
    for (int i = 0; i < count; i++) bits = bits << 8 | draw_byte();
    return bits;
}

size_t draw_below(size_t count) {
    if (count < 2) return 0;
    return draw_bytes(count <= 256 ? 1 : count <= 65536 ? 2 : 4) % count;
}

size_t draw_between(size_t least, size_t greatest) { return least + draw_below(greatest - least + 1); }
bool draw_one_in(size_t count) { return draw_below(count) == 0; }
double draw_unit(void) { return (double)draw_bytes(4) / 4294967296.0; }

size_t draw_size(size_t greatest) {
    static const size_t lanes[] = {4, 8, 16, 32, 64};
    size_t size = draw_below(8);
    if (draw_one_in(3)) size = lanes[draw_below(5)] * draw_between(1, 2) + draw_below(3) - 1;
    if (draw_one_in(8)) size = draw_below(greatest + 1);
    return size <= greatest ? size : draw_below(greatest + 1);
}

static const char *const kind_names[NUMBER_KINDS] = {
    "digits", "signed",  "unit",    "wide",      "few",             "exponents", "large integers", "mixed",
    "apart",  "tiny",    "extreme", "forbidden", "forbidden digits", "invalid",
};
const char *number_kind_name(number_kind kind) { return kind_names[kind]; }

static double signed_by_chance(double x) { return draw_one_in(2) ? x : -x; }

static double extreme_number(void) {
    static const double numbers[] = {
        0, 1, 0.5, 3, 0x1p-1074, 0x1p-1022, 1e-300, 1e-30, 1e30, 1e16, 0x1p53, 0x1p53 + 2, 0x1p24, 0x1p24 + 1,
        0x1.fffffep127, 0x1p-149, 0x1p-126, 1e280, 1e300, 0x1p1022, 0x1p1023, 0x1.fffffffffffffp1023,
    };
    return signed_by_chance(numbers[draw_below(sizeof numbers / sizeof *numbers)]);
}

double draw_number(number_kind kind) {
    switch (kind) {
    case NUMBER_DIGITS: return (double)draw_below(10);
    case NUMBER_SIGNED: return (double)draw_below(11) - 5;
    case NUMBER_UNIT: return draw_unit();
    case NUMBER_WIDE: return draw_unit() * 1e6 - 5e5;
    case NUMBER_FEW: return (double)draw_below(2);
    case NUMBER_EXPONENTS: return ldexp(draw_unit() - 0.5, (int)draw_below(81) - 40);
    case NUMBER_LARGE_INTEGERS: return floor(draw_unit() * 0x1p53);
    case NUMBER_MIXED: return draw_one_in(3) ? pow(10, (double)draw_between(14, 18)) * (1 + (double)draw_below(3)) : draw_unit();
    case NUMBER_APART: return signed_by_chance((1 + draw_unit()) * pow(10, (double)draw_below(601) - 300));
    case NUMBER_TINY: return draw_one_in(3) ? (double)draw_below(8) * 0x1p-1074 : (draw_unit() - 0.3) * 0x1p-1021;
    case NUMBER_EXTREME: return draw_one_in(8) ? (double)INFINITY : draw_one_in(3) ? draw_unit() : extreme_number();
    case NUMBER_FORBIDDEN: return draw_one_in(4) ? (double)INFINITY : draw_unit() * 10 - 3;
    case NUMBER_FORBIDDEN_DIGITS: return draw_one_in(3) ? (double)INFINITY : (double)draw_below(4);
    case NUMBER_INVALID:
        if (draw_one_in(20)) return draw_one_in(2) ? (double)NAN : -(double)INFINITY;
        return draw_one_in(6) ? (double)INFINITY : (double)draw_below(9);
    case NUMBER_KINDS: break;
    }
    return 0;
}

double draw_magnitude(number_kind kind) {
    const double x = draw_number(kind);
    return x == -(double)INFINITY ? x : fabs(x);
}
