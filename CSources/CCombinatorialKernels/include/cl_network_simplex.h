/* The network simplex method: optimal transport over a dense cost matrix, and minimum-cost flow on a
 * sparse network.
 *
 * Masses are counted in units of 2^-60 of their total, in 64-bit integers: pivots move them exactly, so
 * that degenerate pivots are recognised as such. The basis is kept strongly feasible: every arc of the
 * tree that carries nothing points towards the root (and every saturated one away from it), which in
 * exact arithmetic excludes cycling. Prices are recomputed from the tree in every pivot, so that their
 * rounding does not add up, and an arc enters only if its reduced cost is below what rounding explains.
 *
 * Transport then asks whether its potentials prove the plan. Where they do not (magnitudes lie far apart,
 * forbidden pairs, a value near 0), or masses are too small for units, it goes on from the tree without any
 * rounding, masses and prices in integers as wide as their magnitudes ask for: the right answer for any
 * costs and masses that are doubles, at several times the work.
 *
 * W. H. Cunningham, Math. Program. 11 (1976), doi:10.1007/BF01580379; R. K. Ahuja, T. L. Magnanti,
 * J. B. Orlin, Network Flows (1993), chapter 11. */
#ifndef CL_NETWORK_SIMPLEX_H
#define CL_NETWORK_SIMPLEX_H

#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

/* Where the costs were refused: an entry of CL_STATUS_INVALID_COST. */
typedef struct cl_transport_fault {
    size_t row;
    size_t column;
} cl_transport_fault;

/* A transport plan and the potentials that prove it. */
typedef struct cl_transport_output {
    double *value;             /* the sum of cost times mass over the plan */
    double *row_potentials;    /* [rows] u */
    double *column_potentials; /* [columns] v */
    int32_t *plan_rows;        /* [rows + columns] row of each entry, ascending, then by column */
    int32_t *plan_columns;     /* [rows + columns] */
    double *plan_masses;       /* [rows + columns] greater than 0 */
    size_t *plan_count;        /* entries; less than rows + columns */
    double *excess;            /* what the plan costs more than the optimum, at most; +infinity where only
                                * the potentials tell. NULL if not wanted */
} cl_transport_output;

/* Bytes of workspace for one problem; 0 if that size would overflow. Any alignment will do. */
size_t cl_transport_workspace_size(size_t rows, size_t columns);

/* Moves supply [rows] to demand [columns] at the least cost.
 *
 * costs:     [rows, columns], consecutive in a row; row_stride counts elements. +infinity forbids a
 *            pair; NaN and -infinity are CL_STATUS_INVALID_COST.
 * supply, demand: finite and at least 0, with finite totals; the caller has checked them, and that the
 *            totals differ by no more than rounding. If they differ at all the demand is scaled to the total
 *            of the supply.
 * tolerance: what rounding may have done to a mass, as a share of it: 2^-52 for double, 2^-23 for float, 0
 *            for masses that are exact. Forbidden pairs may leave (rows + columns) times that, and the share
 *            by which the totals differ, of the mass of each row and column where it is; else
 *            CL_STATUS_INFEASIBLE.
 * output:    every row and column has its mass in the plan up to (rows + columns) 2^-52 of that mass itself
 *            (and entries below 2^-1074 are lost). The plan costs no more than the optimum and
 *            32 (rows + columns) 2^-52 times the magnitude of its terms; *excess bounds that where integers
 *            proved it.
 *            u[i] + v[j] <= costs[i][j] for every pair, up to rounding with equality where the plan has
 *            mass, and supply . u = demand . v: the gauge, up to rounding. Potentials are no greater than
 *            what mass and costs between its parts ask for; where that differs by more than 2^53 within one
 *            part, doubles round it away, and *excess alone is the proof. A pair of total 0 has equal means
 *            of u and v.
 *            Rows or columns may be 0 if the total is 0.
 * fault:     written only when the status is CL_STATUS_INVALID_COST.
 * CL_STATUS_OUT_OF_RANGE: the value, or a potential, exceeds the range of double.
 *
 * Costs are read as float or double; arithmetic is double. Vectors only take minima of sums, equal
 * minima resolve to the lowest column, so every variant returns the same bits. */
#define CL_TRANSPORT_DECLARE(real, suffix)                                                         \
    typedef cl_status cl_transport_solve_##suffix(                                                 \
        const real *costs, size_t rows, size_t columns, size_t row_stride, const double *supply,   \
        const double *demand, double tolerance, void *workspace,                                   \
        const cl_transport_output *output, cl_transport_fault *restrict fault);

CL_TRANSPORT_DECLARE(float, f32)
CL_TRANSPORT_DECLARE(double, f64)

typedef struct cl_transport_kernels {
    cl_transport_solve_f32 *solve_f32;
    cl_transport_solve_f64 *solve_f64;
} cl_transport_kernels;

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_transport_kernels *cl_transport_kernels_for(cl_instruction_set set);

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

/* Bytes of workspace; 0 if that size would overflow. Any alignment will do. Most of it is touched only where
 * doubles do not do. */
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
 * CL_STATUS_OUT_OF_RANGE: the value, or a term of it, or a flow exceeds the largest double. */
cl_status cl_minimum_cost_flow(
    const cl_flow_network *network, double tolerance, void *workspace, double *restrict value,
    double *restrict flows, double *restrict potentials);

#endif
