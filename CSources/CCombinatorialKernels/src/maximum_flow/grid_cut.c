#include <float.h>
#include <string.h>

#include "cl_maximum_flow.h"
#include "flow_common.h"

#define MOST_NEIGHBOURS 8

/* A grid with a border of cells that no arc reaches, so that no step asks where it stands. What both
 * sides of a cell cost is taken from them before; then one number tells which way it is out of balance. */
typedef struct grid {
    size_t rows, columns, width;      /* width: columns + 2 */
    size_t cells;                     /* (rows + 2) width */
    int32_t offset[MOST_NEIGHBOURS];  /* from a cell to its neighbour */
    double *residual;                 /* [cells, neighbours] what the arcs can still take */
    double *balance;                  /* [cells] excess; below 0: what can still go to the destination */
    int32_t *rank;                    /* [cells] the place in `order`, or UNREACHABLE */
    int32_t *order;                   /* [cells] those that reach the destination, nearest first */
    uint8_t *unseen;                  /* [cells] 1: not found on the way back from the destination */
    uint8_t *entries;                 /* [cells] bit d: residual > 0 from the neighbour in direction d */
} grid;

static const int step_down[MOST_NEIGHBOURS] = {0, 1, 0, -1, 1, 1, -1, -1};
static const int step_right[MOST_NEIGHBOURS] = {1, 0, -1, 0, 1, -1, -1, 1};

static inline size_t opposite(size_t d) { return d / 4 * 4 + (d + 2) % 4; }

static size_t lay_out(grid *g, char *base, cl_grid_cut_shape shape) {
    size_t used = 0;
    g->rows = shape.rows;
    g->columns = shape.columns;
    g->width = shape.columns + 2;
    g->cells = (shape.rows + 2) * g->width;
    for (size_t d = 0; d < MOST_NEIGHBOURS; d++)
        g->offset[d] = step_down[d] * (int32_t)g->width + step_right[d];
    g->residual = placed(base, &used, g->cells * shape.neighbours, sizeof(double));
    g->balance = placed(base, &used, g->cells, sizeof(double));
    g->rank = placed(base, &used, g->cells, sizeof(int32_t));
    g->order = placed(base, &used, g->cells + 1, sizeof(int32_t));
    g->unseen = placed(base, &used, g->cells, sizeof(uint8_t));
    g->entries = placed(base, &used, g->cells, sizeof(uint8_t));
    return used;
}

size_t cl_grid_cut_workspace_size(cl_grid_cut_shape shape) {
    size_t cells;
    if ((shape.neighbours != 4 && shape.neighbours != 8) || shape.rows > INT32_MAX ||
        shape.columns > INT32_MAX ||
        __builtin_mul_overflow(shape.rows + 2, shape.columns + 2, &cells) || cells > INT32_MAX / 2)
        return 0;
    grid g;
    return lay_out(&g, NULL, shape) + WORKSPACE_ALIGNMENT;
}

static inline size_t cell_at(const grid *g, size_t row, size_t column) {
    return (row + 1) * g->width + column + 1;
}

/* The rows or columns from which a step stays inside. */
typedef struct range {
    size_t from, to;
} range;

static inline range before_step(size_t count, int step) {
    return (range){step < 0, step > 0 ? count - 1 : count};
}

/* Every function below is compiled for 4 and for 8 neighbours. */
#define FOR_EITHER static inline __attribute__((always_inline))

/* Ranks cells by their steps to the destination, by breadth-first search against the arcs, until
 * `wanted` cells with an excess are found; returns how many are ranked. Before and after, the first
 * `roots` of the order hold all cells with balance < 0. */
FOR_EITHER size_t rank_cells(const grid *g, size_t neighbours, size_t wanted, size_t *roots) {
    const double *restrict balance = g->balance;
    const uint8_t *restrict entries = g->entries;
    uint8_t *restrict unseen = g->unseen;
    int32_t *restrict order = g->order, *restrict rank = g->rank;
    ptrdiff_t offset[MOST_NEIGHBOURS];
    for (size_t d = 0; d < neighbours; d++) offset[d] = g->offset[d];
    size_t head = 0, tail = 0;
    memset(unseen, 1, g->cells);
    for (size_t p = 0; p < g->cells; p++) rank[p] = UNREACHABLE;
    for (size_t i = 0; i < *roots; i++) {
        const int32_t p = order[i];
        const bool is_root = balance[p] < 0;
        unseen[p] = !is_root;
        order[tail] = p;
        tail += is_root;
    }
    *roots = tail;
    for (; head < tail && wanted > 0; head++) {
        const ptrdiff_t p = order[head];
        const uint32_t entry = entries[p];
        rank[p] = (int32_t)head;
        wanted -= balance[p] > 0;
        for (size_t d = 0; d < neighbours; d++) {
            const ptrdiff_t q = p + offset[d];
            const uint32_t is_new = entry >> d & unseen[q];
            unseen[q] ^= (uint8_t)is_new;
            order[tail] = (int32_t)q;
            tail += is_new;
        }
    }
    return head;
}

/* Pushes what a cell has too much along its arcs to cells of lower rank; returns what stays. */
FOR_EITHER double discharge(const grid *g, size_t neighbours, int32_t p, int32_t rank) {
    const int32_t *restrict ranks = g->rank;
    double *restrict residuals = g->residual, *restrict balance = g->balance;
    uint8_t *restrict entries = g->entries;
    double *residual = residuals + (size_t)p * neighbours, excess = balance[p];
    uint32_t entry = entries[p], lower = 0;
    for (size_t d = 0; d < neighbours; d++)
        lower |= (uint32_t)((ranks[p + g->offset[d]] < rank) & (residual[d] > 0)) << d;
    while (lower) {
        const size_t d = (size_t)__builtin_ctz(lower), back = opposite(d);
        const ptrdiff_t q = p + g->offset[d];
        const double capacity = residual[d], moved = excess < capacity ? excess : capacity;
        excess -= moved;
        residual[d] = capacity - moved;
        entries[q] &= (uint8_t)~((uint32_t)(moved == capacity) << back);
        residuals[(size_t)q * neighbours + back] += moved;
        entry |= 1u << d;
        balance[q] += moved;
        lower = excess > 0 ? lower & (lower - 1) : 0;
    }
    entries[p] = (uint8_t)entry;
    balance[p] = excess;
    return excess;
}

/* Moves all excess to the destination that can get there; sees all cells that can in the end. */
FOR_EITHER void push_out(const grid *g, size_t neighbours) {
    size_t roots = g->cells, stuck;
    for (size_t p = 0; p < g->cells; p++) g->order[p] = (int32_t)p;
    for (size_t wanted = g->cells;; wanted = stuck > 0 ? stuck : g->cells) {
        bool is_done = true;
        stuck = 0;
        for (size_t i = rank_cells(g, neighbours, wanted, &roots); i-- > 0;) {
            const int32_t p = g->order[i];
            if (g->balance[p] > 0) {
                stuck += discharge(g, neighbours, p, (int32_t)i) > 0;
                is_done = false;
            }
        }
        if (is_done) return;
    }
}

static void find_cut(const grid *g, size_t neighbours, uint8_t *source_side) {
    if (neighbours == 4)
        push_out(g, 4);
    else
        push_out(g, 8);
    for (size_t i = 0; i < g->rows; i++)
        memcpy(source_side + i * g->columns, g->unseen + cell_at(g, i, 0), g->columns);
}

/* Sends what is left back to the source, a preflow becomes a flow. Before, each cell's balance is lowered
 * by its supply; after, it is less by what the cell takes from the source. */
static void return_excess(const grid *g, size_t neighbours) {
    if (neighbours == 4)
        push_out(g, 4);
    else
        push_out(g, 8);
}

#define CL_BODY "../maximum_flow/grid_cut_body.h"
#include "../dispatch/each_element_type.h"
