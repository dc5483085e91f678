/* A heap of nodes by keys of type HEAP_KEY that lie elsewhere and may sink; a unit includes it once. Four
 * children a node: shallower than with two, and children share a cache line. Nodes with equal keys leave in
 * ascending order. */
#ifndef CL_HEAP_H
#define CL_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct heap {
    int32_t *items; /* nodes in heap order */
    int32_t *place; /* of each node in items; -1 outside */
    const HEAP_KEY *keys;
    size_t stride; /* keys[node * stride] */
    size_t count;
} heap;

static inline bool heap_precedes(const heap *h, int32_t a, int32_t b) {
    const HEAP_KEY first = h->keys[(size_t)a * h->stride], second = h->keys[(size_t)b * h->stride];
    return first < second || (first == second && a < b);
}

static inline void heap_put(heap *h, size_t at, int32_t node) {
    h->items[at] = node;
    h->place[node] = (int32_t)at;
}

/* Inserts a node, or moves it up after its key has sunk. */
static inline void heap_insert(heap *h, int32_t node) {
    size_t at = h->place[node] < 0 ? h->count++ : (size_t)h->place[node];
    while (at > 0) {
        const size_t parent = (at - 1) / 4;
        if (!heap_precedes(h, node, h->items[parent])) break;
        heap_put(h, at, h->items[parent]);
        at = parent;
    }
    heap_put(h, at, node);
}

/* Takes out a node of least key; there is one. */
static inline int32_t heap_take(heap *h) {
    const int32_t least = h->items[0];
    h->place[least] = -1;
    const int32_t last = h->items[--h->count];
    if (h->count == 0) return least;
    size_t at = 0;
    for (size_t child = 1; child < h->count; child = 4 * at + 1) {
        const size_t end = child + 4 < h->count ? child + 4 : h->count;
        size_t best = child;
        for (size_t k = child + 1; k < end; k++)
            if (heap_precedes(h, h->items[k], h->items[best])) best = k;
        if (!heap_precedes(h, h->items[best], last)) break;
        heap_put(h, at, h->items[best]);
        at = best;
    }
    heap_put(h, at, last);
    return least;
}

#endif
