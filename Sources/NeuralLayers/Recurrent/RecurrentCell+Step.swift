internal import CombinatorialKernels
internal import DifferentiableTensor

/// The scalars of one item in one step, forward.
struct CellForward {
  let hidden: Int
  /// In: the sums of the gates as ``RecurrentCell/activate(_:)`` expects them. Out: what the
  /// backward pass needs.
  let saved: UnsafeMutablePointer<Float>
  /// W_n x + b_n of a GRU; not read for an LSTM.
  let candidate: UnsafePointer<Float>
  /// The state before the step, replaced by the one after it.
  let state: UnsafeMutablePointer<Float>
}

/// The scalars of one item in one step, backward.
struct CellBackward {
  let hidden: Int
  let saved: UnsafePointer<Float>
  /// The state before the step, and the one after it.
  let previous, state: UnsafePointer<Float>
  /// The gradient by the state after the step, replaced by the part of the gradient by the one before
  /// it that does not go through the recurrent weight.
  let carry: UnsafeMutablePointer<Float>
  /// By the sums W x + U h of all gates; of a GRU's candidate by U_n h + b.
  let recurrent: UnsafeMutablePointer<Float>
  /// By W x of all gates, where that is not the same; the same address for an LSTM.
  let input: UnsafeMutablePointer<Float>
}

extension RecurrentCell {
  private static let steps = RecurrentKernel()

  /// Takes a step: from the sums of the gates to the new state.
  func activate(_ item: CellForward) {
    switch self {
    case .lstm: Self.steps.stepLSTM(hidden: item.hidden, gates: item.saved, state: item.state)
    case .gru:
      Self.steps.stepGRU(
        hidden: item.hidden, gates: item.saved, candidate: item.candidate, state: item.state)
    }
  }

  /// The pullback of ``activate(_:)``.
  func pullBack(_ item: CellBackward) {
    switch self {
    case .lstm:
      Self.steps.pullBackLSTM(
        hidden: item.hidden, gates: item.saved, previous: item.previous, state: item.state,
        carry: item.carry, sums: item.recurrent)
    case .gru:
      Self.steps.pullBackGRU(
        hidden: item.hidden, gates: item.saved, previous: item.previous, carry: item.carry,
        recurrent: item.recurrent, input: item.input)
    }
  }
}
