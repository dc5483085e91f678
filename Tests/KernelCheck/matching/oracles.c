/* Oracles of matching problems: augmenting paths for what is feasible, all subsets of rows for the least sum. */
#include <math.h>
#include <stdlib.h>

#include "matching.h"
#include "support/draw.h"
#include "support/memory.h"

cost_family draw_cost_family(void) {
    cost_family family = {.kind = (int)draw_below(NUMBER_KINDS), .has_high_lines = draw_one_in(5)};
    for (size_t k = 0; k < 64; k++) {
        family.row_height[k] = draw_one_in(3) ? (1 + draw_unit()) * pow(10, (double)draw_between(15, 18)) : 0;
        family.column_height[k] = draw_one_in(3) ? (1 + draw_unit()) * pow(10, (double)draw_between(15, 18)) : 0;
    }
    if (draw_one_in(8)) family.forbidden_of_8 = draw_between(1, 7);
    return family;
}

const char *cost_family_name(const cost_family *family) {
    return family->has_high_lines ? "some rows and columns far above the others" : number_kind_name((number_kind)family->kind);
}

/* The greatest cost of all that are not refused, and the one after it. */
static double cost_at_the_limit(void) {
    const double cost = draw_one_in(2) ? 0x1p1000 : 0x1.0000000000001p1000;
    return draw_one_in(2) ? cost : -cost;
}

double draw_cost(const cost_family *family, size_t row, size_t column) {
    if (family->forbidden_of_8 > 0 && draw_below(8) < family->forbidden_of_8) return INFINITY;
    if (family->kind == NUMBER_EXTREME && draw_one_in(16)) return cost_at_the_limit();
    const double cost = draw_number((number_kind)family->kind);
    if (!family->has_high_lines) return draw_one_in(16) && cost == 0 ? -cost : cost;
    return cost + (family->row_height[row % 64] + family->column_height[column % 64]);
}

size_t first_invalid_cost(const double *costs, size_t count) {
    size_t k = 0;
    while (k < count && !is_invalid_cost(costs[k])) k++;
    return k;
}

size_t first_too_great_cost(const double *costs, size_t count) {
    size_t k = 0;
    while (k < count && !is_too_great(costs[k])) k++;
    return k;
}

typedef struct kuhn {
    const matching_problem *p;
    double limit;
    bool strictly;
    int32_t *column_of; /* [rows] */
    bool *visited;      /* [columns] */
} kuhn;

static bool is_permitted(const kuhn *k, size_t row, size_t column) {
    const double cost = k->p->costs[row * k->p->columns + column];
    return cost < INFINITY && (k->strictly ? cost < k->limit : cost <= k->limit);
}

static bool find_column(kuhn *k, size_t row) {
    const matching_problem *p = k->p;
    for (size_t j = 0; j < p->columns; j++) {
        if (k->visited[j] || !is_permitted(k, row, j)) continue;
        k->visited[j] = true;
        int64_t used = 0;
        for (size_t i = 0; i < p->rows; i++) used += k->column_of[i] == (int32_t)j;
        bool is_free = used < (p->capacities ? p->capacities[j] : 1);
        for (size_t i = 0; i < p->rows && !is_free; i++)
            is_free = k->column_of[i] == (int32_t)j && find_column(k, i);
        if (!is_free) continue;
        k->column_of[row] = (int32_t)j;
        return true;
    }
    return false;
}

bool can_match_all_rows(const matching_problem *p, double limit, bool strictly) {
    kuhn k = {p, limit, strictly, INPUT(int32_t, p->rows), INPUT(bool, p->columns)};
    for (size_t i = 0; i < p->rows; i++) k.column_of[i] = -1;
    for (size_t i = 0; i < p->rows; i++) {
        for (size_t j = 0; j < p->columns; j++) k.visited[j] = false;
        if (!find_column(&k, i)) return false;
    }
    return true;
}

bool needs_no_great_cost(const matching_problem *p) {
    for (size_t k = 0; k < p->rows * p->columns; k++) {
        const double cost = p->costs[k];
        if (cost < INFINITY && !(fabs(cost) <= 0x1p960 || cost > 0x1p1000)) return false;
    }
    return can_match_all_rows(p, 0x1p960, false);
}

/* The least sums by which sets of rows are matched to the columns so far: a column takes a subset. */
bool least_matching_sum(const matching_problem *p, exact *least) {
    enum { MOST_ROWS = 6 };
    static exact best[1 << MOST_ROWS];
    bool is_known[1 << MOST_ROWS] = {true};
    const size_t all = ((size_t)1 << p->rows) - 1;
    exact_clear(&best[0]);
    for (size_t j = 0; j < p->columns; j++)
        for (size_t set = all; set > 0; set--)
            for (size_t part = set; part > 0; part = (part - 1) & set) {
                const int64_t capacity = p->capacities ? p->capacities[j] : 1;
                if (__builtin_popcountll(part) > capacity || !is_known[set & ~part]) continue;
                exact sum = best[set & ~part];
                bool is_permitted = true;
                for (size_t i = 0; i < p->rows; i++) {
                    if (!(part >> i & 1)) continue;
                    const double cost = p->costs[i * p->columns + j];
                    if (cost < INFINITY) exact_add(&sum, cost);
                    else is_permitted = false;
                }
                if (!is_permitted || (is_known[set] && exact_compare(&sum, &best[set]) >= 0)) continue;
                best[set] = sum;
                is_known[set] = true;
            }
    *least = best[all];
    return is_known[all];
}

double rounding_of_sum(const double *terms, size_t count) {
    double sum = 0;
    for (size_t k = 0; k < count; k++) sum += fabs(terms[k]);
    return roundings((double)count, sum);
}

double roundings(double count, double greatest) { return count * greatest * 0x1p-52; }

double unproved_part(const matching_problem *p, const int32_t *column_of_row, const double *potentials) {
    exact sum;
    exact_clear(&sum);
    for (size_t i = 0; i < p->rows; i++) {
        const double *c = p->costs + i * p->columns;
        const size_t own = (size_t)column_of_row[i];
        exact worst;
        exact_clear(&worst);
        for (size_t j = 0; j < p->columns; j++) {
            if (c[j] == INFINITY || c[j] - potentials[j] > c[own] - potentials[own] + 0x1p-40 * (fabs(c[j]) + fabs(potentials[j]))) continue;
            exact slack;
            exact_clear(&slack);
            exact_add(&slack, c[own]);
            exact_subtract(&slack, potentials[own]);
            exact_subtract(&slack, c[j]);
            exact_add(&slack, potentials[j]);
            if (exact_compare(&slack, &worst) > 0) worst = slack;
        }
        exact_add_exact(&sum, &worst);
    }
    return exact_value(&sum);
}

void note_number(answer_magnitudes *m, double x) {
    if (x == 0) return;
    m->greatest = fmax(m->greatest, fabs(x));
    m->least = m->least == 0 ? fabs(x) : fmin(m->least, fabs(x));
}

bool lie_far_apart(answer_magnitudes m) { return m.greatest > 0x1p36 * m.least; }
