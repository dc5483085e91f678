#include "cl_network.h"

#include "../common/table.h"

CL_TABLE_OF_FLOATS(cl_recurrent_table, cl_recurrent_kernels)
