/* Knapsacks of one variant. */

typedef double knapsack_block
    __attribute__((ext_vector_type(KNAPSACK_BLOCK), aligned(sizeof(double)), may_alias));
typedef bool knapsack_choices __attribute__((ext_vector_type(KNAPSACK_BLOCK)));

/* least[w] = min(least[w], least[w - weight] + cost) for `count` weights from the item's own on, and a bit for
 * each where it is taken. In place, as what is written lies at or above what is left to read. */
static void offer_item(
    double *least, size_t weight, size_t count, double cost, uint8_t *restrict choices) {
    for (size_t k = (count + KNAPSACK_BLOCK - 1) / KNAPSACK_BLOCK; k-- > 0;) {
        knapsack_block *here = (knapsack_block *)(least + weight + k * KNAPSACK_BLOCK);
        const knapsack_block without = *here;
        const knapsack_block with = *(const knapsack_block *)(least + k * KNAPSACK_BLOCK) + cost;
        *here = with < without ? with : without;
        const knapsack_choices is_taken = __builtin_convertvector(with < without, knapsack_choices);
        memcpy(choices + k, &is_taken, 1);
    }
}

/* Whether an item can be worth its weight, so that it was offered. */
static inline bool is_offered(cl_knapsack knapsack, const CL_REAL *costs, size_t item) {
    return costs[item] < 0 && knapsack.weights[item] <= knapsack.capacity;
}

/* The least cost of one problem. */
static double solve_knapsack(
    const CL_REAL *costs, cl_knapsack knapsack, const knapsack_workspace *w,
    bool *restrict is_taken, stop_point *stop) {
    const size_t capacity = knapsack.capacity, bytes = knapsack_choice_bytes(knapsack);
    for (size_t k = 0; k < capacity + KNAPSACK_BLOCK; k++) w->least[k] = 0;
    for (size_t item = 0; item < knapsack.items; item++) {
        const size_t weight = knapsack.weights[item];
        leave_if_stopped(stop);
        if (is_offered(knapsack, costs, item))
            offer_item(
                w->least, weight, capacity - weight + 1, (double)costs[item],
                w->choices + item * bytes);
    }
    size_t left = capacity;
    for (size_t item = knapsack.items; item-- > 0;) {
        const size_t weight = knapsack.weights[item];
        is_taken[item] = false;
        if (weight > left || !is_offered(knapsack, costs, item)) continue;
        const size_t place = left - weight;
        const uint8_t choices = w->choices[item * bytes + place / KNAPSACK_BLOCK];
        is_taken[item] = choices >> place % KNAPSACK_BLOCK & 1;
        if (is_taken[item]) left = place;
    }
    return w->least[capacity];
}

CL_SOLVES cl_status fill_knapsacks(
    const CL_REAL *costs, size_t count, cl_knapsack knapsack, void *workspace,
    double *restrict values, bool *restrict is_taken, cl_fault *restrict fault, stop_point *stop) {
    if (cl_knapsack_workspace_size(knapsack) == 0) return CL_STATUS_INVALID_ARGUMENT;
    knapsack_workspace w;
    arena a = arena_over(workspace);
    knapsack_workspace_lay_out(&w, &a, knapsack);
    for (size_t n = 0; n < count; n++) {
        const CL_REAL *own = costs + n * knapsack.items;
        for (size_t k = 0; k < knapsack.items; k++) {
            if (own[k] > (CL_REAL)-INFINITY) continue;
            refuse(fault, n, 0, k);
            return CL_STATUS_INVALID_COST;
        }
        values[n] = solve_knapsack(own, knapsack, &w, is_taken + n * knapsack.items, stop);
        if (values[n] >= -DBL_MAX) continue;
        refuse(fault, n, 0, 0);
        return CL_STATUS_OUT_OF_RANGE;
    }
    return CL_STATUS_OK;
}

cl_status CL_VARIANT(cl_knapsack_solve)(
    const void *costs, size_t count, cl_knapsack knapsack, void *workspace,
    double *restrict values, bool *restrict is_taken, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, fill_knapsacks(costs, count, knapsack, workspace, values, is_taken, fault, stop));
}
