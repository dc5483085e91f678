/* How a kernel ends before its answer: it refuses an item, or its caller stops it.
 *
 * A kernel owns nothing, neither memory nor a lock, so that it may be left from anywhere at once. Its exported
 * function is CL_STOPPABLE around what solves; deep inside, whatever runs long asks leave_if_stopped in each round
 * of its outer loop, which costs a load and never returns if the answer is yes. Nothing in between has to know. */
#ifndef CL_FAULT_H
#define CL_FAULT_H

#include <setjmp.h>
#include <stddef.h>

#include "cl_status.h"

/* Tests read it in another way, to stop at any given round. */
#ifndef CL_READ_STOP
#define CL_READ_STOP(flag) __atomic_load_n((flag), __ATOMIC_RELAXED)
#endif

/* How many steps of a few instructions are a round. */
#ifndef CL_STEPS_OF_ROUND /* tests have fewer */
#define CL_STEPS_OF_ROUND ((size_t)1 << 16)
#endif

/* Of one call that can be stopped; NULL of one that cannot. */
typedef struct stop_point {
    const unsigned char *flag;
    jmp_buf exit;
} stop_point;

/* Another kernel that was called with the flag has been stopped. */
static inline _Noreturn void leave_stopped(stop_point *stop) { longjmp(stop->exit, 1); }

static inline __attribute__((always_inline)) void leave_if_stopped(stop_point *stop) {
    if (__builtin_expect(stop != NULL, 0) && CL_READ_STOP(stop->flag) != 0) leave_stopped(stop);
}

/* The body of an exported function: `call` solves, and hands on `stop`. It should not be inlined, as the compiler is
 * more careful in a function with setjmp. */
#define CL_STOPPABLE(fault, call)                                                                  \
    stop_point point, *stop = NULL;                                                                \
    if ((fault) != NULL && (fault)->stop != NULL) {                                                \
        point.flag = (fault)->stop;                                                                \
        stop = &point;                                                                             \
        if (setjmp(point.exit) != 0) return CL_STATUS_STOPPED;                                     \
        leave_if_stopped(stop);                                                                    \
    }                                                                                              \
    return call
#define CL_SOLVES __attribute__((noinline)) static

/* Names what is refused. */
static inline void refuse(cl_fault *fault, size_t item, size_t row, size_t column) {
    fault->item = item;
    fault->row = row;
    fault->column = column;
}

#endif
