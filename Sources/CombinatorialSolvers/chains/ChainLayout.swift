internal import CCombinatorialKernels
internal import CombinatorialKernels

/// A batch of chains, and where their costs lie; see `cl_chains.h`. Strides of 0 share costs.
struct ChainLayout: Sendable {
  let positions, labels: Int
  /// `[batch]`: the positions in use.
  let lengths: [Int32]
  /// From one problem to the next, and from one position to the next.
  let unaryStrides: (problem: Int, position: Int)
  let stepStrides: (problem: Int, position: Int)
  /// Where the step into the second position lies, if the costs of labels and steps lie together; else 0.
  let firstStep: Int

  /// Costs `[batch, positions, labels]` with the matrices of their steps: one, one for each step, or one for
  /// each step of each problem, as `stepCount` tells.
  init(_ shape: BatchShape, stepCount: Int) throws(CombinatorialError) {
    let (batch, positions, labels) = (shape.batch, shape.rows, shape.columns)
    let (matrix, matrixOverflow) = labels.multipliedReportingOverflow(by: labels)
    let (item, itemOverflow) = matrix.multipliedReportingOverflow(by: max(0, positions - 1))
    let (all, overflow) = item.multipliedReportingOverflow(by: batch)
    guard !matrixOverflow, !itemOverflow, !overflow, positions < Int32.max else {
      throw .sizeOverflow("steps of \(batch) chains of \(positions) positions, \(labels) labels")
    }
    guard labels > 0, shape.channels == 1, shape.columnCounts == nil,
      [matrix, item, all].contains(stepCount)
    else {
      throw .shapeMismatch(
        expected: "steps [labels, labels] or one such matrix for each step, of at least 1 label",
        found: "\(stepCount) costs of steps, \(labels) labels")
    }
    (self.positions, self.labels) = (positions, labels)
    lengths = (0..<batch).map { Int32(shape.rowCount($0)) }
    unaryStrides = (positions * labels, labels)
    stepStrides =
      stepCount == matrix ? (0, 0) : (stepCount == item && batch > 1 ? 0 : item, matrix)
    firstStep = 0
  }

  /// Costs `[batch, positions, 1 + labels, labels]`, the positions as channels.
  init(together shape: BatchShape) throws(CombinatorialError) {
    (positions, labels) = (shape.channels, shape.columns)
    guard labels > 0, shape.rows == labels + 1, shape.rowCounts == nil, shape.columnCounts == nil,
      positions < Int32.max
    else {
      throw .shapeMismatch(
        expected:
          "costs [batch, positions, 1 + labels, labels] of at least 1 label, and no lengths",
        found: "[\(shape.batch), \(positions), \(shape.rows), \(labels)]")
    }
    lengths = .init(repeating: Int32(positions), count: shape.batch)
    unaryStrides = (shape.itemCount, shape.rows * labels)
    stepStrides = unaryStrides
    firstStep = shape.rows * labels + labels
  }

  var cValue: cl_chain {
    cl_chain(
      positions: positions, labels: labels, unary_problem_stride: unaryStrides.problem,
      unary_position_stride: unaryStrides.position, step_problem_stride: stepStrides.problem,
      step_position_stride: stepStrides.position)
  }

  /// Where the cost of a label lies, in a problem.
  func unary(_ position: Int, _ label: Int) -> Int { position * unaryStrides.position + label }

  /// Where the cost of the step into a position lies, in a problem.
  func step(into position: Int, from before: Int, to label: Int) -> Int {
    firstStep + (position - 1) * stepStrides.position + before * labels + label
  }

  /// Costs of steps of one problem.
  var stepCount: Int {
    stepStrides.position == 0 ? labels * labels : max(0, positions - 1) * labels * labels
  }
}
