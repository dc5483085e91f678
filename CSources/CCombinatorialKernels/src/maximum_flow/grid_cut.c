#include <string.h>

#include "cl_maximum_flow.h"
#include "flow_common.h"

#define MOST_NEIGHBOURS 8

/* A grid with a border of cells that no arc reaches, so that no step asks where it stands. A cell has
 * either an excess or a way out, never both at first: what both sides cost is taken from them before. */
typedef struct grid {
    size_t rows, columns, width;      /* width: columns + 2 */
    size_t cells;                     /* (rows + 2) width */
    uint32_t queue_mask;              /* the queue's length, a power of two, less 1 */
    int32_t offset[MOST_NEIGHBOURS];  /* from a cell to its neighbour */
    double *residual;                 /* [cells, neighbours] what the arcs can still take */
    double *excess;                   /* [cells] what has come in and not gone out */
    double *outlet;                   /* [cells] what the arc to the destination can still take */
    double *supply;                   /* [cells] the capacity from the source */
    int32_t *label;                   /* [cells] a lower bound of the steps to the destination */
    int32_t *queue;                   /* [queue_mask + 1] cells with an excess that may move */
    uint8_t *open;                    /* [cells] bit d: residual > 0 */
} grid;

static const int step_down[MOST_NEIGHBOURS] = {0, 1, 0, -1, 1, 1, -1, -1};
static const int step_right[MOST_NEIGHBOURS] = {1, 0, -1, 0, 1, -1, -1, 1};

static inline size_t opposite(size_t d) { return d / 4 * 4 + (d + 2) % 4; }

static size_t lay_out(grid *g, char *base, cl_grid_cut_shape shape) {
    size_t used = 0, length = 1;
    g->rows = shape.rows;
    g->columns = shape.columns;
    g->width = shape.columns + 2;
    g->cells = (shape.rows + 2) * g->width;
    while (length < g->cells + 1) length *= 2;
    g->queue_mask = (uint32_t)(length - 1);
    for (size_t d = 0; d < MOST_NEIGHBOURS; d++)
        g->offset[d] = step_down[d] * (int32_t)g->width + step_right[d];
    g->residual = placed(base, &used, g->cells * shape.neighbours, sizeof(double));
    g->excess = placed(base, &used, g->cells, sizeof(double));
    g->outlet = placed(base, &used, g->cells, sizeof(double));
    g->supply = placed(base, &used, g->cells, sizeof(double));
    g->label = placed(base, &used, g->cells, sizeof(int32_t));
    g->queue = placed(base, &used, length, sizeof(int32_t));
    g->open = placed(base, &used, g->cells, sizeof(uint8_t));
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

/* Labels every cell with its steps to the destination, by breadth-first search against the arcs. */
FOR_EITHER void label_exactly(const grid *g, size_t neighbours) {
    uint32_t head = 0, tail = 0;
    for (size_t p = 0; p < g->cells; p++) {
        const bool has_outlet = g->outlet[p] > 0;
        g->label[p] = has_outlet ? 1 : UNREACHABLE;
        g->queue[tail] = (int32_t)p;
        tail += has_outlet;
    }
    while (head < tail) {
        const int32_t p = g->queue[head++], next = g->label[p] + 1;
        for (size_t d = 0; d < neighbours; d++) {
            const int32_t q = p + g->offset[d];
            const bool is_new =
                (g->label[q] == UNREACHABLE) & (g->open[q] >> opposite(d) & 1);
            g->label[q] = is_new ? next : g->label[q];
            g->queue[tail] = q;
            tail += is_new;
        }
    }
}

/* Pushes what a cell has along the arcs that lead one step closer; relabels it if something stays.
 * Which arcs those are is no branch that could be foretold: masks tell them. Returns the queue's end. */
FOR_EITHER uint32_t discharge(const grid *g, size_t neighbours, int32_t p, uint32_t tail, bool *relabeled) {
    const int32_t label = g->label[p];
    double *residual = g->residual + (size_t)p * neighbours;
    double excess = g->excess[p];
    if (label == 1) {
        const double moved = excess < g->outlet[p] ? excess : g->outlet[p];
        g->outlet[p] -= moved;
        excess -= moved;
    }
    uint32_t open = g->open[p], closer = 0;
    for (size_t d = 0; d < neighbours; d++)
        closer |= (uint32_t)(g->label[p + g->offset[d]] < label) << d;
    closer = excess > 0 ? closer & open : 0;
    while (closer) {
        const size_t d = (size_t)__builtin_ctz(closer), back = opposite(d);
        const int32_t q = p + g->offset[d];
        const double moved = excess < residual[d] ? excess : residual[d];
        excess -= moved;
        residual[d] -= moved;
        open &= ~((uint32_t)(residual[d] == 0) << d);
        g->residual[(size_t)q * neighbours + back] += moved;
        g->open[q] |= (uint8_t)(1u << back);
        g->queue[tail & g->queue_mask] = q;
        tail += g->excess[q] == 0;
        g->excess[q] += moved;
        closer = excess > 0 ? closer & (closer - 1) : 0;
    }
    g->open[p] = (uint8_t)open;
    g->excess[p] = excess;
    *relabeled = excess > 0;
    if (excess > 0) {
        int32_t lowest = UNREACHABLE;
        for (size_t d = 0; d < neighbours; d++) {
            const int32_t there = open >> d & 1 ? g->label[p + g->offset[d]] : UNREACHABLE;
            lowest = there < lowest ? there : lowest;
        }
        g->label[p] = lowest < UNREACHABLE ? lowest + 1 : UNREACHABLE;
        g->queue[tail & g->queue_mask] = p;
        tail += lowest < UNREACHABLE;
    }
    return tail;
}

/* Moves all excess to the destination that can get there; exact labels in the end. */
FOR_EITHER void push_out(const grid *g, size_t neighbours) {
    for (;;) {
        label_exactly(g, neighbours);
        uint32_t head = 0, tail = 0;
        for (size_t p = 0; p < g->cells; p++) {
            g->queue[tail] = (int32_t)p;
            tail += (g->excess[p] > 0) & (g->label[p] < UNREACHABLE);
        }
        if (tail == 0) return;
        for (size_t relabels = 0; head != tail && relabels <= g->cells / 2;) {
            const int32_t p = g->queue[head++ & g->queue_mask];
            bool relabeled;
            tail = discharge(g, neighbours, p, tail, &relabeled);
            relabels += relabeled;
        }
    }
}

/* Sends what is left back to the source: a preflow becomes a flow. */
FOR_EITHER void return_excess(const grid *g, size_t neighbours) {
    for (size_t p = 0; p < g->cells; p++) {
        const double returned = g->excess[p] < g->supply[p] ? g->excess[p] : g->supply[p];
        g->excess[p] -= returned;
        g->outlet[p] = g->supply[p] - returned;
    }
    push_out(g, neighbours);
}

static void find_cut(const grid *g, size_t neighbours, uint8_t *source_side) {
    if (neighbours == 4)
        push_out(g, 4);
    else
        push_out(g, 8);
    for (size_t i = 0; i < g->rows; i++)
        for (size_t j = 0; j < g->columns; j++)
            source_side[i * g->columns + j] = g->label[cell_at(g, i, j)] == UNREACHABLE;
}

/* Leaves in `outlet` what each cell takes from the source. */
static void find_flow(const grid *g, size_t neighbours) {
    if (neighbours == 4)
        return_excess(g, 4);
    else
        return_excess(g, 8);
}

#define CL_BODY "../maximum_flow/grid_cut_body.h"
#include "../dispatch/each_element_type.h"
