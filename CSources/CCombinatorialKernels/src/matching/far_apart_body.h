/* Problems of assignment_body.h that rounding may have decided, or that left the range of double. */

/* Whether rounding may have decided one problem of a group, whatever the others are; by the magnitude of its value. */
__attribute__((noinline)) static bool is_far_apart(assignment_problem *p, double value) {
    need_copy(p);
    magnitudes m = magnitudes_of_none();
    for (size_t j = 0; j < p->width; j++) note_magnitude(&m, p->w.potentials[j]);
    for (size_t i = 0; i < p->rows; i++) note_magnitude(&m, p->w.row_potentials[i]);
    for (size_t j = 0; p->is_square && j < p->rows; j++) {
        leave_long_if_stopped(p, p->width);
        double start = p->known ? p->known[j] : p->is_tied ? p->tied_at : INFINITY;
        for (size_t i = 0; p->known == NULL && !p->is_tied && i < p->rows; i++) {
            const double cost = (double)costs_of(p, i)[j];
            start = cost < start ? cost : start;
        }
        note_magnitude(&m, start);
    }
    const double least_value = least_safe_value(m, p->known != NULL);
    if (value >= least_value || (value == 0 && least_value < INFINITY && p->known == NULL))
        return false;
    if (p->known && value < m.greatest * GIVEN_POTENTIALS_FAR_ABOVE) return true;
    for (size_t i = 0; i < p->rows; i++) {
        leave_long_if_stopped(p, p->width);
        for (size_t j = 0; j < p->width; j++) {
            const double cost = (double)costs_of(p, i)[j];
            if (cost < INFINITY) note_least_magnitude(&m, cost);
        }
    }
    return are_far_apart(m);
}

/* The first cost that is NaN or -infinity, or else, if `or_too_great`, the first that is too great. */
static bool find_bad_cost(
    const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride, bool or_too_great,
    cl_fault *fault, stop_point *stop) {
    for (int great = 0; great <= (int)or_too_great; great++)
        for (size_t i = 0; i < rows; i++) {
            leave_if_stopped(stop);
            for (size_t j = 0; j < columns; j++) {
                const double cost = (double)costs[i * row_stride + j];
                if (great ? !is_too_great(cost) : cost > -INFINITY) continue;
                fault->row = i;
                fault->column = j;
                return true;
            }
        }
    return false;
}

/* Of all that the answer rests on. */
static magnitudes magnitudes_of(const assignment_problem *p) {
    magnitudes m = magnitudes_of_none();
    for (size_t j = 0; j < p->width; j++) note_magnitude(&m, p->w.potentials[j]);
    for (size_t i = 0; i < p->rows; i++) {
        note_magnitude(&m, p->w.row_potentials[i]);
        note_magnitude(&m, (double)costs_of(p, i)[p->w.column_of[i]]);
    }
    return m;
}

/* Proves the answer that has been written, or writes one found in exact numbers. */
__attribute__((noinline)) static cl_status finish_far_apart(
    assignment_problem *p, const CL_REAL *costs, const cl_assignment_batch *batch, size_t item, size_t width,
    void *memory, const cl_assignment_output *to, cl_fault *fault) {
    need_copy(p);
    const size_t rows = rows_of_item(batch, item), columns = columns_of_item(batch, item);
    const exact_matching m = {
        .costs = p->costs, .is_float = CL_REAL_IS_FLOAT, .rows = p->rows, .columns = width, .stride = p->stride,
        .stop = p->stop};
    int64_t *entries = p->w.predecessor;
    if (p->status == CL_STATUS_INVALID_COST &&
        find_bad_cost(costs, rows, columns, batch->columns, false, fault, p->stop))
        return CL_STATUS_INVALID_COST;
    if (p->status == CL_STATUS_INFEASIBLE &&
        !find_bad_cost(costs, rows, columns, batch->columns, true, &(cl_fault){0}, p->stop))
        return CL_STATUS_INFEASIBLE;
    for (size_t i = 0; p->status == CL_STATUS_OK && i < p->rows; i++)
        entries[i] = (int64_t)(i * p->stride) + p->w.column_of[i];
    if (p->status == CL_STATUS_OK &&
        magnitudes_of(p).greatest <= CL_ASSIGNMENT_GREATEST_COST &&
        exact_matching_is_proved(&m, entries, p->w.potentials))
        return CL_STATUS_OK;
    if (exact_matching_solve(&m, memory, entries, p->w.potentials) != CL_STATUS_OK)
        return CL_STATUS_INFEASIBLE;
    for (size_t j = 0; j < width; j++) p->w.row_of[j] = -1;
    for (size_t i = 0; i < p->rows; i++)
        match(p, i, (size_t)entries[i] - i * p->stride);
    p->is_reduced = p->is_listed = false; /* potentials of another answer */
    find_row_potentials(p, width);
    note_potentials(p->w.potentials, width, &(wide){0}, &(wide){0});
    note_potentials(p->w.row_potentials, width, &(wide){0}, &(wide){0});
    if (magnitudes_of(p).greatest > CL_ASSIGNMENT_GREATEST_COST &&
        find_bad_cost(costs, rows, columns, batch->columns, true, fault, p->stop))
        return CL_STATUS_INVALID_COST;
    write_answer(p, costs, batch, item, to);
    return CL_STATUS_OK;
}
