internal import CombinatorialKernels
internal import DifferentiableTensor

/// What a recurrent layer computes in a step.
///
/// With x the input, h the hidden state, W and U the input and the recurrent weight and s the logistic
/// function, a step of an LSTM is
///
///     i = s(W_i x + U_i h)   f = s(W_f x + U_f h)   g = tanh(W_g x + U_g h)   o = s(W_o x + U_o h)
///     c' = f c + i g                                 h' = o tanh(c')
///
/// and one of a GRU, whose reset gate acts on the recurrent part of the candidate,
///
///     r = s(W_r x + U_r h)   z = s(W_z x + U_z h)   n = tanh(W_n x + r (U_n h + b))
///     h' = (1 - z) n + z h
///
/// Biases of the inputs are left out here. The rows of a weight are its gates in the order above.
///
/// Literature: S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 9, 1997,
/// doi:10.1162/neco.1997.9.8.1735, with the forget gate of F. Gers et al., 2000,
/// doi:10.1162/089976600300015015; K. Cho et al., EMNLP 2014, doi:10.3115/v1/D14-1179.
public enum RecurrentCell: String, Sendable, Codable, CaseIterable {
  /// Long short-term memory: four gates, and a cell c beside the state h.
  case lstm
  /// The gated recurrent unit: three gates, and a state h.
  case gru

  /// Gates for each hidden unit.
  public var gateCount: Int { self == .lstm ? 4 : 3 }

  /// Numbers that a step hands to the next for each hidden unit: h, and for an LSTM c after it.
  public var stateParts: Int { self == .lstm ? 2 : 1 }
}

/// The extents of one pass over a batch of sequences.
struct RecurrenceShape: Sendable {
  let cell: RecurrentCell
  let batch, steps, hidden: Int
  let lengths: [Int]
  let isReversed: Bool

  /// Scalars of all gates of a step.
  var gates: Int { cell.gateCount * hidden }
  /// Scalars of a state.
  var state: Int { cell.stateParts * hidden }
  /// What the forward pass keeps of a step: of an LSTM i, f, g, o; of a GRU r, z, U_n h + b, n.
  var saved: Int { 4 * hidden }

  /// Items that run through all steps together. The cut depends on the batch alone, because BLAS may
  /// round differently for other numbers of rows.
  private static let itemsPerPiece = 32

  /// Calls `body` with the items of each piece, on several threads.
  func forEachPiece(_ body: @Sendable (Range<Int>) -> Void) {
    let count = (batch + Self.itemsPerPiece - 1) / Self.itemsPerPiece
    Parallel.forEachSlice(of: count) { pieces in
      for piece in pieces { body(batch * piece / count..<batch * (piece + 1) / count) }
    }
  }

  /// The steps in the order in which they depend on each other.
  var order: [Int] { isReversed ? (0..<steps).reversed() : Array(0..<steps) }

  func isActive(_ item: Int, at step: Int) -> Bool { step < lengths[item] }

  /// The step whose state goes into `step` of an item; nil: the initial state.
  func predecessor(of step: Int, item: Int) -> Int? {
    let previous = isReversed ? step + 1 : step - 1
    return previous >= 0 && previous < lengths[item] ? previous : nil
  }

  /// Calls `body` with the rows of [batch, steps] that are padding of some items.
  func forEachPadding(of items: Range<Int>, _ body: (Int) -> Void) {
    for item in items {
      for step in lengths[item]..<steps { body(item * steps + step) }
    }
  }

  /// How many of a piece, counted from its first, a step has to compute; fewer than all where the
  /// batch is sorted.
  func extent(of items: Range<Int>, at step: Int) -> Int {
    (items.last { isActive($0, at: step) }).map { $0 - items.lowerBound + 1 } ?? 0
  }
}
