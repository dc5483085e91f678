internal import DifferentiableTensor

/// The pullback of ``recurrence(_:inputs:weight:candidateBias:initial:lengths:isReversed:)``.
struct RecurrentBackwardPass: Sendable {
  let shape: RecurrenceShape
  let weight, initial, saved, states: Tensor

  /// By the inputs, the weight, the initial state and, for a GRU, the candidate bias.
  func callAsFunction(_ cotangent: Tensor) throws(TensorError) -> [Tensor?] {
    let isGRU = shape.cell == .gru
    let extents = [shape.batch, shape.steps, shape.gates]
    var recurrent = try Tensor(shape: extents, writtenBy: { _ in })
    var input = try Tensor(shape: isGRU ? extents : [0], writtenBy: { _ in })
    var carry = try Tensor.zeros([shape.batch, shape.state])
    recurrent.withUnsafeMutableScalars { recurrent in
      input.withUnsafeMutableScalars { input in
        carry.withUnsafeMutableScalars { carry in
          run(
            cotangent, recurrent: recurrent.baseAddress!,
            input: (isGRU ? input : recurrent).baseAddress!, carry: carry.baseAddress!)
        }
      }
    }
    let rows = [shape.batch * shape.steps, shape.gates]
    let sums = try recurrent.reshaped(rows)
    let byWeight = try sums.matmul(previousHidden(), transposeLeft: true)
    guard isGRU else { return [recurrent, byWeight, carry] }
    let byBias = try sums.sliced(2 * shape.hidden..<shape.gates, axis: 1).sum(axes: [0])
    return [input, byWeight, carry, byBias]
  }

  private func run(
    _ cotangent: Tensor, recurrent: UnsafeMutablePointer<Float>,
    input: UnsafeMutablePointer<Float>, carry: UnsafeMutablePointer<Float>
  ) {
    withPointers(to: cotangent, saved, states) { cotangent, saved, states in
      withPointers(to: weight, initial) { weight, initial in
        let piece = BackwardPiece(
          shape: shape, cotangent: cotangent, saved: saved, states: states, weight: weight,
          initial: initial, recurrent: recurrent, input: input, carry: carry)
        shape.forEachPiece { piece.run($0) }
      }
    }
  }

  /// The hidden state that went into each step, [batch * steps, hidden]; 0 for padding.
  private func previousHidden() throws(TensorError) -> Tensor {
    try Tensor(
      shape: [shape.batch * shape.steps, shape.hidden],
      writtenBy: { result in
        withPointers(to: states, initial) { states, initial in
          nonisolated(unsafe) let (states, initial, result) = (states, initial, result)
          shape.forEachPiece { items in
            for item in items {
              for step in 0..<shape.lengths[item] {
                let source =
                  shape.predecessor(of: step, item: item)
                  .map { states + (item * shape.steps + $0) * shape.state }
                  ?? initial + item * shape.state
                (result + (item * shape.steps + step) * shape.hidden)
                  .update(from: source, count: shape.hidden)
              }
            }
            shape.forEachPadding(of: items) { row in
              (result + row * shape.hidden).update(repeating: 0, count: shape.hidden)
            }
          }
        }
      })
  }
}

/// All steps of the items of a piece, last to first.
private struct BackwardPiece: @unchecked Sendable {
  let shape: RecurrenceShape
  let cotangent, saved, states, weight, initial: UnsafePointer<Float>
  let recurrent, input: UnsafeMutablePointer<Float>
  /// [batch, state]: the gradient by the state before the step, in the end the initial one.
  let carry: UnsafeMutablePointer<Float>

  func run(_ items: Range<Int>) {
    shape.forEachPadding(of: items) { row in
      (recurrent + row * shape.gates).update(repeating: 0, count: shape.gates)
      (input + row * shape.gates).update(repeating: 0, count: shape.gates)
    }
    for step in shape.order.reversed() {
      let count = shape.extent(of: items, at: step)
      for item in items.prefix(count) where shape.isActive(item, at: step) {
        pullBack(item, step: step)
      }
      // The rows of items that are not active hold zeros.
      BLAS.gemm(
        rows: count, columns: shape.hidden, inner: shape.gates,
        left: recurrent + (items.lowerBound * shape.steps + step) * shape.gates,
        leftStride: shape.steps * shape.gates, right: weight, accumulate: true,
        result: carry + items.lowerBound * shape.state, resultStride: shape.state)
    }
  }

  private func pullBack(_ item: Int, step: Int) {
    let place = item * shape.steps + step
    let (carry, gradient) = (carry + item * shape.state, cotangent + place * shape.state)
    for index in 0..<shape.state { carry[index] += gradient[index] }
    let previous =
      shape.predecessor(of: step, item: item)
      .map { states + (item * shape.steps + $0) * shape.state } ?? initial + item * shape.state
    shape.cell.pullBack(
      CellBackward(
        hidden: shape.hidden, saved: saved + place * shape.saved, previous: previous,
        state: states + place * shape.state, carry: carry,
        recurrent: recurrent + place * shape.gates, input: input + place * shape.gates))
  }
}
