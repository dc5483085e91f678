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
 * J. Edmonds, J. Res. NBS 71B (1967), doi:10.6028/jres.071B.032; H. N. Gabow, Z. Galil, T. Spencer,
 * R. E. Tarjan, Combinatorica 6 (1986), doi:10.1007/BF02579168. */
#ifndef CL_ARBORESCENCE_H
#define CL_ARBORESCENCE_H

#include <stddef.h>
#include <stdint.h>

#include "cl_status.h"

/* Bytes of workspace; 0 if that size would overflow. Any alignment will do. */
size_t cl_arborescence_workspace_size(size_t nodes, size_t arcs);

/* costs:     [arcs], any numbers; +infinity forbids an arc. NaN and -infinity are CL_STATUS_INVALID_COST.
 * ends:      [arcs, 2], the tail and the head of each arc, 0 ..< nodes.
 * workspace: cl_arborescence_workspace_size(nodes, arcs) bytes; contents need not be kept.
 * value:     the sum over the arborescence, added up in the order of the nodes.
 * arc_into:  [nodes], the arc into each node; -1 for the root.
 * parents:   [2 * nodes], the set that each set was contracted into, or -1; duals: [2 * nodes].
 * sets:      how many there are.
 * invalid:   the first refused arc; written only when the status is CL_STATUS_INVALID_COST.
 * If the root does not reach every node, that is CL_STATUS_INFEASIBLE. */
cl_status cl_arborescence_solve(
    const double *costs, size_t nodes, size_t arcs, const int32_t *ends, int32_t root,
    void *workspace, double *restrict value, int32_t *restrict arc_into, int32_t *restrict parents,
    double *restrict duals, size_t *restrict sets, size_t *restrict invalid);

#endif
