/* One problem of a batch while it is solved, of assignment_body.h. The functions of the phases
 * take the width beside it, so that where it is a constant their loops are unrolled. */

typedef struct assignment_problem {
    const CL_REAL *costs; /* [rows, stride]; width entries of a row may be read, once it needs no copy */
    size_t rows;
    size_t columns;
    size_t width; /* columns, padded to whole vectors */
    size_t stride;
    const CL_REAL *source; /* the costs themselves, [rows, source_stride], or turned [columns, source_stride] */
    size_t source_stride;
    bool is_turned;
    bool needs_copy; /* before whole rows are read, in whole vectors: of each row, or of all if it is turned */
    bool is_listed;  /* see shortlist.h */
    size_t ties;     /* rows that were not listed, as too many costs are equal */
    bool is_whole;   /* phase 4: the search that runs reads whole rows */
    bool is_square;
    bool is_reduced; /* by its columns: from then on no reduced cost is below 0, rounded or not */
    bool is_tied;    /* started from rows that have many least costs */
    double tied_at;  /* what those are */
    const double *known; /* [rows] column potentials to start from, of square problems; or NULL */
    stop_point *stop;
    cl_status status;
    size_t listed;     /* rows in the list of those that have a turn in this phase */
    size_t next;       /* phases 2 and 3: the next of them */
    size_t left, bids; /* phase 3: free rows that do not bid again, bids that may still be made */
    size_t row;        /* phase 4: the row to be relaxed */
    double offset;     /* phase 4: its reduced cost less its distance */
    size_t in_tree;    /* phase 4: columns in the tree */
    size_t steps, milestone;            /* phase 4: rows relaxed, and when to look whether too many are */
    size_t steps_before, listed_before; /* as they were at the last milestone */
    bool is_hard;                       /* left to the simplex method */
    assignment_workspace w;
    shortlist_problem shortlist;
} assignment_problem;

static inline const CL_REAL *costs_of(const assignment_problem *p, size_t i) {
    return p->costs + i * p->stride;
}

static inline double cost_of(const assignment_problem *p, size_t i, size_t j) {
    return (double)p->source[p->is_turned ? j * p->source_stride + i : i * p->source_stride + j];
}

static inline wide reduced_costs(const CL_REAL *costs, const double *potentials, size_t j) {
    return widened(costs + j) - *(const wide *)(potentials + j);
}

/* Small problems end soon. */
CL_INLINE void leave_long_if_stopped(const assignment_problem *p, size_t width) {
    if (width > 64) leave_if_stopped(p->stop);
}

static inline void match(assignment_problem *p, size_t i, size_t j) {
    p->w.row_of[j] = (int32_t)i;
    p->w.column_of[i] = (int32_t)j;
}

static void lay_out_problem(assignment_problem *p, char *workspace, size_t rows, size_t width) {
    arena a = arena_over(workspace);
    assignment_workspace_lay_out(&p->w, &a, rows, width, sizeof(CL_REAL));
    for (size_t i = rows; i < width; i++) p->w.row_potentials[i] = 0; /* read in whole vectors */
}

/* The costs of a row in memory, where problems are not turned. */
static inline const CL_REAL *stored_costs_of(const assignment_problem *p, size_t i) {
    return p->source + i * p->source_stride;
}

/* Copies a row, padded with forbidden columns: whole vectors at a time, where so much may be read and what is too much
 * is written over. */
CL_INLINE void copy_row(const assignment_problem *p, size_t i) {
    const size_t columns = p->columns, width = p->width, readable = i + 1 < p->rows ? width : columns;
    CL_REAL *restrict to = (CL_REAL *)(void *)p->w.costs + i * width;
    const CL_REAL *restrict from = stored_costs_of(p, i);
    size_t j = 0;
    for (; j < columns && j + WIDE_LANES <= readable; j += WIDE_LANES) *(narrow *)(to + j) = *(const narrow *)(from + j);
    for (; j < columns; j++) to[j] = from[j];
    for (j = columns; j < width; j++) to[j] = INFINITY;
}

/* Copies the costs, padded to whole vectors with forbidden columns, and turned if there are more rows than columns. */
__attribute__((noinline)) static void copy_costs(assignment_problem *p) {
    enum { BLOCK = 16 };
    CL_REAL *copy = (CL_REAL *)(void *)p->w.costs;
    const size_t stride = p->source_stride;
    for (size_t i = 0; i < p->rows; i++) {
        leave_long_if_stopped(p, p->width);
        if (!p->is_turned) copy_row(p, i);
        else for (size_t j = p->columns; j < p->width; j++) copy[i * p->width + j] = INFINITY;
    }
    for (size_t start = 0; p->is_turned && start < p->columns; start += BLOCK) {
        leave_long_if_stopped(p, p->width);
        const size_t end = start + BLOCK < p->columns ? start + BLOCK : p->columns;
        for (size_t i = 0; i < p->rows; i++)
            for (size_t j = start; j < end; j++) copy[i * p->width + j] = p->source[j * stride + i];
    }
    p->costs = copy;
    p->stride = p->width;
    p->needs_copy = false;
}

static inline void need_copy(assignment_problem *p) {
    if (p->needs_copy) copy_costs(p);
}

__attribute__((noinline, cold)) static void copy_costs_of(assignment_problem *p, size_t i) {
    if (p->is_turned) copy_costs(p);
    else if (!p->w.is_copied[i]) copy_row(p, i);
    p->w.is_copied[i] = true;
}

/* Before one row is read whole: of most rows of a large problem lists tell enough. */
static inline void need_copy_of(assignment_problem *p, size_t i) {
    if (p->needs_copy) copy_costs_of(p, i);
}

static void shorten_row(void *of, size_t row, size_t at);

static void set_up_lists(assignment_problem *p) {
    p->shortlist = (shortlist_problem){
        .lists = p->w.lists, .costs = p->source, .is_float = CL_REAL_IS_FLOAT, .rows = p->rows, .width = p->width,
        .row_step = p->is_turned ? 1 : p->source_stride, .column_step = p->is_turned ? p->source_stride : 1,
        .potentials = p->w.potentials, .distances = p->w.distances, .predecessor = p->w.predecessor,
        .row_of = p->w.row_of, .tree = p->w.tree, .list = shorten_row, .of = p, .stop = p->stop};
    shortlists_clear(&p->shortlist, p->is_square ? 4 : 2);
}

/* Points the problem at the costs themselves, or at a copy where whole rows are read at once. */
static void set_up_problem(
    assignment_problem *p, const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride, size_t width,
    const double *known, char *workspace) {
    const bool is_turned = rows > columns;
    const size_t long_side = is_turned ? rows : columns;
    const size_t short_side = is_turned ? columns : rows;
    if (p->rows != short_side || p->width != width) /* else laid out already, for the group before */
        lay_out_problem(p, workspace, short_side, width);
    p->rows = short_side;
    p->columns = long_side;
    p->width = width;
    p->is_square = rows == columns;
    p->is_reduced = false;
    p->known = p->is_square ? known : NULL;
    p->costs = p->source = costs;
    p->stride = p->source_stride = row_stride;
    p->is_turned = is_turned;
    p->needs_copy = is_turned || width != columns;
    p->is_whole = p->is_tied = false;
    p->ties = 0;
    const size_t least_width =
        p->is_square ? SHORTLIST_LEAST_SIZE : p->is_turned ? SHORTLIST_LEAST_WIDTH : SHORTLIST_LEAST_LENGTH;
    p->is_listed = SHORTLISTS_ARE_USED && width >= least_width && p->known == NULL && short_side > 0;
    if (p->is_listed) set_up_lists(p);
    if (width <= 64 || p->known) need_copy(p);
    if (!p->needs_copy || is_turned) return;
    p->costs = (const CL_REAL *)(const void *)p->w.costs;
    p->stride = width;
    for (size_t i = 0; i < short_side; i++) p->w.is_copied[i] = false;
}
