package import CombinatorialKernels

/// The cheapest labelling of a chain, by Viterbi's algorithm: the most likely states of a hidden Markov
/// model, or the tags of a sentence in a linear-chain conditional random field, as costs.
///
///     z* = min over labels l[0], l[1] … of  sum_t unary[t][l[t]] + sum_t steps[t][l[t]][l[t + 1]]
///
/// Costs may be any numbers. `+infinity` forbids a label or a step. NaN and -infinity are refused. A chain
/// without positions costs 0.
///
/// No other labelling costs less by more than n epsilon of the sum of the magnitudes of its n terms, with
/// the epsilon of the element type, whatever the magnitudes of the costs: where they cancel, and rounding
/// could hide which labelling is cheapest, the problem is solved in exact arithmetic. A value beyond the
/// largest double is an error.
///
/// It is a shortest path through the positions, and ``ChainLabellingSolution/potentials`` prove it as
/// there.
///
/// Ties: the last position takes the smallest label of least cost so far; from there back each takes the
/// smallest label from which that cost comes, compared in the element type. The answer does not depend on
/// threads or instruction sets.
///
/// Complexity: O(positions labels^2); in exact arithmetic as many sums of 2 to 34 words.
///
/// A. J. Viterbi, IEEE Trans. Inf. Theory 13 (1967), doi:10.1109/TIT.1967.1054010.
public struct ChainLabelling: Sendable, Hashable {
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem with the given options.
  public init(maxThreads: Int? = nil) { self.maxThreads = maxThreads }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - unary: `[positions, labels]`: what each label costs at each position.
  ///   - steps: `[labels, labels]`: from the label of a position (row) to that of the next (column), or
  ///     `[positions - 1, labels, labels]`, a matrix for each step.
  ///   - labels: The number of labels, at least 1.
  /// - Throws: ``CombinatorialError``: ``CombinatorialError/invalidCost(batch:row:column:value:)`` of a
  ///   position and label, ``CombinatorialError/invalidCostAt(batch:position:value:)`` of a step, no
  ///   labelling, a wrong count.
  public func solve(
    unary: [Double], steps: [Double], labels: Int
  ) throws(CombinatorialError) -> ChainLabellingSolution {
    let positions = labels > 0 ? unary.count / labels : 0
    let shape = try ChainShape(
      batch: 1, positions: positions, labels: labels, lengths: nil, unaryCount: unary.count,
      stepCount: steps.count)
    let output = try unary.withUnsafeBuffer { unary throws(CombinatorialError) in
      try steps.withUnsafeBuffer { steps throws(CombinatorialError) in
        try solve(unary: unary, steps: steps, shape: shape, includesDistances: true)
      }
    }
    return ChainLabellingSolution(unary: unary, steps: steps, shape: shape, output: output)
  }

  /// Solves a batch whose shape fits the costs, for callers that own memory of their own.
  package func solve<Scalar: CostScalar>(
    unary: UnsafeBufferPointer<Scalar>, steps: UnsafeBufferPointer<Scalar>, shape: ChainShape,
    includesDistances: Bool = false
  ) throws(CombinatorialError) -> ChainOutput<Scalar> {
    guard shape.positions > 0 else { return ChainOutput(emptyBatch: shape.batch) }
    do throws(ChainFailure) {
      return try ChainKernel.solve(
        unary: unary, steps: steps, shape: shape, includesDistances: includesDistances,
        maxThreads: maxThreads)
    } catch {
      let (labels, strides) = (shape.labels, (shape.unaryStrides, shape.stepStrides))
      switch error {
      case .invalidLabelCost(let batch, let position, let label):
        let at = batch * strides.0.problem + position * strides.0.position + label
        throw .invalidCost(batch: batch, row: position, column: label, value: Double(unary[at]))
      case .invalidStepCost(let batch, let position, let from, let label):
        let step = from * labels + label
        let at = batch * strides.1.problem + (position - 1) * strides.1.position + step
        let number = strides.1.position == 0 ? step : (position - 1) * labels * labels + step
        throw .invalidCostAt(batch: batch, position: number, value: Double(steps[at]))
      case .infeasible(let batch): throw .infeasible(batch: batch)
      case .overflow(let batch): throw .valueOutOfRange(batch: batch)
      case .tooLarge:
        throw .sizeOverflow("a chain of \(shape.positions) positions and \(labels) labels")
      }
    }
  }
}

extension ChainShape {
  /// A batch of `unary [batch, positions, labels]` with the matrices of its steps: one, one for each
  /// step, or one for each step of each problem, as `stepCount` tells.
  ///
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``,
  ///   ``CombinatorialError/lengthOutOfRange(batch:length:limit:)``.
  package init(
    batch: Int, positions: Int, labels: Int, lengths: [Int]?, unaryCount: Int, stepCount: Int
  ) throws(CombinatorialError) {
    let (matrix, matrixOverflow) = labels.multipliedReportingOverflow(by: labels)
    let (item, itemOverflow) = matrix.multipliedReportingOverflow(by: max(0, positions - 1))
    let (all, overflow) = item.multipliedReportingOverflow(by: batch)
    guard !matrixOverflow, !itemOverflow, !overflow, positions < Int32.max else {
      throw .sizeOverflow("steps of \(batch) chains of \(positions) positions, \(labels) labels")
    }
    guard labels > 0, unaryCount == batch * positions * labels,
      [matrix, item, all].contains(stepCount)
    else {
      throw .shapeMismatch(
        expected:
          "costs [positions, labels] and steps [labels, labels] or one such matrix for each "
          + "step, of at least 1 label",
        found: "\(unaryCount) costs and \(stepCount) costs of steps, \(labels) labels")
    }
    self.init(
      batch: batch, positions: positions, labels: labels,
      lengths: try Self.checked(lengths, batch: batch, positions: positions),
      unaryStrides: (positions * labels, labels),
      stepStrides: stepCount == matrix
        ? (0, 0) : (stepCount == item && batch > 1 ? 0 : item, matrix))
  }

  /// The lengths of a batch; nil: all positions are in use.
  package static func checked(
    _ lengths: [Int]?, batch: Int, positions: Int
  ) throws(CombinatorialError) -> [Int32] {
    let lengths = lengths ?? .init(repeating: positions, count: batch)
    guard lengths.count == batch else {
      throw .shapeMismatch(
        expected: "\(batch) lengths, one for each batch item", found: "\(lengths.count)")
    }
    if let item = lengths.firstIndex(where: { !(0...positions).contains($0) }) {
      throw .lengthOutOfRange(batch: item, length: lengths[item], limit: positions)
    }
    return lengths.map(Int32.init)
  }
}

/// A cheapest labelling, and the costs up to each label that prove it.
public struct ChainLabellingSolution: Sendable {
  /// z*: the sum over the labels and the steps, from the first on; the nearest double to the exact sum where
  /// rounding makes more of the former than `positions * 2^-52` of it.
  public let value: Double
  /// `[positions]`: the label of each. The primal solution u*, hence the gradient, is 1 at the costs of
  /// these labels and of the steps between them, 0 elsewhere.
  public let labels: [Int]
  /// `[positions, labels]`: the dual solution: the least cost up to and with each label. A potential is at
  /// most that of any label before plus the costs of the step and of its own label, with equality on the
  /// way to it; the least one of the last position is z*. Those that exact arithmetic found are the nearest
  /// doubles, infinite beyond the range of double.
  public let potentials: [Double]

  private let unary: [Double]
  private let steps: [Double]
  private let shape: ChainShape

  init(unary: [Double], steps: [Double], shape: ChainShape, output: ChainOutput<Double>) {
    self.unary = unary
    self.steps = steps
    self.shape = shape
    value = output.values[0]
    labels = output.labels.map(Int.init)
    potentials = output.distances
  }

  /// How far the value is from the dual objective, the least potential of the last position, and from being
  /// proved by it: added to it is what the potentials violate beyond what rounding makes of them, 2^-50 of
  /// the magnitudes of the potential and of the costs between. 0 up to rounding, and the labelling is
  /// optimal.
  ///
  /// Complexity: O(positions labels^2), at each call.
  public var dualityGap: Double {
    var gap = abs(value - (potentials.suffix(shape.labels).min() ?? 0))
    forEachExcess { excess, size, _ in gap += max(0, excess - 4 * Double.ulpOfOne * size) }
    return gap
  }

  /// How far the potentials are from a proof: the most by which one exceeds that of a label before plus
  /// the costs between, or differs from it along the labelling. 0 up to the rounding of the potentials.
  ///
  /// Complexity: O(positions labels^2), at each call.
  public var largestViolation: Double {
    var violation = 0.0
    forEachExcess { excess, _, isChosen in
      violation = max(violation, isChosen ? abs(excess) : excess)
    }
    return violation
  }

  /// By how much each potential exceeds that of a label before plus the costs between, the sum of the
  /// magnitudes of those, and whether the labelling goes this way; where all are finite.
  private func forEachExcess(_ body: (_ excess: Double, _ size: Double, _ isChosen: Bool) -> Void) {
    let count = shape.labels
    for cell in potentials.indices where potentials[cell].isFinite {
      let (position, label) = (cell / count, cell % count)
      guard position > 0 else {
        body(abs(potentials[cell] - unary[cell]), 0, labels[0] == label)
        continue
      }
      for from in 0..<count {
        let step = steps[(position - 1) * shape.stepStrides.position + from * count + label]
        let before = potentials[cell - label - count + from]
        let offer = before + step + unary[cell]
        guard offer.isFinite else { continue }
        let isChosen = labels[position] == label && labels[position - 1] == from
        body(potentials[cell] - offer, abs(before) + abs(step) + abs(unary[cell]), isChosen)
      }
    }
  }
}
