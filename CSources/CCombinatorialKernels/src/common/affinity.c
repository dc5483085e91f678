#define _GNU_SOURCE
#include "cl_thread.h"

#include <errno.h>
#include <string.h>

#if defined(__linux__)
#include <sched.h>
#endif

int cl_affinity_mask(int32_t process, size_t bytes, void *mask) {
    memset(mask, 0, bytes);
#if defined(__linux__)
    return sched_getaffinity(process, bytes, mask) == 0 ? 0 : errno;
#else
    (void)process;
    return ENOSYS;
#endif
}
