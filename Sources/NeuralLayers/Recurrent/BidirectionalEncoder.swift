public import DifferentiableTensor

/// Two recurrent layers that read sequences from either end.
///
/// Literature: M. Schuster, K. Paliwal, Bidirectional recurrent neural networks, IEEE Transactions on
/// Signal Processing 45, 1997, doi:10.1109/78.650093.
public final class BidirectionalEncoder: Model {
  /// From the first step to the last.
  public let forward: RecurrentLayer
  /// From the last step to the first.
  public let backward: RecurrentLayer

  /// Two layers with fresh weights.
  ///
  /// - Throws: `TensorError` if an extent is negative or a weight is too large.
  public init(
    _ cell: RecurrentCell, inputs: Int, hidden: Int,
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) {
    forward = try RecurrentLayer(cell, inputs: inputs, hidden: hidden, using: &generator)
    backward = try RecurrentLayer(cell, inputs: inputs, hidden: hidden, using: &generator)
  }

  /// Both layers.
  public var members: [LayerMember] { [.layer("forward", forward), .layer("backward", backward)] }

  /// Reads a batch.
  ///
  /// - Parameters:
  ///   - input: [batch, steps, inputs].
  ///   - lengths: Steps of each item, 1 ... steps. Padding is not read: the backward layer starts at
  ///     an item's own last step.
  /// - Returns: The hidden states of both layers at each step, [batch, steps, 2 hidden], 0 at padding;
  ///   and those after an item's last and first step, [batch, 2 hidden].
  /// - Throws: `TensorError.shapeMismatch`, `.indexOutOfRange` for a length.
  public func callAsFunction(
    _ input: Tensor, lengths: [Int]
  ) throws(TensorError) -> (outputs: Tensor, final: Tensor) {
    let ahead = try forward.hidden(of: forward.states(input, lengths: lengths))
    let back = try backward.hidden(
      of: backward.states(input, lengths: lengths, isReversed: true))
    let (batch, steps, hidden) = (input.shape[0], input.shape[1], forward.hidden)
    if let item = lengths.firstIndex(of: 0) {
      throw .indexOutOfRange(position: item, index: 0, extent: steps + 1)
    }
    let rows = [batch * steps, hidden]
    let last = try ahead.reshaped(rows)
      .gathered(at: (0..<batch).map { Int32($0 * steps + lengths[$0] - 1) })
    let first = try back.reshaped(rows).gathered(at: (0..<batch).map { Int32($0 * steps) })
    return (
      try Tensor.concatenated([ahead, back], axis: 2),
      try Tensor.concatenated([last, first], axis: 1)
    )
  }
}
