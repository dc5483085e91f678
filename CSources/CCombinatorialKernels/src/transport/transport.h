/* What the variants of the transport kernel share: everything but the reading of costs. */
#ifndef CL_TRANSPORT_PROBLEM_H
#define CL_TRANSPORT_PROBLEM_H

#include "cl_transport.h"

#include <math.h>
#include <stdbool.h>

#include "../flows/network_tree.h"
#include "../common/fault.h"
#include "../common/numbers.h"
#include "../common/wide.h"

/* Words of a number of any masses or costs: 2^-1138 (of a unit that a scaled demand is cut off at) to
 * 2^1024, and room for sums over all nodes. */
#define TRANSPORT_WORDS 37

/* Pairs of a row in the core: one for each class of columns, those that are equal modulo this. */
#define CORE_CLASSES 16

/* Rows are nodes 0 ..< rows, columns follow; arcs lead from rows to columns, so price[row] = u, and
 * price[column] = -v. The reduced cost of a pair is cost - price[row] + price[column]. A column without
 * demand is no part of the tree and has the price +infinity, so that it never enters: a tree that holds
 * it could not be strongly feasible. */
typedef struct transport {
    size_t rows;
    size_t columns;
    const double *supply;
    const double *demand;
    const cl_transport_known *known; /* NULL: from scratch */
    network_tree tree;
    int32_t *size;         /* [rows + columns] nodes of the subtree, unless measures_subtrees */
    int32_t *last;         /* [rows + columns] the last node of the subtree in preorder, unless measures_subtrees */
    int32_t *core_columns; /* [rows, CORE_CLASSES] */
    double *core_costs;    /* [rows, CORE_CLASSES] +infinity where there is no pair */
    int64_t *supply_units; /* [rows] */
    int64_t *demand_units; /* [columns] */
    double *keys;          /* [rows] by which rows are sorted at the start */
    int32_t *sorted;       /* [rows] */
    uint64_t *flows;       /* [rows + columns, TRANSPORT_WORDS] of transport_exact.c */
    uint64_t *prices;      /* [rows + columns, TRANSPORT_WORDS] */
    uint64_t *scratch;     /* [2, TRANSPORT_WORDS] */
    uint8_t *marks;        /* [rows + columns] */
    double units;          /* of a mass of 1 */
    double demand_scale;   /* the total of the supply as a share of that of the demand */
    double surplus;        /* units that rounding left */
    bool has_fractions;    /* some mass is no whole number of units */
    double rounding;       /* of the value of the plan, in units: what a proof may leave open */
    bool measures_subtrees; /* how pivots are made: see transport_pivot.c */
    bool counts_well;      /* no mass changes by more than a rounding when it is counted in units */
    bool is_in_range;      /* of costs and totals with which doubles can be used */
    size_t served;         /* of the start: nodes of tree.order, each of which hangs from one that is served later */
    size_t open;           /* of the start: columns that still want some */
    int32_t root;          /* a column */
    double forbidden_cost; /* in the place of +infinity: greater than any path of other costs */
    size_t pivots_left;    /* before doubles are taken to go round in a circle */
    stop_point *stop;
} transport;

/* The costs for what is compiled once. */
typedef struct transport_costs {
    const void *start;
    bool is_float;
    size_t stride;
    const cl_points *points; /* NULL, or the costs are their distances */
} transport_costs;

static inline double transport_cost(transport_costs c, size_t i, size_t j) {
    if (c.points != NULL) return cl_points_distance(c.points, i, j);
    return number_at(c.start, c.is_float, i * c.stride + j);
}

static inline void transport_lay_out(transport *p, arena *a, size_t rows, size_t columns) {
    p->rows = rows;
    p->columns = columns;
    network_tree_lay_out(&p->tree, a, rows + columns);
    ARENA_TAKE(a, p->size, rows + columns);
    ARENA_TAKE(a, p->last, rows + columns);
    ARENA_TAKE(a, p->core_columns, rows * CORE_CLASSES);
    ARENA_TAKE(a, p->core_costs, rows * CORE_CLASSES);
    ARENA_TAKE(a, p->supply_units, rows);
    ARENA_TAKE(a, p->demand_units, columns);
    ARENA_TAKE(a, p->keys, rows);
    ARENA_TAKE(a, p->sorted, rows);
    ARENA_TAKE(a, p->marks, rows + columns);
    ARENA_TAKE(a, p->scratch, 2 * TRANSPORT_WORDS);
    ARENA_TAKE(a, p->flows, (rows + columns) * TRANSPORT_WORDS);
    ARENA_TAKE(a, p->prices, (rows + columns) * TRANSPORT_WORDS);
}

/* Counts the masses in units, and chooses a column that is in the tree even if nothing is demanded. Where
 * the totals leave the range in which they can be counted, is_in_range becomes false. */
void transport_count_units(transport *p);

/* Sorts the rows by descending keys, equal ones in order. */
void transport_sort_rows(transport *p);

/* Brings the pair (row, column) into the basis. Prices that are shifted get a rounding each time. */
void transport_pivot(transport *p, size_t row, size_t column, double cost);

/* Computes the prices from the tree anew, and chooses how pivots are made from then on. Returns what rounding may then
 * add to a reduced cost: a share of the greatest price for each arc of a path. */
double transport_refresh(transport *p);

/* Writes to tree.order the nodes whose arcs carry mass, by row, then by column; returns their number. */
size_t transport_plan_nodes(transport *p);

/* Whether the potentials, before they are shifted, prove that no plan is cheaper than the tree's but for
 * TRANSPORT_PROOF (rows + columns) 2^-52 times the magnitude of the value. */
#define TRANSPORT_PROOF 32
bool transport_is_proven(
    transport *p, transport_costs costs, const cl_transport_output *output);

/* Whether counting in units changes neither a mass nor the value by more than that. */
bool transport_is_counted(const transport *p, const cl_transport_output *output);

/* What the doubles have found. */
typedef enum transport_start {
    TRANSPORT_NOTHING,
    TRANSPORT_TREE,      /* a tree to start from */
    TRANSPORT_POTENTIALS /* an optimal tree, whose potentials have been written, but not the exact masses */
} transport_start;

/* Solves the problem without any rounding: flows and prices are wide integers. Several times the work of the
 * double method, and reached only where that proves nothing. */
cl_status transport_solve_exactly(
    transport *p, transport_costs costs, transport_start start, double tolerance,
    const cl_transport_output *output);

/* Shifts the potentials to the gauge; false if that drowns them. */
bool transport_center_well(
    const transport *p, transport_costs costs, const cl_transport_output *output);

static inline bool transport_is_row(const transport *p, int32_t node) {
    return (size_t)node < p->rows;
}

/* The ends of the arc between a node and its parent. */
static inline size_t transport_row_of(const transport *p, int32_t node) {
    return (size_t)(transport_is_row(p, node) ? node : p->tree.parent[node]);
}

static inline size_t transport_column_of(const transport *p, int32_t node) {
    return (size_t)(transport_is_row(p, node) ? p->tree.parent[node] : node) - p->rows;
}

#endif
