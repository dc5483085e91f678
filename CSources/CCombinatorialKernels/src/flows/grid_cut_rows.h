/* Searches of grids whose rows fit into words, the cells of a row at once; included by grid_cut_push.h. A level is a set
 * of cells instead of a label of each. */

#define BITS_OF(condition) ((row_set)__builtin_bit_cast(uint8_t, __builtin_convertvector((condition), bits)))

static inline row_set *level_rows(const grid *g, int32_t level) { return g->rows_at + (size_t)level * row_sets(g); }

/* Where a cell stands in the sets. */
typedef struct place {
    size_t row;
    unsigned column;
} place;

static inline place place_of(const grid *g, int32_t p) {
    const size_t row = g->row_of[p];
    return (place){row, (unsigned)((size_t)p - cell_at(g, row - 1, 0))};
}

static inline bool holds(const grid *g, const row_set *set, int32_t p) {
    const place at = place_of(g, p);
    return set[at.row] >> at.column & 1;
}

/* Reads where cells have an excess, where they lack something, and where arcs lead to them from each direction. */
FOR_EITHER void read_rows(const grid *g, size_t neighbors, row_set *lacking) {
    const row_set all = ~(row_set)0 >> (MOST_SHORT - g->columns);
    lacking[0] = lacking[g->rows + 1] = 0;
    for (size_t i = 0; i < g->rows; i++) {
        const double *balance = g->balance + cell_at(g, i, 0);
        const uint8_t *entries = g->entries + cell_at(g, i, 0);
        row_set holding = 0, lacks = 0, entered[MOST_NEIGHBORS] = {0};
        for (size_t j = 0; j < g->columns; j += STEP) {
            const doubles here = *(const doubles *)(balance + j);
            const bytes entry = *(const bytes *)(entries + j);
            holding |= BITS_OF(here > 0) << j;
            lacks |= BITS_OF(here < 0) << j;
            for (size_t d = 0; d < neighbors; d++) entered[d] |= BITS_OF((entry & (uint8_t)(1u << d)) != 0) << j;
        }
        const size_t row = i + 1;
        g->holding[row] = holding & all;
        lacking[row] = lacks & all;
        g->unseen_rows[row] = all & ~lacks;
        for (size_t d = 0; d < neighbors; d++) g->entered[d * row_sets(g) + row] = entered[d] & all;
    }
}

/* Finds the unseen cells from which an arc leads to one of a level: the next level. False if there are none. */
FOR_EITHER bool step_back(const grid *g, size_t neighbors, int32_t level) {
    const size_t stride = row_sets(g);
    const row_set *restrict here = level_rows(g, level), *restrict entered = g->entered;
    row_set *restrict next = level_rows(g, level + 1), *restrict unseen = g->unseen_rows, any = 0;
    for (size_t i = 1; i + 1 < stride; i++) {
        row_set found = 0;
        for (size_t d = 0; d < neighbors; d++) {
            const size_t from = i - (size_t)step_down[d];
            const row_set cells = here[from] & entered[d * stride + from];
            found |= step_right[d] > 0 ? cells << 1 : step_right[d] < 0 ? cells >> 1 : cells;
        }
        found &= unseen[i];
        next[i] = found;
        unseen[i] ^= found;
        any |= found;
    }
    next[0] = next[stride - 1] = 0;
    return any != 0;
}

/* Extends the cells with an excess by those of a level. */
static inline void list_holders(const grid *g, search *found) {
    const row_set *set = level_rows(g, found->level);
    for (size_t i = 0; i < g->rows; i++) {
        const int32_t row = (int32_t)cell_at(g, i, 0);
        for (row_set cells = set[i + 1] & g->holding[i + 1]; cells != 0; cells &= cells - 1)
            g->active[found->holders++] = row + __builtin_ctzll(cells);
    }
}

static inline size_t count_unseen(const grid *g) {
    size_t count = 0;
    for (size_t i = 1; i <= g->rows; i++) count += (size_t)__builtin_popcountll(g->unseen_rows[i]);
    return count;
}

/* Finds what `search_back` finds, in another order within a level. False if it takes many levels of few cells. */
FOR_EITHER bool search_rows(const grid *g, size_t neighbors, size_t wanted, search *found) {
    read_rows(g, neighbors, level_rows(g, 1));
    *found = (search){.level = 1};
    size_t unseen = count_unseen(g);
    for (; list_holders(g, found), found->holders < wanted && step_back(g, neighbors, found->level); found->level++) {
        if (found->level % LEVELS_OF_ROUND != 0) continue;
        leave_if_stopped(g->stop);
        const size_t left = count_unseen(g);
        if (unseen - left < LEAST_FOUND * g->rows) return false;
        unseen = left;
    }
    for (size_t i = 1; i <= g->rows; i++) g->below[i] = ~g->unseen_rows[i];
    g->below[0] = g->below[g->rows + 1] = 0;
    return true;
}

/* Takes a level from those below the one that is discharged. */
static inline void leave_level(const grid *g, int32_t level) {
    const row_set *restrict set = level_rows(g, level);
    row_set *restrict below = g->below;
    for (size_t i = 1; i <= g->rows; i++) below[i] &= ~set[i];
}

/* Lets a cell rise from its level. */
static inline void rise_from(const grid *g, int32_t level, int32_t p) {
    const place at = place_of(g, p);
    level_rows(g, level)[at.row] &= ~((row_set)1 << at.column);
}

/* The directions from a cell into a set. */
FOR_EITHER uint32_t directions_into(const grid *g, size_t neighbors, const row_set *set, int32_t p) {
    const place at = place_of(g, p);
    uint32_t three[3]; /* cells of the rows above, here and below, from the column before on */
    for (size_t k = 0; k < 3; k++)
        three[k] = (uint32_t)__builtin_rotateright64(set[at.row + k - 1], at.column - 1 & 63);
    uint32_t directions = 0;
    for (size_t d = 0; d < neighbors; d++)
        directions |= (three[1 + step_down[d]] >> (1 + step_right[d]) & 1) << d;
    return directions;
}

/* Writes for each cell whether the search has not seen it. */
static inline void write_unseen(const grid *g) {
    for (size_t i = 0; i < g->rows; i++) {
        uint8_t *unseen = g->unseen + cell_at(g, i, 0);
        for (size_t j = 0; j < g->columns; j += STEP) {
            const uint8_t set = (uint8_t)(g->unseen_rows[i + 1] >> j);
            *(bytes *)(unseen + j) = __builtin_convertvector(__builtin_bit_cast(bits, set), bytes);
        }
    }
}
