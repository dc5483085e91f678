/* What the variants of the transport kernel share: everything but the reading of costs. */
#ifndef CL_TRANSPORT_H
#define CL_TRANSPORT_H

#include "cl_network_simplex.h"

#include <math.h>
#include <stdbool.h>

#include "network_tree.h"

/* Rows are nodes 0 ..< rows, columns follow; arcs lead from rows to columns, so price[row] = u, and
 * price[column] = -v. The reduced cost of a pair is cost - price[row] + price[column]. A column without
 * demand is no part of the tree and has the price +infinity, so that it never enters: a tree that holds
 * it could not be strongly feasible. */
typedef struct transport {
    size_t rows;
    size_t columns;
    const double *supply;
    const double *demand;
    network_tree tree;
    int64_t *supply_units; /* [rows] */
    int64_t *demand_units; /* [columns] */
    double *keys;          /* [rows] by which rows are sorted at the start */
    int32_t *sorted;       /* [rows] */
    double units;          /* of a mass of 1 */
    int32_t root;          /* a column */
    double forbidden_cost; /* in the place of +infinity: greater than any path of other costs */
} transport;

static inline size_t transport_lay_out(transport *p, void *workspace, size_t rows, size_t columns) {
    network_workspace w = {NULL, 0};
    if (workspace) w = network_workspace_at(workspace);
    p->rows = rows;
    p->columns = columns;
    network_tree_lay_out(&p->tree, &w, rows + columns);
    p->supply_units = network_place(&w, rows, sizeof(int64_t));
    p->demand_units = network_place(&w, columns, sizeof(int64_t));
    p->keys = network_place(&w, rows, sizeof(double));
    p->sorted = network_place(&w, rows, sizeof(int32_t));
    return w.used + NETWORK_ALIGNMENT;
}

/* Counts the masses in units, and chooses a column that is in the tree even if nothing is demanded. */
void transport_count_units(transport *p);

/* Sorts the rows by descending keys, equal ones in order. */
void transport_sort_rows(transport *p);

/* Brings the pair (row, column) into the basis. */
void transport_pivot(transport *p, size_t row, size_t column, double cost);

/* What rounding may add to a reduced cost: a share of the greatest price for each arc of a path. */
double transport_tolerance(const transport *p);

/* Writes to tree.order the nodes whose arcs carry mass, by row, then by column; returns their number. */
size_t transport_plan_nodes(transport *p);

/* Shifts the potentials to the gauge. */
void transport_centre(const transport *p, const cl_transport_output *output);

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
