/* Disjoint sets over int32_t links: a root links to itself. */
#ifndef CL_DISJOINT_SETS_H
#define CL_DISJOINT_SETS_H

#include <stdbool.h>
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

/* Unites the sets of two nodes; false if they are one already. Every node links to one of a larger number,
 * and the walk from both ends relinks the smaller of the two (Rem's algorithm with splicing). */
static inline bool disjoint_unite(int32_t *links, int32_t a, int32_t b) {
    while (links[a] != links[b]) {
        if (links[a] > links[b]) {
            const int32_t other = a;
            a = b;
            b = other;
        }
        const int32_t above = links[a];
        links[a] = links[b];
        if (above == a) return true;
        a = above;
    }
    return false;
}

#endif
