/* What Swift does not see of threads. */
#ifndef CL_THREAD_H
#define CL_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fills `mask`, a multiple of 8 bytes, with a bit for each processor that a process (or a thread, by its
 * number) may run on. Returns 0, or an error of errno.h: EINVAL if the machine has more than fit into the
 * mask, ENOSYS where the system has no such masks. Swift cannot see sched_getaffinity, a GNU extension. */
int cl_affinity_mask(int32_t process, size_t bytes, void *mask);

/* Leaves the core to its other hardware thread for some tens of cycles. */
static inline void cl_thread_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

/* The flag of cl_fault.stop. */
static inline void cl_set_stop(unsigned char *flag) { __atomic_store_n(flag, 1, __ATOMIC_RELAXED); }
static inline bool cl_is_stopped(const unsigned char *flag) {
    return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

#endif
