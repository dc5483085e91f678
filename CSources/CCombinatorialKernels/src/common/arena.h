/* A workspace cut into arrays, each from a cache line on, for memory of any alignment. An arena over no memory
 * measures: a kernel says by one function what it needs, for the size of its workspace and for its own use.
 *
 *     static void lay_out(problem *p, arena *a, size_t rows) { ARENA_TAKE(a, p->distance, rows); } */
#ifndef CL_ARENA_H
#define CL_ARENA_H

#include <stddef.h>
#include <stdint.h>

#define ARENA_ALIGNMENT ((size_t)64)

typedef struct arena {
    char *base; /* NULL to measure */
    size_t used;
} arena;

static inline arena arena_over(void *workspace) {
    const size_t past = (uintptr_t)workspace % ARENA_ALIGNMENT;
    return (arena){(char *)workspace + (past ? ARENA_ALIGNMENT - past : 0), 0};
}

static inline void *arena_take(arena *a, size_t count, size_t size) {
    void *array = a->base ? a->base + a->used : NULL;
    a->used += (count * size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    return array;
}

#define ARENA_TAKE(arena, array, count) ((array) = arena_take((arena), (count), sizeof *(array)))

/* Bytes of a workspace of any alignment that has room for what was taken. */
static inline size_t arena_size(const arena *a) { return a->used + ARENA_ALIGNMENT; }

#endif
