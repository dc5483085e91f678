/* The memory of one problem, cut from the caller's workspace, and its masses in units. */
#ifndef CL_NETWORK_WORKSPACE_H
#define CL_NETWORK_WORKSPACE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define NETWORK_ALIGNMENT ((size_t)64)

/* Costs of a greater magnitude are refused: sums along a path stay finite. */
#define NETWORK_GREATEST_COST 1e280

typedef struct network_workspace {
    char *base; /* NULL to measure only */
    size_t used;
} network_workspace;

static inline network_workspace network_workspace_at(void *workspace) {
    const size_t past = (uintptr_t)workspace % NETWORK_ALIGNMENT;
    return (network_workspace){(char *)workspace + (past ? NETWORK_ALIGNMENT - past : 0), 0};
}

static inline void *network_place(network_workspace *w, size_t count, size_t size) {
    void *at = w->base ? w->base + w->used : NULL;
    w->used += (count * size + NETWORK_ALIGNMENT - 1) / NETWORK_ALIGNMENT * NETWORK_ALIGNMENT;
    return at;
}

/* Units of a mass of 1, a power of two: a total comes to 2^59 ..< 2^60 units, or to fewer if it is
 * below 2^-960. */
static inline double network_units(double total) {
    int exponent = 0;
    if (total > 0) frexp(total, &exponent);
    return ldexp(1, 60 - (exponent > -960 ? exponent : -960));
}

#endif
