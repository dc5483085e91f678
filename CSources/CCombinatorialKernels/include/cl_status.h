/* What every kernel returns and names, and how its memory is counted.
 *
 * Memory is the caller's. Each kernel has a size function of its workspace, in bytes: 0 if that size would
 * overflow, which the kernel itself answers with CL_STATUS_INVALID_ARGUMENT. A workspace may have any
 * alignment, and its contents need not be kept.
 *
 * What is compiled for every instruction set is found by a lookup, cl_…_solver(set, element) or, for
 * several functions, cl_…_table; it returns NULL if this build does not contain the set. What is compiled
 * once is a function; if it takes both element types, its first argument says which. */
#ifndef CL_STATUS_H
#define CL_STATUS_H

#include <stddef.h>

/* 0 is success. */
typedef enum cl_status {
    CL_STATUS_OK = 0,
    CL_STATUS_INVALID_ARGUMENT = 1,  /* a size, stride or pointer the documentation rules out */
    CL_STATUS_INVALID_COST = 2,      /* NaN or -infinity among the costs */
    CL_STATUS_INFEASIBLE = 3,        /* forbidden (+infinity) entries leave no solution */
    CL_STATUS_LABEL_OUT_OF_RANGE = 4, /* a label outside 0 ..< classes */
    CL_STATUS_UNBOUNDED = 5,          /* missing capacities let a flow grow, or a cost fall, without bound */
    CL_STATUS_NEGATIVE_CYCLE = 6,     /* arcs that lead round in a circle at a cost below 0 */
    CL_STATUS_OUT_OF_RANGE = 7,       /* the value lies beyond the range of its type */
    CL_STATUS_INEXACT = 8,            /* rounding hides which solution is best: another kernel can tell */
    CL_STATUS_STOPPED = 9             /* the caller set the flag of cl_fault.stop */
} cl_status;

/* The type of costs behind `const void *`, and of what is computed in it. */
typedef enum cl_element { CL_FLOAT32 = 0, CL_FLOAT64 = 1 } cl_element;

/* What was refused, written only by a kernel that refuses; and how to stop one.
 *
 * item:        of a batch the first problem that is refused, whatever the status: those before it are
 *              solved. 0 from kernels of one problem, which write with CL_STATUS_INVALID_COST alone.
 * row, column: with CL_STATUS_INVALID_COST the first cost that is none; unspecified otherwise. In a list
 *              (arcs, edges, entries, labels) row is 0 and column the index.
 * stop:        the caller's, never written: NULL, or a flag that any thread may set to 1 by an atomic store, for
 *              the kernel to end. It returns CL_STATUS_STOPPED within milliseconds, at once if the flag was set
 *              before; what outputs then hold is unspecified, the workspace is good for the next call. An answer
 *              that it has already may still be returned. The flag stays set until the kernel has returned. */
typedef struct cl_fault {
    size_t item;
    size_t row;
    size_t column;
    const unsigned char *stop;
} cl_fault;

#endif
