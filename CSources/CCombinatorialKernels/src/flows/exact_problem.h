/* The state of the exact network simplex: a tree whose masses and prices are wide numbers. */
#ifndef CL_EXACT_PROBLEM_H
#define CL_EXACT_PROBLEM_H

#include "cl_flows.h"
#include "network_tree.h"
#include "../common/fault.h"
#include "../common/wide.h"

typedef struct exact_problem {
    const cl_flow_network *network;
    network_tree tree;   /* flow: the place of a node's flow among `flows`; rise: 1 or -1 of an artificial arc
                          * that points up or down; price: the nearest double */
    wide_format mass, cost;
    uint64_t *flows;     /* [nodes + 1] masses */
    uint64_t *prices;    /* [nodes + 1] costs */
    double *supply;      /* [nodes] with the sum that `start` makes 0; later what passes through a node */
    int8_t *state;       /* [arcs] */
    bool is_free;        /* all arcs cost 0: what counts is what can be delivered */
    double artificial;   /* the cost of an arc to the root */
    size_t block, next;  /* arcs that are priced before one enters, and the one to price first */
    int32_t root;
    stop_point *stop;
} exact_problem;

static inline void exact_problem_lay_out(exact_problem *p, arena *a, size_t nodes, size_t arcs) {
    network_tree_lay_out(&p->tree, a, nodes + 1);
    ARENA_TAKE(a, p->flows, (nodes + 1) * WIDE_SUM_WORDS);
    ARENA_TAKE(a, p->prices, (nodes + 1) * WIDE_SUM_WORDS);
    ARENA_TAKE(a, p->supply, nodes);
    ARENA_TAKE(a, p->state, arcs);
}

static inline uint64_t *flow_of(const exact_problem *p, int32_t node) {
    return p->flows + (size_t)p->tree.flow[node] * p->mass.words;
}

static inline uint64_t *price_of(const exact_problem *p, int32_t node) {
    return p->prices + (size_t)node * p->cost.words;
}

static inline bool points_up(const exact_problem *p, int32_t node) {
    const int32_t arc = p->tree.arc[node];
    return arc >= 0 ? p->network->sources[arc] == node : p->tree.rise[node] > 0;
}

static inline double cost_of(const exact_problem *p, int32_t arc) {
    return p->is_free ? 0 : p->network->costs[arc];
}

/* A node's price follows from its parent's. */
static inline void measure(exact_problem *p, int32_t node) {
    const int32_t arc = p->tree.arc[node];
    const double cost = arc >= 0 ? cost_of(p, arc) : p->artificial;
    uint64_t *price = price_of(p, node);
    wide_copy(p->cost, price, price_of(p, p->tree.parent[node]));
    wide_add_double(p->cost, price, points_up(p, node) ? cost : -cost);
    p->tree.price[node] = wide_value(p->cost, price);
}

#endif
