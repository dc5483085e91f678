/* Trees: spanning trees and arborescences. */
#ifndef CL_TREES_H
#define CL_TREES_H

#include <stddef.h>
#include <stdint.h>

#include "cl_status.h"

/* Minimum spanning trees of undirected graphs: Kruskal's algorithm on edges in radix order,
 * O(edges * a(nodes)) after a sort of O(edges), or O(edges log edges) where costs agree in their leading
 * bits, a the inverse of Ackermann's function.
 *
 * Edges with equal costs count in the order in which they are given, which makes the tree the only one.
 * Costs are compared, never added: the tree is exact whatever their magnitudes.
 *
 * J. B. Kruskal, Proc. AMS 7 (1956), doi:10.1090/S0002-9939-1956-0078686-7. */

size_t cl_spanning_tree_workspace_size(size_t nodes, size_t edges);

/* costs:     [edges]; +infinity forbids an edge. NaN and -infinity are CL_STATUS_INVALID_COST.
 * ends:      [edges, 2], the nodes of each edge, 0 ..< nodes; loops are never taken.
 * workspace: cl_spanning_tree_workspace_size(nodes, edges) bytes; contents need not be kept.
 * value:     the sum over the tree, added up in double in the order of `tree`; where that leaves the range
 *            of double on the way, the nearest double to the exact sum.
 * tree:      [nodes - 1] edges in ascending order of cost, then of their number.
 * fault:     with CL_STATUS_INVALID_COST, column is the first refused edge.
 * A graph that is not connected is CL_STATUS_INFEASIBLE; a value beyond the largest double is
 * CL_STATUS_OUT_OF_RANGE, and the tree is complete. */
cl_status cl_spanning_tree_solve(
    cl_element element, const void *costs, size_t nodes, size_t edges, const int32_t *ends,
    void *workspace, double *restrict value, int32_t *restrict tree, cl_fault *restrict fault);

/* Minimum spanning arborescences: the cheapest arcs by which a root reaches every node, each by one arc
 * into it. Cycles of cheapest arcs are contracted into sets (Edmonds), arcs into a set lie in a mergeable
 * heap, and a search path finds the cycles (Gabow et al.): O(arcs log nodes).
 *
 * The sets prove the answer. Sets 0 ..< nodes are the nodes, the others are contracted cycles, and each
 * has a dual: that of a contracted one is at least 0. An arc costs at least the sum of the duals of the
 * sets that it enters, exactly that if it is in the arborescence, and the value is the sum of all duals.
 *
 * Ties: each set takes the cheapest arc into it, of equal ones the first that is given; the search
 * starts at the nodes in ascending order.
 *
 * Costs less duals may cancel, and hide what decides. If the duals of the contracted sets are so large
 * beside the costs that no arborescence can be shown to cost less by at most nodes * 2^-52 of the sum of
 * its magnitudes, or leave the range of double, the problem is solved again in exact arithmetic, in
 * O(nodes * arcs) sums of 2 to 34 words, as the magnitudes lie apart; duals are then the nearest doubles
 * to the exact ones, infinite beyond the range of double.
 *
 * J. Edmonds, J. Res. NBS 71B (1967), doi:10.6028/jres.071B.032; H. N. Gabow, Z. Galil, T. Spencer,
 * R. E. Tarjan, Combinatorica 6 (1986), doi:10.1007/BF02579168. */

size_t cl_spanning_arborescence_workspace_size(size_t nodes, size_t arcs);

/* costs:     [arcs], any numbers; +infinity forbids an arc. NaN and -infinity are CL_STATUS_INVALID_COST.
 * ends:      [arcs, 2], the tail and the head of each arc, 0 ..< nodes.
 * workspace: cl_spanning_arborescence_workspace_size(nodes, arcs) bytes; contents need not be kept.
 * value:     the sum over the arborescence, added up in the order of the nodes as cl_sum does.
 * arc_into:  [nodes], the arc into each node; -1 for the root.
 * parents:   [2 * nodes], the set that each set was contracted into, or -1; duals: [2 * nodes].
 * sets:      how many there are.
 * fault:     with CL_STATUS_INVALID_COST, column is the first refused arc.
 * If the root does not reach every node, that is CL_STATUS_INFEASIBLE. A value beyond the largest double
 * is CL_STATUS_OUT_OF_RANGE, and the arborescence is complete. */
cl_status cl_spanning_arborescence_solve(
    const double *costs, size_t nodes, size_t arcs, const int32_t *ends, int32_t root,
    void *workspace, double *restrict value, int32_t *restrict arc_into, int32_t *restrict parents,
    double *restrict duals, size_t *restrict sets, cl_fault *restrict fault);

/* What an arborescence costs more than the duals of a family of sets prove, in exact arithmetic and rounded
 * once: no other costs less by more. The duals are the greatest that the family allows, from the inside
 * outwards, and need not be representable; a negative one of a contracted set, which rounding can leave,
 * counts as often as an arborescence may enter the set. +infinity if no arc enters a set.
 * Arguments as above; costs are valid. */
double cl_spanning_arborescence_gap(
    const double *costs, size_t nodes, size_t arcs, const int32_t *ends, int32_t root, void *workspace,
    const int32_t *arc_into, const int32_t *parents, size_t sets);

#endif
