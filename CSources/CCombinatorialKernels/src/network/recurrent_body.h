/* Recurrent cells, for float. */

/* Lanes are units; the last vector of a gate may have fewer. */
CL_INLINE vector load_units(const CL_REAL *x, size_t units) {
    return units >= (size_t)LANES ? load(x) : load_short(x, units, 0);
}

CL_INLINE void store_units(CL_REAL *x, size_t units, vector value) {
    if (units >= (size_t)LANES) store(x, value);
    else store_short(x, units, value);
}

CL_INLINE vector logistic(vector x) {
    vector decay = exponential(x < 0 ? x : -x);
    return (x < 0 ? decay : (vector)1) / (1 + decay);
}

CL_INLINE vector hyperbolic_tangent(vector x) {
    vector decay = exponential(2 * (x < 0 ? x : -x));
    vector magnitude = (1 - decay) / (1 + decay);
    return x < 0 ? -magnitude : magnitude;
}

#define UNITS(part) load_units(part, units)
#define PUT(part, value) store_units(part, units, value)

static void lstm_forward(size_t hidden, CL_REAL *restrict gates, CL_REAL *restrict state) {
    for (size_t first = 0; first < hidden; first += LANES) {
        size_t units = hidden - first;
        CL_REAL *gate = gates + first, *memory = state + hidden + first;
        vector input = logistic(UNITS(gate));
        vector forget = logistic(UNITS(gate + hidden));
        vector candidate = hyperbolic_tangent(UNITS(gate + 2 * hidden));
        vector output = logistic(UNITS(gate + 3 * hidden));
        vector next = forget * UNITS(memory) + input * candidate;
        PUT(gate, input);
        PUT(gate + hidden, forget);
        PUT(gate + 2 * hidden, candidate);
        PUT(gate + 3 * hidden, output);
        PUT(memory, next);
        PUT(state + first, output * hyperbolic_tangent(next));
    }
}

static void lstm_backward(
    size_t hidden, const CL_REAL *gates, const CL_REAL *previous, const CL_REAL *state,
    CL_REAL *restrict carry, CL_REAL *restrict dsums) {
    for (size_t first = 0; first < hidden; first += LANES) {
        size_t units = hidden - first;
        const CL_REAL *gate = gates + first;
        CL_REAL *by_gate = dsums + first, *by_hidden = carry + first, *by_memory = by_hidden + hidden;
        vector input = UNITS(gate), forget = UNITS(gate + hidden);
        vector candidate = UNITS(gate + 2 * hidden), output = UNITS(gate + 3 * hidden);
        vector shape = hyperbolic_tangent(UNITS(state + hidden + first));
        vector dhidden = UNITS(by_hidden);
        vector dmemory = UNITS(by_memory) + dhidden * output * (1 - shape * shape);
        PUT(by_gate, dmemory * candidate * input * (1 - input));
        PUT(by_gate + hidden,
            dmemory * UNITS(previous + hidden + first) * forget * (1 - forget));
        PUT(by_gate + 2 * hidden, dmemory * input * (1 - candidate * candidate));
        PUT(by_gate + 3 * hidden, dhidden * shape * output * (1 - output));
        PUT(by_memory, dmemory * forget);
        PUT(by_hidden, (vector)0);
    }
}

static void gru_forward(size_t hidden, CL_REAL *restrict gates, const CL_REAL *x, CL_REAL *restrict state) {
    for (size_t first = 0; first < hidden; first += LANES) {
        size_t units = hidden - first;
        CL_REAL *gate = gates + first;
        vector reset = logistic(UNITS(gate));
        vector update = logistic(UNITS(gate + hidden));
        vector sum = UNITS(x + first) + reset * UNITS(gate + 2 * hidden);
        vector candidate = hyperbolic_tangent(sum);
        PUT(gate, reset);
        PUT(gate + hidden, update);
        PUT(gate + 3 * hidden, candidate);
        PUT(state + first, candidate + update * (UNITS(state + first) - candidate));
    }
}

static void gru_backward(
    size_t hidden, const CL_REAL *gates, const CL_REAL *previous, CL_REAL *restrict carry,
    CL_REAL *restrict drecurrent, CL_REAL *restrict dinput) {
    for (size_t first = 0; first < hidden; first += LANES) {
        size_t units = hidden - first;
        const CL_REAL *gate = gates + first;
        CL_REAL *recurrent = drecurrent + first, *input = dinput + first;
        vector reset = UNITS(gate), update = UNITS(gate + hidden);
        vector candidate = UNITS(gate + 3 * hidden), dhidden = UNITS(carry + first);
        vector dcandidate = dhidden * (1 - update) * (1 - candidate * candidate);
        /* In this order, for dcandidate times the sum may overflow where the gate is shut or open. */
        vector dreset = dcandidate * (UNITS(gate + 2 * hidden) * reset * (1 - reset));
        vector dupdate =
            dhidden * (UNITS(previous + first) - candidate) * update * (1 - update);
        PUT(recurrent, dreset);
        PUT(recurrent + hidden, dupdate);
        PUT(recurrent + 2 * hidden, dcandidate * reset);
        PUT(input, dreset);
        PUT(input + hidden, dupdate);
        PUT(input + 2 * hidden, dcandidate);
        PUT(carry + first, dhidden * update);
    }
}

#undef UNITS
#undef PUT

const cl_recurrent_kernels CL_VARIANT(cl_recurrent_kernels) = {
    lstm_forward, lstm_backward, gru_forward, gru_backward,
};
