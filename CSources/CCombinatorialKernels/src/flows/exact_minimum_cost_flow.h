/* The network simplex without any rounding, for masses or costs so far apart that doubles, or 64 bits, lose some
 * of them. */
#ifndef CL_EXACT_MINIMUM_COST_FLOW_H
#define CL_EXACT_MINIMUM_COST_FLOW_H

#include "cl_flows.h"

#include "../common/fault.h"

/* Bytes of workspace; 0 if that size would overflow. */
__attribute__((visibility("hidden"))) size_t cl_exact_minimum_cost_flow_workspace_size(
    size_t nodes, size_t arcs);

/* As cl_minimum_cost_flow. Flows are the nearest doubles to those of an exactly optimal basis. */
__attribute__((visibility("hidden"))) cl_status cl_exact_minimum_cost_flow(
    const cl_flow_network *network, double tolerance, void *workspace, double *value, double *flows,
    double *potentials, stop_point *stop);

#endif
