#ifndef CL_ROWS_H
#define CL_ROWS_H
#endif
