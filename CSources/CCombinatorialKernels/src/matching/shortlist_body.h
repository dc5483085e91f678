/* Lists of the least reduced costs of rows, of assignment_body.h: see shortlist.h.
 *
 * The columns are in groups, every so many blocks of them in one. A row lists what is at most the greatest of the
 * least of its groups: of random costs about 3, 8, 22, 54 or 130 by 2, 4, 8, 16 or 32 groups. One look at the row
 * finds the least of each block, another those blocks again that have something to list. */

/* Columns that are looked at together, as many in every variant, so that all list the same. */
enum { BLOCK_OF_ROW = 16 };
typedef double dealt __attribute__((ext_vector_type(BLOCK_OF_ROW), aligned(8), may_alias));
typedef int64_t dealt_index __attribute__((ext_vector_type(BLOCK_OF_ROW), aligned(8), may_alias));
typedef CL_REAL dealt_costs __attribute__((ext_vector_type(BLOCK_OF_ROW), aligned(sizeof(CL_REAL)), may_alias));
typedef lane_integer dealt_bits __attribute__((ext_vector_type(BLOCK_OF_ROW)));

/* A row of at least as many columns as a block has: the last block overlaps the one before. */
typedef struct blocks_of_row {
    const CL_REAL *costs;
    const double *potentials;
    size_t columns, count;
    wide *least; /* [count] reduced costs, in lanes */
} blocks_of_row;

CL_INLINE size_t start_of_block(const blocks_of_row *b, size_t k) {
    const size_t start = k * BLOCK_OF_ROW, last = b->columns - BLOCK_OF_ROW;
    return start < last ? start : last;
}

CL_INLINE dealt reduced_of_block(const blocks_of_row *b, size_t start) {
    const dealt costs = __builtin_convertvector(*(const dealt_costs *)(b->costs + start), dealt);
    return costs - *(const dealt *)(b->potentials + start);
}

CL_INLINE wide least_lanes(dealt x) {
    const wide *parts = (const wide *)&x;
    wide low = parts[0];
    for (int k = 1; k < BLOCK_OF_ROW / WIDE_LANES; k++) low = lesser_of(parts[k], low);
    return low;
}

CL_INLINE wide least_lanes_of_costs(dealt_costs x) {
    const narrow *parts = (const narrow *)&x;
    narrow low = parts[0];
    for (int k = 1; k < BLOCK_OF_ROW / WIDE_LANES; k++) low = parts[k] < low ? parts[k] : low;
    return __builtin_convertvector(low, wide);
}

/* Whether no cost is NaN or below the least, of a row where all potentials are 0. */
CL_INLINE bool find_least_costs(const blocks_of_row *b) {
    dealt_bits is_nan = 0;
    wide low = INFINITY;
    wide *least = b->least;
    for (size_t k = 0, count = b->count; k < count; k++) {
        const dealt_costs c = *(const dealt_costs *)(b->costs + start_of_block(b, k));
        is_nan |= c != c;
        least[k] = least_lanes_of_costs(c);
        low = lesser_of(least[k], low);
    }
    return __builtin_reduce_or(is_nan) == 0 && fold_lowest(low)[0] >= LEAST_COST;
}

CL_INLINE void find_least(const blocks_of_row *b) {
    wide *least = b->least;
    for (size_t k = 0, count = b->count; k < count; k++)
        least[k] = least_lanes(reduced_of_block(b, start_of_block(b, k)));
}

/* The greatest of the least of so many groups of blocks, those that are forbidden aside. */
CL_INLINE double greatest_of_least(const blocks_of_row *b, size_t groups) {
    double greatest = -INFINITY;
    for (size_t g = 0; g < groups; g++) {
        wide low = INFINITY;
        for (size_t k = g; k < b->count; k += groups) low = lesser_of(b->least[k], low);
        const double least = fold_lowest(low)[0];
        greatest = least < INFINITY && least > greatest ? least : greatest;
    }
    return greatest;
}

CL_INLINE uint64_t bits_of_block(dealt_index lanes) {
    uint64_t set = 0;
    const wide_index *parts = (const wide_index *)&lanes;
    for (int k = 0; k < BLOCK_OF_ROW / WIDE_LANES; k++) set |= bits(parts[k]) << k * WIDE_LANES;
    return set;
}

/* Lists what is at most `most`. False if that is too much. */
CL_INLINE bool list_up_to(
    assignment_problem *p, size_t at_list, const blocks_of_row *b, double most, size_t room) {
    const shortlists *to = &p->shortlist.lists;
    int32_t *column = to->column + at_list * SHORTLIST_ROOM, *block = to->block;
    double *cost = to->cost + at_list * SHORTLIST_ROOM;
    wide above = INFINITY;
    size_t count = 0, blocks = 0;
    for (size_t k = 0; k < b->count; k++) {
        const wide least = b->least[k];
        const wide_index is_listed = least <= most;
        block[blocks] = (int32_t)k;
        blocks += bits(is_listed) != 0;
        above = lesser_of(is_listed ? (wide)INFINITY : least, above);
    }
    for (size_t n = 0; n < blocks; n++) {
        const size_t k = (size_t)block[n], start = start_of_block(b, k);
        const dealt r = reduced_of_block(b, start);
        const dealt_index is_listed = r <= most;
        above = lesser_of(least_lanes(is_listed ? (dealt)INFINITY : r), above);
        uint64_t set = bits_of_block(is_listed) & ~UINT64_C(0) << (k * BLOCK_OF_ROW - start);
        if (count + (size_t)__builtin_popcountll(set) > room) return false;
        for (; set != 0; set &= set - 1) { /* most often one */
            const size_t at = start + (size_t)__builtin_ctzll(set);
            column[count] = (int32_t)at;
            cost[count++] = (double)b->costs[at];
        }
    }
    to->count[at_list] = (int32_t)count;
    to->next[at_list] = fold_lowest(above)[0];
    return true;
}

/* False if all potentials are 0 and some costs are NaN or below the least. */
CL_INLINE bool list(assignment_problem *p, size_t row, size_t at, const CL_REAL *c, bool at_0) {
    const blocks_of_row b = {
        c, p->w.potentials, p->columns, (p->columns + BLOCK_OF_ROW - 1) / BLOCK_OF_ROW,
        (wide *)(void *)p->shortlist.lists.of_block};
    bool are_valid = true;
    leave_if_stopped(p->stop);
    if (at_0) are_valid = find_least_costs(&b);
    else find_least(&b);
    p->shortlist.lists.count[at] = SHORTLIST_TIES;
    for (size_t groups = p->shortlist.lists.groups[row]; groups > 0; groups /= 2)
        if (list_up_to(p, at, &b, greatest_of_least(&b, groups), shortlist_room(groups))) break;
    if (p->shortlist.lists.count[at] == SHORTLIST_TIES && ++p->ties == SHORTLIST_MOST_TIES) p->is_listed = false;
    return are_valid;
}

__attribute__((noinline)) static void shorten_row(void *of, size_t row, size_t at) {
    assignment_problem *p = of;
    const CL_REAL *c = p->is_turned ? costs_of(p, row) : stored_costs_of(p, row);
    if (p->is_turned && p->needs_copy) {
        CL_REAL *copy = (CL_REAL *)(void *)p->w.costs;
        for (size_t j = 0; j < p->columns; j++) copy[j] = p->source[j * p->source_stride + row];
        c = copy;
    }
    list(p, row, at, c, false);
}

/* Costs of a problem that is turned, whose rows are columns of memory: of as many of them as a register has lanes. */
enum { BLOCK_OF_STRIP = 8, COLUMNS_OF_SET = 64 / LANES < BLOCK_OF_STRIP ? 64 / LANES : BLOCK_OF_STRIP };
typedef struct strip_of_rows {
    const CL_REAL *costs;
    size_t length, stride, readable; /* of each; from the first to the last cost */
    size_t safe;                     /* columns of which a whole register may be read */
} strip_of_rows;

CL_INLINE vector costs_across(const strip_of_rows *s, size_t j, bool is_safe) {
    const size_t at = j * s->stride;
    if (is_safe || s->readable - at >= LANES) return load(s->costs + at);
    CL_REAL part[LANES] = {0};
    memcpy(part, s->costs + at, (s->readable - at) * sizeof(CL_REAL));
    return load(part);
}

CL_INLINE uint64_t bits_across(vector_index lanes) {
#if CL_REAL_IS_FLOAT && CL_REGISTER_BYTES == 32
    return (uint64_t)(uint32_t)__builtin_ia32_movmskps256((__attribute__((vector_size(32))) float)lanes);
#elif CL_REGISTER_BYTES > 8
    typedef bool mask_across __attribute__((ext_vector_type(LANES)));
    const mask_across bits = __builtin_convertvector(lanes, mask_across);
    uint16_t packed = 0;
    memcpy(&packed, &bits, sizeof bits);
    return packed & ((UINT64_C(1) << LANES) - 1);
#else
    return lanes[0] != 0;
#endif
}

CL_INLINE size_t end_in_strip(const strip_of_rows *s, size_t start) {
    return start + BLOCK_OF_STRIP < s->length ? start + BLOCK_OF_STRIP : s->length;
}

/* The least of the costs of some columns, and whether all are numbers. */
CL_INLINE vector least_of_strip(const strip_of_rows *s, size_t start, size_t end, vector_index *is_nan) {
    vector low = INFINITY;
    if (end <= s->safe && end == start + BLOCK_OF_STRIP) {
#pragma clang loop unroll(full)
        for (size_t k = 0; k < BLOCK_OF_STRIP; k++) {
            const vector c = costs_across(s, start + k, true);
            *is_nan |= c != c;
            low = smaller(low, c);
        }
        return low;
    }
    for (size_t j = start; j < end; j++) {
        const vector c = costs_across(s, j, false);
        *is_nan |= c != c;
        low = smaller(low, c);
    }
    return low;
}

/* A bit for each cost of some columns that is at most `most`, by column and lane; `*above` is lowered to the others. */
CL_INLINE uint64_t set_of_columns(
    const strip_of_rows *s, size_t start, size_t end, bool is_safe, vector most, vector *above) {
    uint64_t set = 0;
    for (size_t j = start; j < end; j++) {
        const vector c = costs_across(s, j, is_safe);
        *above = smaller(*above, c <= most ? (vector)INFINITY : c);
        set |= bits_across(c <= most) << (j - start) * LANES;
    }
    return set;
}

CL_INLINE strip_of_rows strip_from(const assignment_problem *p, size_t first) {
    const size_t readable = (p->columns - 1) * p->source_stride + p->rows - first;
    return (strip_of_rows){
        p->source + first, p->columns, p->source_stride, readable,
        readable < LANES ? 0 : (readable - LANES) / p->source_stride + 1};
}

/* Lists rows from `first` on of a problem that is turned, those that `lanes` has a bit for. */
CL_INLINE bool list_strip(assignment_problem *p, size_t first, uint64_t lanes) {
    const strip_of_rows s = strip_from(p, first);
    const shortlists *to = &p->shortlist.lists;
    vector *of_block = (vector *)(void *)to->of_strip;
    vector_index is_nan = 0;
    vector low[2] = {INFINITY, INFINITY}, above = INFINITY;
    for (size_t j = 0, k = 0; j < s.length; j += BLOCK_OF_STRIP, k++) {
        of_block[k] = least_of_strip(&s, j, end_in_strip(&s, j), &is_nan);
        low[k % 2] = smaller(low[k % 2], of_block[k]);
    }
    const vector lower = smaller(low[0], low[1]), higher = larger(low[0], low[1]);
    const vector most = higher < INFINITY ? higher : lower;
    int32_t *restrict column = to->column + first * SHORTLIST_ROOM;
    double *restrict cost = to->cost + first * SHORTLIST_ROOM;
    int32_t count[LANES] = {0};
    uint64_t of_all = lanes, full = 0; /* the lanes in each column of a set; those whose lists have no room */
    for (int k = 1; k < COLUMNS_OF_SET; k++) of_all |= lanes << k * LANES;
    for (size_t j = 0; j < s.length; j += COLUMNS_OF_SET) {
        if (j % BLOCK_OF_STRIP == 0 && (bits_across(of_block[j / BLOCK_OF_STRIP] <= most) & lanes) == 0) {
            above = smaller(above, of_block[j / BLOCK_OF_STRIP]);
            j += BLOCK_OF_STRIP - COLUMNS_OF_SET;
            continue;
        }
        const size_t end = j + COLUMNS_OF_SET;
        uint64_t set = end <= s.safe ? set_of_columns(&s, j, end, true, most, &above)
                                     : set_of_columns(&s, j, end < s.length ? end : s.length, false, most, &above);
        for (set &= of_all; set != 0; set &= set - 1) { /* which lanes is as good as random: one loop for all columns */
            const size_t bit = (size_t)__builtin_ctzll(set), lane = bit % LANES, at = j + bit / LANES;
            if (count[lane] == (int32_t)SHORTLIST_ROOM) {
                full |= UINT64_C(1) << lane;
                continue;
            }
            const size_t place = lane * SHORTLIST_ROOM + (size_t)count[lane]++;
            column[place] = (int32_t)at;
            cost[place] = (double)s.costs[at * s.stride + lane];
        }
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        if (!(lanes >> lane & 1)) continue;
        to->count[first + lane] = full >> lane & 1 ? SHORTLIST_MISSING : count[lane];
        to->next[first + lane] = (double)above[lane];
    }
    return (bits_across(is_nan | (lower < LEAST_COST)) & lanes) == 0;
}
