/* Laying a workspace out: inside a function with `base`, NULL to measure only, and `used`, the bytes so
 * far, PLACE points a field of `p` at the next array of `count` elements, aligned to 8 bytes. */
#ifndef CL_ARENA_H
#define CL_ARENA_H

#include <stddef.h>
#include <stdint.h>

#define PLACE(field, count, size)                                                                  \
    do {                                                                                           \
        p->field = base ? (void *)(base + used) : NULL;                                            \
        used += ((count) * (size) + 7) / 8 * 8;                                                    \
    } while (0)

/* The first address of a workspace that is a multiple of 8: at most 7 bytes are lost. */
static inline void *aligned_workspace(void *workspace) {
    return (void *)(((uintptr_t)workspace + 7) / 8 * 8);
}

#endif
