internal import CCombinatorialKernels

/// The steps of recurrent cells between their matrix products, for the `hidden` units of one item; see
/// cl_network.h for the formulas and what each array holds. All run on the calling thread.
package struct RecurrentKernel: @unchecked Sendable {
  private let kernels: cl_recurrent_kernels

  /// The kernels of an instruction set; the scalar ones always exist.
  package init(_ set: InstructionSet = .current) {
    kernels = set.found(cl_recurrent_table).pointee
  }

  /// From the sums of the gates to their values and the new state.
  package func stepLSTM(
    hidden: Int, gates: UnsafeMutablePointer<Float>, state: UnsafeMutablePointer<Float>
  ) {
    kernels.lstm_forward(hidden, gates, state)
  }

  /// The pullback of ``stepLSTM(hidden:gates:state:)``: from the gradient by the state after the step in
  /// `carry` to those by the sums and, in `carry`, by the state before.
  package func pullBackLSTM(
    hidden: Int, gates: UnsafePointer<Float>, previous: UnsafePointer<Float>,
    state: UnsafePointer<Float>, carry: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>
  ) {
    kernels.lstm_backward(hidden, gates, previous, state, carry, sums)
  }

  /// As for an LSTM, with the input's part of the candidate, which the reset gate leaves alone.
  package func stepGRU(
    hidden: Int, gates: UnsafeMutablePointer<Float>, candidate: UnsafePointer<Float>,
    state: UnsafeMutablePointer<Float>
  ) {
    kernels.gru_forward(hidden, gates, candidate, state)
  }

  /// The pullback of ``stepGRU(hidden:gates:candidate:state:)``.
  package func pullBackGRU(
    hidden: Int, gates: UnsafePointer<Float>, previous: UnsafePointer<Float>,
    carry: UnsafeMutablePointer<Float>, recurrent: UnsafeMutablePointer<Float>,
    input: UnsafeMutablePointer<Float>
  ) {
    kernels.gru_backward(hidden, gates, previous, carry, recurrent, input)
  }
}
