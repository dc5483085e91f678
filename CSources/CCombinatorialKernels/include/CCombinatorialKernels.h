/* Combinatorial kernels: the whole public C interface. */
#ifndef CL_COMBINATORIAL_KERNELS_H
#define CL_COMBINATORIAL_KERNELS_H

#include "cl_alignment.h"
#include "cl_chains.h"
#include "cl_flows.h"
#include "cl_instruction_set.h"
#include "cl_matching.h"
#include "cl_network.h"
#include "cl_paths.h"
#include "cl_rows.h"
#include "cl_status.h"
#include "cl_sum.h"
#include "cl_thread.h"
#include "cl_transport.h"
#include "cl_trees.h"

#endif
