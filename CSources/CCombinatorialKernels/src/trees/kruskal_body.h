/* Kruskal's algorithm for one element type: CL_REAL; included by spanning_tree.c.
 *
 * Costs are sorted as integers of the same order, by the leading bits of their distance from the least:
 * as many as three digits hold, which tell all but a few edges apart whatever the scale of the costs.
 * Edges that agree in those are merged by their costs. */

#if CL_REAL_IS_FLOAT
typedef uint32_t CL_ELEMENT(cost_key);
#else
typedef uint64_t CL_ELEMENT(cost_key);
#endif

/* An unsigned integer in the order of the costs; -0 becomes 0, which it equals. */
static inline CL_ELEMENT(cost_key) CL_ELEMENT(key)(CL_REAL cost) {
    const CL_ELEMENT(cost_key) sign = (CL_ELEMENT(cost_key))1 << (8 * sizeof(CL_ELEMENT(cost_key)) - 1);
    const CL_REAL positive_zero = cost + 0;
    CL_ELEMENT(cost_key) key;
    memcpy(&key, &positive_zero, sizeof key);
    return key & sign ? ~key : key | sign;
}

/* Finds the least key and how many bits to drop so that distances from it fit into `bits`.
 * Returns the first invalid edge, or `edges`. */
static size_t CL_ELEMENT(range)(
    const CL_REAL *costs, size_t edges, int bits, CL_ELEMENT(cost_key) *restrict least, int *restrict dropped) {
    CL_ELEMENT(cost_key) low = (CL_ELEMENT(cost_key))-1, high = 0;
    for (size_t edge = 0; edge < edges; edge++) {
        if (!(costs[edge] > -INFINITY)) return edge;
        if (costs[edge] == INFINITY) continue;
        const CL_ELEMENT(cost_key) key = CL_ELEMENT(key)(costs[edge]);
        low = key < low ? key : low;
        high = key > high ? key : high;
    }
    *least = low;
    *dropped = 0;
    while (high > low && (high - low) >> *dropped >> bits != 0) ++*dropped;
    return edges;
}

/* Collects the edges that are not forbidden, in the order given, and counts the digits of their keys. */
static size_t CL_ELEMENT(collect)(
    const CL_REAL *costs, size_t edges, CL_ELEMENT(cost_key) least, int dropped, int digit_bits,
    uint64_t *restrict items, uint32_t *restrict counts) {
    const uint64_t last = ((uint64_t)1 << digit_bits) - 1;
    size_t count = 0;
    for (size_t edge = 0; edge < edges; edge++) {
        if (costs[edge] == INFINITY) continue;
        const uint64_t key = (CL_ELEMENT(key)(costs[edge]) - least) >> dropped;
        items[count++] = key << 32 | edge;
        for (int pass = 0; pass < PASSES; pass++)
            counts[((size_t)pass << digit_bits) + (key >> (pass * digit_bits) & last)]++;
    }
    return count;
}

/* Sorts edges of one key by their costs; stable. */
static void CL_ELEMENT(sort_run)(
    const CL_REAL *costs, uint64_t *restrict run, uint64_t *restrict other, size_t count, stop_point *stop) {
    if (count > 16) {
        leave_if_stopped(stop);
        const size_t half = count / 2;
        CL_ELEMENT(sort_run)(costs, run, other, half, stop);
        CL_ELEMENT(sort_run)(costs, run + half, other, count - half, stop);
        memcpy(other, run, sizeof *run * half);
        for (size_t k = 0, left = 0, right = half; left < half; k++) {
            const bool takes_left =
                right == count || costs[edge_of(other[left])] <= costs[edge_of(run[right])];
            run[k] = takes_left ? other[left++] : run[right++];
        }
        return;
    }
    for (size_t k = 1; k < count; k++) {
        const uint64_t item = run[k];
        size_t place = k;
        for (; place > 0 && costs[edge_of(run[place - 1])] > costs[edge_of(item)]; place--)
            run[place] = run[place - 1];
        run[place] = item;
    }
}

/* The items in ascending order of cost, then of their number: in one of the two arrays. */
static uint64_t *CL_ELEMENT(sort)(
    const CL_REAL *costs, size_t count, int dropped, int digit_bits, const tree_workspace *w) {
    uint64_t *items = w->items, *other = w->other_items;
    for (int pass = 0; pass < PASSES; pass++) {
        leave_if_stopped(w->stop);
        if (!sort_digit(
                items, other, count, 32 + pass * digit_bits, digit_bits,
                w->counts + ((size_t)pass << digit_bits)))
            continue;
        uint64_t *sorted = other;
        other = items;
        items = sorted;
    }
    if (dropped == 0) return items;
    leave_if_stopped(w->stop);
    for (size_t start = 0, end; start < count; start = end) {
        bool ordered = true;
        for (end = start + 1; end < count && items[end] >> 32 == items[start] >> 32; end++)
            ordered &= costs[edge_of(items[end - 1])] <= costs[edge_of(items[end])];
        if (!ordered) CL_ELEMENT(sort_run)(costs, items + start, other, end - start, w->stop);
    }
    return items;
}

/* The nearest double to the exact sum over a tree. */
static double CL_ELEMENT(exact_sum)(const CL_REAL *costs, const int32_t *tree, size_t count) {
    uint64_t sum[WIDE_SUM_WORDS];
    wide_clear(wide_any_sum, sum);
    for (size_t k = 0; k < count; k++) wide_add_double(wide_any_sum, sum, (double)costs[tree[k]]);
    return wide_value(wide_any_sum, sum);
}

CL_SOLVES cl_status CL_ELEMENT(spanning_tree_solve)(
    const void *untyped_costs, size_t nodes, size_t edges, const int32_t *ends, void *workspace,
    double *restrict value, int32_t *restrict tree, cl_fault *restrict fault, stop_point *stop) {
    const CL_REAL *costs = untyped_costs;
    if (cl_spanning_tree_workspace_size(nodes, edges) == 0) return CL_STATUS_INVALID_ARGUMENT;
    tree_workspace w;
    arena a = arena_over(workspace);
    lay_out(&w, &a, nodes, edges);
    w.stop = stop;
    const int digit_bits = edges < FEW_EDGES ? FEW_BITS : MANY_BITS;
    CL_ELEMENT(cost_key) least;
    int dropped;
    const size_t first = CL_ELEMENT(range)(costs, edges, PASSES * digit_bits, &least, &dropped);
    if (first < edges) {
        refuse(fault, 0, 0, first);
        return CL_STATUS_INVALID_COST;
    }
    leave_if_stopped(stop);
    memset(w.counts, 0, sizeof *w.counts * (PASSES << digit_bits));
    const size_t count =
        CL_ELEMENT(collect)(costs, edges, least, dropped, digit_bits, w.items, w.counts);
    const uint64_t *items = CL_ELEMENT(sort)(costs, count, dropped, digit_bits, &w);

    for (size_t node = 0; node < nodes; node++) w.links[node] = (int32_t)node;
    size_t taken = 0;
    double sum = 0;
    for (size_t k = 0; k < count && taken + 1 < nodes;) {
        leave_if_stopped(stop);
        const size_t end = count - k < CL_STEPS_OF_ROUND ? count : k + CL_STEPS_OF_ROUND;
        for (; k < end && taken + 1 < nodes; k++) {
            const size_t edge = edge_of(items[k]);
            if (!disjoint_unite(w.links, ends[2 * edge], ends[2 * edge + 1])) continue;
            tree[taken++] = (int32_t)edge;
            sum += (double)costs[edge];
        }
    }
    if (taken + 1 < nodes) return CL_STATUS_INFEASIBLE;
    *value = fabs(sum) < INFINITY ? sum : CL_ELEMENT(exact_sum)(costs, tree, taken);
    return fabs(*value) < INFINITY ? CL_STATUS_OK : CL_STATUS_OUT_OF_RANGE;
}
