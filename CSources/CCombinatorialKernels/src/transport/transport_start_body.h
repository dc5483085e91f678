/* The first tree of the transport simplex, of one variant; it is strongly feasible.
 *
 * Each row sends what it has to its cheapest column that still wants some; rows with the widest range of costs, which
 * have most to lose, come first. An end that is served hangs from its partner in the last step, which is served later.
 * Where both would be, the column is: the row goes on with nothing to send, and hangs from the next column by an arc
 * that carries nothing, and points to the root: the column that is wanted last.
 *
 * Where an answer to a similar problem is known, its plan comes first: the masses that did not change make the same
 * flows again if ends that have only one pair left are served first. */

/* The cheapest column that row i can send to, where columns that are open have a price, and others +infinity; one is
 * open. */
static size_t cheapest_open(const transport_problem *p, size_t i) {
    const double *prices = p->base.tree.price + p->base.rows;
    const double lowest = lowest_sum(costs_of_row(p, i), prices, p->base.columns);
    if (lowest < INFINITY) return position(costs_of_row(p, i), prices, p->base.columns, lowest);
    size_t j = 0; /* all forbidden */
    while (!(prices[j] < INFINITY)) j++;
    return j;
}

/* Sends from a row to an open column what both allow; true if that serves the row, else it serves the column. */
static bool serve(transport_problem *p, int32_t row, size_t j) {
    transport *b = &p->base;
    leave_if_stopped(b->stop);
    const int32_t column = (int32_t)(b->rows + j);
    if (b->open == 1) b->root = column;
    const bool row_served = b->open == 1 || b->supply_units[row] < b->demand_units[j];
    const int64_t units = row_served ? b->supply_units[row] : b->demand_units[j];
    const int32_t node = row_served ? row : column;
    const double cost = cost_of_pair(p, (size_t)row, j);
    network_tree_hang(&b->tree, node, row_served ? column : row, (tree_arc){0, units, row_served ? cost : -cost});
    b->tree.order[b->served++] = node;
    b->supply_units[row] -= units;
    b->demand_units[j] -= units;
    if (row_served) {
        b->marks[row] = true;
    } else {
        b->tree.price[column] = INFINITY;
        b->open--;
    }
    return row_served;
}

static void serve_row(transport_problem *p, int32_t row) {
    while (!serve(p, row, cheapest_open(p, (size_t)row))) {}
}

/* Writes to the prices of columns what a known answer says, or 0, and +infinity for those that want nothing; false if
 * no answer that can be used is known. */
static bool open_columns(transport *b) {
    double *prices = b->tree.price + b->rows;
    bool is_known = b->known != NULL;
    for (size_t j = 0; is_known && j < b->columns; j++)
        is_known = fabs(b->known->column_potentials[j]) <= NETWORK_GREATEST_COST;
    b->open = 0;
    for (size_t j = 0; j < b->columns; j++) {
        const bool is_open = b->demand_units[j] > 0 || j + b->rows == (size_t)b->root;
        prices[j] = !is_open ? INFINITY : is_known ? -b->known->column_potentials[j] : 0;
        b->open += is_open;
    }
    return is_known;
}

/* Sends along the known plan, ends with one pair left first: of a node, the pairs left are counted, and the exclusive
 * or of their numbers is kept, which is the last one's in the end. Entries on a cycle are left out. */
static void serve_known(transport_problem *p) {
    transport *b = &p->base;
    const cl_transport_known *known = b->known;
    const size_t nodes = b->rows + b->columns;
    int32_t *degree = b->tree.depth, *pairs = b->size, *stack = b->last; /* free until the tree is measured */
    size_t count = 0;
    for (size_t x = 0; x < nodes; x++) degree[x] = pairs[x] = 0;
    for (size_t k = 0; k < known->plan_count; k++) {
        const size_t ends[2] = {(size_t)known->plan_rows[k], b->rows + (size_t)known->plan_columns[k]};
        for (int e = 0; e < 2; e++) {
            degree[ends[e]]++;
            pairs[ends[e]] ^= (int32_t)k;
        }
    }
    for (size_t x = 0; x < nodes; x++)
        if (degree[x] == 1) stack[count++] = (int32_t)x;
    while (count > 0 && b->open > 1) {
        const int32_t leaf = stack[--count];
        if (degree[leaf] != 1) continue;
        const int32_t pair = pairs[leaf], row = known->plan_rows[pair];
        const size_t j = (size_t)known->plan_columns[pair];
        const int32_t other = leaf == row ? (int32_t)(b->rows + j) : row;
        degree[leaf] = 0;
        pairs[other] ^= pair;
        if (--degree[other] == 1) stack[count++] = other;
        if (b->marks[row] || !(b->tree.price[b->rows + j] < INFINITY) || serve(p, row, j)) continue;
        if (degree[row] == 0 && b->supply_units[row] == 0) serve_row(p, row); /* the end of a part of the plan */
    }
}

static void start_tree(transport_problem *p) {
    transport *b = &p->base;
    network_tree *t = &b->tree;
    b->served = 0;
    for (size_t i = 0; i < b->rows; i++) b->marks[i] = false;
    if (open_columns(b)) serve_known(p);
    for (size_t k = 0; k < b->rows; k++)
        if (!b->marks[b->sorted[k]]) serve_row(p, b->sorted[k]);
    network_tree_plant(t, b->root);
    for (size_t k = b->served; k-- > 0;) {
        const int32_t node = t->order[k];
        network_tree_add_leaf(t, node, t->parent[node], (tree_arc){0, t->flow[node], t->rise[node]});
    }
}

