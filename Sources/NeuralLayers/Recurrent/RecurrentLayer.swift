public import DifferentiableTensor

/// A recurrent layer: the gates of all steps from the inputs in one product, then the cell's steps.
///
/// Parameters have PyTorch's names and order of gates; where it has two biases that only ever occur
/// added up, here is one.
public final class RecurrentLayer: Layer {
  /// What a step computes.
  public let cell: RecurrentCell
  /// Units of the hidden state.
  public let hidden: Int
  /// [gates, inputs].
  public let inputWeight: Parameter
  /// [gates, hidden].
  public let recurrentWeight: Parameter
  /// [gates].
  public let bias: Parameter
  /// [hidden], of a GRU.
  public let candidateBias: Parameter?

  /// A layer with weights uniform in [-1, 1] / sqrt(hidden), and with biases of 0 but for 1 at the
  /// forget gates of an LSTM.
  ///
  /// - Throws: `TensorError` if an extent is negative or a weight is too large.
  public init(
    _ cell: RecurrentCell, inputs: Int, hidden: Int,
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) {
    (self.cell, self.hidden) = (cell, hidden)
    let gates = cell.gateCount * hidden
    let uniform = Initializer.uniform(bound: 1 / Float(max(1, hidden)).squareRoot())
    inputWeight = Parameter("weight_ih", try uniform([gates, inputs], using: &generator))
    recurrentWeight = Parameter("weight_hh", try uniform([gates, hidden], using: &generator))
    var biases = [Float](repeating: 0, count: gates)
    if cell == .lstm {
      for unit in hidden..<2 * hidden { biases[unit] = 1 }
    }
    bias = Parameter("bias_ih", try Tensor(biases, shape: [gates]))
    candidateBias = cell == .gru ? Parameter("bias_hn", try .zeros([hidden])) : nil
  }

  /// The weights and biases.
  public var members: [LayerMember] {
    ([inputWeight, recurrentWeight, bias] + (candidateBias.map { [$0] } ?? []))
      .map { .parameter($0) }
  }

  /// Numbers of a state for each item: h, and for an LSTM c after it.
  public var stateSize: Int { cell.stateParts * hidden }

  /// The hidden states of all steps, from a state of zeros: [batch, steps, hidden] for an input
  /// [batch, steps, inputs].
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    try hidden(of: states(input))
  }

  /// The states of all steps, [batch, steps, state].
  ///
  /// - Parameters:
  ///   - input: [batch, steps, inputs].
  ///   - initial: [batch, state]; nil: zeros.
  ///   - lengths: Steps of each item; padding is not read and has the state 0.
  ///   - isReversed: Whether to go from each item's last step to its first.
  /// - Throws: `TensorError.shapeMismatch`, `.indexOutOfRange` for a length.
  public func states(
    _ input: Tensor, initial: Tensor? = nil, lengths: [Int]? = nil, isReversed: Bool = false
  ) throws(TensorError) -> Tensor {
    try input.checkRank(3, as: "an input [batch, steps, inputs]")
    let gates = try input.affine(weight: inputWeight.value, bias: bias.value)
    let start: Tensor
    if let initial { start = initial } else { start = try .zeros([input.shape[0], stateSize]) }
    return try recurrence(
      cell, inputs: gates, weight: recurrentWeight.value, candidateBias: candidateBias?.value,
      initial: start, lengths: lengths, isReversed: isReversed)
  }

  /// One step: [batch, state] from an input [batch, inputs] and a state.
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func step(_ input: Tensor, state: Tensor) throws(TensorError) -> Tensor {
    try input.checkRank(2, as: "an input [batch, inputs]")
    let steps = try input.reshaped([input.shape[0], 1, input.shape[1]])
    return try states(steps, initial: state).reshaped([input.shape[0], stateSize])
  }

  /// The hidden part of states […, state].
  func hidden(of states: Tensor) throws(TensorError) -> Tensor {
    cell == .gru ? states : try states.sliced(0..<hidden, axis: -1)
  }
}
