/* A group of GRID_LANES grids side by side: in each array an element of every grid next to each other.
 *
 * Distances are relaxed row by row, down and up in turn. Where the rows beside it have changed, a row
 * takes what they offer, and then passes it on along itself, to the right and to the left at once. Paths
 * that bend little need few sweeps; grids in which they wind (mazes) are left to Dijkstra's algorithm
 * after a bounded number of cells.
 *
 * H. Zhao, A fast sweeping method for eikonal equations, Math. Comp. 74 (2005) has the order of sweeps.
 * E. W. Dijkstra, Numer. Math. 1 (1959), doi:10.1007/BF01386390. */

#if GRID_ALONE
typedef CL_REAL GRID(cell);
typedef int GRID(flags);
#else
typedef CL_REAL GRID(cell) __attribute__((ext_vector_type(GRID_LANES), may_alias));
typedef lane_integer GRID(flags) __attribute__((ext_vector_type(GRID_LANES)));
#endif

#define NO_SPAN ((grid_span){INT32_MAX, 0})

typedef struct GRID(group) {
    cl_grid grid;
    size_t width; /* columns + 2 */
    const GRID(cell) *costs;
    GRID(cell) *distances;
    const grid_workspace *w;
} GRID(group);

#define LEAST(a, b) ((a) < (b) ? (a) : (b))

static inline bool GRID(any)(GRID(flags) f) {
#if GRID_ALONE
    return f != 0;
#else
    return __builtin_reduce_or(f) != 0;
#endif
}

/* What the rows above and below offer to a span of row i (of the frame); whether that is less for any
 * cell. */
static inline bool GRID(pull)(const GRID(group) *g, size_t i, grid_span span, GRID(cell) *restrict pulled) {
    const GRID(cell) *costs = g->costs + i * g->width, *own = g->distances + i * g->width;
    const GRID(cell) *up = own - g->width, *down = own + g->width;
    GRID(flags) less = (GRID(flags))0;
    if (g->grid.diagonals) {
        for (ptrdiff_t j = span.first; j <= span.last; j++) {
            const GRID(cell) above = LEAST(LEAST(up[j - 1], up[j + 1]), up[j]);
            const GRID(cell) below = LEAST(LEAST(down[j - 1], down[j + 1]), down[j]);
            const GRID(cell) offer = costs[j] + LEAST(above, below);
            less |= offer < own[j];
            pulled[j] = LEAST(offer, own[j]);
        }
    } else {
        for (ptrdiff_t j = span.first; j <= span.last; j++) {
            const GRID(cell) offer = costs[j] + LEAST(up[j], down[j]);
            less |= offer < own[j];
            pulled[j] = LEAST(offer, own[j]);
        }
    }
    return GRID(any)(less);
}

/* Passes on along row i what a span of it has pulled. The two directions are two chains of sums that run
 * at the same time: a cell that one of them reaches by way of the other is no cheaper. Returns the
 * columns whose distances became less. */
static inline grid_span GRID(spread)(const GRID(group) *g, size_t i, grid_span span) {
    const GRID(cell) *restrict costs = g->costs + i * g->width;
    const GRID(cell) *restrict pulled = (const GRID(cell) *)(void *)g->w->pulled;
    GRID(cell) *restrict rightward = (GRID(cell) *)(void *)g->w->rightward;
    GRID(cell) *restrict leftward = (GRID(cell) *)(void *)g->w->leftward;
    GRID(cell) right = (GRID(cell))INFINITY, left = (GRID(cell))INFINITY;
    for (ptrdiff_t j = span.first, k = span.last; j <= span.last; j++, k--) {
        const GRID(cell) onward = costs[j] + right, back = costs[k] + left;
        right = LEAST(onward, pulled[j]);
        left = LEAST(back, pulled[k]);
        rightward[j] = right;
        leftward[k] = left;
    }
    GRID(cell) *restrict own = g->distances + i * g->width;
    grid_span less = span;
    while (!GRID(any)(LEAST(rightward[less.first], leftward[less.first]) < own[less.first])) less.first++;
    while (!GRID(any)(LEAST(rightward[less.last], leftward[less.last]) < own[less.last])) less.last--;
    for (ptrdiff_t j = less.first; j <= less.last; j++) own[j] = LEAST(rightward[j], leftward[j]);
    return less;
}

/* Goes on along row i beyond both ends of a span, as far as distances become less, and has the rows
 * beside it wait. The border costs +infinity, which is not less. */
static inline void GRID(pass_on)(const GRID(group) *g, size_t i, grid_span span) {
    const GRID(cell) *costs = g->costs + i * g->width;
    GRID(cell) *own = g->distances + i * g->width;
    for (;; span.last++) {
        const GRID(cell) old = own[span.last + 1], offer = costs[span.last + 1] + own[span.last];
        if (!GRID(any)(offer < old)) break;
        own[span.last + 1] = LEAST(offer, old);
    }
    for (;; span.first--) {
        const GRID(cell) old = own[span.first - 1], offer = costs[span.first - 1] + own[span.first];
        if (!GRID(any)(offer < old)) break;
        own[span.first - 1] = LEAST(offer, old);
    }
    if (g->grid.diagonals) {
        if (span.first > 1) span.first--;
        if (span.last < (int32_t)g->grid.columns) span.last++;
    }
    for (size_t beside = i - 1; beside <= i + 1; beside += 2) {
        grid_span *waiting = g->w->waiting + beside;
        if (span.first < waiting->first) waiting->first = span.first;
        if (span.last > waiting->last) waiting->last = span.last;
    }
}

/* Relaxes rows until none waits; false if that takes too many cells. */
static bool GRID(sweep)(const GRID(group) *g) {
    grid_span *waiting = g->w->waiting;
    GRID(cell) *pulled = (GRID(cell) *)(void *)g->w->pulled;
    const size_t rows = g->grid.rows;
    size_t budget = MOST_SWEEPS * rows * g->grid.columns;
    for (bool down = true, idle = false; !idle; down = !down) {
        idle = true;
        for (size_t k = 1; k <= rows; k++) {
            const size_t i = down ? k : rows + 1 - k;
            if (GRID_ALONE) leave_if_stopped(g->w->stop);
            const grid_span span = waiting[i];
            if (span.first > span.last) continue;
            waiting[i] = NO_SPAN;
            if (!GRID(pull)(g, i, span, pulled)) continue;
            GRID(pass_on)(g, i, GRID(spread)(g, i, span));
            const size_t work = (size_t)(span.last - span.first) + 8;
            if (budget < work) return false;
            budget -= work;
            idle = false;
        }
    }
    return true;
}

/* Copies the costs between frames, a grid to a lane; lanes without a grid repeat the last. */
static void GRID(set_up)(
    GRID(group) *g, const CL_REAL *costs, size_t count, const int32_t *starts, const grid_workspace *w) {
    const size_t rows = g->grid.rows, columns = g->grid.columns;
    GRID(cell) *to = (GRID(cell) *)(void *)w->costs, *distances = (GRID(cell) *)(void *)w->distances;
    g->costs = to;
    g->distances = distances;
    g->w = w;
    g->width = columns + 2;
    for (size_t k = 0; k < (rows + 2) * g->width; k++) distances[k] = (GRID(cell))INFINITY;
    for (size_t k = 0; k < g->width; k++) to[k] = to[(rows + 1) * g->width + k] = (GRID(cell))INFINITY;
    for (size_t k = 0; k < rows + 2; k++)
        to[k * g->width] = to[k * g->width + columns + 1] = (GRID(cell))INFINITY;
    for (size_t i = 0; i < rows; i++) {
        if (GRID_ALONE) leave_if_stopped(w->stop);
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            const CL_REAL *from = costs + (lane < count ? lane : count - 1) * rows * columns;
            CL_REAL *row = (CL_REAL *)(void *)(to + (i + 1) * g->width + 1) + lane;
            for (size_t j = 0; j < columns; j++) row[j * GRID_LANES] = from[i * columns + j];
        }
    }
    for (size_t i = 0; i < rows + 2; i++) w->waiting[i] = NO_SPAN;
    for (size_t lane = 0; lane < count; lane++) {
        const size_t start = grid_framed(g->grid, starts[lane]);
        ((CL_REAL *)(void *)(distances + start))[lane] = ((CL_REAL *)(void *)(to + start))[lane];
    }
    for (size_t lane = 0; lane < count; lane++) {
        const size_t start = grid_framed(g->grid, starts[lane]);
        const int32_t column = (int32_t)(start % g->width);
        GRID(pass_on)(g, start / g->width, (grid_span){column, column});
    }
}

/* Solves `count` grids, at most a group; returns how many come before the first without an answer, and
 * whether it has a path, too long for the element type. */
static size_t GRID(solve_group)(
    const CL_REAL *costs, size_t count, cl_grid grid, const int32_t *starts, const int32_t *ends,
    const grid_workspace *w, double *values, int32_t *paths, int32_t *lengths, CL_REAL *distances,
    bool *is_reachable) {
    const size_t cells = grid.rows * grid.columns;
    GRID(group) g = {.grid = grid};
    GRID(set_up)(&g, costs, count, starts, w);
    const bool is_done = GRID(sweep)(&g);
    for (size_t lane = 0; lane < count; lane++) {
        const grid_lane one = {grid, GRID_LANES, (const CL_REAL *)(const void *)g.costs + lane,
                           (CL_REAL *)(void *)g.distances + lane, w->heap, w->place, w->stop};
        if (!is_done) dijkstra(&one, starts[lane]);
        if (!trace_path(&one, starts[lane], ends[lane], paths + lane * cells, lengths + lane)) {
            *is_reachable = can_reach(&one, starts[lane], ends[lane]);
            return lane;
        }
        double sum = 0;
        for (int32_t k = 0; k < lengths[lane]; k++)
            sum += (double)costs[lane * cells + (size_t)paths[lane * cells + (size_t)k]];
        values[lane] = sum;
        for (size_t k = 0; distances && k < cells; k++)
            distances[lane * cells + k] = one.distances[grid_framed(grid, (int32_t)k) * GRID_LANES];
    }
    return count;
}

#undef LEAST
#undef NO_SPAN
