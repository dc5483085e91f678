/* Chains of one element type and one instruction set; included by chain.c. */

/* Whether all costs of [rows, labels] are numbers or +infinity; else where the first other one is. */
static bool CL_VARIANT(are_costs)(
    const CL_REAL *costs, size_t rows, size_t labels, cl_chain_fault *fault) {
    int valid = 1;
    for (size_t k = 0; k < rows * labels; k++) valid &= costs[k] > (CL_REAL)-INFINITY;
    if (valid) return true;
    size_t k = 0;
    while (costs[k] > (CL_REAL)-INFINITY) k++;
    fault->row += k / labels;
    fault->label = k % labels;
    return false;
}

/* next[k] = min over j of (before[j] + steps[j][k]) + unary[k], from k on as long as `count` labels are
 * left, whose minima stay in registers; returns the first k that is left. */
#define CHAIN_ADVANCE(name, count)                                                                 \
    static size_t CL_VARIANT(name)(                                                                \
        size_t k, const CL_REAL *before, const CL_REAL *steps, const CL_REAL *unary, size_t labels, \
        CL_REAL *restrict next) {                                                                  \
        typedef CL_REAL arrival                                                                    \
            __attribute__((ext_vector_type(count), aligned(sizeof(CL_REAL))));                     \
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

static void CL_VARIANT(advance)(
    const CL_REAL *before, const CL_REAL *steps, const CL_REAL *unary, size_t labels,
    CL_REAL *restrict next) {
    size_t k = 0;
#define ADVANCE(name) k = CL_VARIANT(name)(k, before, steps, unary, labels, next);
#if CL_REGISTER_BYTES
    ADVANCE(advance_four_registers)
    ADVANCE(advance_register)
#endif
    ADVANCE(advance_four)
    ADVANCE(advance_one)
#undef ADVANCE
}

/* The labels behind the distances, from the last position to the first, and what they cost; +infinity if
 * there is none. */
static double CL_VARIANT(trace)(
    const CL_REAL *unary, const CL_REAL *steps, size_t length, cl_chain chain,
    const CL_REAL *distances, int32_t *restrict labels) {
    const size_t count = chain.labels;
    const CL_REAL *last = distances + (length - 1) * count;
    size_t label = 0;
    for (size_t k = 1; k < count; k++)
        if (last[k] < last[label]) label = k;
    if (!(last[label] < (CL_REAL)INFINITY)) return INFINITY;
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
    double value = (double)unary[labels[0]];
    for (size_t t = 1; t < length; t++) {
        const CL_REAL *step = steps + (t - 1) * chain.step_position_stride;
        value += (double)step[(size_t)labels[t - 1] * count + (size_t)labels[t]];
        value += (double)unary[t * chain.unary_position_stride + (size_t)labels[t]];
    }
    return value;
}

static cl_status CL_VARIANT(chain_solve)(
    const CL_REAL *unary, const CL_REAL *steps, size_t count, cl_chain chain, const int32_t *lengths,
    CL_REAL *restrict workspace, double *restrict values, int32_t *restrict labels,
    CL_REAL *restrict distances, cl_chain_fault *restrict fault) {
    if (cl_chain_workspace_count(chain) == 0) return CL_STATUS_INVALID_ARGUMENT;
    const CL_REAL *checked = NULL; /* the latest matrix that was looked at: a shared one is only once */
    for (size_t n = 0; n < count; n++) {
        const CL_REAL *own = unary + n * chain.unary_problem_stride;
        const CL_REAL *matrices = steps + n * chain.step_problem_stride;
        CL_REAL *sums = distances ? distances + n * chain.positions * chain.labels : workspace;
        const size_t length = (size_t)lengths[n];
        for (size_t t = 0; t < chain.positions; t++) labels[n * chain.positions + t] = -1;
        for (size_t t = 0; t < length; t++) {
            const CL_REAL *here = own + t * chain.unary_position_stride;
            CL_REAL *next = sums + t * chain.labels;
            *fault = (cl_chain_fault){n, t, 0, 0};
            if (!CL_VARIANT(are_costs)(here, 1, chain.labels, fault)) return CL_STATUS_INVALID_COST;
            if (t == 0) {
                for (size_t k = 0; k < chain.labels; k++) next[k] = here[k];
                continue;
            }
            const CL_REAL *matrix = matrices + (t - 1) * chain.step_position_stride;
            fault->row = 1;
            if (matrix != checked &&
                !CL_VARIANT(are_costs)(matrix, chain.labels, chain.labels, fault))
                return CL_STATUS_INVALID_COST;
            checked = matrix;
            CL_VARIANT(advance)(next - chain.labels, matrix, here, chain.labels, next);
        }
        values[n] = 0;
        if (length == 0) continue;
        values[n] = CL_VARIANT(trace)(own, matrices, length, chain, sums, labels + n * chain.positions);
        *fault = (cl_chain_fault){n, 0, 0, 0};
        if (values[n] == INFINITY) return CL_STATUS_INFEASIBLE;
    }
    return CL_STATUS_OK;
}
