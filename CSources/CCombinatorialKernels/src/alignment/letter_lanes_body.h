/* Vectors of bytes: LETTER_LANES of them, and the transpose of a square. See lanes_body.h. */

#define LETTER_LANES (CL_REGISTER_BYTES > 0 ? CL_REGISTER_BYTES : 16)
#define LETTER_PIECE 16

#define EACH_OF_32(DO)                                                                             \
    EACH_OF_16(DO), DO(16), DO(17), DO(18), DO(19), DO(20), DO(21), DO(22), DO(23), DO(24),        \
        DO(25), DO(26), DO(27), DO(28), DO(29), DO(30), DO(31)
#define EACH_OF_64(DO)                                                                             \
    EACH_OF_32(DO), DO(32), DO(33), DO(34), DO(35), DO(36), DO(37), DO(38), DO(39), DO(40),        \
        DO(41), DO(42), DO(43), DO(44), DO(45), DO(46), DO(47), DO(48), DO(49), DO(50), DO(51),    \
        DO(52), DO(53), DO(54), DO(55), DO(56), DO(57), DO(58), DO(59), DO(60), DO(61), DO(62), DO(63)
#if CL_REGISTER_BYTES == 64
#define EACH_LETTER_LANE EACH_OF_64
#elif CL_REGISTER_BYTES == 32
#define EACH_LETTER_LANE EACH_OF_32
#else
#define EACH_LETTER_LANE EACH_OF_16
#endif

typedef uint8_t letter_lanes __attribute__((ext_vector_type(LETTER_LANES)));
typedef uint8_t unaligned_letter_lanes
    __attribute__((ext_vector_type(LETTER_LANES), aligned(1), may_alias));
typedef uint8_t letter_piece __attribute__((ext_vector_type(LETTER_PIECE), aligned(1), may_alias));
typedef char letter_mask __attribute__((ext_vector_type(LETTER_LANES)));
typedef bool letter_flags __attribute__((ext_vector_type(LETTER_LANES)));

/* Moves of a step: the bits of "diagonal" of all lanes, then those of "as good as horizontal". */
#define LETTER_FLAG_BYTES ((size_t)LETTER_LANES / 8)
#define LETTER_MOVES_BYTES (2 * LETTER_FLAG_BYTES)

CL_INLINE letter_lanes load_letters(const uint8_t *x) { return *(const unaligned_letter_lanes *)x; }

CL_INLINE letter_lanes least_letters(letter_lanes a, letter_lanes b) { return b < a ? b : a; }

CL_INLINE void store_letter_flags(letter_mask mask, uint8_t *flags) {
    const letter_flags bits = __builtin_convertvector(mask, letter_flags);
    memcpy(flags, &bits, LETTER_FLAG_BYTES);
}

/* Lane l gets the element of lane l + 1, the last lane gets `last`. */
CL_INLINE letter_lanes letters_shifted_down(letter_lanes v, uint8_t last) {
#define NEXT(lane) ((lane) + 1)
    return __builtin_shufflevector(v, (letter_lanes)last, EACH_LETTER_LANE(NEXT));
#undef NEXT
}

CL_INLINE letter_lanes letters_interleaved(letter_lanes a, letter_lanes b, bool is_high) {
#define LOW(lane) ((lane) / LETTER_PIECE * LETTER_PIECE + (lane) % LETTER_PIECE / 2 + (lane) % 2 * LETTER_LANES)
#define HIGH(lane) (LOW(lane) + LETTER_PIECE / 2)
    return is_high ? __builtin_shufflevector(a, b, EACH_LETTER_LANE(HIGH))
                   : __builtin_shufflevector(a, b, EACH_LETTER_LANE(LOW));
#undef HIGH
#undef LOW
}

/* Bytes at ..< at + LETTER_LANES of each lane's row, lane by lane, as load_columns has them. */
CL_INLINE void load_letter_columns(
    const uint8_t *const rows[LETTER_LANES], ptrdiff_t at, letter_lanes square[LETTER_LANES]) {
    for (int from = 0; from < LETTER_LANES; from += LETTER_PIECE) {
        letter_lanes some[LETTER_PIECE], next[LETTER_PIECE];
#pragma clang loop unroll(full)
        for (int i = 0; i < LETTER_PIECE; i++) {
            letter_piece pieces[LETTER_LANES / LETTER_PIECE];
#pragma clang loop unroll(full)
            for (int piece = 0; piece < LETTER_LANES / LETTER_PIECE; piece++)
                pieces[piece] = *(const letter_piece *)(rows[i + piece * LETTER_PIECE] + at + from);
            memcpy(&some[i], pieces, sizeof pieces);
        }
#pragma clang loop unroll(full)
        for (int round = 1; round < LETTER_PIECE; round *= 2) {
#pragma clang loop unroll(full)
            for (int i = 0; i < LETTER_PIECE / 2; i++) {
                next[2 * i] = letters_interleaved(some[i], some[i + LETTER_PIECE / 2], false);
                next[2 * i + 1] = letters_interleaved(some[i], some[i + LETTER_PIECE / 2], true);
            }
            memcpy(some, next, sizeof some);
        }
        memcpy(square + from, some, sizeof some);
    }
}
