/* Answers to start from, most of which are none: any entries of the matrix, and any potentials. */
#include <math.h>

#include "support/draw.h"
#include "support/memory.h"
#include "transport.h"

const cl_transport_known *draw_known(size_t rows, size_t columns) {
    static cl_transport_known known;
    if (rows == 0 || columns == 0 || !draw_one_in(3)) return NULL;
    const number_kind kind = (number_kind)draw_below(NUMBER_KINDS);
    known.plan_count = draw_below(rows + columns);
    double *potentials = INPUT(double, columns);
    int32_t *plan_rows = INPUT(int32_t, known.plan_count), *plan_columns = INPUT(int32_t, known.plan_count);
    for (size_t j = 0; j < columns; j++) potentials[j] = draw_number(kind);
    const bool is_diagonal = draw_one_in(2); /* stairs, as plans are between points on a line */
    size_t i = draw_below(rows), j = draw_below(columns);
    for (size_t k = 0; k < known.plan_count; k++) {
        plan_rows[k] = (int32_t)i;
        plan_columns[k] = (int32_t)j;
        const bool is_row = draw_one_in(2);
        i = !is_diagonal ? draw_below(rows) : is_row ? (i + 1) % rows : i;
        j = !is_diagonal ? draw_below(columns) : is_row ? j : (j + 1) % columns;
    }
    known.column_potentials = potentials;
    known.plan_rows = plan_rows;
    known.plan_columns = plan_columns;
    return &known;
}
