/* Paths: shortest paths in directed graphs, over grids, and through the states of a knapsack. */
#ifndef CL_PATHS_H
#define CL_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

/* Shortest paths from one node to another in a directed graph.
 *
 *     costs at least 0      Dijkstra's algorithm, O((nodes + arcs) log nodes), up to the target
 *     no cycle              nodes in topological order, O(nodes + arcs)
 *     anything else         Bellman-Ford, O(nodes * arcs)
 *
 * Potentials p prove the answer: p[head] <= p[tail] + cost on every arc, with equality along the path,
 * p[source] = 0, and p[target] is the length of the path. They are the distances from the source, but
 * after Dijkstra's algorithm no more than that of the target, and +infinity at nodes out of reach of the
 * other two.
 *
 * Bellman-Ford takes an offer only if it is better by more than what rounding makes of a cycle of length
 * 0: nodes * 2^-51 of the largest distance so far.
 *
 * With costs of both signs doubles may cancel, and hide what decides. The answer in double stands if it
 * proves itself: the length of the path exceeds no other by more than n * 2^-52 of the sum of the
 * magnitudes of a shortest path of n arcs. If it does not, the problem is solved again in exact
 * arithmetic, at 2 to 34 times the numbers of operations, as the magnitudes lie apart; potentials are
 * then the nearest doubles to the exact distances, and infinite beyond the range of double.
 *
 * A cycle that is reported is negative, exactly. Where the distances in double are sound, one whose
 * length is within the rounding of its costs, n * 2^-52 of the sum of the magnitudes of its n arcs, may
 * be taken for one of length 0; not so if the costs lie so far apart that such a rounding of the greatest
 * exceeds the least.
 *
 * Ties: a node keeps the first arc that gives it its distance. Arcs are looked at in the order of their
 * tails and, at one tail, as given; tails come by distance and number, in topological order, or in the
 * order in which they were improved. */

/* The arcs out of node i are slots starts[i] ..< starts[i + 1]. */
typedef struct cl_digraph {
    size_t nodes;
    size_t arcs;
    const int32_t *starts; /* [nodes + 1] */
    const int32_t *tails;  /* [arcs] of slots */
    const int32_t *heads;  /* [arcs] of slots */
} cl_digraph;

/* is_signed: whether a cost is
 * below 0, so that the search may have to be exact, which takes 300 bytes a node. */
size_t cl_shortest_path_workspace_size(size_t nodes, bool is_signed);

/* costs:      [arcs] of slots; +infinity forbids an arc. NaN and -infinity are CL_STATUS_INVALID_COST.
 * workspace:  cl_shortest_path_workspace_size(nodes, is_signed) bytes; contents need not be kept.
 * potentials: [nodes].
 * before:     [nodes], the slot of the last arc of the path to each node, -1 where there is none. Those
 *             of nodes no nearer than the target are unspecified.
 * cycle:      [nodes] slots in the order of travel, and how many: written when the status is
 *             CL_STATUS_NEGATIVE_CYCLE. Only cycles that the source reaches count.
 * fault:      with CL_STATUS_INVALID_COST, column is the first refused slot.
 * If the target is out of reach, that is CL_STATUS_INFEASIBLE. If the length of a shortest path exceeds
 * the largest double, that is CL_STATUS_OUT_OF_RANGE. */
cl_status cl_shortest_path_solve(
    cl_digraph graph, const double *costs, int32_t source, int32_t target, void *workspace,
    double *restrict potentials, int32_t *restrict before, int32_t *restrict cycle,
    size_t *restrict cycle_length, cl_fault *restrict fault);

/* Shortest paths over grids whose cells cost: batches of small ones, or large ones one by one.
 *
 * A path leads from its start to its end over cells that share a side, or a side or corner, and costs
 * the sum over the cells that it visits, both ends included. Costs are at least 0.
 *
 * distance[cell] is the cost of the cheapest path from the start, the cell included, added up in the
 * element type from the start on:
 *
 *     distance[cell] = costs[cell] + min over the neighbors of distance[neighbor]
 *
 * Rounding is monotone, so these equations have one solution in the element type, which every order of
 * relaxation ends in: all variants return the same bits. The value is the sum over the path in double.
 * There is nothing to cancel: no path is cheaper by more than n epsilon of the value, with n the cells of
 * the path and the epsilon of the element type.
 *
 * Ties: seen from the end, the path goes on to the neighbor of least distance, of equal ones to the
 * first of up, left, right, down, up-left, up-right, down-left, down-right. Only where a cell adds
 * nothing to the distance (it costs 0, or so little that it is lost in the sum) it takes the fewest
 * steps over cells of equal distance instead. */

typedef struct cl_grid {
    size_t rows;
    size_t columns;
    bool diagonals; /* 8 neighbors instead of 4 */
} cl_grid;

/* Of any number of problems. */
size_t cl_grid_shortest_path_workspace_size(cl_grid grid);

/* costs:     [count, rows, columns], at least 0; +infinity forbids a cell. NaN and negative costs are
 *            CL_STATUS_INVALID_COST.
 * starts:    [count], the first cell of each path as row * columns + column; ends: [count].
 * workspace: cl_grid_shortest_path_workspace_size(grid) bytes; contents need not be kept.
 * values:    [count].
 * paths:     [count, rows * columns], the cells from the start to the end.
 * lengths:   [count], the cells of each path.
 * distances: [count, rows, columns], +infinity where no path leads, or where it is longer than the largest
 *            number of the element type; or NULL.
 * fault:     see cl_status.h.
 * Without a path the status is CL_STATUS_INFEASIBLE. If each exceeds the largest number of the element
 * type, that is CL_STATUS_OUT_OF_RANGE: floats whose sums do not exceed it in double can be solved there. */
typedef cl_status cl_grid_shortest_path_solve(
    const void *costs, size_t count, cl_grid grid, const int32_t *starts, const int32_t *ends,
    void *workspace, double *restrict values, int32_t *restrict paths, int32_t *restrict lengths,
    void *restrict distances, cl_fault *restrict fault);

cl_grid_shortest_path_solve *cl_grid_shortest_path_solver(
    cl_instruction_set set, cl_element element);

/* Knapsacks: which items to take, each at most once, so that their weights do not exceed a capacity and
 * their costs add up to the least. What is worth taking costs less than 0.
 *
 * That is a shortest path through the states (item, capacity left), from the first item at full capacity on:
 * leaving an item out costs nothing and keeps what is left, taking it costs its cost and its weight. Item by
 * item, in double for either element type,
 *
 *     least[k][w] = min(least[k - 1][w], least[k - 1][w - weight[k]] + cost[k])
 *
 * is the least cost of the first k items within a weight of w (R. Bellman, Dynamic programming, 1957). All
 * variants add the same numbers and return the same bits. Only costs below 0 count, so that nothing cancels:
 * the value is the sum over the items taken in their order, and no choice costs less by more than n 2^-52 of
 * the magnitude of its cost, for n items.
 *
 * Ties: from the last item to the first, one is left out if those before it cost no more without it. So an
 * item is left out where its cost is lost in the sum. */

typedef struct cl_knapsack {
    size_t items;
    size_t capacity;
    const size_t *weights; /* [items] */
} cl_knapsack;

/* Of any number of problems: 8 bytes for each unit of capacity, and a bit for it and each item. */
size_t cl_knapsack_workspace_size(cl_knapsack knapsack);

/* costs:     [count, items]; +infinity forbids an item. NaN and -infinity are CL_STATUS_INVALID_COST.
 * workspace: cl_knapsack_workspace_size(knapsack) bytes; contents need not be kept.
 * values:    [count].
 * is_taken:  [count, items].
 * fault:     see cl_status.h.
 * A value beyond the largest double is CL_STATUS_OUT_OF_RANGE. O(items * capacity) each. */
typedef cl_status cl_knapsack_solve(
    const void *costs, size_t count, cl_knapsack knapsack, void *workspace, double *restrict values,
    bool *restrict is_taken, cl_fault *restrict fault);

cl_knapsack_solve *cl_knapsack_solver(cl_instruction_set set, cl_element element);

#endif
