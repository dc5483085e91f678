public import DifferentiableTensor

/// Runs a recurrent cell over a batch of sequences of different lengths, in one operation.
///
/// An item's steps from its length on are padding: they are not read, their states are 0 and so are
/// their gradients. Run in reverse, an item starts at its own last step.
///
/// Gradient: backpropagation through time, with one matrix product a step for the carry and one for
/// the recurrent weight.
///
/// - Parameters:
///   - cell: What a step computes.
///   - inputs: W x + b of all gates, [batch, steps, gates * hidden]: one product for all steps.
///   - weight: U, [gates * hidden, hidden].
///   - candidateBias: b of U_n h + b, [hidden], for a GRU; nil for an LSTM.
///   - initial: The state before the first step, [batch, hidden] or, of an LSTM, h and then c,
///     [batch, 2 hidden].
///   - lengths: Steps of each item, 0 ... steps; nil: all.
///   - isReversed: Whether to go from the last step to the first.
/// - Returns: The state after each step, [batch, steps, hidden] or [batch, steps, 2 hidden].
/// - Throws: `TensorError.shapeMismatch`, `.indexOutOfRange` for a length.
/// - Complexity: O(batch steps hidden^2), in pieces of the batch on Dispatch. The result does not
///   depend on the number of threads.
public func recurrence(
  _ cell: RecurrentCell, inputs: Tensor, weight: Tensor, candidateBias: Tensor? = nil,
  initial: Tensor, lengths: [Int]? = nil, isReversed: Bool = false
) throws(TensorError) -> Tensor {
  let shape = try RecurrenceShape(
    cell, inputs: inputs, weight: weight, candidateBias: candidateBias, initial: initial,
    lengths: lengths, isReversed: isReversed)
  let pass = try RecurrentForwardPass(
    shape, inputs: inputs, weight: weight, candidateBias: candidateBias, initial: initial)
  let backward = RecurrentBackwardPass(
    shape: shape, weight: weight.detached, initial: initial.detached, saved: pass.saved,
    states: pass.states)
  return Tensor.recorded(
    "recurrence", inputs: [inputs, weight, initial] + (candidateBias.map { [$0] } ?? []),
    output: pass.states
  ) { cotangent in
    try backward(cotangent)
  }
}

extension RecurrenceShape {
  fileprivate init(
    _ cell: RecurrentCell, inputs: Tensor, weight: Tensor, candidateBias: Tensor?,
    initial: Tensor, lengths: [Int]?, isReversed: Bool
  ) throws(TensorError) {
    try inputs.checkRank(3, as: "inputs [batch, steps, gates]")
    try weight.checkRank(2, as: "a recurrent weight [gates, hidden]")
    let (batch, steps, hidden) = (inputs.shape[0], inputs.shape[1], weight.shape[1])
    let gates = cell.gateCount * hidden
    try weight.checkShape([gates, hidden], as: "a recurrent weight [gates, hidden]")
    try inputs.checkShape([batch, steps, gates], as: "inputs [batch, steps, gates]")
    try initial.checkShape([batch, cell.stateParts * hidden], as: "an initial state")
    guard (candidateBias != nil) == (cell == .gru) else {
      throw .shapeMismatch(
        expected: "a candidate bias for a GRU and none for an LSTM",
        found: candidateBias?.shape ?? [])
    }
    try candidateBias?.checkShape([hidden], as: "a candidate bias")
    let lengths = lengths ?? Array(repeating: steps, count: batch)
    try checkLengths(lengths, batch: batch, steps: steps)
    self.init(
      cell: cell, batch: batch, steps: steps, hidden: hidden, lengths: lengths,
      isReversed: isReversed)
  }
}

/// Checks that there is a length for each item, each in 0 ... steps.
func checkLengths(_ lengths: [Int], batch: Int, steps: Int) throws(TensorError) {
  guard lengths.count == batch else {
    throw .shapeMismatch(expected: "\(batch) lengths, one for each item", found: [lengths.count])
  }
  if let item = lengths.firstIndex(where: { !(0...steps).contains($0) }) {
    throw .indexOutOfRange(position: item, index: lengths[item], extent: steps + 1)
  }
}

/// The states of all steps, and what the backward pass needs.
private struct RecurrentForwardPass {
  let states, saved: Tensor

  init(
    _ shape: RecurrenceShape, inputs: Tensor, weight: Tensor, candidateBias: Tensor?,
    initial: Tensor
  ) throws(TensorError) {
    let bias: Tensor = if let candidateBias { candidateBias } else { try .zeros([shape.hidden]) }
    // Padding is neither written nor read.
    var saved = try Tensor(
      shape: [shape.batch, shape.steps, shape.saved], writtenBy: { _ in })
    states = try Tensor(
      shape: [shape.batch, shape.steps, shape.state],
      writtenBy: { states in
        saved.withUnsafeMutableScalars { saved in
          withPointers(to: inputs, weight, initial) { inputs, weight, initial in
            withPointer(to: bias) { bias in
              let piece = ForwardPiece(
                shape: shape, inputs: inputs, weight: weight, bias: bias, initial: initial,
                states: states, saved: saved.baseAddress!)
              shape.forEachPiece { piece.run($0) }
            }
          }
        }
      })
    self.saved = saved
  }
}

/// All steps of the items of a piece.
private struct ForwardPiece: @unchecked Sendable {
  let shape: RecurrenceShape
  let inputs, weight, bias, initial: UnsafePointer<Float>
  let states, saved: UnsafeMutablePointer<Float>

  func run(_ items: Range<Int>) {
    let current = PooledScalars(count: items.count * shape.state)
    current.base.update(
      from: initial + items.lowerBound * shape.state, count: items.count * shape.state)
    for step in shape.order {
      let count = shape.extent(of: items, at: step)
      prepareGates(items.prefix(count), step: step)
      BLAS.gemm(
        transposeRight: true, rows: count, columns: shape.gates, inner: shape.hidden,
        left: current.base, leftStride: shape.state, right: weight, accumulate: true,
        result: saved + (items.lowerBound * shape.steps + step) * shape.saved,
        resultStride: shape.steps * shape.saved)
      for item in items.prefix(count) where shape.isActive(item, at: step) {
        let place = item * shape.steps + step
        let state = current.base + (item - items.lowerBound) * shape.state
        shape.cell.activate(
          CellForward(
            hidden: shape.hidden, saved: saved + place * shape.saved,
            candidate: inputs + place * shape.gates + 2 * shape.hidden, state: state))
        (states + place * shape.state).update(from: state, count: shape.state)
      }
    }
    shape.forEachPadding(of: items) { row in
      (states + row * shape.state).update(repeating: 0, count: shape.state)
    }
  }

  /// Writes what the recurrent product is added to.
  private func prepareGates(_ items: Range<Int>, step: Int) {
    for item in items where shape.isActive(item, at: step) {
      let place = item * shape.steps + step
      let (gates, input) = (saved + place * shape.saved, inputs + place * shape.gates)
      switch shape.cell {
      case .lstm: gates.update(from: input, count: shape.gates)
      case .gru:
        gates.update(from: input, count: 2 * shape.hidden)
        (gates + 2 * shape.hidden).update(from: bias, count: shape.hidden)
      }
    }
  }
}
