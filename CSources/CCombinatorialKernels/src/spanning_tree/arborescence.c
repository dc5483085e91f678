#include "cl_arborescence.h"

#include <math.h>
#include <stdbool.h>

#include "disjoint_sets.h"

#define ARBORESCENCE_ALIGNMENT ((size_t)64)

typedef struct arborescence {
    double *keys;   /* [arcs] cost, less the duals of the sets entered so far */
    double *add;    /* [arcs] what is still to be added to the keys below an arc in its heap */
    int32_t *left;  /* [arcs] skew heaps of arcs */
    int32_t *right; /* [arcs] */
    int32_t *heap;  /* [2 nodes] the arcs into a set; -1: none */
    int32_t *links; /* [2 nodes] disjoint sets; the root is the outermost set */
    int32_t *state; /* [2 nodes] 0: not visited, else the search that did; -1: given up to a parent */
    int32_t *taken; /* [2 nodes] the arc taken into a set */
    int32_t *path;  /* [2 nodes] sets on the search path */
    const int32_t *ends;
} arborescence;

static size_t lay_out(arborescence *g, char *base, size_t nodes, size_t arcs) {
    size_t used = 0;
#define PLACE(field, count, type)                                                                  \
    do {                                                                                           \
        g->field = base ? (void *)(base + used) : NULL;                                            \
        used += ((count) * sizeof(type) + ARBORESCENCE_ALIGNMENT - 1) / ARBORESCENCE_ALIGNMENT *   \
                ARBORESCENCE_ALIGNMENT;                                                            \
    } while (0)
    PLACE(keys, arcs, double);
    PLACE(add, arcs, double);
    PLACE(left, arcs, int32_t);
    PLACE(right, arcs, int32_t);
    PLACE(heap, 2 * nodes, int32_t);
    PLACE(links, 2 * nodes, int32_t);
    PLACE(state, 2 * nodes, int32_t);
    PLACE(taken, 2 * nodes, int32_t);
    PLACE(path, 2 * nodes, int32_t);
#undef PLACE
    return used;
}

size_t cl_arborescence_workspace_size(size_t nodes, size_t arcs) {
    if (nodes > INT32_MAX / 2 || arcs > INT32_MAX || arcs > SIZE_MAX / 256) return 0;
    arborescence g;
    return lay_out(&g, NULL, nodes, arcs) + ARBORESCENCE_ALIGNMENT;
}

/* Adds to the key of an arc and of all below it. */
static inline void raise(arborescence *g, int32_t arc, double amount) {
    if (arc < 0) return;
    g->keys[arc] += amount;
    g->add[arc] += amount;
}

static inline void push_down(arborescence *g, int32_t arc) {
    raise(g, g->left[arc], g->add[arc]);
    raise(g, g->right[arc], g->add[arc]);
    g->add[arc] = 0;
}

static inline bool comes_before(const arborescence *g, int32_t a, int32_t b) {
    return g->keys[a] < g->keys[b] || (g->keys[a] == g->keys[b] && a < b);
}

/* Merges two skew heaps from the top down (Sleator, Tarjan 1986, doi:10.1137/0215004). */
static int32_t merge(arborescence *g, int32_t a, int32_t b) {
    int32_t root = -1, *link = &root;
    while (a >= 0 && b >= 0) {
        if (comes_before(g, b, a)) {
            const int32_t other = a;
            a = b;
            b = other;
        }
        push_down(g, a);
        *link = a;
        const int32_t rest = g->right[a];
        g->right[a] = g->left[a];
        link = &g->left[a];
        a = rest;
    }
    *link = a >= 0 ? a : b;
    return root;
}

static inline void drop_first(arborescence *g, int32_t set) {
    const int32_t arc = g->heap[set];
    push_down(g, arc);
    g->heap[set] = merge(g, g->left[arc], g->right[arc]);
}

/* The cheapest arc that enters a set from outside; -1 if there is none. */
static int32_t cheapest_into(arborescence *g, int32_t set) {
    while (g->heap[set] >= 0 && disjoint_root(g->links, g->ends[2 * g->heap[set]]) == set)
        drop_first(g, set);
    return g->heap[set];
}

/* Puts every usable arc into the heap of its head. Returns the first invalid arc, or `arcs`. */
static size_t set_up(
    arborescence *g, const double *costs, size_t nodes, size_t arcs, int32_t root) {
    for (size_t set = 0; set < 2 * nodes; set++) {
        g->links[set] = (int32_t)set;
        g->heap[set] = -1;
        g->state[set] = 0;
        g->taken[set] = -1;
    }
    for (size_t arc = 0; arc < arcs; arc++) {
        if (!(costs[arc] > -INFINITY)) return arc;
        const int32_t tail = g->ends[2 * arc], head = g->ends[2 * arc + 1];
        if (costs[arc] == INFINITY || head == root || head == tail) continue;
        g->keys[arc] = costs[arc];
        g->add[arc] = 0;
        g->left[arc] = g->right[arc] = -1;
        g->heap[head] = merge(g, g->heap[head], (int32_t)arc);
    }
    return arcs;
}

/* Goes back from `set` along cheapest arcs until a set that an earlier search visited; sets on a cycle
 * become one. False if no arc enters a set. */
static bool search(
    arborescence *g, int32_t set, int32_t number, int32_t *parents, double *duals, size_t *sets) {
    size_t length = 0;
    while (g->state[set] == 0) {
        const int32_t arc = cheapest_into(g, set);
        if (arc < 0) return false;
        g->taken[set] = arc;
        duals[set] = g->keys[arc];
        raise(g, arc, -duals[set]);
        drop_first(g, set);
        g->state[set] = number;
        g->path[length++] = set;
        const int32_t before = disjoint_root(g->links, g->ends[2 * arc]);
        if (g->state[before] != number) {
            set = before;
            continue;
        }
        const int32_t whole = (int32_t)(*sets)++;
        parents[whole] = -1;
        duals[whole] = 0;
        int32_t part;
        do {
            part = g->path[--length];
            parents[part] = whole;
            g->links[part] = whole;
            g->heap[whole] = merge(g, g->heap[whole], g->heap[part]);
        } while (part != before);
        set = whole;
    }
    return true;
}

cl_status cl_arborescence_solve(
    const double *costs, size_t nodes, size_t arcs, const int32_t *ends, int32_t root,
    void *workspace, double *restrict value, int32_t *restrict arc_into, int32_t *restrict parents,
    double *restrict duals, size_t *restrict sets, size_t *restrict invalid) {
    if (cl_arborescence_workspace_size(nodes, arcs) == 0 || (size_t)root >= nodes)
        return CL_STATUS_INVALID_ARGUMENT;
    char *base = workspace;
    base += (ARBORESCENCE_ALIGNMENT - (uintptr_t)base % ARBORESCENCE_ALIGNMENT) % ARBORESCENCE_ALIGNMENT;
    arborescence g;
    lay_out(&g, base, nodes, arcs);
    g.ends = ends;
    *invalid = set_up(&g, costs, nodes, arcs, root);
    if (*invalid < arcs) return CL_STATUS_INVALID_COST;

    *sets = nodes;
    for (size_t set = 0; set < nodes; set++) {
        parents[set] = -1;
        duals[set] = 0;
    }
    g.state[root] = INT32_MAX;
    for (int32_t node = 0; (size_t)node < nodes; node++)
        if (!search(&g, disjoint_root(g.links, node), node + 1, parents, duals, sets))
            return CL_STATUS_INFEASIBLE;

    /* From the outermost sets inwards: the arc into a set is also that into each of its parts on the
     * way to its head, which give up their own. */
    for (size_t set = *sets; set-- > nodes;) {
        if (g.state[set] < 0) continue;
        for (int32_t part = ends[2 * g.taken[set] + 1]; part != (int32_t)set; part = parents[part]) {
            g.taken[part] = g.taken[set];
            g.state[part] = -1;
        }
    }
    double sum = 0;
    for (size_t node = 0; node < nodes; node++) {
        arc_into[node] = g.taken[node];
        if (g.taken[node] >= 0) sum += costs[g.taken[node]];
    }
    *value = sum;
    return CL_STATUS_OK;
}
