/* Vectors along a row of costs, of assignment_body.h. Only minima, comparisons and element-wise differences
 * are taken in lanes, so every lane count gives the same bits. */

/* Costs below it are refused, or left to exact numbers. */
#if CL_REAL_IS_FLOAT
#define LEAST_COST (-FLT_MAX)
#else
#define LEAST_COST (-CL_ASSIGNMENT_GREATEST_COST)
#endif

/* What else has as many lanes as a register of doubles: */
typedef lane_integer narrow_index __attribute__((ext_vector_type(WIDE_LANES)));
typedef int32_t rows_of __attribute__((ext_vector_type(WIDE_LANES), aligned(sizeof(int32_t)), may_alias));
typedef bool mask __attribute__((ext_vector_type(WIDE_LANES)));

/* Registers side by side: rows of large matrices lie far apart, so that more should be read of each. */
#define STRIP_LANES (4 * LANES)
typedef CL_REAL strip __attribute__((ext_vector_type(STRIP_LANES), aligned(sizeof(CL_REAL)), may_alias));
typedef lane_integer strip_index __attribute__((ext_vector_type(STRIP_LANES)));

/* Every lane's partner at a distance of `half` lanes: folding a vector onto its partners until half
 * is 1 leaves the result in every lane. Unrolled, it is a shuffle. */
#define PARTNERS(values, half)                                                                     \
    ({                                                                                             \
        wide partners;                                                                             \
        _Pragma("clang loop unroll(full)") for (int lane = 0; lane < WIDE_LANES; lane++)           \
            partners[lane] = values[lane ^ (half)];                                                \
        partners;                                                                                  \
    })
#define FOR_EACH_HALF                                                                              \
    _Pragma("clang loop unroll(full)") for (int half = WIDE_LANES / 2; half > 0; half /= 2)

/* The smallest lane, in every lane. */
static inline wide fold_lowest(wide values) {
    FOR_EACH_HALF values = lesser_of(values, PARTNERS(values, half));
    return values;
}

/* The smallest and the second smallest of the lanes of both vectors, in every lane of each. In each
 * lane, low <= next. */
static inline void fold_lowest_two(wide *low, wide *next) {
    FOR_EACH_HALF {
        const wide low_there = PARTNERS((*low), half), next_there = PARTNERS((*next), half);
        *next = lesser_of(*next, next_there);
        *next = lesser_of(*next, greater_of(*low, low_there));
        *low = lesser_of(*low, low_there);
    }
}

/* One bit for each lane, the lowest for the first: whether it is set. */
static inline uint64_t bits(wide_index lanes) {
#if CL_REGISTER_BYTES == 32 /* of AVX2: what follows becomes a dozen instructions there */
    typedef double signs __attribute__((vector_size(32)));
    return (uint64_t)__builtin_ia32_movmskpd256((signs)lanes);
#elif CL_REGISTER_BYTES > 8
    const mask bits = __builtin_convertvector(lanes, mask);
    uint8_t packed = 0;
    memcpy(&packed, &bits, sizeof packed);
    return packed & ((1u << WIDE_LANES) - 1);
#else
    return lanes[0] != 0;
#endif
}

/* 0, 1, 2 …: columns are counted in doubles, whose minimum is one instruction. */
static inline wide first_columns(void) {
    wide columns;
    for (int lane = 0; lane < WIDE_LANES; lane++) columns[lane] = lane;
    return columns;
}

typedef struct cost_range {
    double least, greatest;
} cost_range;

CL_INLINE void widen_range(cost_range *range, const CL_REAL *c, size_t columns) {
    wide low = range->least, high = range->greatest;
    size_t j = 0;
    for (; j + WIDE_LANES <= columns; j += WIDE_LANES) {
        const wide cost = widened(c + j);
        low = lesser_of(cost, low);
        high = greater_of(high, cost);
    }
    *range = (cost_range){fold_lowest(low)[0], -fold_lowest(-high)[0]};
    for (; j < columns; j++) {
        range->least = (double)c[j] < range->least ? (double)c[j] : range->least;
        range->greatest = (double)c[j] > range->greatest ? (double)c[j] : range->greatest;
    }
}

/* How many costs of a row are another. */
CL_INLINE size_t others_of_row(const CL_REAL *c, size_t columns, double common) {
    wide_index others = 0;
    size_t j = 0, count = 0;
    for (; j + WIDE_LANES <= columns; j += WIDE_LANES) others -= widened(c + j) != common;
    for (; j < columns; j++) count += (double)c[j] != common;
    return count + (size_t)__builtin_reduce_add(others);
}
