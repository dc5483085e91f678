#include "cl_rows.h"

#include "../common/table.h"

CL_TABLE(cl_rows_table, cl_rows_kernels)
