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

typedef struct piece {
    struct piece *next;
    uint8_t *block;
    size_t front;
    size_t bytes;
    size_t back;
    bool is_place; /* not to be freed */
} piece;

static piece *pieces;
bool memory_leaves_workspaces = LEAVES_WORKSPACES;

static void *new_piece(size_t bytes, size_t front) {
    piece *p = malloc(sizeof *p);
    const size_t back = RED_ZONE_BEHIND ? 0 : GUARD;
    uint8_t *block = malloc(front + bytes + back + (front + bytes + back == 0));
    if (p == NULL || block == NULL) abort();
    *p = (piece){pieces, block, front, bytes, back, false};
    pieces = p;
    memset(block, GUARD_BYTE, front);
    memset(block + front + bytes, GUARD_BYTE, back);
    return block + front;
}

/* Places for inputs and outputs, each followed by a page that nobody may touch. They stay for the instances that
 * follow. */
enum { PLACES = 512, PAGES_A_PLACE = 8 };
static uint8_t *places;
static size_t place_bytes, page_bytes, places_used;

static void map_places(void) {
    page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    place_bytes = PAGES_A_PLACE * page_bytes;
    const size_t stride = place_bytes + page_bytes;
    void *start = mmap(NULL, PLACES * stride, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) abort();
    places = start;
    for (size_t k = 0; k < PLACES; k++)
        if (mprotect(places + k * stride + place_bytes, page_bytes, PROT_NONE) != 0) abort();
}

/* Memory that ends where its place does: to read or write behind it ends the program. NULL if it is too large for
 * one, or none is left. */
static void *new_piece_in_place(size_t bytes, size_t front) {
    if (places == NULL) map_places();
    if (front + bytes > place_bytes || places_used == PLACES) return NULL;
    piece *p = malloc(sizeof *p);
    if (p == NULL) abort();
    uint8_t *block = places + places_used++ * (place_bytes + page_bytes) + place_bytes - bytes - front;
    *p = (piece){pieces, block, front, bytes, 0, true};
    pieces = p;
    memset(block, GUARD_BYTE, front);
    return block + front;
}

static void *new_watched_piece(size_t bytes, size_t front) {
    void *start = RED_ZONE_BEHIND ? NULL : new_piece_in_place(bytes, front);
    return start != NULL ? start : new_piece(bytes, front);
}

void *memory_input(size_t bytes) {
    void *start = new_watched_piece(bytes, 0);
    memset(start, 0, bytes);
    return start;
}

void *memory_output(size_t bytes) {
    void *start = new_watched_piece(bytes, GUARD);
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
        if (!p->is_place) free(p->block);
        free(p);
    }
    places_used = 0;
}
