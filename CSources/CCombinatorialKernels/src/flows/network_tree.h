/* The spanning tree of the network simplex method, in preorder, and the exchange of one of its arcs.
 *
 * A node knows its parent, its depth, and its neighbors in preorder, a ring that starts at the root:
 * so the subtree of a node is the run of deeper nodes that follow it. What it says of an arc is about
 * the arc between itself and its parent, whichever way that points. */
#ifndef CL_NETWORK_TREE_H
#define CL_NETWORK_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "../common/arena.h"
#include "network_units.h"

typedef struct network_tree {
    int32_t *parent;   /* [nodes] -1 of the root */
    int32_t *depth;    /* [nodes] 0 of the root */
    int32_t *next;     /* [nodes] in preorder */
    int32_t *previous; /* [nodes] */
    int32_t *order;    /* [nodes] scratch: the nodes of a subtree */
    int32_t *arc;      /* [nodes] the caller's name of the arc */
    int64_t *flow;     /* [nodes] units on the arc */
    double *rise;      /* [nodes] price less the parent's: the cost of an arc that points to the parent,
                        * minus the cost of one that points away from it */
    double *price;     /* [nodes] 0 at the root */
} network_tree;

/* An arc as a node keeps it. */
typedef struct tree_arc {
    int32_t arc;
    int64_t flow;
    double rise;
} tree_arc;

static inline void network_tree_lay_out(network_tree *t, arena *a, size_t nodes) {
    ARENA_TAKE(a, t->parent, nodes);
    ARENA_TAKE(a, t->depth, nodes);
    ARENA_TAKE(a, t->next, nodes);
    ARENA_TAKE(a, t->previous, nodes);
    ARENA_TAKE(a, t->order, nodes);
    ARENA_TAKE(a, t->arc, nodes);
    ARENA_TAKE(a, t->flow, nodes);
    ARENA_TAKE(a, t->rise, nodes);
    ARENA_TAKE(a, t->price, nodes);
}

/* A tree of one node. */
static inline void network_tree_plant(network_tree *t, int32_t root) {
    t->parent[root] = -1;
    t->depth[root] = 0;
    t->next[root] = t->previous[root] = root;
    t->arc[root] = -1;
    t->flow[root] = 0;
    t->rise[root] = t->price[root] = 0;
}

static inline void network_tree_link(network_tree *t, int32_t first, int32_t second) {
    t->next[first] = second;
    t->previous[second] = first;
}

static inline void network_tree_hang(network_tree *t, int32_t node, int32_t parent, tree_arc arc) {
    t->parent[node] = parent;
    t->arc[node] = arc.arc;
    t->flow[node] = arc.flow;
    t->rise[node] = arc.rise;
}

/* What follows from the parent's. */
static inline void network_tree_measure(network_tree *t, int32_t node) {
    t->depth[node] = t->depth[t->parent[node]] + 1;
    t->price[node] = t->price[t->parent[node]] + t->rise[node];
}

/* Hangs a new leaf below a node of the tree. */
static inline void network_tree_add_leaf(
    network_tree *t, int32_t node, int32_t parent, tree_arc arc) {
    network_tree_hang(t, node, parent, arc);
    network_tree_link(t, node, t->next[parent]);
    network_tree_link(t, parent, node);
    network_tree_measure(t, node);
}

/* Writes the subtree of `leaving` to t->order, in a preorder that starts at its node `top`; returns the
 * number of nodes. `*after` is the node that follows the subtree in the present preorder. */
static inline size_t network_tree_order_from(
    network_tree *t, int32_t top, int32_t leaving, int32_t *after) {
    size_t count = 0;
    int32_t done_first = -1, done_last = -1;
    for (int32_t stem = top;; stem = t->parent[stem]) {
        int32_t node = stem, last = stem;
        do {
            if (node == done_first) { /* the part that comes before */
                last = done_last;
            } else {
                t->order[count++] = node;
                last = node;
            }
            node = t->next[last];
        } while (t->depth[node] > t->depth[stem]);
        if (stem == leaving) {
            *after = node;
            return count;
        }
        done_first = stem;
        done_last = last;
    }
}

/* Takes the arc between `leaving` and its parent out of the tree, and hangs the subtree that was below
 * it from `outer` by an arc to `inner`, one of its nodes. Returns the number of nodes of the subtree, which it takes. */
static inline size_t network_tree_exchange(
    network_tree *t, int32_t inner, int32_t outer, int32_t leaving, tree_arc entering) {
    int32_t after;
    const size_t count = network_tree_order_from(t, inner, leaving, &after);
    network_tree_link(t, t->previous[leaving], after);

    int32_t node = inner, parent = outer;
    for (;;) {
        const int32_t old_parent = t->parent[node];
        const tree_arc turned = {t->arc[node], t->flow[node], -t->rise[node]};
        network_tree_hang(t, node, parent, entering);
        if (node == leaving) break;
        parent = node;
        node = old_parent;
        entering = turned;
    }

    const int32_t following = t->next[outer];
    int32_t last = outer;
    for (size_t k = 0; k < count; k++) {
        network_tree_link(t, last, t->order[k]);
        last = t->order[k];
        network_tree_measure(t, last);
    }
    network_tree_link(t, last, following);
    return count;
}

#endif
