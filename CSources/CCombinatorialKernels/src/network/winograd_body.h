/* Winograd's transforms, for float.
 *
 * A transform T X T^T is taken in two steps. Down the columns, vectors run along the lines of the image
 * as they lie in memory. What comes out, for all tiles of a channel, is then taken apart into the first,
 * second, third and fourth pixel of each tile, and along the rows vectors run over tiles: whatever the
 * width of an image, they are full. */

#include "winograd_lines_body.h"

/* Pixels of groups of 4 to and from four arrays. As the compiler sees it, full groups: it loads and
 * stores vectors and takes them apart by shuffles. */
CL_INLINE void take_apart(
    const CL_REAL *restrict pixels, size_t count, CL_REAL *restrict parts, size_t stride) {
    CL_REAL *restrict a = parts, *restrict b = parts + stride;
    CL_REAL *restrict c = parts + 2 * stride, *restrict d = parts + 3 * stride;
    for (size_t t = 0; t < count; t++) {
        a[t] = pixels[4 * t];
        b[t] = pixels[4 * t + 1];
        c[t] = pixels[4 * t + 2];
        d[t] = pixels[4 * t + 3];
    }
}

CL_INLINE void put_together(
    const CL_REAL *restrict parts, size_t stride, size_t count, CL_REAL *restrict pixels) {
    const CL_REAL *restrict a = parts, *restrict b = parts + stride;
    const CL_REAL *restrict c = parts + 2 * stride, *restrict d = parts + 3 * stride;
    for (size_t t = 0; t < count; t++) {
        pixels[4 * t] = a[t];
        pixels[4 * t + 1] = b[t];
        pixels[4 * t + 2] = c[t];
        pixels[4 * t + 3] = d[t];
    }
}

/* Where a row of tiles has its pixels. */
typedef struct tile_row {
    size_t image;
    size_t top;
} tile_row;

CL_INLINE tile_row tile_row_at(const cl_winograd_tiles *tiles, size_t row) {
    size_t counted = tiles->first_row + row;
    return (tile_row){counted / tiles->tile_rows, 4 * (counted % tiles->tile_rows)};
}

/* `count` lines of a channel from `padding` above a row of tiles on, each readable in whole vectors: a
 * line of zeros outside of the image, and a copy of a line near the end of all images. */
CL_INLINE void find_lines(
    const CL_REAL *images, const cl_winograd_tiles *tiles, size_t row, size_t channel,
    size_t padding, size_t count, CL_REAL *copies, const CL_REAL **lines) {
    tile_row place = tile_row_at(tiles, row);
    size_t plane = tiles->height * tiles->width, length = line_stride(tiles);
    size_t images_read = (tiles->first_row + tiles->row_count - 1) / tiles->tile_rows + 1;
    const CL_REAL *first = images + (place.image * tiles->channels + channel) * plane;
    const CL_REAL *end = images + images_read * tiles->channels * plane;
    for (size_t i = 0; i < count; i++, copies += length) {
        size_t line = place.top + i - padding;
        lines[i] = copies;
        if (line >= tiles->height) /* also where it is negative */
            memset(copies, 0, length * sizeof(CL_REAL));
        else if ((size_t)(end - first) - line * tiles->width < tiles->width + LANES)
            memcpy(copies, first + line * tiles->width, tiles->width * sizeof(CL_REAL));
        else
            lines[i] = first + line * tiles->width;
    }
}

/* Zeros at the end of 6 lines that do not fill their tiles. */
CL_INLINE void clear_ends(CL_REAL *lines, size_t stride, size_t count) {
    if (count > 0)
        for (size_t i = 0; i < 6; i++)
            memset(lines + i * stride, 0, count * sizeof(CL_REAL));
}

/* B^T x of all windows of a channel down the columns: [6, pixels] for 4 pixels of each tile. What
 * windows read past the last tile of a row goes to `ends`, [6, 2, rows]; where images end with their
 * tiles that is 0 already. */
CL_INLINE void transform_columns(
    const CL_REAL *images, const cl_winograd_tiles *tiles, size_t channel, size_t padding,
    CL_REAL *copies, CL_REAL *pixels, CL_REAL *ends) {
    size_t covered = 4 * tiles->tile_columns, rows = tiles->row_count, stride = pixel_stride(tiles);
    size_t width = tiles->width < covered ? tiles->width : covered;
    for (size_t row = 0; row < rows; row++, pixels += covered) {
        const CL_REAL *lines[6];
        find_lines(images, tiles, row, channel, padding, 6, copies, lines);
        window_lines(lines, pixels, stride, width);
        clear_ends(pixels + width, stride, covered - width);
        if (tiles->width <= covered)
            continue;
        CL_REAL past[6 * 2 * LANES];
        for (size_t i = 0; i < 6; i++)
            lines[i] += covered;
        window_lines(lines, past, 2 * LANES, 2);
        for (size_t i = 0; i < 6; i++)
            for (size_t k = 0; k < tiles->width - covered; k++)
                ends[(2 * i + k) * rows + row] = past[2 * i * LANES + k];
    }
}

/* Clears what only fills up the stride. */
CL_INLINE void clear_rest(const cl_winograd_tiles *tiles, CL_REAL *pixels) {
    size_t count = tiles->row_count * tiles->tile_columns;
    size_t rest = tile_stride(tiles) - count;
    clear_ends(pixels + 4 * count, pixel_stride(tiles), 4 * rest);
}

/* The pixels of the tiles before, 0 at the start of a row. */
CL_INLINE void take_from_before(
    const cl_winograd_tiles *tiles, const CL_REAL *part, CL_REAL *restrict shifted) {
    size_t stride = tile_stride(tiles), columns = tiles->tile_columns;
    memcpy(shifted + 1, part, (stride - 1) * sizeof(CL_REAL));
    for (size_t start = 0; start <= tiles->row_count * columns && start < stride; start += columns)
        shifted[start] = 0;
}

/* The pixels of the tiles after, what `ends` holds at the end of a row. */
CL_INLINE void take_from_after(
    const cl_winograd_tiles *tiles, const CL_REAL *part, const CL_REAL *ends,
    CL_REAL *restrict shifted) {
    size_t stride = tile_stride(tiles), columns = tiles->tile_columns;
    memcpy(shifted, part + 1, (stride - 1) * sizeof(CL_REAL));
    shifted[stride - 1] = 0;
    for (size_t row = 0; row < tiles->row_count; row++)
        shifted[(row + 1) * columns - 1] = ends[row];
}

static void winograd_input(
    const CL_REAL *images, const cl_winograd_tiles *tiles, size_t padding, void *workspace,
    CL_REAL *restrict transformed) {
    size_t stride = tile_stride(tiles), part = part_stride(tiles);
    size_t matrix = matrix_stride(tiles), rows = tiles->row_count;
    arena a = arena_over(workspace);
    CL_REAL *pixels = arena_take(&a, winograd_workspace_count(tiles), sizeof(CL_REAL)), *parts = pixels + 6 * pixel_stride(tiles);
    CL_REAL *copies = parts + 6 * part, *ends = copies + 6 * line_stride(tiles);
    memset(ends, 0, 12 * rows * sizeof(CL_REAL));
    for (size_t channel = 0; channel < tiles->channels; channel++) {
        transform_columns(images, tiles, channel, padding, copies, pixels, ends);
        clear_rest(tiles, pixels);
        for (size_t i = 0; i < 6; i++) {
            take_apart(pixels + i * pixel_stride(tiles), stride, parts, part);
            const CL_REAL *sources[6];
            CL_REAL *shifted = parts + 4 * part;
            for (size_t j = 0; j < 6; j++) {
                /* Pixel j of a window is pixel j - padding of its tile, or one of a neighbor. */
                size_t k = (j + 4 - padding) % 4, tile = (j + 4 - padding) / 4;
                sources[j] = tile == 1 ? parts + k * part : shifted;
                if (tile == 0)
                    take_from_before(tiles, parts + k * part, shifted);
                if (tile == 2)
                    take_from_after(tiles, parts + k * part, ends + (2 * i + k) * rows, shifted);
                shifted += tile == 1 ? 0 : part;
            }
            window_lines(sources, transformed + channel * stride + 6 * i * matrix, matrix, stride);
        }
    }
}

static void winograd_output_adjoint(
    const CL_REAL *images, const cl_winograd_tiles *tiles, void *workspace,
    CL_REAL *restrict transformed) {
    size_t stride = tile_stride(tiles), part = part_stride(tiles);
    size_t matrix = matrix_stride(tiles);
    size_t covered = 4 * tiles->tile_columns, rest = covered - tiles->width;
    arena a = arena_over(workspace);
    CL_REAL *pixels = arena_take(&a, winograd_workspace_count(tiles), sizeof(CL_REAL)), *parts = pixels + 6 * pixel_stride(tiles);
    CL_REAL *copies = parts + 6 * part;
    for (size_t channel = 0; channel < tiles->channels; channel++) {
        for (size_t row = 0; row < tiles->row_count; row++) {
            const CL_REAL *lines[4];
            CL_REAL *target = pixels + row * covered;
            find_lines(images, tiles, row, channel, 0, 4, copies, lines);
            tile_lines(lines, target, pixel_stride(tiles), tiles->width);
            clear_ends(target + tiles->width, pixel_stride(tiles), rest);
        }
        clear_rest(tiles, pixels);
        for (size_t i = 0; i < 6; i++) {
            take_apart(pixels + i * pixel_stride(tiles), stride, parts, part);
            const CL_REAL *sources[4] = {parts, parts + part, parts + 2 * part, parts + 3 * part};
            tile_lines(sources, transformed + channel * stride + 6 * i * matrix, matrix, stride);
        }
    }
}

/* Writes the lines of a row of tiles from [6, pixels]. */
CL_INLINE void write_lines(
    const CL_REAL *pixels, const cl_winograd_tiles *tiles, size_t row, size_t channel,
    CL_REAL offset, CL_REAL *restrict values, CL_REAL *restrict images) {
    size_t width = tiles->width, length = line_stride(tiles);
    const CL_REAL *lines[6];
    for (size_t i = 0; i < 6; i++)
        lines[i] = pixels + i * pixel_stride(tiles) + 4 * row * tiles->tile_columns;
    product_lines(lines, values, length, width);
    tile_row place = tile_row_at(tiles, row);
    CL_REAL *target =
        images + ((place.image * tiles->channels + channel) * tiles->height + place.top) * width;
    for (size_t i = 0; i < 4 && place.top + i < tiles->height; i++)
        for (size_t x = 0; x < width; x++)
            target[i * width + x] = values[i * length + x] + offset;
}

static void winograd_output(
    const CL_REAL *products, const cl_winograd_tiles *tiles, const CL_REAL *bias,
    void *workspace, CL_REAL *restrict images) {
    size_t stride = tile_stride(tiles), part = part_stride(tiles);
    size_t matrix = matrix_stride(tiles);
    arena a = arena_over(workspace);
    CL_REAL *pixels = arena_take(&a, winograd_workspace_count(tiles), sizeof(CL_REAL)), *parts = pixels + 6 * pixel_stride(tiles);
    CL_REAL *values = parts + 6 * part;
    for (size_t channel = 0; channel < tiles->channels; channel++) {
        for (size_t i = 0; i < 6; i++) {
            const CL_REAL *sources[6];
            for (size_t j = 0; j < 6; j++)
                sources[j] = products + channel * stride + (6 * i + j) * matrix;
            product_lines(sources, parts, part, stride);
            put_together(parts, part, stride, pixels + i * pixel_stride(tiles));
        }
        CL_REAL offset = bias ? bias[channel] : 0;
        for (size_t row = 0; row < tiles->row_count; row++)
            write_lines(pixels, tiles, row, channel, offset, values, images);
    }
}

static void winograd_filters(
    const CL_REAL *filters, size_t count, size_t first, size_t end, CL_REAL *restrict transformed) {
    for (size_t start = first; start < end; start += LANES) {
        CL_REAL block[9 * LANES], result[36 * LANES];
        size_t lanes = end - start < LANES ? end - start : LANES;
        memset(block, 0, sizeof(block));
        for (size_t i = 0; i < lanes; i++)
            for (size_t k = 0; k < 9; k++)
                block[k * LANES + i] = filters[(start + i) * 9 + k];
        transform_filters(block, LANES, result, LANES, LANES);
        for (size_t k = 0; k < 36; k++)
            memcpy(transformed + k * count + start, result + k * LANES, lanes * sizeof(CL_REAL));
    }
}

static void winograd_filters_adjoint(
    const CL_REAL *transformed, size_t count, size_t first, size_t end, CL_REAL *restrict filters) {
    for (size_t start = first; start < end; start += LANES) {
        CL_REAL block[36 * LANES], result[9 * LANES];
        size_t lanes = end - start < LANES ? end - start : LANES;
        memset(block, 0, sizeof(block));
        for (size_t k = 0; k < 36; k++)
            memcpy(block + k * LANES, transformed + k * count + start, lanes * sizeof(CL_REAL));
        transform_filter_gradients(block, LANES, result, LANES, LANES);
        for (size_t i = 0; i < lanes; i++)
            for (size_t k = 0; k < 9; k++)
                filters[(start + i) * 9 + k] = result[k * LANES + i];
    }
}

const cl_winograd_kernels CL_VARIANT(cl_winograd_kernels) = {
    winograd_input, winograd_output_adjoint, winograd_output, winograd_filters, winograd_filters_adjoint,
};
