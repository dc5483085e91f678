/* Vectors of LANES elements, two bits of a move for each lane, and the transpose of a square. */

typedef CL_REAL vector __attribute__((ext_vector_type(LANES)));
typedef CL_REAL unaligned_vector
    __attribute__((ext_vector_type(LANES), aligned(sizeof(CL_REAL)), may_alias));
typedef bool lane_flags __attribute__((ext_vector_type(LANES)));
#if CL_REAL_IS_FLOAT
typedef int32_t lane_mask __attribute__((ext_vector_type(LANES)));
#else
typedef int64_t lane_mask __attribute__((ext_vector_type(LANES)));
#endif

ALIGNMENT_INLINE vector CL_VARIANT(load)(const CL_REAL *x) { return *(const unaligned_vector *)x; }

ALIGNMENT_INLINE uint32_t CL_VARIANT(bits_of)(lane_mask mask) {
    const lane_flags flags = __builtin_convertvector(mask, lane_flags);
    uint32_t bits = 0;
    memcpy(&bits, &flags, sizeof flags);
    return bits & ((1u << LANES) - 1);
}

/* The moves of one step: the bits of "horizontal rather than diagonal" of all lanes, then those of
 * "vertical rather than either". 2 * LANES bits: LANES / 4 bytes. */
#define MOVES_BYTES (LANES / 4)

ALIGNMENT_INLINE void CL_VARIANT(store_moves)(
    lane_mask horizontal, lane_mask vertical, uint8_t *restrict moves) {
    const uint32_t bits =
        CL_VARIANT(bits_of)(horizontal) | CL_VARIANT(bits_of)(vertical) << LANES;
    memcpy(moves, &bits, MOVES_BYTES);
}

ALIGNMENT_INLINE uint32_t CL_VARIANT(move_of)(const uint8_t *moves, size_t lane) {
    uint32_t bits = 0;
    memcpy(&bits, moves, MOVES_BYTES);
    const uint32_t vertical = bits >> (LANES + lane) & 1;
    return vertical << 1 | (bits >> lane & 1 & ~vertical); /* a cl_alignment_move */
}

/* Lane l gets the element of lane l + 1, the last lane gets `last`. */
ALIGNMENT_INLINE vector CL_VARIANT(shifted_down)(vector v, CL_REAL last) {
    const vector in = (vector)last;
#if LANES == 4
    return __builtin_shufflevector(v, in, 1, 2, 3, 4);
#elif LANES == 8
    return __builtin_shufflevector(v, in, 1, 2, 3, 4, 5, 6, 7, 8);
#else
    return __builtin_shufflevector(v, in, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
#endif
}

ALIGNMENT_INLINE vector CL_VARIANT(interleaved_low)(vector a, vector b) {
#if LANES == 4
    return __builtin_shufflevector(a, b, 0, 4, 1, 5);
#elif LANES == 8
    return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
#else
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
#endif
}

ALIGNMENT_INLINE vector CL_VARIANT(interleaved_high)(vector a, vector b) {
#if LANES == 4
    return __builtin_shufflevector(a, b, 2, 6, 3, 7);
#elif LANES == 8
    return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
    return __builtin_shufflevector(
        a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#endif
}

/* Rows to columns: log2(LANES) rounds of interleaving each row with the one half of them later. */
ALIGNMENT_INLINE void CL_VARIANT(transpose)(vector square[LANES]) {
#pragma clang loop unroll(full)
    for (int round = 1; round < LANES; round *= 2) {
        vector next[LANES];
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES / 2; i++) {
            next[2 * i] = CL_VARIANT(interleaved_low)(square[i], square[i + LANES / 2]);
            next[2 * i + 1] = CL_VARIANT(interleaved_high)(square[i], square[i + LANES / 2]);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++)
            square[i] = next[i];
    }
}
