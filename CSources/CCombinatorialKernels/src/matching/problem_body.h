/* One problem of a batch while it is solved, of assignment_body.h. The functions of the phases
 * take the width beside it, so that where it is a constant their loops are unrolled. */

typedef struct assignment_problem {
    const CL_REAL *costs; /* [rows, stride]; width entries of each row may be read */
    size_t rows;
    size_t width;
    size_t stride;
    bool is_square;
    bool is_reduced; /* by its columns: from then on no reduced cost is below 0, rounded or not */
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
} assignment_problem;

static inline const CL_REAL *costs_of(const assignment_problem *p, size_t i) {
    return p->costs + i * p->stride;
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

/* Points the problem at the costs themselves, or at a copy that is padded to `width`, whole vectors,
 * with forbidden columns, and transposed if there are more rows than columns. */
static void set_up_problem(
    assignment_problem *p, const CL_REAL *costs, size_t rows, size_t columns, size_t row_stride, size_t width,
    const double *known, char *workspace) {
    const bool transpose = rows > columns;
    const size_t long_side = transpose ? rows : columns;
    const size_t short_side = transpose ? columns : rows;
    if (p->rows != short_side || p->width != width) /* else laid out already, for the group before */
        lay_out_problem(p, workspace, short_side, width);
    p->rows = short_side;
    p->width = width;
    p->is_square = rows == columns;
    p->is_reduced = false;
    p->known = p->is_square ? known : NULL;
    p->costs = costs;
    p->stride = row_stride;
    if (!transpose && width == columns) return;
    CL_REAL *copy = (CL_REAL *)(void *)p->w.costs;
    for (size_t i = 0; i < p->rows; i++) {
        leave_long_if_stopped(p, width);
        CL_REAL *to = copy + i * width;
        for (size_t j = 0; j < long_side; j++)
            to[j] = transpose ? costs[j * row_stride + i] : costs[i * row_stride + j];
        for (size_t j = long_side; j < width; j++) to[j] = INFINITY;
    }
    p->costs = copy;
    p->stride = width;
}
