/* The optimum of a small transport problem: every plan that is a vertex lies on a spanning tree, so all of them
 * are looked at, with sums that are exact. */
#include <math.h>
#include <stdint.h>

#include "transport.h"

enum { MOST_CELLS = 10, MOST_NODES = 11 };

bool has_optimum(const balanced_problem *p) { return p->rows * p->columns <= MOST_CELLS; }

/* The nodes on the row's side of an arc of a set of arcs, as bits. */
static unsigned side_of(const balanced_problem *p, unsigned arcs, size_t arc) {
    unsigned side = 1u << arc / p->columns;
    for (size_t round = 0; round < p->rows + p->columns; round++)
        for (size_t other = 0; other < p->rows * p->columns; other++) {
            if (other == arc || !(arcs >> other & 1)) continue;
            const unsigned ends = 1u << other / p->columns | 1u << (p->rows + other % p->columns);
            if (side & ends) side |= ends;
        }
    return side;
}

/* Whether rows + columns - 1 arcs join all nodes. */
static bool is_spanning(const balanced_problem *p, unsigned arcs) {
    const size_t nodes = p->rows + p->columns;
    if ((size_t)__builtin_popcount(arcs) != nodes - 1) return false;
    const size_t first = (size_t)__builtin_ctz(arcs);
    const unsigned end = 1u << (p->rows + first % p->columns);
    const unsigned side = side_of(p, arcs, first);
    if (side & end) return false; /* a cycle */
    unsigned reached = side | end;
    for (size_t round = 0; round < nodes; round++)
        for (size_t other = 0; other < p->rows * p->columns; other++) {
            const unsigned ends = 1u << other / p->columns | 1u << (p->rows + other % p->columns);
            if (arcs >> other & 1 && reached & ends) reached |= ends;
        }
    return reached == (1u << nodes) - 1;
}

/* Adds to the value what an arc of a tree carries; false if that is negative, or forbidden. */
static bool add_arc(const balanced_problem *p, unsigned tree, size_t arc, exact *value, double *terms) {
    const size_t row = arc / p->columns, column = arc % p->columns;
    const double cost = p->costs[row * p->stride + column];
    const unsigned side = side_of(p, tree, arc);
    exact flow, term;
    exact_clear(&flow);
    exact_clear(&term);
    for (size_t i = 0; i < p->rows; i++)
        if (side >> i & 1) exact_add(&flow, p->supply[i]);
    for (size_t j = 0; j < p->columns; j++)
        if (side >> (p->rows + j) & 1) exact_subtract(&flow, p->demand[j]);
    const int sign = exact_sign(&flow);
    if (sign == 0) return true;
    if (sign < 0 || !(cost < (double)INFINITY)) return false;
    for (size_t i = 0; i < p->rows; i++)
        if (side >> i & 1) exact_add_product(&term, cost, p->supply[i]);
    for (size_t j = 0; j < p->columns; j++)
        if (side >> (p->rows + j) & 1) exact_subtract_product(&term, cost, p->demand[j]);
    exact_add_exact(value, &term);
    *terms += fabs(exact_value(&term));
    return true;
}

bool find_optimum(const balanced_problem *p, exact *value, double *terms) {
    const size_t cells = p->rows * p->columns;
    bool is_feasible = false;
    exact_clear(value);
    *terms = 0;
    if (cells == 0) return true;
    for (unsigned tree = 1; tree < 1u << cells; tree++) {
        if (!is_spanning(p, tree)) continue;
        exact sum;
        exact_clear(&sum);
        double magnitudes = 0;
        bool is_plan = true;
        for (size_t arc = 0; arc < cells && is_plan; arc++)
            if (tree >> arc & 1) is_plan = add_arc(p, tree, arc, &sum, &magnitudes);
        if (!is_plan || (is_feasible && exact_compare(&sum, value) >= 0)) continue;
        *value = sum;
        *terms = magnitudes;
        is_feasible = true;
    }
    return is_feasible;
}
