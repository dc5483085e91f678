/* Flows: maximum flow, cuts of grids, minimum-cost flow. */
#ifndef CL_FLOWS_H
#define CL_FLOWS_H

#include <stddef.h>
#include <stdint.h>

#include "cl_status.h"

/* Maximum flow and minimum cut, of directed graphs and of grids whose arcs are implicit.
 *
 * Preflows are pushed from the source towards the sink, along arcs that lower the distance label.
 *
 * Graphs: flow is pushed along arcs from the source, or against them from the sink, where less seems to get through.
 * Of the nodes with an excess one with the highest label is next. All labels are made exact again when relabeling has
 * taken twice as long as that does, or when only nodes have an excess that rose by leaps, as they do when they are cut
 * off from the other end. What has not arrived there in the end is pushed back, or left out by a
 * search along the flow.
 *
 * Grids: neighbors exchange what one has and the other lacks. Then a breadth-first search labels all cells, a sweep
 * from the farthest to the nearest empties those that are active, to the level below and, where they rise by one step,
 * to their own, and so on in turn. What stays in a cell has a higher label after the next search, for all arcs to the
 * level below it are saturated, and pushes only open arcs to the level above. What cannot reach the sink then flows
 * back to the source the same way.
 *
 *   A. V. Goldberg, R. E. Tarjan: A new approach to the maximum-flow problem, Journal of the ACM 35
 *   (1988), doi:10.1145/48014.61051.
 *   B. V. Cherkassky, A. V. Goldberg: On implementing the push-relabel method for the maximum flow
 *   problem, Algorithmica 19 (1997), doi:10.1007/PL00009180: highest labels, labels made exact, gaps, two phases.
 *   R. E. Tarjan: A simple version of Karzanov's blocking flow algorithm, Operations Research Letters 2
 *   (1984), doi:10.1016/0167-6377(84)90076-2: nodes in the order of their distance.
 *
 * The number of steps is O(nodes^2 arcs), of grids O(nodes^3), whatever the capacities are: a push either saturates
 * its arc, which then has a residual capacity of exactly 0, or empties its node. No tolerance decides anything.
 *
 * Rounding: doubles are pushed, and what comes out is checked. A node loses at most 2^-28 of what passes
 * through it, all nodes together at most (nodes + arcs) 2^-51 of the value, and the cut exceeds the least
 * one by no more than that. Where capacities lie so far apart that this does not hold, or their sums the
 * largest double, the same is done again without rounding, on windows of the bits of the capacities (H. N. Gabow,
 * Scaling algorithms for network problems, J. Comput. Syst. Sci. 31 (1985),
 * doi:10.1016/0022-0000(85)90039-X): then every flow is the nearest double to that of an exact one. In sums
 * of grids a cost counts by its magnitude, that of a cell also where it is less than 0.
 *
 * The cut: of all minimum cuts that with the most nodes on the source's side. The sink's side is what
 * can still reach the sink, the same for every maximum flow. With capacities whose sums are exact in
 * double (integers below 2^53, say) this depends on them alone; otherwise cuts that rounding cannot tell
 * apart count as equal: of their terms, and in a grid of the difference of a cell's costs where both have one sign.
 *
 * +infinity is a capacity that no finite cut may contain. The largest double is a capacity like any other. */

/* A directed graph: arc a leads from tails[a] to heads[a], all in 0 ..< nodes. Parallel, antiparallel
 * arcs and loops are allowed. source != sink. */
typedef struct cl_flow_graph {
    const int32_t *tails;
    const int32_t *heads;
    size_t nodes;
    size_t arcs;
    int32_t source;
    int32_t sink;
} cl_flow_graph;

size_t cl_maximum_flow_workspace_size(size_t nodes, size_t arcs);

/* capacities:  [arcs], each at least 0, or +infinity. The first that is not: CL_STATUS_INVALID_COST, with
 *              its index as the column of the fault.
 * workspace:   cl_maximum_flow_workspace_size(nodes, arcs) bytes; contents need not be kept.
 * value:       the capacity of the cut, added up in the order of the arcs.
 * source_side: [nodes], 1 on the source's side of the cut and 0 on the sink's.
 * flow:        [arcs], 0 ... capacity; NULL if not wanted. Which of the maximum flows it is depends on the graph and
 *              the capacities alone, but is not promised from version to version, nor that none of it runs in circles.
 * CL_STATUS_UNBOUNDED: a path of +infinite arcs joins source and sink.
 * CL_STATUS_OUT_OF_RANGE: the value exceeds the largest double.
 * On any status but CL_STATUS_OK the outputs are unspecified. */
cl_status cl_maximum_flow_solve(
    cl_element element, const cl_flow_graph *graph, const void *capacities, void *workspace,
    double *restrict value, uint8_t *restrict source_side, double *restrict flow,
    cl_fault *restrict fault);

/* Channels of the costs of a grid. The arcs out of a cell to its neighbors follow: right, down, left,
 * up, and with eight neighbors down-right, down-left, up-left, up-right. */
enum { CL_GRID_CUT_SOURCE = 0, CL_GRID_CUT_SINK = 1, CL_GRID_CUT_ARCS = 2 };

/* A grid of cells, each with 4 or 8 neighbors. */
typedef struct cl_grid_cut_shape {
    size_t rows;
    size_t columns;
    size_t neighbors;
} cl_grid_cut_shape;

/* 0 also if there are neither 4 nor 8 neighbors, or more than 2^30 arcs, those from the source and to the
 * sink among them. Most of it is touched only where doubles do not do. */
size_t cl_grid_cut_workspace_size(cl_grid_cut_shape shape);

/* costs:       [2 + neighbors, rows, columns]. The source's channel is what a cell costs on the sink's
 *              side, the sink's channel what it costs on the source's side: any numbers, or +infinity.
 *              Arcs: at least 0, or +infinity; those that lead out of the grid are never read. The
 *              first in memory that is not: CL_STATUS_INVALID_COST, and the row of the fault counts
 *              through the channels, channel * rows + row.
 * workspace:   cl_grid_cut_workspace_size(shape) bytes; contents need not be kept.
 * value:       the sum of the costs in the cut: those of the cells, then those of the arcs row by row.
 * source_side: [rows, columns], 1 on the source's side of the cut and 0 on the sink's.
 * flow:        [2 + neighbors, rows, columns], 0 where arcs lead out of the grid; NULL if not wanted. It
 *              is the flow after the smaller of a cell's source and sink has been taken from both.
 * CL_STATUS_UNBOUNDED: every cut contains a cost of +infinity.
 * CL_STATUS_OUT_OF_RANGE: the value, or a flow if wanted, exceeds the largest double.
 * On any status but CL_STATUS_OK the outputs are unspecified. */
cl_status cl_grid_cut_solve(
    cl_element element, const void *costs, cl_grid_cut_shape shape, void *workspace,
    double *restrict value, uint8_t *restrict source_side, double *restrict flow,
    cl_fault *restrict fault);

/* Minimum-cost flow on a sparse network, by the network simplex method: see cl_transport.h. */

/* A directed network. The caller has checked that sources and targets are 0 ..< nodes, that costs are
 * finite and at most 1e280 in magnitude, capacities at least 0 (+infinity: none) and supplies finite,
 * with a sum that differs from 0 by no more than rounding. */
typedef struct cl_flow_network {
    size_t nodes;
    size_t arcs;
    const int32_t *sources;   /* [arcs] */
    const int32_t *targets;   /* [arcs] */
    const double *costs;      /* [arcs] of a unit of flow */
    const double *capacities; /* [arcs] */
    const double *supplies;   /* [nodes] what leaves the node less what enters it */
} cl_flow_network;

/* Most of it is touched only where doubles do not do. */
size_t cl_minimum_cost_flow_workspace_size(size_t nodes, size_t arcs);

/* The flow of least cost that meets every supply.
 *
 * Rounding: units and rounded prices are tried first, and what comes out is checked. Where units are too coarse for a
 * supply or a capacity, where prices do not prove the flow to (nodes + arcs) 2^-50 of the magnitudes in its value,
 * or where it delivers less than everything, the same is done again in integers of as many words as the numbers
 * need, without any rounding: then every flow is the nearest double to that of an exactly optimal one. No
 * magnitudes of supplies or capacities are too far apart.
 *
 * tolerance:  share of what a node has to do with, its supply and the flows that pass through it, that may stay
 *             there before the problem counts as CL_STATUS_INFEASIBLE; and of the supplies of a connected part of
 *             the network by which they may miss the sum 0. What stays, or is missing, is not in the flow.
 * value:      the sum of cost times flow.
 * flows:      [arcs], between 0 and the capacity.
 * potentials: [nodes] y: the reduced cost r = cost - y[source] + y[target] of an arc is at least 0
 *             where it has no flow, at most 0 where it is full, 0 between, up to rounding.
 * CL_STATUS_UNBOUNDED: a cycle of negative cost without a capacity.
 * fault:      only its `stop` is used.
 * CL_STATUS_OUT_OF_RANGE: the value, or a term of it, or a flow exceeds the largest double. */
cl_status cl_minimum_cost_flow_solve(
    const cl_flow_network *network, double tolerance, void *workspace, double *restrict value,
    double *restrict flows, double *restrict potentials, const cl_fault *fault);

#endif
