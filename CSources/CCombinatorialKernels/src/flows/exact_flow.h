/* Maximum flows without any rounding, for capacities so far apart that sums of doubles lose some of them. */
#ifndef CL_EXACT_FLOW_H
#define CL_EXACT_FLOW_H

#include <stdbool.h>

#include "cl_flows.h"

#include "../common/fault.h"

/* Bytes of workspace, of any alignment; 0 if the size would overflow. */
__attribute__((visibility("hidden"))) size_t cl_exact_flow_workspace_size(size_t nodes, size_t arcs);

/* Where the caller puts the capacities: [arcs], at least 0, or +infinity. */
__attribute__((visibility("hidden"))) double *
cl_exact_flow_capacities(size_t nodes, size_t arcs, char *workspace);

/* Solves what cl_exact_flow_capacities holds; false if infinite arcs join source and sink.
 * value:       the capacity of the cut, added up in the order of the arcs.
 * source_side: [nodes]; of all minimum cuts that with the most nodes on the source's side, exactly.
 * flow:        [arcs], each the nearest double to that of an exact maximum flow that puts no more than twice the
 *              value on an arc. NULL if not wanted, unspecified if the value is infinite. */
__attribute__((visibility("hidden"))) bool cl_exact_flow_solve(
    const cl_flow_graph *graph, char *workspace, double *value, uint8_t *source_side, double *flow,
    stop_point *stop);

#endif
