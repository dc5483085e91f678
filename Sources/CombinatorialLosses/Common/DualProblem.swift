/// A combinatorial problem whose parameters enter through the right-hand side alone.
///
///     z*(b) = min c.u  subject to  A u = b, u >= 0        dz*/db = v*
///
/// Examples are the marginals of a transport plan and the capacities of a flow. Conform by writing
/// ``solve(_:)`` for one problem; ``optimalValue(_:)`` takes batches and has the gradient from the same
/// single run. Where several dual solutions are optimal, each is a generalized gradient.
///
/// Definition 2 and Theorem 1 (dual) of "Differentiable Combinatorial Losses through Generalized
/// Gradients of Linear Programs".
public protocol DualProblem: Sendable {
  /// The number of axes of one problem's bounds.
  var boundRank: Int { get }

  /// Solves one problem.
  ///
  /// - Parameter bounds: The right-hand side b of one problem, of rank ``boundRank``, off the tape.
  /// - Returns: The optimal value and a dual solution that attains it.
  /// - Throws: What the solver has to say of bounds that it cannot solve.
  func solve(_ bounds: Tensor) throws -> DualSolution

  /// The optimal value as a differentiable loss.
  ///
  /// - Parameter bounds: The bounds of one problem, or of a batch with the batch as the first axis.
  /// - Returns: z*, of shape `[]` or `[batch]`. Its gradient by the bounds is v*.
  /// - Throws: What ``solve(_:)`` throws; ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``.
  func optimalValue(_ bounds: Tensor) throws -> Tensor
}

/// What a solver of a ``DualProblem`` found.
public struct DualSolution: Sendable {
  /// z*, the optimal value.
  public let value: Double
  /// v*, one entry for each bound, row by row: how fast the value rises with that bound.
  public let dual: [Float]

  /// A value with the dual solution that proves it.
  public init(value: Double, dual: [Float]) {
    (self.value, self.dual) = (value, dual)
  }
}

extension DualProblem {
  /// Most right-hand sides are vectors.
  public var boundRank: Int { 1 }

  /// The optimal value with its gradient v*, from one run of the solver.
  public func optimalValue(_ bounds: Tensor) throws -> Tensor {
    let items = try BatchedItems(bounds, itemRank: boundRank, name: "bounds")
    let solutions = try concurrentMap(count: items.count) { item in
      let solution = try solve(items[item])
      try checkCount(solution.dual, equals: items.itemCount, name: "dual solution", item: item)
      return solution
    }
    let values = try Tensor(solutions.map { Float($0.value) }, shape: items.batchShape)
    return Tensor.recorded("optimalValue", inputs: [bounds], output: values) { cotangent in
      [try items.gradient(of: solutions.map(\.dual), cotangent: cotangent.scalars)]
    }
  }
}

/// Refuses a vector of somebody else's solver that has the wrong length.
func checkCount(
  _ vector: [Float], equals count: Int, name: String, item: Int
) throws(CombinatorialError) {
  guard vector.count == count else {
    throw .shapeMismatch(
      expected: "a \(name) of batch item \(item) with \(count) entries", found: "\(vector.count)")
  }
}

extension BatchedItems {
  /// The gradient by this tensor if `vectors` are its gradients for each item: times the cotangent of
  /// the item, and summed where all items share the tensor.
  func gradient(of vectors: [[Float]], cotangent: [Float]) throws -> Tensor {
    try Tensor(shape: shape) { gradient in
      gradient.update(repeating: 0)
      for (item, vector) in vectors.enumerated() {
        let start = range(of: isBatched ? item : 0).lowerBound
        for (position, entry) in vector.enumerated() {
          gradient[start + position] += cotangent[item] * entry
        }
      }
    }
  }
}
