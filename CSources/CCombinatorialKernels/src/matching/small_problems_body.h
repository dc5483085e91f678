/* Square problems of 4 to 8 rows, one in each lane of a register of doubles, of assignment_body.h.
 *
 * The phases and every operation on numbers are those of one problem, so that potentials and matchings have the same
 * bits; what one problem branches on is a choice in each lane here. Problems in whose lanes rounding may have decided,
 * or whose costs may have to be refused, are left to be solved again, alone.
 *
 * Rows and columns are counted from 1, and 0 stands for none. A table of partners has 4 bits for each, and those of 0
 * are 0; the place of an entry is the shift that leads to it. A list of rows has 4 bits for each, the first lowest. */

#define SMALLEST_SIDE ((size_t)4)
#define SMALL_SIDE ((size_t)8)

typedef double numbers __attribute__((ext_vector_type(WIDE_LANES)));
typedef int64_t tables __attribute__((ext_vector_type(WIDE_LANES)));
typedef uint64_t shifted_tables __attribute__((ext_vector_type(WIDE_LANES)));
typedef CL_REAL row_part __attribute__((ext_vector_type(4), aligned(sizeof(CL_REAL)), may_alias));

typedef struct small_problems {
    const CL_REAL *rows; /* as they were given, or padded */
    size_t problem_stride, row_stride;
    CL_REAL padded[WIDE_LANES][SMALL_SIDE][SMALL_SIDE];
    numbers costs[SMALL_SIDE][SMALL_SIDE];
    numbers potentials[SMALL_SIDE], row_potentials[SMALL_SIDE];
    tables row_of, column_of;
    tables free_rows;        /* a list */
    tables is_unsure;        /* to be solved again */
    numbers least, greatest; /* magnitudes, see least_safe_value */
} small_problems;

#define UNROLLED _Pragma("clang loop unroll(full)")
#define FOR_EACH_COLUMN UNROLLED for (size_t j = 0; j < n; j++)
#define FOR_EACH_COLUMN_FROM_LAST UNROLLED for (size_t j = n; j-- > 0;)
#define NUMBER(j) ((int64_t)(j) + 1)
#define PLACE(j) (4 * NUMBER(j))

static inline bool any(tables flags) { return __builtin_reduce_or(flags) != 0; }

static inline tables shifted_right(tables x, tables by) { return (tables)((shifted_tables)x >> (shifted_tables)by); }

static inline tables partner_at(tables partners, tables place) { return shifted_right(partners, place) & 15; }

/* Nothing changes where both the place and the partner are 0. */
static inline tables with_partner(tables partners, tables place, tables partner) {
    return (partners & ~((tables)15 << place)) | (partner << place);
}

/* Puts a row before the others of a list, unless it is 0. */
static inline tables with_first(tables list, tables row) { return (list << ((row != 0) & 4)) | row; }

/* Shuffles of four lanes, or of four and four. */
#if CL_REGISTER_BYTES == 64
#define EVEN(x, y) __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14)
#define ODD(x, y) __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15)
#define JOINED_LOW(x, y) __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13)
#define JOINED_HIGH(x, y) __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15)
#else
#define EVEN(x, y) __builtin_shufflevector(x, y, 0, 4, 2, 6)
#define ODD(x, y) __builtin_shufflevector(x, y, 1, 5, 3, 7)
#define JOINED_LOW(x, y) __builtin_shufflevector(x, y, 0, 1, 4, 5)
#define JOINED_HIGH(x, y) __builtin_shufflevector(x, y, 2, 3, 6, 7)
#endif

/* Transposes 4 x 4 numbers, or two such blocks side by side. */
CL_INLINE void turn_four(const numbers x[4], numbers to[4]) {
    const numbers even = EVEN(x[0], x[1]), odd = ODD(x[0], x[1]);
    const numbers next_even = EVEN(x[2], x[3]), next_odd = ODD(x[2], x[3]);
    to[0] = JOINED_LOW(even, next_even);
    to[1] = JOINED_LOW(odd, next_odd);
    to[2] = JOINED_HIGH(even, next_even);
    to[3] = JOINED_HIGH(odd, next_odd);
}

CL_INLINE numbers read_four(const CL_REAL *const row[WIDE_LANES], size_t k, size_t from) {
#if CL_REGISTER_BYTES == 64
    return __builtin_convertvector(
        __builtin_shufflevector(
            *(const row_part *)(row[k] + from), *(const row_part *)(row[k + 4] + from), 0, 1, 2, 3, 4, 5, 6, 7),
        numbers);
#else
    return __builtin_convertvector(*(const row_part *)(row[k] + from), numbers);
#endif
}

/* The costs of a row of each problem; of its first one, where it is 0. */
CL_INLINE void read_small_rows(const small_problems *p, tables row, numbers to[SMALL_SIDE], size_t n) {
    const CL_REAL *at[WIDE_LANES];
    const tables index = row + (row != 0);
    UNROLLED for (size_t k = 0; k < WIDE_LANES; k++)
        at[k] = p->rows + k * p->problem_stride + (size_t)index[k] * p->row_stride;
    UNROLLED for (size_t j = 0; j < n; j += 4) {
        const numbers parts[4] = {read_four(at, 0, j), read_four(at, 1, j), read_four(at, 2, j), read_four(at, 3, j)};
        turn_four(parts, to + j);
    }
}

/* The same from lanes, faster for short rows and many lanes; of any row, where it is 0. */
CL_INLINE void choose_small_rows(const small_problems *p, tables row, numbers to[SMALL_SIDE], size_t n) {
    const tables index = row - 1, is_odd = index << 63, is_upper = index << 62, is_last = index << 61;
#define CHOSEN(sign, i, chosen, other) ((i) >= n ? (other) : (sign) < 0 ? (chosen) : (other))
    FOR_EACH_COLUMN {
        const numbers first = CHOSEN(is_odd, 1, p->costs[1][j], p->costs[0][j]);
        const numbers second = CHOSEN(is_odd, 3, p->costs[3][j], p->costs[2][j]);
        const numbers third = CHOSEN(is_odd, 5, p->costs[5][j], p->costs[4][j]);
        const numbers fourth = CHOSEN(is_odd, 7, p->costs[7][j], p->costs[6][j]);
        const numbers low = CHOSEN(is_upper, 2, second, first), high = CHOSEN(is_upper, 6, fourth, third);
        to[j] = CHOSEN(is_last, 4, high, low);
    }
#undef CHOSEN
}

CL_INLINE void find_small_rows(const small_problems *p, tables row, numbers to[SMALL_SIDE], size_t n) {
    if (n <= (WIDE_LANES > 4 ? 7 : 5)) choose_small_rows(p, row, to, n);
    else read_small_rows(p, row, to, n);
}

CL_INLINE void pad_rows(small_problems *p, size_t n) {
    const CL_REAL *from = p->rows;
    for (size_t k = 0; k < WIDE_LANES; k++, from += p->problem_stride)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < SMALL_SIDE; j++) p->padded[k][i][j] = j < n ? from[i * p->row_stride + j] : 0;
    p->rows = p->padded[0][0];
    p->problem_stride = SMALL_SIDE * SMALL_SIDE;
    p->row_stride = SMALL_SIDE;
}

CL_INLINE void load_small(small_problems *p, const CL_REAL *costs, const cl_assignment_batch *batch, size_t n) {
    p->rows = costs;
    p->problem_stride = batch->rows * batch->columns;
    p->row_stride = batch->columns;
    if (n % 4 != 0) pad_rows(p, n);
    for (size_t i = 0; i < n; i++) read_small_rows(p, (tables)NUMBER(i), p->costs[i], n);
    for (size_t j = 0; j < SMALL_SIDE; j++) p->potentials[j] = p->row_potentials[j] = 0;
    p->row_of = p->column_of = p->free_rows = 0;
    p->least = INFINITY;
    p->greatest = 0;
}

CL_INLINE void note_numbers(small_problems *p, numbers x) {
    const numbers magnitude = __builtin_elementwise_abs(x);
    p->greatest = greater_of(p->greatest, magnitude);
    p->least = lesser_of((numbers)((tables)magnitude - 1), p->least); /* the number before 0 is NaN */
}

/* Phase 1, as far as one column goes: the first row that has its lowest cost. */
CL_INLINE tables lowest_row_small(small_problems *p, size_t j, size_t n) {
    numbers lowest = p->costs[0][j];
    tables row = 1, valid = lowest >= LEAST_COST;
    UNROLLED for (size_t i = 1; i < n; i++) {
        const numbers c = p->costs[i][j];
        valid &= c >= LEAST_COST;
        row = c < lowest ? (tables)NUMBER(i) : row;
        lowest = lesser_of(c, lowest);
    }
    p->is_unsure |= ~(valid & (lowest <= CL_ASSIGNMENT_GREATEST_COST));
    p->potentials[j] = lowest;
    note_numbers(p, lowest);
    return row;
}

/* Phase 1. Finds the row that won a column and no other, or 0; lists the free rows. */
CL_INLINE void reduce_small(small_problems *p, tables lone_row[SMALL_SIDE], size_t n) {
    tables taken = 0, again = 0, row[SMALL_SIDE];
    p->is_unsure = 0;
    FOR_EACH_COLUMN row[j] = lowest_row_small(p, j, n);
    FOR_EACH_COLUMN_FROM_LAST {
        const tables bit = (tables)1 << row[j], before = taken & bit;
        p->row_of |= (before == 0 ? row[j] : 0) << PLACE(j);
        again |= before;
        taken |= bit;
    }
    FOR_EACH_COLUMN lone_row[j] = partner_at(again, row[j]) & 1 ? 0 : row[j];
    FOR_EACH_COLUMN_FROM_LAST {
        const tables is_free = ((taken >> NUMBER(j)) & 1) - 1;
        p->free_rows = with_first(p->free_rows, is_free & ~p->is_unsure & NUMBER(j));
    }
}

/* The two smallest reduced costs of a row, and the first column of the smallest, with its potential. */
typedef struct small_minima {
    numbers first, second, potential;
    tables place;
} small_minima;

CL_INLINE small_minima lowest_two_small(const small_problems *p, const numbers c[SMALL_SIDE], size_t n) {
    small_minima m = {INFINITY, INFINITY, 0, 0};
    FOR_EACH_COLUMN {
        const numbers r = c[j] - p->potentials[j];
        m.second = lesser_of(m.second, greater_of(m.first, r));
        m.potential = r < m.first ? p->potentials[j] : m.potential;
        m.place = r < m.first ? (tables)PLACE(j) : m.place;
        m.first = lesser_of(m.first, r);
    }
    return m;
}

/* Phase 2. */
CL_INLINE void transfer_small(small_problems *p, const tables lone_row[SMALL_SIDE], size_t n) {
    for (size_t i = 0; i < n; i++) {
        const numbers second = lowest_two_small(p, p->costs[i], n).second, slack = second < INFINITY ? second : 0;
        FOR_EACH_COLUMN {
            const numbers v = p->potentials[j];
            p->potentials[j] = lone_row[j] == NUMBER(i) ? v - slack : v;
        }
    }
}

/* Of the columns at the smallest reduced cost the first unmatched one, else the second; see unmatched_or_second. */
CL_INLINE tables other_place(const small_problems *p, const numbers c[SMALL_SIDE], small_minima m, size_t n) {
    const tables is_above = m.second > m.first;
    tables unmatched = 0, second = 0;
    FOR_EACH_COLUMN_FROM_LAST {
        const numbers r = c[j] - p->potentials[j];
        const tables is_free = ((p->row_of >> PLACE(j)) & 15) == 0;
        unmatched = (r == m.first) & is_free & ~is_above ? (tables)PLACE(j) : unmatched;
        second = (r == m.second) & (is_above | (PLACE(j) > m.place)) ? (tables)PLACE(j) : second;
    }
    return unmatched != 0 ? unmatched : second;
}

/* Lists of phase 3: the row that bids next, those that wait, those that no longer bid; and bids that may be made. */
typedef struct small_bids {
    tables row, waiting, left, count;
} small_bids;

/* One bid in each lane that has a row and may. */
CL_INLINE void bid_small(small_problems *p, small_bids *b, size_t n) {
    numbers c[SMALL_SIDE];
    const tables row = b->count > 0 ? b->row : 0;
    find_small_rows(p, row, c, n);
    small_minima m = lowest_two_small(p, c, n);
    const tables bidding = (row != 0) & (m.second < INFINITY);
    m.place &= bidding;
    const numbers bid = m.potential - (m.second - m.first);
    const tables lowers = bid < m.potential;
    FOR_EACH_COLUMN p->potentials[j] = m.place == PLACE(j) ? bid : p->potentials[j];
    const tables tied = ~lowers & (partner_at(p->row_of, m.place) != 0);
    if (any(tied)) m.place = tied ? other_place(p, c, m, n) : m.place;
    const tables loser = partner_at(p->row_of, m.place), again = loser & lowers;
    p->row_of = with_partner(p->row_of, m.place, row & bidding);
    b->left = with_first(b->left, bidding ? loser & ~lowers : row);
    b->count += bidding;
    const tables is_next = (row != 0) & (again == 0);
    b->row = is_next ? b->waiting & 15 : again | (row == 0 ? b->row : 0);
    b->waiting = shifted_right(b->waiting, is_next & 4);
}

/* Phase 3. The rows that it leaves free are listed as phase 4 takes them. */
CL_INLINE void bids_small(small_problems *p, size_t n) {
    small_bids b = {p->free_rows & 15, shifted_right(p->free_rows, 4), 0, (int64_t)n};
    while (any(b.row & (b.count > 0))) bid_small(p, &b, n);
    for (; any(b.row); b.waiting = shifted_right(b.waiting, 4)) {
        b.left = with_first(b.left, b.row);
        b.row = b.waiting & 15;
    }
    p->free_rows = b.left;
}

#include "small_search_body.h"

/* Added up in row order. */
CL_INLINE numbers values_small(const small_problems *p, size_t n) {
    numbers values = 0;
    UNROLLED for (size_t i = 0; i < n; i++) {
        const tables column = (p->column_of >> PLACE(i)) & 15;
        numbers cost = p->costs[i][0];
        UNROLLED for (size_t j = 1; j < n; j++) cost = column == NUMBER(j) ? p->costs[i][j] : cost;
        values += cost;
    }
    return values;
}

CL_INLINE void find_row_potentials_small(small_problems *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        numbers low = INFINITY;
        FOR_EACH_COLUMN low = lesser_of(low, p->costs[i][j] - p->potentials[j]);
        p->row_potentials[i] = low + 0;
        note_numbers(p, low);
    }
    FOR_EACH_COLUMN {
        p->potentials[j] += 0;
        note_numbers(p, p->potentials[j]);
    }
}

/* From lanes to each problem's own. */
CL_INLINE void write_small_potentials(const numbers x[SMALL_SIDE], double *to, size_t stride, size_t n) {
    UNROLLED for (size_t from = 0; from < n; from += 4) {
        numbers of[4];
        turn_four(x + from, of);
        UNROLLED for (size_t k = 0; k < WIDE_LANES; k++)
            UNROLLED for (size_t j = 0; j < 4 && from + j < n; j++)
                to[k * stride + from + j] = of[k % 4][k / 4 * 4 + j];
    }
}

CL_INLINE void write_small_partners(tables partners, int32_t *to, size_t stride, size_t n) {
    for (size_t k = 0; k < WIDE_LANES; k++, to += stride) {
        const uint32_t packed = (uint32_t)((uint64_t)partners[k] >> 4);
        FOR_EACH_COLUMN to[j] = (int32_t)(packed >> 4 * j & 15) - 1;
    }
}

/* Where rounding may have decided, see least_safe_value. */
CL_INLINE void doubt_small(small_problems *p, numbers values) {
    const numbers magnitude = __builtin_elementwise_abs(values);
    const tables are_close = (p->greatest <= 0x1p28 * p->least) & (p->greatest < 0x1p30);
    p->is_unsure |= ~(are_close & ((magnitude >= p->greatest * 0x1p-28) | (magnitude == 0)));
}

CL_INLINE uint64_t solve_small_of(
    const CL_REAL *costs, const cl_assignment_batch *batch, size_t first, const cl_assignment_output *to, size_t n) {
    small_problems p;
    tables lone_row[SMALL_SIDE];
    load_small(&p, costs + first * batch->rows * batch->columns, batch, n);
    reduce_small(&p, lone_row, n);
    transfer_small(&p, lone_row, n);
    bids_small(&p, n);
    search_small(&p, n);
    find_row_potentials_small(&p, n);
    const numbers values = values_small(&p, n);
    doubt_small(&p, values);
    *(wide *)(to->values + first) = values;
    write_small_partners(p.column_of, to->column_of_row + first * batch->rows, batch->rows, n);
    write_small_partners(p.row_of, to->row_of_column + first * batch->columns, batch->columns, n);
    write_small_potentials(p.row_potentials, to->row_potentials + first * batch->rows, batch->rows, n);
    write_small_potentials(p.potentials, to->column_potentials + first * batch->columns, batch->columns, n);
    return bits(p.is_unsure);
}

/* The side of as many problems as there are lanes, if all are square and of one small size; else 0. */
static size_t small_side(const cl_assignment_batch *batch, size_t first) {
    if (batch->column_potentials || batch->count - first < WIDE_LANES) return 0;
    const size_t side = rows_of_item(batch, first);
    if (side < SMALLEST_SIDE || side > SMALL_SIDE) return 0;
    for (size_t k = 0; k < WIDE_LANES; k++)
        if (rows_of_item(batch, first + k) != side || columns_of_item(batch, first + k) != side) return 0;
    return side;
}

/* Solves that many. Returns one bit for each that is to be solved again. */
__attribute__((noinline)) static uint64_t solve_small(
    const CL_REAL *costs, const cl_assignment_batch *batch, size_t first, const cl_assignment_output *to, size_t side) {
    switch (side) {
    case 4: return solve_small_of(costs, batch, first, to, 4);
    case 5: return solve_small_of(costs, batch, first, to, 5);
    case 6: return solve_small_of(costs, batch, first, to, 6);
    case 7: return solve_small_of(costs, batch, first, to, 7);
    default: return solve_small_of(costs, batch, first, to, 8);
    }
}
