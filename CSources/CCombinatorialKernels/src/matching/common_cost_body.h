/* Problems of assignment_body.h that common_cost.h solves. */

/* By 16 costs all over the problem: of most problems no more need be seen. */
CL_INLINE bool may_be_common(const CL_REAL *costs, size_t rows, size_t columns, size_t stride) {
    CL_REAL probes[16];
    for (size_t k = 0; k < 16; k++) probes[k] = costs[rows * k / 16 * stride + columns * (k * 5 % 16) / 16];
    cost_range range = {INFINITY, -INFINITY};
    widen_range(&range, probes, 16);
    return others_of_row(probes, 16, range.greatest) <= 8 || others_of_row(probes, 16, range.least) <= 8;
}

/* By some rows, a few of which may be unlike the others, so that few problems are listed in vain. */
__attribute__((noinline)) static bool sample_seems_common(
    const CL_REAL *costs, size_t rows, size_t columns, size_t stride, double *common) {
    const size_t step = rows <= 128 ? (rows + 2) / 3 : 64;
    if (!may_be_common(costs, rows, columns, stride)) return false;
    cost_range range = {INFINITY, -INFINITY};
    for (size_t i = 0; i < rows; i += step) widen_range(&range, costs + i * stride, columns);
    /* Rows vary: those of a small sample may have more others than all have on average. */
    const size_t slack = columns < 64 ? columns / 16 : 1;
    const size_t most = common_cost_most_listed(rows, columns) / rows + slack;
    size_t sampled = 0, below = 0, above = 0;
    for (size_t i = 0; i < rows; i += step, sampled++) {
        below += others_of_row(costs + i * stride, columns, range.greatest) <= most;
        above += others_of_row(costs + i * stride, columns, range.least) <= most;
    }
    *common = (below >= above ? range.greatest : range.least) + 0;
    return (below >= above ? below : above) * 2 > sampled && fabs(*common) <= CL_ASSIGNMENT_GREATEST_COST;
}

CL_INLINE bool seems_common(
    const CL_REAL *costs, const cl_assignment_batch *batch, size_t item, double *common) {
    const size_t rows = rows_of_item(batch, item), columns = columns_of_item(batch, item);
    return rows * columns >= COMMON_COST_LEAST_CELLS &&
           sample_seems_common(costs + item * batch->rows * batch->columns, rows, columns, batch->columns, common);
}

/* One bit for each of up to 64 costs from c on: whether it is another. */
CL_INLINE uint64_t others_of(const CL_REAL *c, size_t count, double common) {
    enum { STEP = 4 * WIDE_LANES };
    uint64_t others = 0;
    if (count < STEP) {
        for (size_t k = 0; k < count; k++) others |= (uint64_t)((double)c[k] != common) << k;
        return others;
    }
    wide_index differ[4];
    for (size_t k = 0; k < 4; k++) differ[k] = widened(c + k * WIDE_LANES) != common;
    if (bits(differ[0] | differ[1] | differ[2] | differ[3]) == 0) return 0;
    for (size_t k = 0; k < 4; k++) others |= bits(differ[k]) << k * WIDE_LANES;
    return others;
}

/* Lists the pairs of a row that cost less or more. False if some do one and some the other, or if a cost is to be
 * refused. */
CL_INLINE bool list_row(common_cost_problem *p, const CL_REAL *c, size_t columns, int64_t *count) {
    const listed_costs to = p->list;
    int64_t at = *count;
    bool is_valid = true;
    for (size_t j = 0; j < columns; j += 4 * WIDE_LANES)
        for (uint64_t others = others_of(c + j, columns - j, p->common); others != 0; others &= others - 1) {
            const size_t column = j + (size_t)__builtin_ctzll(others);
            const double cost = (double)c[column];
            to.column[at] = (int32_t)column;
            to.cost[at++] = cost;
            p->has_below |= cost < p->common;
            p->has_above |= cost > p->common;
            is_valid &= cost >= -CL_ASSIGNMENT_GREATEST_COST;
        }
    *count = at;
    return is_valid && !(p->has_below && p->has_above);
}

/* Lists all of them, and what stands behind the columns where the list is not to be turned. */
static bool list_pairs(common_cost_problem *p, const CL_REAL *costs, size_t rows, size_t columns, size_t stride) {
    const bool is_tall = rows > columns;
    const size_t most = common_cost_most_listed(rows, columns);
    const listed_costs to = p->list;
    int64_t count = 0;
    for (size_t i = 0; i < rows; i++) {
        leave_if_stopped(p->stop);
        to.offsets[i] = count;
        if (!list_row(p, costs + i * stride, columns, &count)) return false;
        if ((size_t)count - (is_tall ? 0 : i) > most) return false;
        if (is_tall) continue;
        to.column[count] = (int32_t)(columns + i);
        to.cost[count++] = p->common;
    }
    to.offsets[rows] = count;
    return true;
}

/* Writes the answer of a problem most of whose costs seem to be one. False if they are not, or the dense method is
 * to find it. */
__attribute__((noinline)) static bool solve_common(
    const CL_REAL *costs, const cl_assignment_batch *batch, size_t item, double common, void *workspace,
    const cl_assignment_output *to, stop_point *stop) {
    const size_t rows = rows_of_item(batch, item), columns = columns_of_item(batch, item), stride = batch->columns;
    const bool is_tall = rows > columns;
    common_cost_problem p;
    arena a = arena_over(workspace);
    if (!common_cost_lay_out(&p, &a, batch->rows, batch->columns)) return false;
    p.rows = is_tall ? columns : rows;
    p.columns = is_tall ? rows : columns;
    p.common = common;
    p.stop = stop;
    p.has_below = p.has_above = false;
    costs += item * batch->rows * stride;
    if (!list_pairs(&p, costs, rows, columns, stride)) return false;
    if (is_tall) common_cost_turn(&p);
    if (!common_cost_solve(&p)) return false;
    const int32_t *of_row = is_tall ? p.row_of : p.column_of, *of_column = is_tall ? p.column_of : p.row_of;
    copy_answer(
        to->column_of_row + item * batch->rows, of_row, to->row_potentials + item * batch->rows,
        is_tall ? p.column_potentials : p.row_potentials, rows);
    copy_answer(
        to->row_of_column + item * stride, of_column, to->column_potentials + item * stride,
        is_tall ? p.row_potentials : p.column_potentials, columns);
    to->values[item] = value_of(costs, rows, stride, of_row);
    return true;
}
