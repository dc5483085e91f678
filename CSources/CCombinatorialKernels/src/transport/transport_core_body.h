/* The pivots of the transport simplex, of one variant.
 *
 * A pass over the matrix finds the least reduced cost of each row, and of each class of columns in it: these pairs
 * are the core. Where a row's least is below 0 the pair is a candidate; once there are enough the best of them enter
 * as long as they still help. After the pass only pairs of the core enter, which stays in the cache, until none
 * helps; then the next pass. It ends with a pass that finds no candidate.
 *
 * Which columns are a class does not depend on the lanes of a register, and equal sums resolve to the lowest column,
 * so that all variants make the same pivots. */

#define TRANSPORT_CANDIDATES 64
#define COLUMNS_WITHOUT_CORE 700 /* fewer rows of so many stay in the cache, and need no core */
#define CORE_VECTORS (CORE_CLASSES / WIDE_LANES)

typedef struct candidate {
    size_t row;
    size_t column;
    double cost;
} candidate;

typedef struct candidates {
    candidate list[TRANSPORT_CANDIDATES];
    size_t count;
    size_t limit;     /* how many are collected before the best of them enter */
    double tolerance; /* a pair enters if its reduced cost is below minus this */
} candidates;

/* The least c[j] + prices[j] of each class, and its column; +infinity where no sum is finite. */
typedef struct class_minima {
    double lowest[CORE_CLASSES];
    int64_t column[CORE_CLASSES];
} class_minima;

static inline void find_class_minima(const CL_REAL *c, const double *prices, size_t count, class_minima *found) {
    wide lows[CORE_VECTORS];
    wide_index columns[CORE_VECTORS], present[CORE_VECTORS];
    for (int v = 0; v < CORE_VECTORS; v++) {
        lows[v] = INFINITY;
        columns[v] = 0;
        for (int lane = 0; lane < WIDE_LANES; lane++) present[v][lane] = v * WIDE_LANES + lane;
    }
    size_t j = 0;
    for (; j + CORE_CLASSES <= count; j += CORE_CLASSES) {
#pragma clang loop unroll(full)
        for (int v = 0; v < CORE_VECTORS; v++) {
            const size_t from = j + (size_t)(v * WIDE_LANES);
            const wide sum = widened(c + from) + *(const wide *)(prices + from);
            const wide_index is_lower = sum < lows[v];
            lows[v] = is_lower ? sum : lows[v];
            columns[v] = is_lower ? present[v] + (int64_t)j : columns[v];
        }
    }
    memcpy(found->lowest, lows, sizeof lows);
    memcpy(found->column, columns, sizeof columns);
    for (int k = 0; j < count; j++, k++) {
        const double sum = (double)c[j] + prices[j];
        if (!(sum < found->lowest[k])) continue;
        found->lowest[k] = sum;
        found->column[k] = (int64_t)j;
    }
}

static inline double lowest_of_classes(const double *sums) {
    wide lowest = *(const wide *)sums;
    for (int k = WIDE_LANES; k < CORE_CLASSES; k += WIDE_LANES) {
        const wide other = *(const wide *)(sums + k);
        lowest = other < lowest ? other : lowest;
    }
    return lowest_lane(lowest);
}

static inline int class_of(const double *sums, double sum) {
    int k = 0;
    while (sums[k] != sum) k++;
    return k;
}

/* Lets the candidates enter, the best first, until none has a reduced cost below -tolerance. */
static void pivot_on(transport_problem *p, candidates *c) {
    const double *price = p->base.tree.price, *prices = price + p->base.rows;
    while (c->count > 0 && p->base.pivots_left > 0) {
        size_t best = c->count;
        double lowest = -c->tolerance;
        for (size_t k = 0; k < c->count;) {
            const double reduced = c->list[k].cost + prices[c->list[k].column] - price[c->list[k].row];
            if (!(reduced < -c->tolerance)) {
                c->list[k] = c->list[--c->count];
                continue;
            }
            if (reduced < lowest) {
                lowest = reduced;
                best = k;
            }
            k++;
        }
        if (best >= c->count) return;
        leave_if_stopped(p->base.stop);
        const candidate entering = c->list[best];
        c->list[best] = c->list[--c->count];
        transport_pivot(&p->base, entering.row, entering.column, entering.cost);
        if (--p->base.pivots_left % (p->base.rows + p->base.columns) == 0) c->tolerance = transport_refresh(&p->base);
    }
    c->count = 0;
}

/* The least sum of cost and price in a row; and its pair, looked for only if the sum is below the row's price. */
typedef struct row_least {
    double sum;
    size_t column;
    double cost;
} row_least;

/* Makes the core of the row as well. */
CL_INLINE row_least fill_core(const transport_problem *p, size_t i) {
    const CL_REAL *c = costs_of_row(p, i);
    int32_t *columns = p->base.core_columns + i * CORE_CLASSES;
    double *costs = p->base.core_costs + i * CORE_CLASSES;
    class_minima minima;
    find_class_minima(c, p->base.tree.price + p->base.rows, p->base.columns, &minima);
    for (int k = 0; k < CORE_CLASSES; k++) {
        const double cost = (double)c[minima.column[k]];
        columns[k] = (int32_t)minima.column[k];
        costs[k] = minima.lowest[k] < INFINITY ? cost : INFINITY;
    }
    const double sum = lowest_of_classes(minima.lowest);
    const int k = sum < p->base.tree.price[i] ? class_of(minima.lowest, sum) : 0;
    return (row_least){sum, (size_t)columns[k], costs[k]};
}

CL_INLINE row_least least_of_core(const transport_problem *p, size_t i) {
    const double *prices = p->base.tree.price + p->base.rows, *costs = p->base.core_costs + i * CORE_CLASSES;
    const int32_t *columns = p->base.core_columns + i * CORE_CLASSES;
    double sums[CORE_CLASSES];
    for (int k = 0; k < CORE_CLASSES; k++) sums[k] = costs[k] + prices[columns[k]];
    const double sum = lowest_of_classes(sums);
    const int k = sum < p->base.tree.price[i] ? class_of(sums, sum) : 0;
    return (row_least){sum, (size_t)columns[k], costs[k]};
}

CL_INLINE row_least least_pair_of_row(const transport_problem *p, size_t i) {
    const CL_REAL *c = costs_of_row(p, i);
    const double *prices = p->base.tree.price + p->base.rows;
    const double sum = lowest_sum(c, prices, p->base.columns);
    const size_t j = sum < p->base.tree.price[i] ? position(c, prices, p->base.columns, sum) : 0;
    return (row_least){sum, j, (double)c[j]};
}

/* Pivots until none of the rows has a pair that enters, or at the end of one round; false if there was none. */
#define PIVOTS(name, least, is_one_round)                                                                              \
    static __attribute__((noinline)) bool name(transport_problem *p, candidates *found) {                              \
        const double *price = p->base.tree.price;                                                                      \
        const size_t rows = p->base.rows;                                                                              \
        bool finds_any = false;                                                                                        \
        for (size_t i = 0, seen = 0; seen < rows && p->base.pivots_left > 0;) {                                        \
            leave_if_stopped(p->base.stop);                                                                            \
            const row_least best = least(p, i);                                                                        \
            if (best.sum - price[i] < -found->tolerance) {                                                             \
                found->list[found->count++] = (candidate){i, best.column, best.cost};                                  \
                finds_any = true;                                                                                      \
            }                                                                                                          \
            i = i + 1 < rows ? i + 1 : 0;                                                                              \
            seen++;                                                                                                    \
            if (found->count < found->limit && (seen < rows || found->count == 0)) continue;                           \
            pivot_on(p, found);                                                                                        \
            if (!(is_one_round)) seen = 0;                                                                             \
        }                                                                                                              \
        return finds_any;                                                                                              \
    }

PIVOTS(pass_over_matrix, fill_core, true)
PIVOTS(pivot_in_core, least_of_core, false)
PIVOTS(pivot_in_rows, least_pair_of_row, false)

#undef PIVOTS

/* Ends when a pass has found no pair that enters; or, where rounding might make it go round in a circle, after more
 * pivots than are ever needed. Where no pivot has shifted a price, the pass that ended without a pair was that one,
 * unless prices have become so small meanwhile that rounding explains half as much as it did. */
static void optimize(transport_problem *p) {
    transport *b = &p->base;
    const bool has_core = b->columns > COLUMNS_WITHOUT_CORE;
    candidates found = {.limit = has_core ? TRANSPORT_CANDIDATES : TRANSPORT_CANDIDATES / 2};
    b->pivots_left = 1000 * (b->rows + b->columns);
    found.tolerance = transport_refresh(b);
    for (bool goes_on = true; goes_on;) {
        const double tolerance = found.tolerance;
        goes_on = has_core ? pass_over_matrix(p, &found) : pivot_in_rows(p, &found);
        if (!goes_on) return;
        if (has_core) pivot_in_core(p, &found);
        const bool is_measured = b->measures_subtrees && !has_core;
        found.tolerance = transport_refresh(b);
        goes_on = b->pivots_left > 0 && !(is_measured && found.tolerance >= tolerance / 2);
    }
}

#undef CORE_VECTORS
