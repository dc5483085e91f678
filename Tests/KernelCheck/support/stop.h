/* Calls of kernels that are stopped on the way. */
#ifndef STOP_H
#define STOP_H

#include "check.h"

/* What a kernel gets for its fault: unwritten but for the flag, by which RUN stops it. */
cl_fault *new_fault(void);
/* Whether nothing has been written, and the flag is what it was. */
bool is_unwritten_fault(const cl_fault *fault);
bool is_same_fault(const cl_fault *a, const cl_fault *b);

/* Stops the calls that follow when they ask for the flag so many times; SIZE_MAX: never. */
void stop_in_round(size_t round);
/* How often the kernel has asked since. */
size_t rounds_asked(void);
/* A round to stop in, which the choices made so far decide, without another one. */
size_t round_to_stop_in(void);

/* The status of a kernel's call; before it the same call is stopped at once, and in some later round. Neither may
 * touch anything but its arrays, which the answer is then written to. */
#define RUN(...)                                                                                   \
    ({                                                                                             \
        stop_in_round(0);                                                                          \
        EXPECT((__VA_ARGS__) == CL_STATUS_STOPPED && rounds_asked() == 1, "not stopped at once");  \
        const size_t round = round_to_stop_in();                                                   \
        stop_in_round(round);                                                                      \
        const cl_status status_on_the_way = (__VA_ARGS__);                                         \
        EXPECT((status_on_the_way == CL_STATUS_STOPPED) == (rounds_asked() > round),               \
            "status %d of a call to be stopped in round %zu of %zu", status_on_the_way, round, rounds_asked()); \
        stop_in_round(SIZE_MAX);                                                                   \
        (__VA_ARGS__);                                                                             \
    })

#endif
