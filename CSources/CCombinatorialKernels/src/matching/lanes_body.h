/* Vectors along a row of costs, for one element type and one instruction set; included by
 * assignment_body.h. Only minima, comparisons and element-wise differences are taken in lanes, so every
 * lane count gives the same bits. */

#define wide CL_VARIANT(wide)
#define wide_index CL_VARIANT(wide_index)
#define narrow CL_VARIANT(narrow)
#define narrow_index CL_VARIANT(narrow_index)
#define whole CL_VARIANT(whole)
#define whole_index CL_VARIANT(whole_index)
#define strip CL_VARIANT(strip)
#define strip_index CL_VARIANT(strip_index)
#define stored_index CL_VARIANT(stored_index)
#define rows_of CL_VARIANT(rows_of)
#define mask CL_VARIANT(mask)

#define LANES CL_LANES(double)

/* Costs below it are refused, or left to exact numbers. */
#if CL_REAL_IS_FLOAT
#define LEAST_COST (-FLT_MAX)
#else
#define LEAST_COST (-CL_ASSIGNMENT_GREATEST_COST)
#endif

/* As many doubles as a register holds, and what else has that many lanes: */
typedef double wide __attribute__((ext_vector_type(LANES), aligned(8)));
typedef int64_t wide_index __attribute__((ext_vector_type(LANES), aligned(8)));
typedef CL_REAL narrow __attribute__((ext_vector_type(LANES), aligned(sizeof(CL_REAL))));
#if CL_REAL_IS_FLOAT
typedef int32_t stored_index;
#else
typedef int64_t stored_index;
#endif
typedef stored_index narrow_index __attribute__((ext_vector_type(LANES)));
typedef int32_t rows_of __attribute__((ext_vector_type(LANES), aligned(sizeof(int32_t))));
typedef bool mask __attribute__((ext_vector_type(LANES)));

/* A whole register of costs as they are stored. */
#define WHOLE_LANES CL_LANES(CL_REAL)
typedef CL_REAL whole __attribute__((ext_vector_type(WHOLE_LANES), aligned(sizeof(CL_REAL))));
typedef stored_index whole_index __attribute__((ext_vector_type(WHOLE_LANES)));

/* Registers side by side: rows of large matrices lie far apart, so that more should be read of each. */
#define STRIP_LANES (4 * WHOLE_LANES)
typedef CL_REAL strip __attribute__((ext_vector_type(STRIP_LANES), aligned(sizeof(CL_REAL))));
typedef stored_index strip_index __attribute__((ext_vector_type(STRIP_LANES)));

static inline wide CL_VARIANT(load)(const CL_REAL *from) {
    return __builtin_convertvector(*(const narrow *)from, wide);
}

static inline wide CL_VARIANT(smaller)(wide a, wide b) {
    return a < b ? a : b;
}

static inline wide CL_VARIANT(larger)(wide a, wide b) {
    return a < b ? b : a;
}

/* Every lane's partner at a distance of `half` lanes: folding a vector onto its partners until half
 * is 1 leaves the result in every lane. Unrolled, it is a shuffle. */
#define PARTNERS(values, half)                                                                     \
    ({                                                                                             \
        wide partners;                                                                             \
        _Pragma("clang loop unroll(full)") for (int lane = 0; lane < LANES; lane++)                \
            partners[lane] = values[lane ^ (half)];                                                \
        partners;                                                                                  \
    })
#define FOR_EACH_HALF                                                                              \
    _Pragma("clang loop unroll(full)") for (int half = LANES / 2; half > 0; half /= 2)

/* The smallest lane, in every lane. */
static inline wide CL_VARIANT(lowest)(wide values) {
    FOR_EACH_HALF values = CL_VARIANT(smaller)(values, PARTNERS(values, half));
    return values;
}

/* The smallest and the second smallest of the lanes of both vectors, in every lane of each. In each
 * lane, low <= next. */
static inline void CL_VARIANT(fold_lowest_two)(wide *low, wide *next) {
    FOR_EACH_HALF {
        const wide low_there = PARTNERS((*low), half), next_there = PARTNERS((*next), half);
        *next = CL_VARIANT(smaller)(*next, next_there);
        *next = CL_VARIANT(smaller)(*next, CL_VARIANT(larger)(*low, low_there));
        *low = CL_VARIANT(smaller)(*low, low_there);
    }
}

/* One bit for each lane, the lowest for the first: whether it is set. */
static inline uint64_t CL_VARIANT(bits)(wide_index lanes) {
#if CL_REGISTER_BYTES == 32 /* of AVX2: what follows becomes a dozen instructions there */
    typedef double signs __attribute__((vector_size(32)));
    return (uint64_t)__builtin_ia32_movmskpd256((signs)lanes);
#elif CL_REGISTER_BYTES > 8
    const mask bits = __builtin_convertvector(lanes, mask);
    uint8_t packed = 0;
    memcpy(&packed, &bits, sizeof packed);
    return packed & ((1u << LANES) - 1);
#else
    return lanes[0] != 0;
#endif
}

/* 0, 1, 2 …: columns are counted in doubles, whose minimum is one instruction. */
static inline wide CL_VARIANT(first_columns)(void) {
    wide columns;
    for (int lane = 0; lane < LANES; lane++) columns[lane] = lane;
    return columns;
}
