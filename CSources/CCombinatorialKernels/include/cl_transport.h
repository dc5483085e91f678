/* Transport: the exact plan, and the entropic one. */
#ifndef CL_TRANSPORT_H
#define CL_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

/* The network simplex method: optimal transport over a dense cost matrix, and minimum-cost flow on a
 * sparse network.
 *
 * Masses are counted in units of 2^-60 of their total, in 64-bit integers: pivots move them exactly, so
 * that degenerate pivots are recognized as such. The basis is kept strongly feasible: every arc of the
 * tree that carries nothing points towards the root (and every saturated one away from it), which in
 * exact arithmetic excludes cycling. Prices are recomputed from the tree, in every pivot or, where they are
 * shifted, before every look at all pairs, so that their rounding does not add up; an arc enters only if its
 * reduced cost is below what rounding explains.
 *
 * Transport then asks whether its potentials prove the plan. Where they do not (magnitudes lie far apart,
 * forbidden pairs, a value near 0), or masses are too small for units, it goes on from the tree without any
 * rounding, masses and prices in integers as wide as their magnitudes ask for: the right answer for any
 * costs and masses that are doubles, at several times the work.
 *
 * W. H. Cunningham, Math. Program. 11 (1976), doi:10.1007/BF01580379; R. K. Ahuja, T. L. Magnanti,
 * J. B. Orlin, Network Flows (1993), chapter 11. */

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

/* An answer to a problem of the same size with costs and masses that are not much different, to start from: its plan is
 * kept as far as the masses allow, and pairs for the rest are chosen by its potentials. Any entries inside the matrix, and
 * any potentials, lead to an optimum; which of tied ones may depend on them. */
typedef struct cl_transport_known {
    const double *column_potentials; /* [columns] */
    const int32_t *plan_rows;        /* [plan_count] */
    const int32_t *plan_columns;     /* [plan_count] */
    size_t plan_count;
} cl_transport_known;

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
 * known:     NULL: from scratch.
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
 * CL_STATUS_OUT_OF_RANGE: the value, or a potential, exceeds the range of double.
 *
 * Costs are read as float or double; arithmetic is double. Vectors only take minima of sums, equal
 * minima resolve to the lowest column, so every variant returns the same bits. */
typedef cl_status cl_transport_solve(
    const void *costs, size_t rows, size_t columns, size_t row_stride, const double *supply,
    const double *demand, double tolerance, const cl_transport_known *known, void *workspace,
    const cl_transport_output *output, cl_fault *restrict fault);

cl_transport_solve *cl_transport_solver(cl_instruction_set set, cl_element element);

/* Costs that are distances of points. */
typedef enum cl_metric {
    CL_METRIC_SQUARED_EUCLIDEAN = 0, /* sum_k (x[k] - y[k])^2 */
    CL_METRIC_EUCLIDEAN = 1,         /* its square root */
    CL_METRIC_MANHATTAN = 2          /* sum_k |x[k] - y[k]| */
} cl_metric;

typedef struct cl_points {
    const double *sources; /* [rows, dimensions] */
    const double *targets; /* [columns, dimensions] */
    size_t dimensions;
    cl_metric metric;
} cl_points;

size_t cl_transport_points_workspace_size(size_t rows, size_t columns, size_t dimensions);

/* The same as cl_transport_solve for the matrix of all distances in double, to the bit, but that no matrix is
 * stored: a row is computed whenever it is looked at. The workspace holds the coordinates of the targets and one
 * row beside what a solve needs. A distance that is NaN, or greater than any double, is CL_STATUS_INVALID_COST. */
typedef cl_status cl_transport_points_solve(
    const cl_points *points, size_t rows, size_t columns, const double *supply, const double *demand,
    double tolerance, const cl_transport_known *known, void *workspace, const cl_transport_output *output,
    cl_fault *restrict fault);

cl_transport_points_solve *cl_transport_points_solver(cl_instruction_set set);

/* The distance of a source and a target, with the bits that the solver sees: sums in the order of the coordinates. */
double cl_points_distance(const cl_points *points, size_t source, size_t target);

/* Rows of the entropic transport problem: log-sum-exps and exponentials of scale * (shift - cost).
 *
 * M. Cuturi, NIPS 2013, arXiv:1306.0895; in the log domain: J. Feydy, Geometric data analysis beyond
 * convolutions (2020), chapter 3. */

size_t cl_sinkhorn_workspace_size(size_t columns);

/* costs:     [rows, columns], consecutive in a row; +infinity is a pair without mass. A row that holds NaN
 *            or -infinity has the result NaN.
 * shifts:    [columns], -infinity or finite. scale: above 0.
 * workspace: cl_sinkhorn_workspace_size(columns) bytes. */
typedef struct cl_sinkhorn_kernels {
    /* log_sums[i] = log sum_j exp(scale * (shifts[j] - costs[i][j])), in double. */
    void (*log_sums)(
        const void *costs, size_t rows, size_t columns, size_t row_stride, const double *shifts,
        double scale, void *workspace, double *restrict log_sums);
    /* masses[j] = exp(scale * (shift + shifts[j] - costs[j])) of one row, which must be 1 at most times the
     * exponential of 1. */
    void (*masses)(
        const void *costs, size_t columns, const double *shifts, double shift, double scale,
        void *workspace, double *restrict masses);
} cl_sinkhorn_kernels;

const cl_sinkhorn_kernels *cl_sinkhorn_table(cl_instruction_set set, cl_element element);

#endif
