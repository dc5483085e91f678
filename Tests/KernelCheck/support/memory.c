#define _DEFAULT_SOURCE
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

/* Whole pages before one that nobody may touch; kept for other pieces when it is free. */
typedef struct slot {
    struct slot *next;
    uint8_t *end;
} slot;

typedef struct piece {
    struct piece *next;
    uint8_t *block;
    size_t front;
    size_t bytes;
    size_t back;
    slot *slot; /* that it ends with; NULL: none */
    size_t kind; /* of the slot */
} piece;

enum { SLOT_KINDS = 48 };

static slot *free_slots[SLOT_KINDS]; /* of 2^k pages */
static piece *pieces;
bool memory_leaves_workspaces = LEAVES_WORKSPACES;

static slot *take_slot(size_t kind, size_t page) {
    slot *s = free_slots[kind];
    if (s != NULL) {
        free_slots[kind] = s->next;
        return s;
    }
    const size_t bytes = page << kind;
    uint8_t *start = mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    s = malloc(sizeof *s);
    if (s == NULL || start == MAP_FAILED || mprotect(start + bytes, page, PROT_NONE) != 0) abort();
    s->end = start + bytes;
    return s;
}

/* Tools that see reads behind a piece, or of what nobody wrote, know malloc. */
static bool has_pages(void) { return !RED_ZONE_BEHIND && !LEAVES_WORKSPACES && !memory_leaves_workspaces; }

/* One that ends at a page's end has no alignment but that of its size. */
static void *new_piece(size_t bytes, size_t front, bool ends_at_page) {
    piece *p = malloc(sizeof *p);
    if (p == NULL) abort();
    *p = (piece){pieces, NULL, front, bytes, RED_ZONE_BEHIND || ends_at_page ? 0 : GUARD, NULL, 0};
    if (ends_at_page) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE);
        while (page << p->kind < front + bytes) p->kind++;
        p->slot = take_slot(p->kind, page);
        p->block = p->slot->end - bytes - front;
    } else {
        p->block = malloc(front + bytes + p->back + 1);
    }
    if (p->block == NULL) abort();
    pieces = p;
    memset(p->block, GUARD_BYTE, front);
    memset(p->block + front + bytes, GUARD_BYTE, p->back);
    return p->block + front;
}

void *memory_input(size_t bytes) {
    void *start = new_piece(bytes, 0, has_pages());
    memset(start, 0, bytes);
    return start;
}

void *memory_output(size_t bytes) {
    void *start = new_piece(bytes, GUARD, has_pages());
    memset(start, UNWRITTEN_BYTE, bytes);
    return start;
}

void *memory_workspace(size_t bytes) {
    static const uint8_t fills[] = {0, 0xFF, 0xA5, 0x7F};
    const size_t front = draw_below(2 * GUARD);
    void *start = new_piece(bytes, front % GUARD, front >= GUARD && has_pages());
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
        if (p->slot != NULL) {
            p->slot->next = free_slots[p->kind];
            free_slots[p->kind] = p->slot;
        } else {
            free(p->block);
        }
        free(p);
    }
}
