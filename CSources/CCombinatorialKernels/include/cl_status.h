/* What every kernel returns. 0 is success. */
#ifndef CL_STATUS_H
#define CL_STATUS_H

typedef enum cl_status {
    CL_STATUS_OK = 0,
    CL_STATUS_INVALID_ARGUMENT = 1,  /* a size, stride or pointer the documentation rules out */
    CL_STATUS_INVALID_COST = 2,      /* NaN or -infinity among the costs */
    CL_STATUS_INFEASIBLE = 3,        /* forbidden (+infinity) entries leave no solution */
    CL_STATUS_LABEL_OUT_OF_RANGE = 4, /* a label outside 0 ..< classes */
    CL_STATUS_UNBOUNDED = 5,          /* missing capacities let a flow grow, or a cost fall, without bound */
    CL_STATUS_NEGATIVE_CYCLE = 6,     /* arcs that lead round in a circle at a cost below 0 */
    CL_STATUS_OUT_OF_RANGE = 7,       /* the value lies beyond the range of double, or of its own type */
    CL_STATUS_INEXACT = 8             /* rounding hides which solution is best: another kernel can tell */
} cl_status;

#endif
