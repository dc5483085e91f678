/* A 4-ary heap of nodes whose keys lie elsewhere and may sink, over HEAP_REAL; names by HEAP(name).
 * Nodes with equal keys leave in ascending order. */

typedef struct HEAP(heap) {
    int32_t *items; /* nodes in heap order */
    int32_t *place; /* of each node in items; -1 outside */
    const HEAP_REAL *keys;
    size_t stride; /* keys[node * stride] */
    size_t count;
} HEAP(heap);

static inline bool HEAP(comes_before)(const HEAP(heap) *h, int32_t a, int32_t b) {
    const HEAP_REAL first = h->keys[(size_t)a * h->stride], second = h->keys[(size_t)b * h->stride];
    return first < second || (first == second && a < b);
}

static inline void HEAP(put)(HEAP(heap) *h, size_t at, int32_t node) {
    h->items[at] = node;
    h->place[node] = (int32_t)at;
}

/* Inserts a node, or moves it up after its key has sunk. */
static inline void HEAP(insert)(HEAP(heap) *h, int32_t node) {
    size_t at = h->place[node] < 0 ? h->count++ : (size_t)h->place[node];
    while (at > 0) {
        const size_t parent = (at - 1) / 4;
        if (!HEAP(comes_before)(h, node, h->items[parent])) break;
        HEAP(put)(h, at, h->items[parent]);
        at = parent;
    }
    HEAP(put)(h, at, node);
}

/* Takes out a node of least key; there is one. */
static inline int32_t HEAP(take)(HEAP(heap) *h) {
    const int32_t least = h->items[0];
    h->place[least] = -1;
    const int32_t last = h->items[--h->count];
    if (h->count == 0) return least;
    size_t at = 0;
    for (size_t child = 1; child < h->count; child = 4 * at + 1) {
        const size_t end = child + 4 < h->count ? child + 4 : h->count;
        size_t best = child;
        for (size_t k = child + 1; k < end; k++)
            if (HEAP(comes_before)(h, h->items[k], h->items[best])) best = k;
        if (!HEAP(comes_before)(h, h->items[best], last)) break;
        HEAP(put)(h, at, h->items[best]);
        at = best;
    }
    HEAP(put)(h, at, last);
    return least;
}
