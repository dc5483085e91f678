/* Disjoint sets over int32_t links: a root links to itself. */
#ifndef CL_DISJOINT_SETS_H
#define CL_DISJOINT_SETS_H

#include <stddef.h>
#include <stdint.h>

/* The root of a set; halves the path to it on the way. */
static inline int32_t disjoint_root(int32_t *links, int32_t node) {
    while (links[node] != node) {
        links[node] = links[links[node]];
        node = links[node];
    }
    return node;
}

#endif
