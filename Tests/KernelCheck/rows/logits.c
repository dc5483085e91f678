#include "logits.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "support/check.h"
#include "support/memory.h"

logits drawn;

size_t real_size(void) { return drawn.is_float ? sizeof(float) : sizeof(double); }

double read_real(const void *x, size_t index) {
    return drawn.is_float ? (double)((const float *)x)[index] : ((const double *)x)[index];
}

void write_real(void *x, size_t index, double value) {
    if (drawn.is_float) ((float *)x)[index] = (float)value;
    else ((double *)x)[index] = value;
}

void describe_logits(void) {
    fprintf(stderr, "  %zu rows of %zu, %zu apart, %s, %s, bad label at %zu\n", drawn.rows, drawn.columns, drawn.stride,
        number_kind_name(drawn.kind), drawn.is_float ? "float" : "double", drawn.first_bad_label);
    if (drawn.rows == 0) return;
    const size_t extent = matrix_extent(drawn.rows, drawn.columns, drawn.stride);
    if (drawn.is_float) show_floats("x", drawn.x, extent);
    else show_doubles("x", drawn.x, extent);
    show_indices("labels", drawn.labels, drawn.rows);
}

size_t matrix_extent(size_t rows, size_t columns, size_t stride) {
    return rows == 0 ? 0 : (rows - 1) * stride + columns;
}

/* Finite in the element type if it is finite; magnitudes that floats do not hold become some that they do. */
static double as_real(double x) {
    if (!drawn.is_float) return x;
    if (isfinite(x) && fabs(x) > (double)FLT_MAX) x = copysign(fmod(fabs(x), 1) * 0x1p127 + 0x1p100, x);
    return (float)x;
}

typedef struct row_shape {
    bool is_near; /* base + multiples of spacing */
    double base, spacing;
    double empty_share; /* of logits that are -infinity */
} row_shape;

static row_shape draw_row_shape(void) {
    row_shape shape = {draw_one_in(3), 0, 0, draw_one_in(6) ? (double)draw_below(5) / 4 : 0};
    if (shape.is_near) {
        const double base = as_real(draw_number(draw_one_in(2) ? NUMBER_APART : NUMBER_EXPONENTS));
        const double power = pow(10, (double)draw_below(20));
        shape.base = draw_one_in(2) ? base : as_real(draw_one_in(2) ? power : -power);
        /* Here the log-sum-exp lies up to 1e-3 from the nearest float, and further. */
        if (draw_one_in(6)) shape.base = as_real((0.5 + draw_unit() / 2) * 0x1p15);
        const double next = drawn.is_float ? (double)nextafterf((float)shape.base, INFINITY) : nextafter(shape.base, INFINITY);
        const double spacings[] = {0, next - shape.base, 1, 0.1, fabs(shape.base) / 16};
        shape.spacing = spacings[draw_below(5)];
    }
    return shape;
}

static double draw_logit(row_shape shape) {
    if (shape.empty_share > 0 && draw_unit() < shape.empty_share) return -(double)INFINITY;
    if (shape.is_near) return as_real(shape.base + (double)draw_below(7) * shape.spacing);
    const double x = as_real(draw_number(drawn.kind));
    return x == (double)INFINITY && draw_one_in(2) ? -x : x;
}

static size_t draw_labels(void) {
    int32_t *labels = INPUT(int32_t, drawn.rows);
    for (size_t i = 0; i < drawn.rows; i++) labels[i] = (int32_t)draw_below(drawn.columns);
    drawn.labels = labels;
    if (drawn.rows == 0 || !draw_one_in(12)) return drawn.rows;
    size_t first = drawn.rows;
    for (size_t count = draw_between(1, 2); count > 0; count--) {
        const size_t at = draw_below(drawn.rows);
        const int32_t bad[] = {-1, (int32_t)drawn.columns, INT32_MIN, INT32_MAX};
        labels[at] = bad[draw_below(4)];
        if (at < first) first = at;
    }
    return first;
}

void draw_logits(size_t rows_at_once) {
    const bool is_long = draw_one_in(50);
    drawn = (logits){.kind = (number_kind)draw_below(NUMBER_KINDS), .is_float = draw_one_in(2)};
    drawn.rows = is_long ? draw_between(1, 2) : draw_below(rows_at_once + 1);
    drawn.columns = is_long ? draw_between(200, 9000) : draw_between(1, 1 + draw_size(130));
    drawn.stride = drawn.columns + draw_below(4);
    const size_t extent = matrix_extent(drawn.rows, drawn.columns, drawn.stride);
    void *x = memory_input(extent * real_size());
    for (size_t i = 0; i < drawn.rows; i++) {
        const row_shape shape = draw_row_shape();
        for (size_t c = 0; c < drawn.columns; c++) write_real(x, i * drawn.stride + c, draw_logit(shape));
        for (size_t c = drawn.columns; c < drawn.stride && i + 1 < drawn.rows; c++)
            write_real(x, i * drawn.stride + c, (double)NAN);
    }
    drawn.x = x;
    drawn.first_bad_label = draw_labels();
}

double draw_weight(void) {
    static const double weights[] = {0, 1, -1, 0.25, 3, 1e-30, -1e30, 1e-38};
    const double x = draw_one_in(2) ? weights[draw_below(8)] : draw_number(NUMBER_SIGNED) * draw_unit();
    return drawn.is_float ? (double)(float)x : x;
}

void *draw_weights(size_t count) {
    void *weights = memory_input(count * real_size());
    for (size_t i = 0; i < count; i++) write_real(weights, i, draw_weight());
    return weights;
}

row_reference reference_of_row(size_t row) {
    row_reference reference = {true, false, -(long double)INFINITY, 0};
    for (size_t c = 0; c < drawn.columns; c++) {
        const double x = read_real(drawn.x, row * drawn.stride + c);
        if (!(x < (double)INFINITY)) reference.is_number = false;
        if (x > (double)reference.maximum) reference.maximum = x;
    }
    reference.is_empty = reference.is_number && reference.maximum == -(long double)INFINITY;
    reference.is_number = reference.is_number && !reference.is_empty;
    if (!reference.is_number) return reference;
    long double sum = 0;
    for (size_t c = 0; c < drawn.columns; c++)
        sum += expl(read_real(drawn.x, row * drawn.stride + c) - reference.maximum);
    reference.log_sum = logl(sum);
    return reference;
}

long double log_probability(size_t row, size_t column, row_reference reference) {
    return (read_real(drawn.x, row * drawn.stride + column) - reference.maximum) - reference.log_sum;
}

long double unit_in_last_place(void) { return drawn.is_float ? 0x1p-23L : 0x1p-52L; }
long double least_normal(void) { return drawn.is_float ? 0x1p-126L : 0x1p-1022L; }

long double tolerance_of_log_sum(void) {
    return drawn.is_float ? 3e-6L : 1e-14L + (long double)drawn.columns * 0x1p-58L;
}

long double relative_tolerance_of_probability(long double log_probability, long double error_of_log_sum) {
    return 1.5L * error_of_log_sum + (4 + 0.6L * fabsl(log_probability)) * unit_in_last_place();
}

bool is_near(double found, long double expected, long double tolerance) {
    const long double greatest = drawn.is_float ? (long double)FLT_MAX : (long double)DBL_MAX;
    if (isinf(expected)) return found == (double)expected;
    if (isinf(found))
        return (found > 0) == (expected > 0) && fabsl(expected) + tolerance >= greatest * (1 + unit_in_last_place() / 4);
    return fabsl(found - expected) <= tolerance;
}

bool padding_is_unwritten(const void *y, size_t rows, size_t columns, size_t stride) {
    for (size_t i = 0; i + 1 < rows; i++)
        if (!memory_is_unwritten((const char *)y + (i * stride + columns) * real_size(), (stride - columns) * real_size()))
            return false;
    return true;
}
