/* Kruskal's algorithm for one element type: CL_REAL, its KEY of as many bits, names by KRUSKAL(name). */

typedef struct KRUSKAL(item) {
    KEY key; /* as unsigned integers in the order of the costs */
    uint32_t edge;
} KRUSKAL(item);

/* Collects the edges that are not forbidden, in the order given, and counts the digits of their keys.
 * Returns their number, or SIZE_MAX with the first invalid edge. */
static size_t KRUSKAL(collect)(
    const CL_REAL *costs, size_t edges, KRUSKAL(item) *items, uint32_t *counts, int digit_bits,
    size_t *invalid) {
    const KEY last = ((KEY)1 << digit_bits) - 1;
    const KEY sign = (KEY)1 << (8 * sizeof(KEY) - 1);
    size_t count = 0;
    for (size_t edge = 0; edge < edges; edge++) {
        const CL_REAL cost = costs[edge] + 0; /* -0 becomes 0, which it equals */
        if (!(cost > -INFINITY)) {
            *invalid = edge;
            return SIZE_MAX;
        }
        if (cost == INFINITY) continue;
        KEY key;
        memcpy(&key, &cost, sizeof key);
        key = key & sign ? ~key : key | sign;
        items[count++] = (KRUSKAL(item)){key, (uint32_t)edge};
        for (size_t pass = 0; pass < PASSES(KEY, digit_bits); pass++)
            counts[(pass << digit_bits) + (key >> (pass * (size_t)digit_bits) & last)]++;
    }
    return count;
}

/* Sorts by the digits of the keys, the lowest first; stable. Digits that all keys share are skipped.
 * Returns which of the two arrays holds the items in the end. */
static KRUSKAL(item) *KRUSKAL(sort)(
    KRUSKAL(item) *from, KRUSKAL(item) *to, size_t count, uint32_t *counts, int digit_bits) {
    const KEY last = ((KEY)1 << digit_bits) - 1;
    for (size_t pass = 0; pass < PASSES(KEY, digit_bits); pass++) {
        const size_t shift = pass * (size_t)digit_bits;
        uint32_t *places = counts + (pass << digit_bits);
        if (count == 0 || places[from[0].key >> shift & last] == count) continue;
        uint32_t sum = 0;
        for (size_t digit = 0; digit <= last; digit++) {
            const uint32_t here = places[digit];
            places[digit] = sum;
            sum += here;
        }
        for (size_t k = 0; k < count; k++) to[places[from[k].key >> shift & last]++] = from[k];
        KRUSKAL(item) *other = from;
        from = to;
        to = other;
    }
    return from;
}

cl_status KRUSKAL(cl_spanning_tree_solve)(
    const CL_REAL *costs, size_t nodes, size_t edges, const int32_t *ends, void *workspace,
    double *restrict value, int32_t *restrict tree, size_t *restrict invalid) {
    if (cl_spanning_tree_workspace_size(nodes, edges) == 0) return CL_STATUS_INVALID_ARGUMENT;
    const tree_workspace w = tree_workspace_lay_out(workspace, nodes, edges);
    const int digit_bits = edges < FEW_EDGES ? FEW_BITS : MANY_BITS;
    memset(w.counts, 0, sizeof *w.counts * (PASSES(KEY, digit_bits) << digit_bits));
    const size_t count = KRUSKAL(collect)(costs, edges, w.items, w.counts, digit_bits, invalid);
    if (count == SIZE_MAX) return CL_STATUS_INVALID_COST;
    const KRUSKAL(item) *items = KRUSKAL(sort)(w.items, w.other_items, count, w.counts, digit_bits);

    for (size_t node = 0; node < nodes; node++) w.links[node] = (int32_t)node;
    size_t taken = 0;
    double sum = 0;
    for (size_t k = 0; k < count && taken + 1 < nodes; k++) {
        const uint32_t edge = items[k].edge;
        const int32_t a = disjoint_root(w.links, ends[2 * edge]);
        const int32_t b = disjoint_root(w.links, ends[2 * edge + 1]);
        if (a == b) continue;
        w.links[a] = b;
        tree[taken++] = (int32_t)edge;
        sum += (double)costs[edge];
    }
    *value = sum;
    return taken + 1 < nodes ? CL_STATUS_INFEASIBLE : CL_STATUS_OK;
}
