/* Vectors of LANES elements, two bits of a move for each lane, and the transpose of a square. */

/* Elements of 16 bytes: what moves within such pieces of a register moves fastest. */
#if CL_REAL_IS_FLOAT
#define PIECE 4
#else
#define PIECE 2
#endif
#define PIECES (ALIGNMENT_LANES / PIECE)

#define EACH_OF_2(DO) DO(0), DO(1)
#define EACH_OF_4(DO) EACH_OF_2(DO), DO(2), DO(3)
#define EACH_OF_8(DO) EACH_OF_4(DO), DO(4), DO(5), DO(6), DO(7)
#define EACH_OF_16(DO)                                                                             \
    EACH_OF_8(DO), DO(8), DO(9), DO(10), DO(11), DO(12), DO(13), DO(14), DO(15)
#if ALIGNMENT_LANES == 4
#define EACH_LANE EACH_OF_4
#elif ALIGNMENT_LANES == 8
#define EACH_LANE EACH_OF_8
#else
#define EACH_LANE EACH_OF_16
#endif

typedef CL_REAL lanes __attribute__((ext_vector_type(ALIGNMENT_LANES)));
typedef CL_REAL unaligned_lanes
    __attribute__((ext_vector_type(ALIGNMENT_LANES), aligned(sizeof(CL_REAL)), may_alias));
typedef CL_REAL unaligned_piece
    __attribute__((ext_vector_type(PIECE), aligned(sizeof(CL_REAL)), may_alias));
typedef bool lane_flags __attribute__((ext_vector_type(ALIGNMENT_LANES)));
typedef lane_integer lane_mask __attribute__((ext_vector_type(ALIGNMENT_LANES)));

CL_INLINE lanes load_lanes(const CL_REAL *x) { return *(const unaligned_lanes *)x; }

CL_INLINE uint32_t bits_of(lane_mask mask) {
    const lane_flags flags = __builtin_convertvector(mask, lane_flags);
    uint32_t bits = 0;
    memcpy(&bits, &flags, sizeof flags);
    return bits & ((1u << ALIGNMENT_LANES) - 1);
}

/* b where it is less; so a if one of them is NaN. */
CL_INLINE lanes least(lanes a, lanes b) { return b < a ? b : a; }

/* What the distances say about the costs of each lane. */
typedef struct witness {
    lanes lowest;  /* of all costs and prices of gaps, if none is NaN */
    lanes borders; /* a sum of distances */
} witness;

/* Which lanes have met no cost that is NaN or -infinity. The node of such a cost has such a distance, for
 * it is compared first, and so have all nodes before it on its diagonal, up to the first row or column:
 * the sum of the distances there tells, at no cost for each of the others. It may overflow too. */
CL_INLINE uint32_t sound_lanes(witness w) {
    return bits_of(w.borders >= (lanes)-REAL_MAX);
}

/* The moves of one step: the bits of "not diagonal" of all lanes, then those of "vertical". 2 * LANES
 * bits: LANES / 4 bytes. Diagonal but vertical stands for the border, where a walk ends. */
#define MOVES_BYTES (ALIGNMENT_LANES / 4)
#define BORDER_MOVES (((1u << ALIGNMENT_LANES) - 1) << ALIGNMENT_LANES)

/* The bits of whole bytes are stored one mask after the other: put together first, they would be gathered by packing the
 * masks, which competes with the transpose for the ports of shuffles. A seventh faster in AVX2. */
CL_INLINE void store_moves(lane_mask not_diagonal, lane_mask vertical, uint8_t *restrict moves) {
#if ALIGNMENT_LANES >= 8
    const lane_flags flags[2] = {
        __builtin_convertvector(not_diagonal, lane_flags), __builtin_convertvector(vertical, lane_flags)};
    memcpy(moves, &flags[0], MOVES_BYTES / 2);
    memcpy(moves + MOVES_BYTES / 2, &flags[1], MOVES_BYTES / 2);
#else
    const uint32_t bits = bits_of(not_diagonal) | bits_of(vertical) << ALIGNMENT_LANES;
    memcpy(moves, &bits, MOVES_BYTES);
#endif
}

/* The two bits of a lane. */
CL_INLINE uint32_t move_bits(const uint8_t *moves, size_t lane) {
    uint32_t bits = 0;
    memcpy(&bits, moves, MOVES_BYTES);
    bits >>= lane;
    return (bits & 1) | (bits >> (ALIGNMENT_LANES - 1) & 2);
}

/* A cl_alignment_move. */
CL_INLINE uint32_t move_of(uint32_t bits) { return bits - (bits >> 1); }

/* Lane l gets the element of lane l + 1, the last lane gets `last`. */
CL_INLINE lanes shifted_down(lanes v, CL_REAL last) {
#define NEXT(lane) ((lane) + 1)
    return __builtin_shufflevector(v, (lanes)last, EACH_LANE(NEXT));
#undef NEXT
}

/* The low halves of each piece of a and b, element by element in turn; the high halves. */
CL_INLINE lanes interleaved_low(lanes a, lanes b) {
#define LOW(lane) ((lane) / PIECE * PIECE + (lane) % PIECE / 2 + (lane) % 2 * ALIGNMENT_LANES)
    return __builtin_shufflevector(a, b, EACH_LANE(LOW));
}

CL_INLINE lanes interleaved_high(lanes a, lanes b) {
#define HIGH(lane) (LOW(lane) + PIECE / 2)
    return __builtin_shufflevector(a, b, EACH_LANE(HIGH));
#undef HIGH
#undef LOW
}

/* Pieces of the rows first, first + PIECE, … of the lanes, from a column on. */
CL_INLINE lanes load_pieces(const CL_REAL *const rows[ALIGNMENT_LANES], int first, ptrdiff_t column) {
#define SAME(lane) (lane)
#define LOAD(i) (*(const unaligned_piece *)(rows[first + (i) * PIECE] + column))
#if PIECES == 1
    return LOAD(0);
#elif PIECES == 2
    return __builtin_shufflevector(LOAD(0), LOAD(1), EACH_LANE(SAME));
#else
#if CL_REAL_IS_FLOAT
#define EACH_OF_HALF EACH_OF_8
#else
#define EACH_OF_HALF EACH_OF_4
#endif
    return __builtin_shufflevector(
        __builtin_shufflevector(LOAD(0), LOAD(1), EACH_OF_HALF(SAME)),
        __builtin_shufflevector(LOAD(2), LOAD(3), EACH_OF_HALF(SAME)), EACH_LANE(SAME));
#undef EACH_OF_HALF
#endif
#undef LOAD
#undef SAME
}

/* Columns column ..< column + LANES of the lanes' rows. Loading brings each piece into its place, all of
 * a row at once: rows a power of two apart compete for few places of the cache, and are gone if one comes
 * back to them. log2(PIECE) rounds then interleave each vector with the one half of a piece later. */
CL_INLINE void load_columns(
    const CL_REAL *const rows[ALIGNMENT_LANES], ptrdiff_t column, lanes square[ALIGNMENT_LANES]) {
#pragma clang loop unroll(full)
    for (int i = 0; i < PIECE; i++)
#pragma clang loop unroll(full)
        for (int from = 0; from < ALIGNMENT_LANES; from += PIECE)
            square[from + i] = load_pieces(rows, i, column + from);
#pragma clang loop unroll(full)
    for (int from = 0; from < ALIGNMENT_LANES; from += PIECE)
#pragma clang loop unroll(full)
        for (int round = 1; round < PIECE; round *= 2) {
            lanes next[PIECE];
#pragma clang loop unroll(full)
            for (int i = 0; i < PIECE / 2; i++) {
                const lanes a = square[from + i], b = square[from + i + PIECE / 2];
                next[2 * i] = interleaved_low(a, b);
                next[2 * i + 1] = interleaved_high(a, b);
            }
#pragma clang loop unroll(full)
            for (int i = 0; i < PIECE; i++)
                square[from + i] = next[i];
        }
}

/* The least of all columns, by halves: a chain of minima would be slower than all else. */
CL_INLINE lanes lowest_of(const lanes square[ALIGNMENT_LANES]) {
    lanes low[ALIGNMENT_LANES / 2];
#pragma clang loop unroll(full)
    for (int i = 0; i < ALIGNMENT_LANES / 2; i++)
        low[i] = least(square[i], square[i + ALIGNMENT_LANES / 2]);
#pragma clang loop unroll(full)
    for (int half = ALIGNMENT_LANES / 4; half > 0; half /= 2)
#pragma clang loop unroll(full)
        for (int i = 0; i < half; i++)
            low[i] = least(low[i], low[i + half]);
    return low[0];
}
