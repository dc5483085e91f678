#include "exact_path.h"

#include "alignment_workspace.h"
#include "../common/arena.h"
#include "../common/wide.h"

/* What the recurrence needs of a problem, whatever its element type. */
typedef struct exact_grid {
    size_t rows, columns;
    cl_alignment_rule rule;
    const cl_alignment_problem *problem;
    bool is_float; /* its numbers */
    stop_point *stop;
    wide_format format;
    wide_parts factor;      /* of GAP_FACTOR */
    double *costs;          /* [columns]: of the row in work; +infinity outside of the band */
    double *row_gaps;       /* [rows], of GAP_COSTS; else 0 */
    double *column_gaps;    /* [columns] */
    uint64_t *distances;    /* [columns + 1, WIDE_MOST_WORDS]: of the row in work */
    uint8_t *moves;         /* two bits a node: of the rows of a block, `columns` each */
    bool *is_reachable;     /* [columns + 1] */
} exact_grid;

static void lay_out(exact_grid *g, arena *a) {
    ARENA_TAKE(a, g->costs, g->columns);
    ARENA_TAKE(a, g->row_gaps, g->rows);
    ARENA_TAKE(a, g->column_gaps, g->columns);
    ARENA_TAKE(a, g->distances, (g->columns + 1) * WIDE_MOST_WORDS);
    ARENA_TAKE(a, g->is_reachable, g->columns + 1);
    ARENA_TAKE(a, g->moves, rows_of_block(g->rows, g->rule.block_rows) * g->columns / 4 + 1);
}

size_t cl_alignment_exact_bytes(size_t rows, size_t columns, size_t block_rows) {
    exact_grid g = {.rows = rows, .columns = columns, .rule.block_rows = block_rows};
    arena a = {0};
    lay_out(&g, &a);
    return arena_size(&a);
}

/* The costs of a row. Those by labels are what the element type holds, unless that overflows. */
static void load_row(const exact_grid *g, size_t row) {
    const cl_alignment_problem *p = g->problem;
    leave_if_stopped(g->stop);
    for (size_t k = 0; k < g->columns; k++) {
        g->costs[k] = is_in_band(p, g->rule, row, k) ? cost_of_cell(p, g->is_float, row, k) : INFINITY;
        const float rounded = (float)g->costs[k];
        if (p->labels && g->is_float && !isinf(rounded)) g->costs[k] = (double)rounded;
    }
}

/* Units and digits for the sums of all paths. Products of gaps reach further than the costs by the
 * factor's bits. */
static void choose_format(exact_grid *g) {
    wide_range range = wide_no_range;
    for (size_t row = 0; row < g->rows; row++) {
        load_row(g, row);
        for (size_t k = 0; k < g->columns; k++)
            wide_include(&range, g->costs[k]);
    }
    g->factor = wide_one;
    if (g->rule.gaps == CL_ALIGNMENT_GAP_FACTOR) {
        g->factor = wide_parts_of(g->rule.gap_factor);
        const int high = g->factor.exponent + wide_bit_count(g->factor.mantissa);
        range.low += g->factor.exponent < 0 ? g->factor.exponent : 0;
        range.high += high > 0 ? high : 0;
    } else if (g->rule.gaps == CL_ALIGNMENT_GAP_COSTS) {
        for (size_t i = 0; i < g->rows; i++)
            wide_include(&range, g->row_gaps[i]);
        for (size_t k = 0; k < g->columns; k++)
            wide_include(&range, g->column_gaps[k]);
    }
    g->format = wide_format_for(range, g->rows + g->columns);
}

/* A way on from a node: to where, at what price. */
typedef struct way {
    const uint64_t *distance;
    bool is_reachable;
    double cost;
    bool is_by_factor;
} way;

/* The best of the ways D, H, V, the first of those that are equal; `best` may be what a way points to.
 * Returns the move, or 3 if there is none. */
static unsigned relax_node(const exact_grid *g, const way ways[3], uint64_t *best) {
    uint64_t sums[2][WIDE_MOST_WORDS];
    unsigned chosen = 3, place = 0;
    for (unsigned move = 0; move < 3; move++) {
        const way *w = &ways[move];
        if (!w->is_reachable || w->cost == INFINITY)
            continue;
        uint64_t *sum = sums[place];
        wide_copy(g->format, sum, w->distance);
        wide_add_product(g->format, sum, wide_parts_of(w->cost), w->is_by_factor ? g->factor : wide_one);
        if (chosen == 3 || wide_compare(g->format, sum, sums[1 - place]) < 0) {
            chosen = move;
            place = 1 - place;
        }
    }
    if (chosen < 3)
        wide_copy(g->format, best, sums[1 - place]);
    return chosen;
}

static uint64_t *distance_at(const exact_grid *g, size_t column) {
    return g->distances + column * g->format.words;
}

/* The price of a gap next to a cell of the row in work, but for the factor; `given` is that of GAP_COSTS.
 * Time warping has none on the border. */
static double gap_cost(const exact_grid *g, size_t column, bool is_border, double given) {
    switch (g->rule.gaps) {
    case CL_ALIGNMENT_GAP_COSTS:
        return given;
    case CL_ALIGNMENT_TIME_WARPING:
        return is_border ? (double)INFINITY : g->costs[column];
    default:
        return g->rows == 0 || g->columns == 0 ? 0
                                               : g->costs[column < g->columns ? column : g->columns - 1];
    }
}

static way gap_way(const exact_grid *g, size_t to, double cost) {
    return (way){distance_at(g, to), g->is_reachable[to], cost, g->rule.gaps == CL_ALIGNMENT_GAP_FACTOR};
}

static const way no_way = {NULL, false, INFINITY, false};

/* The last row of nodes: H only, beside the cells of the row before. */
static void start(const exact_grid *g) {
    if (g->rows > 0)
        load_row(g, g->rows - 1);
    wide_clear(g->format, distance_at(g, g->columns));
    g->is_reachable[g->columns] = true;
    for (size_t k = g->columns; k-- > 0;) {
        const way ways[3] = {no_way, gap_way(g, k + 1, gap_cost(g, k, true, g->column_gaps[k])), no_way};
        g->is_reachable[k] = relax_node(g, ways, distance_at(g, k)) < 3;
    }
}

/* A row of nodes, in the place of the row below; its moves from `moves` on, unless that is NULL. */
static void relax_row(const exact_grid *g, size_t row, uint8_t *moves, size_t first_move) {
    uint64_t diagonal[WIDE_MOST_WORDS], below[WIDE_MOST_WORDS];
    const size_t columns = g->columns;
    const double row_gap = g->row_gaps[row];
    load_row(g, row);
    bool diagonal_is_reachable = g->is_reachable[columns];
    wide_copy(g->format, diagonal, distance_at(g, columns));
    const way border[3] = {no_way, no_way, gap_way(g, columns, gap_cost(g, columns, true, row_gap))};
    g->is_reachable[columns] = relax_node(g, border, distance_at(g, columns)) < 3;
    for (size_t k = columns; k-- > 0;) {
        const bool below_is_reachable = g->is_reachable[k];
        wide_copy(g->format, below, distance_at(g, k));
        const way ways[3] = {
            {diagonal, diagonal_is_reachable, g->costs[k], false},
            gap_way(g, k + 1, gap_cost(g, k, false, g->column_gaps[k])),
            gap_way(g, k, gap_cost(g, k, false, row_gap)),
        };
        const unsigned move = relax_node(g, ways, distance_at(g, k));
        g->is_reachable[k] = move < 3;
        wide_copy(g->format, diagonal, below);
        diagonal_is_reachable = below_is_reachable;
        if (moves) {
            const size_t at = first_move + k;
            moves[at / 4] = (uint8_t)((moves[at / 4] & ~(3u << at % 4 * 2)) | move << at % 4 * 2);
        }
    }
}

/* The distances of row `first`, and the moves of the rows from there to before `end`. */
static void relax_rows(const exact_grid *g, size_t first, size_t end) {
    start(g);
    for (size_t row = g->rows; row-- > first;)
        relax_row(g, row, row < end ? g->moves : NULL, row < end ? (row - first) * g->columns : 0);
}

/* Whether there is a path at all: known soon, and of all problems without one. */
static bool has_path(const exact_grid *g) {
    bool *is_reachable = g->is_reachable;
    if (g->rows > 0)
        load_row(g, g->rows - 1);
    is_reachable[g->columns] = true;
    for (size_t k = g->columns; k-- > 0;)
        is_reachable[k] = is_reachable[k + 1] && gap_cost(g, k, true, g->column_gaps[k]) < INFINITY;
    for (size_t row = g->rows; row-- > 0;) {
        load_row(g, row);
        bool diagonal = is_reachable[g->columns];
        is_reachable[g->columns] &= gap_cost(g, g->columns, true, g->row_gaps[row]) < INFINITY;
        for (size_t k = g->columns; k-- > 0;) {
            const bool below = is_reachable[k];
            is_reachable[k] =
                (diagonal && g->costs[k] < INFINITY) ||
                (below && gap_cost(g, k, false, g->row_gaps[row]) < INFINITY) ||
                (is_reachable[k + 1] && gap_cost(g, k, false, g->column_gaps[k]) < INFINITY);
            diagonal = below;
        }
    }
    return is_reachable[0];
}

/* Only the moves of a block of rows are kept. For each further block, which are as rare as the need for
 * this is, all rows below are computed again: distances of 8 to 400 bytes are not worth storing. */
static cl_status solve(
    exact_grid *g, double *restrict value, uint8_t *restrict moves, size_t *restrict count) {
    const size_t block = rows_of_block(g->rows, g->rule.block_rows);
    size_t row = 0, column = 0, m = 0, first = 0;
    if (!has_path(g))
        return CL_STATUS_INFEASIBLE;
    choose_format(g);
    relax_rows(g, 0, block);
    *value = wide_value(g->format, distance_at(g, 0));
    if (isinf(*value))
        return CL_STATUS_OUT_OF_RANGE;
    while (row < g->rows || column < g->columns) {
        unsigned move = row == g->rows ? CL_ALIGNMENT_HORIZONTAL : CL_ALIGNMENT_VERTICAL;
        if (row < g->rows && column < g->columns) {
            if (row == first + block) {
                first = row;
                relax_rows(g, first, first + block);
            }
            const size_t at = (row - first) * g->columns + column;
            move = g->moves[at / 4] >> at % 4 * 2 & 3;
        }
        moves[m++] = (uint8_t)move;
        row += move != CL_ALIGNMENT_HORIZONTAL;
        column += move != CL_ALIGNMENT_VERTICAL;
    }
    *count = m;
    return CL_STATUS_OK;
}

/* What the path costs; whether it is one that leads from corner to corner. */
static bool add_path(const exact_grid *g, const uint8_t *moves, size_t count, uint64_t *sum) {
    size_t row = 0, column = 0;
    wide_clear(g->format, sum);
    if (g->rows > 0)
        load_row(g, 0);
    for (size_t m = 0; m < count; m++) {
        const bool goes_right = moves[m] != CL_ALIGNMENT_VERTICAL;
        const bool goes_down = moves[m] != CL_ALIGNMENT_HORIZONTAL;
        if ((goes_right && column == g->columns) || (goes_down && row == g->rows))
            return false;
        const bool is_border = row == g->rows || column == g->columns, is_diagonal = goes_right && goes_down;
        const double given = goes_right ? g->column_gaps[column] : g->row_gaps[row];
        const double cost = is_diagonal ? g->costs[column] : gap_cost(g, column, is_border, given);
        if (cost == INFINITY)
            return false;
        const bool is_by_factor = !is_diagonal && g->rule.gaps == CL_ALIGNMENT_GAP_FACTOR;
        wide_add_product(g->format, sum, wide_parts_of(cost), is_by_factor ? g->factor : wide_one);
        column += goes_right;
        row += goes_down;
        if (goes_down && row < g->rows)
            load_row(g, row);
    }
    return row == g->rows && column == g->columns;
}

static double excess(exact_grid *g, const uint8_t *moves, size_t count) {
    uint64_t sum[WIDE_MOST_WORDS];
    choose_format(g);
    if (!add_path(g, moves, count, sum))
        return INFINITY;
    relax_rows(g, 0, 0);
    wide_subtract(g->format, sum, distance_at(g, 0));
    return wide_value_upwards(g->format, sum);
}

static exact_grid grid_of(
    const cl_alignment_problem *p, cl_element element, cl_alignment_rule rule, void *workspace, stop_point *stop) {
    exact_grid g = {.rows = p->rows, .columns = p->columns, .rule = rule, .problem = p,
                    .is_float = element == CL_FLOAT32, .stop = stop};
    const bool has_costs = rule.gaps == CL_ALIGNMENT_GAP_COSTS;
    arena a = arena_over(workspace);
    lay_out(&g, &a);
    for (size_t i = 0; i < p->rows; i++) g.row_gaps[i] = has_costs ? number_at(p->row_gaps, g.is_float, i) : 0;
    for (size_t k = 0; k < p->columns; k++)
        g.column_gaps[k] = has_costs ? number_at(p->column_gaps, g.is_float, k) : 0;
    return g;
}

cl_status cl_alignment_exact(
    const cl_alignment_problem *p, cl_element element, cl_alignment_rule rule, void *workspace, double *restrict value,
    uint8_t *restrict moves, size_t *restrict move_count, stop_point *stop) {
    exact_grid g = grid_of(p, element, rule, workspace, stop);
    return solve(&g, value, moves, move_count);
}

double cl_alignment_excess(
    cl_element element, const cl_alignment_problem *p, cl_alignment_rule rule, const uint8_t *moves,
    size_t move_count, void *workspace) {
    exact_grid g = grid_of(p, element, rule, workspace, NULL);
    return excess(&g, moves, move_count);
}
