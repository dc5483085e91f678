/* log-sum-exp of a row: reference + log(sum exp(x - reference)) with one of its own logits for a
 * reference, stable for any finite logits. The reference's own term is exactly 1, so the result is
 * not below the reference. The two parts stay apart until the end: beside a reference of 1e15 the
 * logarithm is lost in rounding, but a loss or a probability needs all of it.
 *
 * The best reference is the maximum: no logit is above the result. A long row is worked on in blocks
 * that stay in the first-level cache, a pass for the maximum so far, then one for the sum, so that it
 * is read from memory once; where a block raises the maximum, the total of the blocks before is
 * rescaled. (A long row in one pass is no faster: memory limits it.)
 *
 * Where a row has a label, the label's logit does as well, and saves that pass: no loss is negative.
 * If the maximum may be more than 16 above it, the row is done again: the terms' arguments would be
 * rounded by more than half a unit of 2^-20, and beyond 88 (709) there is no exp.
 *
 * What is reassociated: a lane adds ROWS_RUN / LANES terms at a time in the element type, runs
 * and blocks are added in double.
 *
 * The error of the sum, relative to it, with u = 2^-23 (2^-52): 8 u for the additions of a run; 2 u for
 * exp; and 0.55 u times the mean of |x - reference| over the softmax, for the rounding of this difference
 * and what exp adds. That mean is at most the logarithm of the number of columns, and 16 more if the
 * reference is not the maximum. In double the additions of runs and blocks count too: 8 u of those within
 * a block, and for each block u / 2 and a rescaling of 1.5 u.
 *
 * Work per vector of floats: a load, three additions and maxima, one shift and 8 multiply-adds,
 * which are the limit: 8 cycles where one register is multiplied and added to per cycle. AVX2 waits
 * for results instead. Two and four vectors side by side, or the polynomial in halves, which have
 * more independent steps, are slower: too few registers, one multiplication more. */

/* Fetches what is one block ahead. The processor's own prefetching stops while a block is worked
 * on for the second time, and ends at page boundaries. The address need not exist. */
CL_INLINE void prefetch_next_block(const CL_REAL *x) {
    __builtin_prefetch((const void *)((uintptr_t)x + ROWS_BLOCK * sizeof(CL_REAL)));
}

CL_INLINE CL_REAL maximum_of_block(const CL_REAL *x, size_t length) {
    enum { UNROLL = 4 }; /* independent maxima: one instruction each is all that a step needs */
    vector maximum[UNROLL];
    for (int u = 0; u < UNROLL; u++)
        maximum[u] = (vector)(CL_REAL)-INFINITY;
    size_t c = 0;
    for (; c + UNROLL * LANES <= length; c += UNROLL * LANES)
        for (int u = 0; u < UNROLL; u++)
            maximum[u] = larger(maximum[u], load(x + c + u * LANES));
    for (; c + LANES <= length; c += LANES)
        maximum[0] = larger(maximum[0], load(x + c));
    if (c < length)
        maximum[1] = larger(maximum[1], load_last(x + length, length - c, length, -INFINITY));
    for (int u = 1; u < UNROLL; u++)
        maximum[0] = larger(maximum[0], maximum[u]);
    return largest_lane(maximum[0]);
}

/* How the exponentials of a block are added up: constants, so that each way has loops of its own. */
typedef struct summands {
    bool are_bounded; /* no argument exceeds 1 */
    bool are_kept;    /* each is stored */
} summands;

/* exp(x[c] + offset) for what is left of a block after its whole vectors, in lanes. The last elements are kept, those that
 * the whole vectors have too among them. */
CL_INLINE vector end_of_block(
    const CL_REAL *x, size_t length, CL_REAL offset, summands by, CL_REAL *restrict kept) {
    const size_t count = length % LANES;
    if (count == 0)
        return (vector)0;
    if (!by.are_kept) {
        const vector last = load_last(x + length, count, length, -INFINITY);
        return add_exponential((vector)0, last + offset, by.are_bounded);
    }
    const vector last = length >= (size_t)LANES ? load(x + length - LANES) : load_short(x, length, -INFINITY);
    const vector value = exponential(within(last + offset, by.are_bounded));
    store_last(kept + length, length, value);
    return are_last(count, length) ? value : (vector)0;
}

/* sum + sum_c exp(x[c] + offset) over the whole vectors of a block, in lanes. */
CL_INLINE void add_block(
    const CL_REAL *x, size_t length, CL_REAL offset, summands by, vector sum, CL_REAL *restrict kept,
    double_vector *lanes) {
    double_vector total = (double_vector)0;
    const size_t whole = length - length % LANES;
    size_t c = 0;
    do {
        const size_t end = whole - c < ROWS_RUN ? whole : c + ROWS_RUN;
        for (; c < end; c += LANES) {
            prefetch_next_block(x + c);
            if (by.are_kept) {
                const vector value = exponential(within(load(x + c) + offset, by.are_bounded));
                store(kept + c, value);
                sum += value;
            } else {
                sum = add_exponential(sum, load(x + c) + offset, by.are_bounded);
            }
        }
        add_to_total(&total, sum);
        sum = (vector)0;
    } while (c < whole);
    *lanes = total;
}

/* Where there is nothing but -infinity, any finite reference gives the sum 0, or NaN for NaN. */
CL_INLINE CL_REAL offset(CL_REAL reference) {
    return reference == (CL_REAL)-INFINITY ? 0 : -reference;
}

/* The maximum of a row and sum_c exp(x[c] - maximum), in blocks. Not inline: loops that call it seldom
 * need their registers. */
static __attribute__((noinline)) double sum_by_maximum(
    const CL_REAL *x, size_t length, CL_REAL *row_maximum) {
    const summands by = {.are_bounded = true};
    CL_REAL maximum = -INFINITY;
    double total = 0;
    for (size_t start = 0, end; start < length; start = end) {
        end = length - start < 2 * ROWS_BLOCK ? length : start + ROWS_BLOCK;
        CL_REAL here = maximum_of_block(x + start, end - start);
        if (here > maximum) {
            if (start > 0)
                total *= exp((double)maximum - here);
            maximum = here;
        }
        double_vector lanes;
        add_block(x + start, end - start, offset(maximum), by, (vector)0, NULL, &lanes);
        total += sum_of_lanes(&lanes);
    }
    double_vector lanes = (double_vector)0;
    add_to_total(&lanes, end_of_block(x, length, offset(maximum), by, NULL));
    total += sum_of_lanes(&lanes);
    *row_maximum = maximum;
    return total;
}

static __attribute__((noinline)) double log_sum_by_maximum(
    const CL_REAL *x, size_t length, CL_REAL *maximum) {
    return logarithm(sum_by_maximum(x, length, maximum));
}

/* How many rows to take at a time: those whose logits fit a block, so that the next ones are fetched
 * while these are added up. (With 4 or 16 rows of 1,000 logits, whose first steps wait for memory,
 * the pass takes a fifth longer.) */
CL_INLINE size_t rows_of_group(size_t rows, size_t columns) {
    size_t fit = ROWS_BLOCK / (columns + 1);
    fit = fit > ROWS_GROUP ? ROWS_GROUP : fit < 1 ? 1 : fit;
    return rows < fit ? rows : fit;
}

/* log(sum_c exp(x[i][c] - reference[i])) of up to ROWS_GROUP rows, each with one of its own logits as
 * a reference; where that is too far below the maximum, the maximum takes its place. Short rows go
 * through each step together: a step of one row waits long for the step before, the same step of the
 * next row does not. */
CL_INLINE void referred_log_sums(
    const CL_REAL *x, size_t rows, size_t columns, size_t row_stride, CL_REAL *restrict reference,
    bool is_maximum, double *restrict log_sums) {
    const summands by = {.are_bounded = is_maximum};
    vector sum[ROWS_GROUP];
    double_vector lanes[ROWS_GROUP];
    double total[ROWS_GROUP];
    for (size_t i = 0; i < rows; i++)
        sum[i] = end_of_block(x + i * row_stride, columns, offset(reference[i]), by, NULL);
    for (size_t i = 0; i < rows; i++)
        add_block(x + i * row_stride, columns, offset(reference[i]), by, sum[i], NULL, lanes + i);
#pragma clang loop vectorize(disable) /* by gathers, which take longer */
    for (size_t i = 0; i < rows; i++)
        total[i] = sum_of_lanes(lanes + i);
    for (size_t i = 0; i < rows; i++)
        log_sums[i] = logarithm(total[i]);
    for (size_t i = 0; i < rows; i++)
        if (!(total[i] < ROWS_MOST_TOTAL && reference[i] > (CL_REAL)-INFINITY))
            log_sums[i] =
                log_sum_by_maximum(x + i * row_stride, columns, reference + i);
}

/* The same of a group of rows_of_group rows, with their maxima as references. */
static void group_log_sums(
    const CL_REAL *x, size_t rows, size_t columns, size_t row_stride, CL_REAL *restrict maximum,
    double *restrict log_sums) {
    if (columns >= 2 * ROWS_BLOCK) { /* A group of one. */
        *log_sums = log_sum_by_maximum(x, columns, maximum);
        return;
    }
    for (size_t i = 0; i < rows; i++)
        maximum[i] = maximum_of_block(x + i * row_stride, columns);
    referred_log_sums(x, rows, columns, row_stride, maximum, true, log_sums);
}

static void rows_log_sum_exp(
    const void *untyped_x, size_t rows, size_t columns, size_t row_stride,
    double *restrict log_sum_exp) {
    const CL_REAL *x = untyped_x;
    CL_REAL maximum[ROWS_GROUP];
    for (size_t first = 0, group; first < rows; first += group) {
        group = rows_of_group(rows - first, columns);
        group_log_sums(x + first * row_stride, group, columns, row_stride, maximum, log_sum_exp + first);
        for (size_t i = 0; i < group; i++)
            log_sum_exp[first + i] += maximum[i];
    }
}
