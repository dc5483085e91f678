/* For loops that wait for another thread. */
#ifndef CL_THREAD_H
#define CL_THREAD_H

/* Leaves the core to its other hardware thread for some tens of cycles. */
static inline void cl_thread_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

#endif
