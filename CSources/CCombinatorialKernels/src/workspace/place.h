/* Laying a workspace out: inside a function with `base`, NULL to measure only, and `used`, the bytes so
 * far, PLACE points a field of `p` at the next array of `count` elements, aligned to 8 bytes. */
#ifndef CL_WORKSPACE_PLACE_H
#define CL_WORKSPACE_PLACE_H

#include <stddef.h>

#define PLACE(field, count, size)                                                                  \
    do {                                                                                           \
        p->field = base ? (void *)(base + used) : NULL;                                            \
        used += ((count) * (size) + 7) / 8 * 8;                                                    \
    } while (0)

#endif
