/* A heap of columns by their distance, with four children a node: shallower than with two, and the
 * children share a cache line. Ties resolve to the lower column. */
#ifndef CL_COLUMN_HEAP_H
#define CL_COLUMN_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct column_heap {
    const double *distance; /* [columns], the keys; they fall only through column_heap_raise */
    int32_t *columns;       /* [columns], the heap */
    int32_t *place;         /* [columns] where a column is in the heap; -1: nowhere */
    size_t count;
} column_heap;

static inline bool column_heap_precedes(const column_heap *h, int32_t a, int32_t b) {
    return h->distance[a] < h->distance[b] || (h->distance[a] == h->distance[b] && a < b);
}

static inline void column_heap_put(column_heap *h, size_t at, int32_t column) {
    h->columns[at] = column;
    h->place[column] = (int32_t)at;
}

/* Puts a column in, or moves it up after its distance has fallen. */
static inline void column_heap_raise(column_heap *h, int32_t column) {
    size_t at = h->place[column] < 0 ? h->count++ : (size_t)h->place[column];
    while (at > 0) {
        const size_t parent = (at - 1) / 4;
        if (!column_heap_precedes(h, column, h->columns[parent])) break;
        column_heap_put(h, at, h->columns[parent]);
        at = parent;
    }
    column_heap_put(h, at, column);
}

/* Takes the nearest column out; the heap must not be empty. */
static inline int32_t column_heap_pop(column_heap *h) {
    const int32_t nearest = h->columns[0];
    h->place[nearest] = -1;
    const int32_t last = h->columns[--h->count];
    if (h->count == 0) return nearest;
    size_t at = 0;
    for (;;) {
        size_t child = 4 * at + 1, best = child;
        if (child >= h->count) break;
        const size_t end = child + 4 < h->count ? child + 4 : h->count;
        for (size_t other = child + 1; other < end; other++)
            if (column_heap_precedes(h, h->columns[other], h->columns[best])) best = other;
        if (!column_heap_precedes(h, h->columns[best], last)) break;
        column_heap_put(h, at, h->columns[best]);
        at = best;
    }
    column_heap_put(h, at, last);
    return nearest;
}

#endif
