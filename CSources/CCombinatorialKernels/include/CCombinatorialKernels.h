/* Combinatorial kernels: the whole public C interface. */
#ifndef CL_COMBINATORIAL_KERNELS_H
#define CL_COMBINATORIAL_KERNELS_H

#include "cl_alignment.h"
#include "cl_arborescence.h"
#include "cl_assignment.h"
#include "cl_bottleneck_assignment.h"
#include "cl_chain.h"
#include "cl_grid_path.h"
#include "cl_instruction_set.h"
#include "cl_maximum_flow.h"
#include "cl_network_simplex.h"
#include "cl_ranked_assignment.h"
#include "cl_recurrent.h"
#include "cl_rows.h"
#include "cl_semi_assignment.h"
#include "cl_shortest_path.h"
#include "cl_sinkhorn.h"
#include "cl_spanning_tree.h"
#include "cl_sparse_assignment.h"
#include "cl_status.h"
#include "cl_sum.h"
#include "cl_thread.h"
#include "cl_winograd.h"

#endif
