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
    int32_t *order;    /* [nodes] scratch of the callers */
    int32_t *arc;      /* [nodes] the caller's name of the arc */
    int64_t *flow;     /* [nodes] units on the arc */
    double *rise;      /* [nodes] price less the parent's: the cost of an arc that points to the parent,
                        * minus the cost of one that points away from it */
    double *price;     /* [nodes] 0 at the root */
} network_tree;

/* Of an arc of a network with capacities. */
typedef enum arc_state { ARC_FULL = -1, ARC_IN_TREE = 0, ARC_EMPTY = 1 } arc_state;

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

/* Takes the arc between `leaving` and its parent out of the tree, and hangs the subtree that was below
 * it from `outer` by an arc to `inner`, one of its nodes. Returns the number of nodes of the subtree, which one pass
 * measures anew: a node on the way up to `leaving` comes behind all that was below it on the way, with the rest of its
 * own run. */
static inline size_t network_tree_exchange(
    network_tree *t, int32_t inner, int32_t outer, int32_t leaving, tree_arc entering) {
    const int32_t before = t->previous[leaving];
    int32_t node = inner, parent = outer, last = -1, ahead = -1; /* behind the run of the node before */
    size_t count = 0;
    for (;;) {
        const int32_t old_parent = t->parent[node], top = t->depth[node];
        const tree_arc turned = {t->arc[node], t->flow[node], -t->rise[node]};
        int32_t x = t->next[node];
        if (node != inner) network_tree_link(t, last, node);
        last = node;
        network_tree_hang(t, node, parent, entering);
        network_tree_measure(t, node);
        count++;
        if (node != inner) {
            for (; x != parent; x = t->next[x], count++) network_tree_measure(t, last = x);
            x = ahead;
            if (t->depth[x] > top) network_tree_link(t, last, x);
        }
        for (; t->depth[x] > top; x = t->next[x], count++) network_tree_measure(t, last = x);
        ahead = x;
        if (node == leaving) break;
        parent = node;
        node = old_parent;
        entering = turned;
    }
    network_tree_link(t, before, ahead);
    const int32_t following = t->next[outer];
    network_tree_link(t, outer, inner);
    network_tree_link(t, last, following);
    return count;
}

#endif
