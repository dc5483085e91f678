#include <math.h>
#include <stdio.h>
#include <string.h>

#include "CCombinatorialKernels.h"
#include "../support/check.h"
#include "../support/draw.h"
#include "../support/memory.h"
#include "checks.h"

/* The three matrices of F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity. */
static const double window_matrix[6][6] = {{4, 0, -5, 0, 1, 0}, {0, -4, -4, 1, 1, 0}, {0, 4, -4, -1, 1, 0},
    {0, -2, -1, 2, 1, 0}, {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1}};
static const double filter_matrix[6][3] = {{0.25, 0, 0}, {-1. / 6, -1. / 6, -1. / 6}, {-1. / 6, 1. / 6, -1. / 6},
    {1. / 24, 1. / 12, 1. / 6}, {1. / 24, -1. / 12, 1. / 6}, {0, 0, 1}};
static const double tile_matrix[4][6] = {{1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}};

/* No entry of a transform passes more roundings than this: products and sums of two passes, and the
 * rounding of the coefficients 1/6, 1/12 and 1/24. */
enum { ROUNDINGS = 16, MOST_SIDE = 6 };

typedef struct transform {
    size_t from, to;
    double coefficients[MOST_SIDE][MOST_SIDE];
} transform;

static transform transform_by(const double *matrix, size_t rows, size_t columns, bool is_transposed) {
    transform t = {is_transposed ? rows : columns, is_transposed ? columns : rows, {{0}}};
    for (size_t i = 0; i < t.to; i++)
        for (size_t k = 0; k < t.from; k++)
            t.coefficients[i][k] = is_transposed ? matrix[k * columns + i] : matrix[i * columns + k];
    return t;
}

/* Entry (i, k) of T x T^T, and the bound of its error. */
static double transformed(const transform *t, const double *x, size_t i, size_t k, double *bound) {
    double sum = 0, magnitude = 0;
    for (size_t a = 0; a < t->from; a++)
        for (size_t b = 0; b < t->from; b++) {
            const double term = t->coefficients[i][a] * t->coefficients[k][b] * x[a * t->from + b];
            sum += term;
            magnitude += fabs(term);
        }
    *bound = ROUNDINGS * FLOAT_UNIT * magnitude;
    return sum;
}

static struct {
    number_kind kind;
    size_t images, inputs, outputs, height, width, padding, output_height, output_width, tile_rows, tile_columns;
} shape;

void describe_winograd(void) {
    fprintf(stderr, "  %zu images of %zu x %zu, %zu inputs, %zu outputs, padding %zu, %s\n", shape.images, shape.height,
        shape.width, shape.inputs, shape.outputs, shape.padding, number_kind_name(shape.kind));
}

static void draw_shape(void) {
    static const number_kind kinds[] = {NUMBER_DIGITS, NUMBER_SIGNED, NUMBER_UNIT, NUMBER_WIDE, NUMBER_FEW, NUMBER_EXPONENTS};
    shape.kind = kinds[draw_below(sizeof kinds / sizeof *kinds)];
    shape.images = draw_between(1, 3);
    shape.inputs = draw_between(1, 4);
    shape.outputs = draw_between(1, 4);
    shape.padding = draw_below(3);
    shape.height = draw_between(shape.padding == 0 ? 3 : 1, 14);
    shape.width = draw_one_in(4) ? draw_between(30, 70) : draw_between(shape.padding == 0 ? 3 : 1, 22);
    if (draw_one_in(60)) { /* many rows of tiles: then tiles take more of the workspace than lines, or less */
        shape.images = draw_between(1, 2);
        shape.inputs = shape.outputs = 1;
        shape.height = draw_between(200, 340);
        shape.width = draw_between(3, 10);
    } else if (draw_one_in(100)) {
        shape.images = shape.inputs = shape.outputs = 1;
        shape.height = draw_between(120, 160);
        shape.width = draw_between(60, 90);
    }
    shape.output_height = shape.height + 2 * shape.padding - 2;
    shape.output_width = shape.width + 2 * shape.padding - 2;
    shape.tile_rows = (shape.output_height + 3) / 4;
    shape.tile_columns = (shape.output_width + 3) / 4;
}

static float *drawn_floats(size_t count) {
    float *x = INPUT(float, count);
    for (size_t k = 0; k < count; k++) x[k] = (float)draw_number(shape.kind);
    return x;
}

static void *workspace_of(const cl_winograd_tiles *tiles) {
    const size_t size = cl_winograd_workspace_size(tiles);
    void *workspace = memory_workspace(size);
    memset(workspace, draw_one_in(2) ? 0xFF : 0, size);
    return workspace;
}

static size_t size_of_matrices(const cl_winograd_tiles *tiles) {
    return 35 * cl_winograd_matrix_stride(tiles) + tiles->channels * cl_winograd_tile_stride(tiles);
}

static bool is_near(float found, double expected, double bound) { return fabs(found - expected) <= bound; }

/* The pixel of an image, 0 outside of it. */
static double pixel(const float *images, const cl_winograd_tiles *tiles, size_t image, size_t channel, ptrdiff_t y, ptrdiff_t x) {
    if (y < 0 || x < 0 || y >= (ptrdiff_t)tiles->height || x >= (ptrdiff_t)tiles->width) return 0;
    return (double)images[((image * tiles->channels + channel) * tiles->height + (size_t)y) * tiles->width + (size_t)x];
}

/* All of a transformed call against T x T^T of the squares that start at (4 i - padding, 4 k - padding). */
static void expect_tiles(const char *name, cl_instruction_set set, const transform *t, const float *images,
    const cl_winograd_tiles *tiles, size_t padding, const float *found) {
    const size_t stride = cl_winograd_tile_stride(tiles), matrix = cl_winograd_matrix_stride(tiles);
    const size_t count = tiles->row_count * tiles->tile_columns;
    double square[MOST_SIDE * MOST_SIDE];
    for (size_t channel = 0; channel < tiles->channels; channel++)
        for (size_t tile = 0; tile < stride; tile++) {
            const size_t row = tiles->first_row + tile / tiles->tile_columns;
            const ptrdiff_t top = (ptrdiff_t)(row % tiles->tile_rows * 4) - (ptrdiff_t)padding;
            const ptrdiff_t left = (ptrdiff_t)(tile % tiles->tile_columns * 4) - (ptrdiff_t)padding;
            for (size_t k = 0; k < t->from * t->from; k++)
                square[k] = tile >= count ? 0
                                          : pixel(images, tiles, row / tiles->tile_rows, channel, top + (ptrdiff_t)(k / t->from),
                                                left + (ptrdiff_t)(k % t->from));
            for (size_t element = 0; element < 36; element++) {
                double bound;
                const double expected = transformed(t, square, element / 6, element % 6, &bound);
                const float x = found[element * matrix + channel * stride + tile];
                if (!EXPECT(is_near(x, expected, bound), "%s on %s, element %zu, channel %zu, tile %zu of %zu: %.9g for %.17g", name,
                        instruction_set_name(set), element, channel, tile, count, (double)x, expected))
                    return;
            }
        }
}

/* What the tiles of a call hold in the images: A^T m A and the bias. */
static void expect_images(cl_instruction_set set, const float *products, const cl_winograd_tiles *tiles, const float *bias,
    const float *images) {
    const transform t = transform_by(&tile_matrix[0][0], 4, 6, false);
    const size_t stride = cl_winograd_tile_stride(tiles), matrix = cl_winograd_matrix_stride(tiles);
    double square[36];
    for (size_t channel = 0; channel < tiles->channels; channel++)
        for (size_t tile = 0; tile < tiles->row_count * tiles->tile_columns; tile++) {
            for (size_t k = 0; k < 36; k++) square[k] = (double)products[k * matrix + channel * stride + tile];
            const size_t row = tiles->first_row + tile / tiles->tile_columns;
            for (size_t k = 0; k < 16; k++) {
                const size_t y = row % tiles->tile_rows * 4 + k / 4, x = tile % tiles->tile_columns * 4 + k % 4;
                if (y >= tiles->height || x >= tiles->width) continue;
                double bound;
                const double offset = bias != NULL ? (double)bias[channel] : 0, sum = transformed(&t, square, k / 4, k % 4, &bound);
                const float found = images[((row / tiles->tile_rows * tiles->channels + channel) * tiles->height + y) * tiles->width + x];
                if (!EXPECT(is_near(found, sum + offset, bound + 2 * FLOAT_UNIT * fabs(offset)),
                        "output on %s, channel %zu, tile %zu, pixel %zu: %.9g for %.17g", instruction_set_name(set), channel, tile, k,
                        (double)found, sum + offset))
                    return;
            }
        }
}

static void check_input(const cl_winograd_kernels *kernels, cl_instruction_set set, const float *images, size_t first, size_t rows) {
    const cl_winograd_tiles tiles = {shape.inputs, shape.height, shape.width, shape.tile_rows, shape.tile_columns, first, rows};
    const transform t = transform_by(&window_matrix[0][0], 6, 6, false);
    float *found = INPUT(float, size_of_matrices(&tiles));
    memset(found, 0xFF, size_of_matrices(&tiles) * sizeof(float));
    kernels->input(images, &tiles, shape.padding, workspace_of(&tiles), found);
    expect_tiles("input", set, &t, images, &tiles, shape.padding, found);
}

/* Both directions of the outputs, in calls of some rows each. */
static void check_output(const cl_winograd_kernels *kernels, cl_instruction_set set) {
    const transform t = transform_by(&tile_matrix[0][0], 4, 6, true);
    const size_t count = shape.images * shape.outputs * shape.output_height * shape.output_width;
    const size_t all_rows = shape.images * shape.tile_rows;
    const float *given = drawn_floats(count), *bias = draw_one_in(2) ? drawn_floats(shape.outputs) : NULL;
    float *images = OUTPUT(float, count);
    for (size_t first = 0, rows; first < all_rows; first += rows) {
        rows = draw_between(1, all_rows - first);
        const cl_winograd_tiles tiles = {shape.outputs, shape.output_height, shape.output_width, shape.tile_rows, shape.tile_columns,
            first, rows};
        const size_t length = size_of_matrices(&tiles), stride = cl_winograd_tile_stride(&tiles);
        float *found = INPUT(float, length), *products = drawn_floats(length);
        memset(found, 0xFF, length * sizeof(float));
        kernels->output_adjoint(given, &tiles, workspace_of(&tiles), found);
        expect_tiles("output_adjoint", set, &t, given, &tiles, 0, found);
        for (size_t line = 0; line < 36 * tiles.channels; line++)
            for (size_t tile = rows * tiles.tile_columns; tile < stride; tile++)
                products[line / tiles.channels * cl_winograd_matrix_stride(&tiles) + line % tiles.channels * stride + tile] = 0;
        kernels->output(products, &tiles, bias, workspace_of(&tiles), images);
        expect_images(set, products, &tiles, bias, images);
    }
}

/* T x T^T of [count] squares of filters, in two calls. */
static void check_filters(const cl_winograd_kernels *kernels, cl_instruction_set set, bool is_adjoint) {
    const transform t = transform_by(&filter_matrix[0][0], 6, 3, is_adjoint);
    const size_t count = draw_one_in(4) ? draw_between(1, 40) : shape.inputs * shape.outputs, cut = draw_below(count + 1);
    const size_t from = t.from * t.from, to = t.to * t.to;
    const float *given = drawn_floats(from * count);
    float *found = OUTPUT(float, to * count);
    for (int part = 0; part < 2; part++) {
        const size_t first = part == 0 ? 0 : cut, end = part == 0 ? cut : count;
        if (is_adjoint) kernels->filters_adjoint(given, count, first, end, found);
        else kernels->filters(given, count, first, end, found);
    }
    for (size_t filter = 0; filter < count; filter++) {
        double square[36];
        for (size_t k = 0; k < from; k++) square[k] = (double)(is_adjoint ? given[k * count + filter] : given[filter * from + k]);
        for (size_t k = 0; k < to; k++) {
            double bound;
            const double expected = transformed(&t, square, k / t.to, k % t.to, &bound);
            const float x = is_adjoint ? found[filter * to + k] : found[k * count + filter];
            if (!EXPECT(is_near(x, expected, bound), "%s on %s, filter %zu of %zu, element %zu: %.9g for %.17g",
                    is_adjoint ? "filters_adjoint" : "filters", instruction_set_name(set), filter, count, k, (double)x, expected))
                return;
        }
    }
}

void check_winograd(void) {
    draw_shape();
    const float *images = drawn_floats(shape.images * shape.inputs * shape.height * shape.width);
    const size_t all_rows = shape.images * shape.tile_rows;
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    for (size_t s = 0; s < set_count; s++) {
        const cl_winograd_kernels *kernels = cl_winograd_table(sets[s]);
        const size_t cut = draw_between(1, all_rows);
        check_input(kernels, sets[s], images, 0, cut);
        if (cut < all_rows) check_input(kernels, sets[s], images, cut, all_rows - cut);
        check_output(kernels, sets[s]);
        check_filters(kernels, sets[s], false);
        check_filters(kernels, sets[s], true);
    }
}
