/* The steps of recurrent cells between their matrix products: gates, new state, and their gradients.
 * One call takes the `hidden` units of one item.
 *
 * The gates of an LSTM are i, f, g, o and its state is h and then c, `hidden` numbers each:
 *
 *     c' = s(f) c + s(i) tanh(g)        h' = s(o) tanh(c')
 *
 * The gates of a GRU are r, z, the recurrent part u of the candidate and, only written, n:
 *
 *     n = tanh(x + s(r) u)        h' = (1 - s(z)) n + s(z) h
 *
 * s is the logistic function. Only exponentials of numbers below 0 are taken, so nothing overflows; s
 * and tanh are within 3e-7. Variants differ by rounding. */
#ifndef CL_RECURRENT_H
#define CL_RECURRENT_H

#include <stddef.h>

#include "cl_instruction_set.h"

/* gates [4 hidden]: in, sums; out, s(i), s(f), tanh(g), s(o). state [2 hidden]: replaced. */
typedef void cl_lstm_forward_f32(size_t hidden, float *restrict gates, float *restrict state);

/* The pullback. `gates` as the forward pass left them, the states before (`previous`) and after the
 * step. carry [2 hidden]: in, the gradient by the state after the step; out, what of the gradient by
 * the one before does not go through the sums. dsums [4 hidden]. */
typedef void cl_lstm_backward_f32(
    size_t hidden, const float *gates, const float *previous, const float *state,
    float *restrict carry, float *restrict dsums);

/* gates [4 hidden]: in, the sums of r and z, and u; out, s(r), s(z), u, n. x [hidden]: the input's part
 * of the candidate. state [hidden]: replaced. */
typedef void cl_gru_forward_f32(
    size_t hidden, float *restrict gates, const float *x, float *restrict state);

/* The pullback: as for an LSTM; drecurrent [3 hidden] by the sums of r and z and by u, dinput
 * [3 hidden] by those sums and by x. */
typedef void cl_gru_backward_f32(
    size_t hidden, const float *gates, const float *previous, float *restrict carry,
    float *restrict drecurrent, float *restrict dinput);

typedef struct cl_recurrent_kernels {
    cl_lstm_forward_f32 *lstm_forward;
    cl_lstm_backward_f32 *lstm_backward;
    cl_gru_forward_f32 *gru_forward;
    cl_gru_backward_f32 *gru_backward;
} cl_recurrent_kernels;

/* The kernels compiled for a set; NULL if this build does not contain it. */
const cl_recurrent_kernels *cl_recurrent_kernels_for(cl_instruction_set set);

#endif
