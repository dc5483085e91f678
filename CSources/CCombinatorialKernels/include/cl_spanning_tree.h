/* Minimum spanning trees of undirected graphs: Kruskal's algorithm on edges in radix order,
 * O(edges * a(nodes)) after a sort of O(edges), or O(edges log edges) where costs agree in their leading
 * bits, a the inverse of Ackermann's function.
 *
 * Edges with equal costs count in the order in which they are given, which makes the tree the only one.
 * Costs are compared, never added: the tree is exact whatever their magnitudes.
 *
 * J. B. Kruskal, Proc. AMS 7 (1956), doi:10.1090/S0002-9939-1956-0078686-7. */
#ifndef CL_SPANNING_TREE_H
#define CL_SPANNING_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "cl_status.h"

/* Bytes of workspace; 0 if that size would overflow. Any alignment will do. */
size_t cl_spanning_tree_workspace_size(size_t nodes, size_t edges);

/* costs:     [edges]; +infinity forbids an edge. NaN and -infinity are CL_STATUS_INVALID_COST.
 * ends:      [edges, 2], the nodes of each edge, 0 ..< nodes; loops are never taken.
 * workspace: cl_spanning_tree_workspace_size(nodes, edges) bytes; contents need not be kept.
 * value:     the sum over the tree, added up in double in the order of `tree`; where that leaves the range
 *            of double on the way, the nearest double to the exact sum.
 * tree:      [nodes - 1] edges in ascending order of cost, then of their number.
 * invalid:   the first refused edge; written only when the status is CL_STATUS_INVALID_COST.
 * A graph that is not connected is CL_STATUS_INFEASIBLE; a value beyond the largest double is
 * CL_STATUS_OUT_OF_RANGE, and the tree is complete. */
cl_status cl_spanning_tree_solve_f32(
    const float *costs, size_t nodes, size_t edges, const int32_t *ends, void *workspace,
    double *restrict value, int32_t *restrict tree, size_t *restrict invalid);

cl_status cl_spanning_tree_solve_f64(
    const double *costs, size_t nodes, size_t edges, const int32_t *ends, void *workspace,
    double *restrict value, int32_t *restrict tree, size_t *restrict invalid);

#endif
