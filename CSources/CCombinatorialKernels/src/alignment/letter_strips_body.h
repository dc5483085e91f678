/* Alignment of letters in bytes, whatever the length.
 *
 * Not distances are computed but differences of neighboring ones, which are bounded: with the price of a gap on either
 * side added, those along a column (`along`) and along a row (`down`) lie within 0 ... greatest of the levels. A node with
 * the level c of its pair has the least of c, along and down, and hands on greatest + least - down to the next column
 * and greatest + least - along to the next row. (H. Suzuki, M. Kasahara, BMC Bioinformatics 19 (2018),
 * doi:10.1186/s12859-018-2014-8.) No sum can overflow, so all of this is exact.
 *
 * Rows and columns are counted from the last ones, LETTER_LANES rows are a strip, and the last lane has its first row,
 * as in alone_body.h. Before the first column of a strip and above its first row stands `greatest`: a gap.
 *
 * A band of columns goes with the strips. Outside of it only gaps lead back to it: a path of a known price, so the path
 * that comes out is one, though perhaps not the best. A path that leaves the band has so many gaps that its pairs save
 * at most `greatest` for each that is left; if the path found saves more, all best paths lie in the band, where the
 * distances on them are exact, and it is the one that the whole table would have given. (E. Ukkonen, Information
 * and Control 64 (1985), doi:10.1016/S0019-9958(85)80046-2.) */

typedef struct letter_table {
    const letter_levels *by;
    size_t rows, columns;
    const uint8_t *row_letters, *column_letters; /* from the last one */
    uint8_t *boundary; /* of the rows below a strip: down of each column */
    uint8_t *checkpoints, *moves;
    const uint8_t *profile; /* of each letter the levels along the columns */
    size_t length;       /* of a checkpoint and of a row of the profile */
    size_t moves_bytes;
    size_t wide;         /* columns of the band to either side; SIZE_MAX: all columns */
    size_t steps, block; /* of a strip; strips whose moves are kept at a time */
    stop_point *stop;
} letter_table;

typedef struct letter_state {
    letter_lanes along, down;
} letter_state;

CL_INLINE void step_of_letters(
    uint8_t greatest, letter_lanes level, uint8_t entering, letter_state *s, uint8_t *moves, uint8_t *leaving) {
    const letter_lanes most = (letter_lanes)greatest, along = s->along;
    const letter_lanes down = letters_shifted_down(s->down, entering);
    const letter_lanes best = least_letters(least_letters(level, along), down);
    store_letter_flags(best == level, moves);
    store_letter_flags(best == along, moves + LETTER_FLAG_BYTES);
    s->along = best + (most - down);
    s->down = best + (most - along);
    *leaving = s->down[0];
}

/* The strip of `row` and the following ones, from column `first` on. What the lanes meet before their rows' start and
 * after their end goes nowhere. */
CL_INLINE void relax_letters(const letter_table *t, bool is_by_equality, size_t row, size_t first, uint8_t *moves) {
    const letter_levels *by = t->by;
    const uint8_t greatest = by->greatest;
    const size_t steps = t->steps;
    letter_state s = {(letter_lanes)greatest, (letter_lanes)(uint8_t)0};
    uint8_t *boundary = t->boundary + first, *leaving = boundary - (LETTER_LANES - 1);
    const uint8_t *letters = t->column_letters + first - (LETTER_LANES - 1);
    if (is_by_equality) {
        letter_lanes of_rows;
        for (size_t lane = 0; lane < LETTER_LANES; lane++) of_rows[lane] = t->row_letters[row + LETTER_LANES - 1 - lane];
        const letter_lanes equal = (letter_lanes)by->equal, different = (letter_lanes)by->different;
        for (size_t at = 0; at < steps; at++) {
            const letter_lanes level = load_letters(letters + at) == of_rows ? equal : different;
            step_of_letters(greatest, level, boundary[at], &s, moves + at * LETTER_MOVES_BYTES, leaving + at);
        }
        return;
    }
    const uint8_t *rows[LETTER_LANES];
    for (size_t lane = 0; lane < LETTER_LANES; lane++)
        rows[lane] = t->profile + t->row_letters[row + LETTER_LANES - 1 - lane] * t->length + first + lane;
    for (size_t at = 0; at < steps; at += LETTER_LANES) {
        letter_lanes square[LETTER_LANES];
        load_letter_columns(rows, (ptrdiff_t)at - (LETTER_LANES - 1), square);
        for (size_t i = 0; i < LETTER_LANES; i++)
            step_of_letters(
                greatest, square[i], boundary[at + i], &s, moves + (at + i) * LETTER_MOVES_BYTES, leaving + at + i);
    }
}

/* The first column of a strip, from which its steps cover what the band asks for. */
static size_t first_of_strip(const letter_table *t, size_t strip) {
    if (t->wide == SIZE_MAX) return 0;
    const size_t row = strip * LETTER_LANES, before = t->wide + (t->rows > t->columns ? t->rows - t->columns : 0);
    const size_t last = t->columns - (t->steps - (LETTER_LANES - 1) < t->columns ? t->steps - (LETTER_LANES - 1) : t->columns);
    const size_t first = row > before ? row - before : 0;
    return first < last ? first : last;
}

/* Strips first ..< end, whose moves are kept. */
static void relax_strips(const letter_table *t, size_t first, size_t end) {
    for (size_t strip = first; strip < end; strip++) {
        uint8_t *moves = t->moves + (strip - first) * t->steps * LETTER_MOVES_BYTES;
        leave_if_stopped(t->stop);
        if (t->by->is_by_equality) relax_letters(t, true, strip * LETTER_LANES, first_of_strip(t, strip), moves);
        else relax_letters(t, false, strip * LETTER_LANES, first_of_strip(t, strip), moves);
    }
}

/* A walk from the first row and column: how many are left. */
typedef struct letter_walk {
    size_t rows, columns, count;
} letter_walk;

/* Follows the path through the strips from `first` on, whose moves are kept. */
static letter_walk follow_strips(const letter_table *t, size_t first, letter_walk at, uint8_t *restrict moves) {
    const size_t above = first * LETTER_LANES;
    size_t strip = SIZE_MAX, start = 0;
    const uint8_t *kept = NULL;
    while (at.rows > above && at.columns > 0) {
        const size_t delay = (at.rows - 1) % LETTER_LANES, lane = LETTER_LANES - 1 - delay;
        if ((at.rows - 1) / LETTER_LANES != strip) {
            strip = (at.rows - 1) / LETTER_LANES;
            start = first_of_strip(t, strip);
            kept = t->moves + (strip - first) * t->steps * LETTER_MOVES_BYTES;
        }
        const size_t step = at.columns - 1 + delay - start;
        unsigned move = at.columns <= start ? CL_ALIGNMENT_VERTICAL : CL_ALIGNMENT_HORIZONTAL;
        if (at.columns > start && step < t->steps) {
            const uint8_t *flags = kept + step * LETTER_MOVES_BYTES + lane / 8;
            const unsigned is_diagonal = flags[0] >> lane % 8 & 1;
            const unsigned is_horizontal = flags[LETTER_FLAG_BYTES] >> lane % 8 & 1;
            move = (1 - is_diagonal) * (CL_ALIGNMENT_VERTICAL - is_horizontal);
        }
        moves[at.count++] = (uint8_t)move;
        at.rows -= move != CL_ALIGNMENT_HORIZONTAL;
        at.columns -= move != CL_ALIGNMENT_VERTICAL;
    }
    return at;
}

/* Steps of a strip in a band of so many columns to either side, or SIZE_MAX. */
static size_t steps_of_band(const letter_table *t, size_t wide) {
    const size_t apart = t->rows > t->columns ? t->rows - t->columns : t->columns - t->rows;
    const size_t columns = wide == SIZE_MAX ? t->columns : LETTER_LANES + apart + 2 * wide;
    return rounded_up(columns + LETTER_LANES - 1, LETTER_LANES);
}

/* The path that is the best one in a band. Returns the number of its moves. */
static size_t follow_band(letter_table *t, size_t wide, uint8_t *restrict moves) {
    const size_t strips = (t->rows + LETTER_LANES - 1) / LETTER_LANES;
    t->wide = wide;
    t->steps = steps_of_band(t, wide);
    t->block = t->moves_bytes / (t->steps * LETTER_MOVES_BYTES);
    t->block = t->block < strips ? t->block : strips;
    uint8_t *row = t->boundary - WIDEST_LETTER_LANES;
    memset(row, t->by->greatest, t->length);
    for (size_t first = 0; first < strips; first += t->block) {
        memcpy(t->checkpoints + first / t->block * t->length, row, t->length);
        relax_strips(t, first, first + t->block < strips ? first + t->block : strips);
    }
    letter_walk at = {t->rows, t->columns, 0};
    for (size_t first = (strips - 1) / t->block * t->block, end = strips;; end = first, first -= t->block) {
        if (end < strips) {
            memcpy(row, t->checkpoints + first / t->block * t->length, t->length);
            relax_strips(t, first, end);
        }
        at = follow_strips(t, first, at, moves);
        if (first == 0) break;
    }
    for (; at.columns > 0; at.columns--) moves[at.count++] = CL_ALIGNMENT_HORIZONTAL;
    for (; at.rows > 0; at.rows--) moves[at.count++] = CL_ALIGNMENT_VERTICAL;
    return at.count;
}
