/* Chains of one variant. */

/* Whether all costs are at least a limit, a number, or +infinity. */
static inline bool are_at_least(const CL_REAL *costs, size_t count, CL_REAL limit) {
    int valid = 1;
    for (size_t k = 0; k < count; k++) valid &= costs[k] >= limit;
    return valid;
}

/* Whether all costs are numbers or +infinity; else where the first other one is, counted from `at`. */
static __attribute__((noinline)) bool are_costs(
    const CL_REAL *costs, size_t count, cl_fault at, cl_fault *fault) {
    for (size_t k = 0; k < count; k++) {
        if (costs[k] > (CL_REAL)-INFINITY) continue;
        refuse(fault, at.item, at.row, at.column + k);
        return false;
    }
    return true;
}

/* next[k] = min over j of (before[j] + steps[j][k]) + unary[k], from k on as long as `count` labels are
 * left, whose minima stay in registers; returns the first k that is left. */
#define CHAIN_ADVANCE(name, count)                                                                 \
    static size_t name(                                                                \
        size_t k, const CL_REAL *before, const CL_REAL *steps, const CL_REAL *unary, size_t labels, \
        CL_REAL *restrict next) {                                                                  \
        typedef CL_REAL arrival                                                                    \
            __attribute__((ext_vector_type(count), aligned(sizeof(CL_REAL)), may_alias));          \
        for (; k + (count) <= labels; k += (count)) {                                              \
            arrival least = before[0] + *(const arrival *)(steps + k);                             \
            size_t j = 1;                                                                          \
            for (; j + 2 <= labels; j += 2) {                                                      \
                const CL_REAL *rows = steps + j * labels + k;                                      \
                const arrival a = before[j] + *(const arrival *)rows;                              \
                const arrival b = before[j + 1] + *(const arrival *)(rows + labels);               \
                const arrival both = b < a ? b : a;                                                \
                least = both < least ? both : least;                                               \
            }                                                                                      \
            if (j < labels) {                                                                      \
                const arrival a = before[j] + *(const arrival *)(steps + j * labels + k);          \
                least = a < least ? a : least;                                                     \
            }                                                                                      \
            *(arrival *)(next + k) = least + *(const arrival *)(unary + k);                        \
        }                                                                                          \
        return k;                                                                                  \
    }
#if CL_REGISTER_BYTES
CHAIN_ADVANCE(advance_four_registers, 4 * CL_LANES(CL_REAL))
CHAIN_ADVANCE(advance_register, CL_LANES(CL_REAL))
#endif
CHAIN_ADVANCE(advance_four, 4)
CHAIN_ADVANCE(advance_one, 1)
#undef CHAIN_ADVANCE

static void advance(
    const CL_REAL *before, const CL_REAL *steps, const CL_REAL *unary, size_t labels,
    CL_REAL *restrict next) {
    size_t k = 0;
#define ADVANCE(name) k = name(k, before, steps, unary, labels, next);
#if CL_REGISTER_BYTES
    ADVANCE(advance_four_registers)
    ADVANCE(advance_register)
#endif
    ADVANCE(advance_four)
    ADVANCE(advance_one)
#undef ADVANCE
}

/* The labels behind the distances, from the last position to the first, and the least distance of that;
 * not less than +infinity if there is none. */
static CL_REAL trace_labels(
    const CL_REAL *unary, const CL_REAL *steps, size_t length, cl_chain chain,
    const CL_REAL *distances, int32_t *restrict labels) {
    const size_t count = chain.labels;
    const CL_REAL *last = distances + (length - 1) * count;
    size_t label = 0;
    for (size_t k = 1; k < count; k++)
        if (last[k] < last[label]) label = k;
    const CL_REAL least = last[label];
    if (!(least < (CL_REAL)INFINITY)) return least;
    labels[length - 1] = (int32_t)label;
    for (size_t t = length - 1; t > 0; t--) {
        const CL_REAL *before = distances + (t - 1) * count;
        const CL_REAL *into = steps + (t - 1) * chain.step_position_stride + label;
        const CL_REAL here = unary[t * chain.unary_position_stride + label];
        const CL_REAL distance = distances[t * count + label];
        size_t j = 0;
        while (j + 1 < count && !(before[j] + into[j * count] + here == distance)) j++;
        labels[t - 1] = (int32_t)j;
        label = j;
    }
    return least;
}

/* What a labeling costs, in double from the first position on, and the sum of the magnitudes of its terms. */
static double sum_over(
    const CL_REAL *unary, const CL_REAL *steps, size_t length, cl_chain chain, const int32_t *labels,
    double *restrict magnitude) {
    double sum = (double)unary[labels[0]], size = fabs(sum);
    for (size_t t = 1; t < length; t++) {
        const CL_REAL *step = steps + (t - 1) * chain.step_position_stride;
        const double into = (double)step[(size_t)labels[t - 1] * chain.labels + (size_t)labels[t]];
        const double here = (double)unary[t * chain.unary_position_stride + (size_t)labels[t]];
        sum += into;
        sum += here;
        size += fabs(into);
        size += fabs(here);
    }
    *magnitude = size;
    return sum;
}

/* Whether no labeling costs less by more than n epsilon of the sum of the magnitudes of its n terms; and
 * the exact sum over this one, rounded, in the place of a worse one.
 *
 * Rounding is monotone: no distance exceeds the rounded sum over any labeling. So it is enough that the
 * exact sum over this one does not exceed the distance that it was found by. */
static bool is_proven_labeling(
    const CL_REAL *unary, const CL_REAL *steps, size_t length, cl_chain chain, const int32_t *labels,
    CL_REAL distance, double magnitude, double *restrict value) {
    if (magnitude <= 2 * fabs(*value)) return true;

    uint64_t exact[WIDE_SUM_WORDS];
    wide_set(wide_any_sum, exact, (double)unary[labels[0]]);
    for (size_t t = 1; t < length; t++) {
        const CL_REAL *step = steps + (t - 1) * chain.step_position_stride;
        wide_add_double(wide_any_sum, exact, (double)step[(size_t)labels[t - 1] * chain.labels + (size_t)labels[t]]);
        wide_add_double(wide_any_sum, exact, (double)unary[t * chain.unary_position_stride + (size_t)labels[t]]);
    }
    const double cost = wide_value(wide_any_sum, exact);
    if (!(fabs(*value - cost) <= (double)length * DBL_EPSILON * fabs(cost))) *value = cost;
    wide_subtract_double(wide_any_sum, exact, (double)distance);
    return wide_value(wide_any_sum, exact) <=
           (double)length * (CL_REAL_IS_FLOAT ? FLT_EPSILON : DBL_EPSILON) * fabs((double)distance);
}

/* Whether some labeling is not forbidden, whatever it costs; [labels] of reach, twice. */
static bool is_feasible(
    const CL_REAL *unary, const CL_REAL *steps, size_t length, cl_chain chain, CL_REAL *reach, stop_point *stop) {
    const size_t count = chain.labels;
    bool any = false;
    for (size_t t = 0; t < length; t++) {
        leave_if_stopped(stop);
        const CL_REAL *here = unary + t * chain.unary_position_stride;
        const CL_REAL *matrix = t == 0 ? NULL : steps + (t - 1) * chain.step_position_stride;
        CL_REAL *next = reach + t * count;
        any = false;
        for (size_t k = 0; k < count; k++) {
            bool is_reached = t == 0;
            for (size_t j = 0; j < count && !is_reached; j++)
                is_reached = reach[(t - 1) * count + j] > 0 && matrix[j * count + k] < (CL_REAL)INFINITY;
            is_reached &= here[k] < (CL_REAL)INFINITY;
            next[k] = is_reached;
            any |= is_reached;
        }
    }
    return any;
}

/* The latest matrix that was looked at: a shared one is only once. */
typedef struct checked_matrix {
    const CL_REAL *matrix;
    bool is_in_range;
} checked_matrix;

/* The distances of one problem of at least one position; false if a cost is invalid. Clears `is_in_range`
 * if a number is below the limit. A function of its own: what the loop needs stays in registers. */
static __attribute__((noinline)) bool recur(
    const CL_REAL *unary, const CL_REAL *steps, cl_chain chain, size_t problem, size_t length,
    CL_REAL limit, CL_REAL *sums, checked_matrix *checked, bool *is_in_range,
    cl_fault *fault, stop_point *stop) {
    const size_t labels = chain.labels;
    *is_in_range = length == 1 || steps != checked->matrix || checked->is_in_range;
    for (size_t t = 0; t < length; t++, sums += labels, unary += chain.unary_position_stride) {
        leave_if_stopped(stop);
        if (!are_at_least(unary, labels, limit)) {
            *is_in_range = false;
            if (!are_costs(unary, labels, (cl_fault){.item = problem, .row = t}, fault))
                return false;
        }
        if (t == 0) {
            for (size_t k = 0; k < labels; k++) sums[k] = unary[k];
            continue;
        }
        if (steps != checked->matrix) {
            checked->matrix = steps;
            checked->is_in_range = are_at_least(steps, labels * labels, limit);
            *is_in_range &= checked->is_in_range;
            if (!checked->is_in_range &&
                !are_costs(
                    steps, labels * labels, (cl_fault){.item = problem, .row = t, .column = labels}, fault))
                return false;
        }
        advance(sums - labels, steps, unary, labels, sums);
        steps += chain.step_position_stride;
    }
    return true;
}

CL_SOLVES cl_status label_chains(
    const CL_REAL *unary, const CL_REAL *steps, size_t count, cl_chain chain, const int32_t *lengths,
    void *restrict workspace, double *restrict values, int32_t *restrict labels,
    CL_REAL *restrict distances, cl_fault *restrict fault, stop_point *stop) {
    if (cl_chain_labeling_workspace_size(chain) == 0) return CL_STATUS_INVALID_ARGUMENT;
    arena a = arena_over(workspace);
    CL_REAL *own_sums = arena_take(&a, chain.positions * chain.labels, sizeof(CL_REAL));
    const CL_REAL most = CL_REAL_IS_FLOAT ? FLT_MAX : (CL_REAL)DBL_MAX;
    /* Sums to -infinity, or to +infinity and back, are out of the question above this limit. */
    const CL_REAL limit = -(most / 8) / (CL_REAL)chain.positions;
    checked_matrix checked = {NULL, true};
    for (size_t n = 0; n < count; n++) {
        const CL_REAL *own = unary + n * chain.unary_problem_stride;
        const CL_REAL *matrices = steps + n * chain.step_problem_stride;
        CL_REAL *sums = distances ? distances + n * chain.positions * chain.labels : own_sums;
        int32_t *own_labels = labels + n * chain.positions;
        const size_t length = (size_t)lengths[n];
        bool is_in_range;
        for (size_t t = 0; t < chain.positions; t++) own_labels[t] = -1;
        values[n] = 0;
        if (length == 0) continue;
        if (!recur(own, matrices, chain, n, length, limit, sums, &checked, &is_in_range, fault, stop))
            return CL_STATUS_INVALID_COST;
        const CL_REAL distance = trace_labels(own, matrices, length, chain, sums, own_labels);
        if (is_in_range && distance <= most / 2 && distance >= -(most / 2)) {
            double magnitude;
            values[n] = sum_over(own, matrices, length, chain, own_labels, &magnitude);
            if (is_proven_labeling(own, matrices, length, chain, own_labels, distance, magnitude, values + n))
                continue;
        }
        refuse(fault, n, 0, 0);
        return is_feasible(own, matrices, length, chain, sums, stop) ? CL_STATUS_INEXACT : CL_STATUS_INFEASIBLE;
    }
    return CL_STATUS_OK;
}

cl_status CL_VARIANT(cl_chain_labeling_solve)(
    const void *unary, const void *steps, size_t count, cl_chain chain, const int32_t *lengths,
    void *restrict workspace, double *restrict values, int32_t *restrict labels,
    void *restrict distances, cl_fault *restrict fault) {
    CL_STOPPABLE(fault, label_chains(
        unary, steps, count, chain, lengths, workspace, values, labels, distances, fault, stop));
}
