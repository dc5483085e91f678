public import CombinatorialKernels

/// The cheapest labeling of a chain, by Viterbi's algorithm: the most likely states of a hidden Markov
/// model, or the tags of a sentence in a linear-chain conditional random field, as costs.
///
///     z* = min over labels l[0], l[1] … of  sum_t unary[t][l[t]] + sum_t steps[t][l[t]][l[t + 1]]
///
///     let chain = ChainLabeling()
///     try chain.solve(unary: [0, 2, 1, 0], steps: [0, 3, 3, 0], labels: 2).labels  // [0, 0]
///
/// Costs may be any numbers. `+infinity` forbids a label or a step. NaN and -infinity are refused. A chain
/// without positions costs 0. Costs of labels and steps come as two arrays; or, where a problem has one,
/// `[positions, 1 + labels, labels]`: row 0 of a position is what each label costs, row 1 + j what the step
/// from label j costs. (Those into the first position count for nothing, and are not read.)
///
/// No other labeling costs less by more than n epsilon of the sum of the magnitudes of its n terms, with
/// the epsilon of the element type, whatever the magnitudes of the costs: where they cancel, and rounding
/// could hide which labeling is cheapest, the problem is solved in exact arithmetic. A value beyond the
/// largest double is an error.
///
/// It is a shortest path through the positions, and ``ChainLabelingSolution/potentials`` prove it as
/// there.
///
/// Ties: the last position takes the smallest label of least cost so far; from there back each takes the
/// smallest label from which that cost comes, compared in the element type. The answer does not depend on
/// threads or instruction sets.
///
/// Complexity: O(positions labels^2); in exact arithmetic as many sums of 2 to 34 words.
///
/// A. J. Viterbi, IEEE Trans. Inf. Theory 13 (1967), doi:10.1109/TIT.1967.1054010.
public struct ChainLabeling: ProvableProblem, Hashable {
  /// The solutions of a batch.
  public typealias Solutions = ChainLabelingBatch

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem with the given options.
  public init(maxThreads: Int? = nil) { self.maxThreads = maxThreads }

  /// Solves a batch whose costs of labels and steps lie together; potentials are the proof.
  ///
  /// - Parameters:
  ///   - costs: `[batch, positions, 1 + labels, labels]`.
  ///   - shape: Positions as channels, by `1 + labels` rows and `labels` columns; chains of different lengths
  ///     take costs of labels and steps apart.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, withProof: Bool
  ) throws(CombinatorialError) -> ChainLabelingBatch {
    try shape.validate(costCount: costs.count, channels: nil)
    var solutions = ChainLabelingBatch(shape: shape, layout: try ChainLayout(together: shape))
    let steps = costs.dropFirst(solutions.layout.firstStep)
    try solutions.solve(
      unary: costs, steps: UnsafeBufferPointer(rebasing: steps), withPotentials: withProof,
      maxThreads: maxThreads)
    return solutions
  }

  /// Solves a batch in place. The solutions keep no copy of the costs, hence have no certificate: the gap
  /// is infinite.
  ///
  /// - Parameters: As ``solve(unary:steps:shape:)``.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solveInPlace<Scalar: CostScalar>(
    unary: UnsafeBufferPointer<Scalar>, steps: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> ChainLabelingBatch {
    try solveInPlace(unary: unary, steps: steps, shape: shape, instructionSet: .current)
  }

  /// The same with an instruction set of one's own choice.
  package func solveInPlace<Scalar: CostScalar>(
    unary: UnsafeBufferPointer<Scalar>, steps: UnsafeBufferPointer<Scalar>, shape: BatchShape,
    withPotentials: Bool = false, instructionSet: InstructionSet
  ) throws(CombinatorialError) -> ChainLabelingBatch {
    try shape.validate(costCount: unary.count)
    var solutions = ChainLabelingBatch(
      shape: shape, layout: try ChainLayout(shape, stepCount: steps.count))
    try solutions.solve(
      unary: unary, steps: steps, withPotentials: withPotentials, instructionSet: instructionSet,
      maxThreads: maxThreads)
    return solutions
  }

  /// Solves a batch, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - unary: `[batch, positions, labels]`: what each label costs at each position.
  ///   - steps: From the label of a position (row) to that of the next (column): `[labels, labels]`;
  ///     `[positions - 1, labels, labels]`, a matrix for each step; or `[batch]` of these.
  ///   - shape: Positions by labels; rows in use are the lengths of the chains.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one:
  ///   ``CombinatorialError/Reason/invalidCost(row:column:value:)`` of a position and label,
  ///   ``CombinatorialError/Reason/invalidCostAt(position:value:)`` of a step, no labeling, a wrong count.
  public func solve<Scalar: CostScalar>(
    unary: UnsafeBufferPointer<Scalar>, steps: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> ChainLabelingBatch {
    var solutions = try solveInPlace(
      unary: unary, steps: steps, shape: shape, withPotentials: true, instructionSet: .current)
    solutions.keep(unary: unary, steps: steps)
    return solutions
  }

  /// The values of a batch and the gradients of their sum, from one run of the solver.
  ///
  /// - Parameters:
  ///   - unary: `[batch, positions, labels]`.
  ///   - steps: As ``solve(unary:steps:shape:)``.
  ///   - shape: Positions by labels.
  ///   - weights: `[batch]`: the derivative of the loss by each value; nil: all 1.
  ///   - gradient: The caller's memory: dloss/dunary, 0 in the padding.
  ///   - stepGradient: dloss/dsteps: at a matrix that steps share, the sum of theirs.
  /// - Returns: `[batch]`: z* of each problem.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func valuesAndGradient<Scalar: CostScalar>(
    unary: UnsafeBufferPointer<Scalar>, steps: UnsafeBufferPointer<Scalar>, shape: BatchShape,
    weights: [Scalar]? = nil, into gradient: UnsafeMutableBufferPointer<Scalar>,
    stepGradient: UnsafeMutableBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let solutions = try solveInPlace(unary: unary, steps: steps, shape: shape)
    let weights = weights ?? .init(repeating: 1, count: solutions.count)
    let sizes = [solutions.count, unary.count, steps.count]
    let found = [weights.count, gradient.count, stepGradient.count]
    guard found == sizes else {
      throw .shapeMismatch(
        expected: "\(sizes[0]) weights, room for \(sizes[1]) and \(sizes[2]) derivatives",
        found: "\(found)")
    }
    weights.withUnsafeBufferPointer {
      solutions.gradient(weights: $0, into: gradient)
      solutions.stepGradient(weights: $0, into: stepGradient)
    }
    return solutions.values
  }
}
