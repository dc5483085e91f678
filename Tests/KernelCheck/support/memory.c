#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RED_ZONE_BEHIND 1
#endif
#if __has_feature(memory_sanitizer)
#define LEAVES_WORKSPACES true
#endif
#endif
#if !defined(RED_ZONE_BEHIND)
#define RED_ZONE_BEHIND 0
#endif
#if !defined(LEAVES_WORKSPACES)
#define LEAVES_WORKSPACES false
#endif

enum { GUARD = 64, GUARD_BYTE = 0x5C, UNWRITTEN_BYTE = 0xC7 };

typedef struct piece {
    struct piece *next;
    uint8_t *block;
    size_t front;
    size_t bytes;
    size_t back;
} piece;

static piece *pieces;
bool memory_leaves_workspaces = LEAVES_WORKSPACES;

static void *new_piece(size_t bytes, size_t front) {
    piece *p = malloc(sizeof *p);
    const size_t back = RED_ZONE_BEHIND ? 0 : GUARD;
    uint8_t *block = malloc(front + bytes + back + (front + bytes + back == 0));
    if (p == NULL || block == NULL) abort();
    *p = (piece){pieces, block, front, bytes, back};
    pieces = p;
    memset(block, GUARD_BYTE, front);
    memset(block + front + bytes, GUARD_BYTE, back);
    return block + front;
}

void *memory_input(size_t bytes) {
    void *start = new_piece(bytes, 0);
    memset(start, 0, bytes);
    return start;
}

void *memory_output(size_t bytes) {
    void *start = new_piece(bytes, GUARD);
    memset(start, UNWRITTEN_BYTE, bytes);
    return start;
}

void *memory_workspace(size_t bytes) {
    static const uint8_t fills[] = {0, 0xFF, 0xA5, 0x7F};
    void *start = new_piece(bytes, draw_below(GUARD));
    const uint8_t fill = fills[draw_below(sizeof fills)];
    if (!memory_leaves_workspaces) memset(start, fill, bytes);
    return start;
}

static bool all_bytes_are(const uint8_t *start, size_t bytes, uint8_t byte) {
    for (size_t i = 0; i < bytes; i++)
        if (start[i] != byte) return false;
    return true;
}

bool memory_is_unwritten(const void *start, size_t bytes) { return all_bytes_are(start, bytes, UNWRITTEN_BYTE); }

bool memory_equals(const void *a, const void *b, size_t bytes) { return bytes == 0 || memcmp(a, b, bytes) == 0; }

bool memory_is_intact(void) {
    for (const piece *p = pieces; p != NULL; p = p->next)
        if (!all_bytes_are(p->block, p->front, GUARD_BYTE) ||
            !all_bytes_are(p->block + p->front + p->bytes, p->back, GUARD_BYTE))
            return false;
    return true;
}

void memory_release(void) {
    while (pieces != NULL) {
        piece *p = pieces;
        pieces = p->next;
        free(p->block);
        free(p);
    }
}
