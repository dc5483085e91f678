/* Alignment of letters, of one variant: in bytes where the prices are small multiples of a number, else as the
 * alignment of a matrix of costs whose rows are looked up by their letters. */

/* Columns to either side of the band that is tried first, where that takes an eighth of the whole table at most, or of
 * sequences that seem alike a half. */
#ifndef CL_FIRST_BAND /* tests have fewer */
#define CL_FIRST_BAND ((size_t)32)
#endif

/* What a path saves over gaps alone, in levels; its price, a sum of numbers that needs no rounding. */
static uint64_t saving_of_path(
    const cl_letter_costs *c, const cl_letter_pair *p, const letter_levels *by, const uint8_t *moves, size_t count,
    double *restrict price) {
    const CL_REAL *costs = c->substitutions;
    const double gaps[3] = {0, c->column_gap, c->row_gap};
    const uint8_t *row = p->row_letters, *column = p->column_letters;
    uint64_t saved = 0;
    double sum = 0;
    for (size_t m = 0; m < count; m++) {
        const uint8_t move = moves[m];
        if (move == CL_ALIGNMENT_DIAGONAL) {
            const size_t pair = *row * c->letters + *column;
            saved += (uint64_t)(by->greatest - by->levels[pair]);
            sum += (double)costs[pair];
        } else {
            sum += gaps[move];
        }
        row += move != CL_ALIGNMENT_HORIZONTAL;
        column += move != CL_ALIGNMENT_VERTICAL;
    }
    *price = sum;
    return saved;
}

/* Letters from the last one on, and the levels of each letter along the columns. */
static void turn_letters(const letter_table *t, const letter_memory *m, const cl_letter_pair *p, size_t letters) {
    uint8_t *rows = m->row_letters, *columns = m->column_letters;
    memset(columns, 0, t->length);
    memset(rows + p->rows, 0, WIDEST_LETTER_LANES);
    for (size_t i = 0; i < p->rows; i++) rows[i] = p->row_letters[p->rows - 1 - i];
    for (size_t k = 0; k < p->columns; k++) columns[WIDEST_LETTER_LANES + k] = p->column_letters[p->columns - 1 - k];
    if (t->by->is_by_equality) return;
    bool is_in_use[256] = {[0] = true};
    for (size_t i = 0; i < p->rows; i++) is_in_use[rows[i]] = true;
    for (size_t letter = 0; letter < letters; letter++) {
        const uint8_t *levels = t->by->levels + letter * letters;
        if (!is_in_use[letter]) continue;
        for (size_t k = 0; k < t->length; k++) m->profile[letter * t->length + k] = levels[columns[k]];
    }
}

/* Whether words of the rows stand in the columns too, within the band. Of copies with an error in ten letters half of the
 * words do, of others nearly none: with four letters, one in 60. */
static bool seem_alike(const letter_table *t) {
    enum { WORDS = 16, WORD = 6, LEAST = 5 };
    const size_t wide = CL_FIRST_BAND;
    if (t->rows < 4 * wide + WORD || t->columns < 4 * wide + WORD)
        return false;
    size_t found = 0;
    for (size_t k = 0; k < WORDS; k++) {
        const uint8_t *word = t->row_letters + (t->rows - WORD) * k / (WORDS - 1);
        const size_t middle = (t->columns - WORD) * k / (WORDS - 1);
        const uint8_t *columns = t->column_letters + (middle > wide ? middle - wide : 0);
        letter_mask starts = (letter_mask)(char)0;
        for (size_t at = 0; at < 2 * wide; at += LETTER_LANES) {
            letter_mask are_equal = (letter_mask)(char)-1;
            for (size_t i = 0; i < WORD; i++)
                are_equal &= (letter_mask)(load_letters(columns + at + i) == (letter_lanes)word[i]);
            starts |= are_equal;
        }
        found += __builtin_reduce_or(starts) != 0;
    }
    return found >= LEAST;
}

/* The best path, in a band that proves to hold it if such a one is narrow enough. */
static cl_status align_in_bytes(
    const cl_letter_pair *p, const cl_letter_costs *c, const letter_levels *by, size_t block_rows, void *workspace,
    double *restrict value, uint8_t *restrict moves, size_t *restrict move_count, stop_point *stop) {
    letter_memory m;
    arena a = arena_over(workspace);
    letter_memory_lay_out(&m, &a, c->letters, p->rows, p->columns, block_rows);
    letter_table t = {.by = by, .rows = p->rows, .columns = p->columns, .row_letters = m.row_letters,
                      .column_letters = m.column_letters + WIDEST_LETTER_LANES,
                      .boundary = m.boundary + WIDEST_LETTER_LANES, .checkpoints = m.checkpoints,
                      .profile = m.profile + WIDEST_LETTER_LANES, .moves = m.moves, .length = letter_row_length(p->columns),
                      .moves_bytes = letter_moves_bytes(p->rows, p->columns, block_rows), .stop = stop};
    turn_letters(&t, &m, p, c->letters);
    const size_t shorter = p->rows < p->columns ? p->rows : p->columns, all = steps_of_band(&t, SIZE_MAX);
    const size_t first = steps_of_band(&t, CL_FIRST_BAND);
    if (shorter > CL_FIRST_BAND && (first <= all / 8 || (first <= all / 2 && seem_alike(&t)))) {
        const uint64_t greatest = by->greatest;
        *move_count = follow_band(&t, CL_FIRST_BAND, moves);
        const uint64_t saved = saving_of_path(c, p, by, moves, *move_count, value);
        if (saved > greatest * (shorter - 1 - CL_FIRST_BAND)) return CL_STATUS_OK;
        /* Paths in a wider band save as much or more: this one will be proven. */
        const size_t enough = saved == 0 ? shorter : shorter - 1 - (size_t)((saved - 1) / greatest);
        const bool is_narrow = steps_of_band(&t, enough) <= all / 4 * 3;
        *move_count = follow_band(&t, is_narrow ? enough : SIZE_MAX, moves);
    } else {
        *move_count = follow_band(&t, SIZE_MAX, moves);
    }
    saving_of_path(c, p, by, moves, *move_count, value);
    return CL_STATUS_OK;
}

static cl_status align_by_matrix(
    const cl_letter_pair *p, const cl_letter_costs *c, size_t block_rows, void *workspace, size_t moves_stride,
    double *restrict value, uint8_t *restrict moves, size_t *restrict move_count, cl_fault *restrict fault,
    stop_point *stop) {
    void *rest;
    const cl_alignment_problem problem = letter_matrix_problem(p, c, CL_REAL_IS_FLOAT, workspace, &rest);
    return align(&problem, 1, letter_rule(block_rows), rest, moves_stride, value, moves, move_count, fault, stop);
}

CL_SOLVES cl_status align_letters(
    const cl_letter_pair *pairs, size_t count, cl_letter_costs costs, size_t block_rows, void *workspace,
    size_t moves_stride, double *restrict values, uint8_t *restrict moves, size_t *restrict move_counts,
    cl_fault *restrict fault, stop_point *stop) {
    const CL_REAL *table = costs.substitutions;
    arena a = arena_over(workspace);
    uint8_t *levels = arena_take(&a, letter_levels_bytes(costs.letters), 1);
    void *rest = arena_take(&a, 0, 1);
    size_t terms = 0;
    for (size_t i = 0; i < costs.letters * costs.letters; i++)
        if (!(table[i] > (CL_REAL)-INFINITY)) {
            refuse(fault, 0, i / costs.letters, i % costs.letters);
            return CL_STATUS_INVALID_COST;
        }
    for (size_t i = 0; i < count; i++)
        terms = pairs[i].rows + pairs[i].columns > terms ? pairs[i].rows + pairs[i].columns : terms;
    letter_levels by;
    const bool has_levels = costs.letters > 0 && find_levels(&costs, terms, levels, &by);
    for (size_t i = 0; i < count; i++) {
        const cl_letter_pair *p = &pairs[i];
        cl_status status;
        leave_if_stopped(stop);
        if (has_levels && p->rows > 0 && p->columns > 0)
            status = align_in_bytes(
                p, &costs, &by, block_rows, rest, &values[i], moves + i * moves_stride, &move_counts[i], stop);
        else
            status = align_by_matrix(
                p, &costs, block_rows, rest, moves_stride, &values[i], moves + i * moves_stride, &move_counts[i],
                fault, stop);
        if (status != CL_STATUS_OK) {
            fault->item = i;
            return status;
        }
    }
    return CL_STATUS_OK;
}

cl_status CL_VARIANT(cl_letter_alignment_solve)(
    const cl_letter_pair *pairs, size_t count, cl_letter_costs costs, size_t block_rows, void *workspace,
    size_t moves_stride, double *restrict values, uint8_t *restrict moves, size_t *restrict move_counts,
    cl_fault *restrict fault) {
    CL_STOPPABLE(fault, align_letters(
        pairs, count, costs, block_rows, workspace, moves_stride, values, moves, move_counts, fault, stop));
}
