/* Vectors of LANES elements, and rows cut into them.
 *
 * A row of at least LANES elements ends with the vector of its last LANES elements, which may
 * overlap the one before: nothing past the row is touched, and no store is masked. A shorter one is
 * two half vectors that may overlap; only one shorter than these goes through a small array. */

typedef double double_vector __attribute__((ext_vector_type(CL_LANES(CL_REAL))));
#if CL_REAL_IS_FLOAT
typedef uint32_t lane_bits __attribute__((ext_vector_type(CL_LANES(CL_REAL))));
#else
typedef uint64_t lane_bits __attribute__((ext_vector_type(CL_LANES(CL_REAL))));
#endif

CL_INLINE CL_REAL largest_lane(vector v) {
    CL_REAL lane[LANES];
    store(lane, v);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lane[i] = lane[i + half] > lane[i] ? lane[i + half] : lane[i];
    return lane[0];
}

CL_INLINE double sum_of_lanes(const double_vector *v) {
    double lane[LANES];
    for (int i = 0; i < LANES; i++)
        lane[i] = (*v)[i];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lane[i] += lane[i + half];
    return lane[0];
}

CL_INLINE void add_to_total(double_vector *total, vector sum) {
    *total += __builtin_convertvector(sum, double_vector);
}

CL_INLINE vector_index lane_numbers(void) {
    vector_index number;
    for (int i = 0; i < LANES; i++)
        number[i] = i;
    return number;
}

/* A row of `length` elements, fewer than a vector has: its first half vector and its last one, which
 * overlap; shorter ones begin at the first lane, and `other` is behind them. */
CL_INLINE vector load_short(const CL_REAL *row, size_t length, CL_REAL other) {
    enum { HALF = LANES / 2 };
    CL_REAL lane[LANES];
    if (LANES > 1 && length >= (size_t)HALF) {
        memcpy(lane, row, HALF * sizeof *lane);
        memcpy(lane + HALF, row + length - HALF, HALF * sizeof *lane);
    } else {
        for (int i = 0; i < LANES; i++)
            lane[i] = i < (int)length ? row[i] : other;
    }
    return load(lane);
}

CL_INLINE void store_short(CL_REAL *row, size_t length, vector value) {
    enum { HALF = LANES / 2 };
    CL_REAL lane[LANES];
    store(lane, value);
    if (LANES > 1 && length >= (size_t)HALF) {
        memcpy(row, lane, HALF * sizeof *lane);
        memcpy(row + length - HALF, lane + HALF, HALF * sizeof *lane);
    } else {
        for (int i = 0; i < (int)length; i++)
            row[i] = lane[i];
    }
}

/* The last lanes of a row of `length` elements, those that hold one of the last `count` of them for the first time;
 * 0 < count <= LANES. Of a row shorter than a vector the last half vector repeats the end of the first one. */
CL_INLINE vector_index are_last(size_t count, size_t length) {
    const vector_index number = lane_numbers();
    if (length >= (size_t)LANES)
        return number >= (lane_integer)(LANES - count);
    return number < LANES / 2 | number >= (lane_integer)(LANES + LANES / 2 - length);
}

/* The last `count` elements before `end`, each in one lane, `other` in all other lanes; 0 < count <= LANES.
 * The row that ends here has `length` elements. */
CL_INLINE vector load_last(const CL_REAL *end, size_t count, size_t length, CL_REAL other) {
    if (length >= (size_t)LANES)
        return are_last(count, length) ? load(end - LANES) : (vector)other;
    return are_last(count, length) ? load_short(end - length, length, other) : (vector)other;
}

/* Stores the last `count` elements before `end`, where load_end has them; those before them too. */
CL_INLINE void store_last(CL_REAL *end, size_t length, vector value) {
    if (length >= (size_t)LANES)
        store(end - LANES, value);
    else
        store_short(end - length, length, value);
}

/* The end of a row, with the row's own elements in every lane that has one: what store_last needs. */
CL_INLINE vector load_end(const CL_REAL *end, size_t length) {
    return length >= (size_t)LANES ? load(end - LANES) : load_short(end - length, length, 0);
}
