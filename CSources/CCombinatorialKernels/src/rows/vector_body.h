/* Vectors of LANES elements, and rows cut into them.
 *
 * A row of at least LANES elements ends with the vector of its last LANES elements, which may
 * overlap the one before: nothing past the row is touched, and no store is masked. Only a row
 * shorter than one vector goes through a small array. */

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

/* The last `count` elements before `end` in the last lanes, `other` in the lanes before them;
 * 0 < count <= LANES. The row that ends here has `length` elements. */
CL_INLINE vector load_last(const CL_REAL *end, size_t count, size_t length, CL_REAL other) {
    CL_REAL lane[LANES];
    if (length >= (size_t)LANES) {
        lane_bits index;
        for (int i = 0; i < LANES; i++)
            index[i] = (unsigned)i;
        lane_bits first = (lane_bits)((unsigned)LANES - (unsigned)count);
        return index >= first ? load(end - LANES) : (vector)other;
    }
    for (int i = 0; i < LANES; i++)
        lane[i] = i < LANES - (int)count ? other : end[i - LANES];
    return load(lane);
}

/* Stores the last `count` lanes before `end`; where the row has room, the lanes before them too. */
CL_INLINE void store_last(CL_REAL *end, size_t count, size_t length, vector value) {
    if (length >= (size_t)LANES) {
        store(end - LANES, value);
        return;
    }
    CL_REAL lane[LANES];
    store(lane, value);
    for (int i = LANES - (int)count; i < LANES; i++)
        end[i - LANES] = lane[i];
}

/* The last vector of a row as load_last gives it, but with the row's own elements in the lanes
 * before: what store_last needs. Lanes outside of a short row hold 0. */
CL_INLINE vector load_end(const CL_REAL *end, size_t count, size_t length) {
    if (length >= (size_t)LANES)
        return load(end - LANES);
    return load_last(end, count, length, 0);
}
