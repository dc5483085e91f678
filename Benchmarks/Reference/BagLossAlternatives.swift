import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor
import LinearPrograms

/// The loss of bags by the gradients of the solution that the optimal value makes superfluous.
///
/// The loss is <C, M*>, as the fused one is, but differentiated through M*. At an exact solution that
/// adds nothing, so that all gradients agree and their times can be compared.
enum BagLossAlternatives {
  /// Vlastelica et al. 2020: the gradient by M* from a second run of the solver. Straight on the
  /// kernels, in one operation of the tape, as the fused loss is.
  static func interpolated(
    _ logits: Tensor, costs operation: BagCostsOperation, lambda: Float
  ) throws -> Tensor {
    let input = logits.detached
    let (costs, logSumExp) = try operation.forward(input)
    let matching = try match(costs)
    let values = try Tensor(matching.values.map { Float($0) }, shape: [costs.shape[0]])
    return Tensor.recorded("interpolatedBagLoss", inputs: [logits], output: values) { cotangent in
      let weights = cotangent.scalars
      // c + lambda dL/dM, where L = weight <C, M>.
      let moved = try match(scaled(costs, by: weights.map { 1 + lambda * $0 }))
      let gradient = interpolation(
        matching, moved, size: operation.size, weights: weights, lambda: lambda)
      return [
        try gradient.withUnsafeBufferPointer {
          try operation.pullback(input, logSumExp: logSumExp, cotangent: $0)
        }
      ]
    }
  }

  /// dL/dC = weight M* + (M_moved - M*) / lambda, `[bags * size * size]`.
  private static func interpolation(
    _ matching: AssignmentBatch, _ moved: AssignmentBatch, size: Int, weights: [Float],
    lambda: Float
  ) -> [Float] {
    var gradient = [Float](repeating: 0, count: matching.columnOfRow.count * size)
    for row in matching.columnOfRow.indices {
      let start = row * size
      gradient[start + Int(matching.columnOfRow[row])] += weights[row / size] - 1 / lambda
      gradient[start + Int(moved.columnOfRow[row])] += 1 / lambda
    }
    return gradient
  }

  private static func scaled(_ costs: Tensor, by factors: [Float]) throws -> Tensor {
    let perBag = costs.shape[1] * costs.shape[2]
    return try Tensor(shape: costs.shape) { result in
      costs.withUnsafeScalars { costs in
        for (bag, factor) in factors.enumerated() {
          for index in bag * perBag..<(bag + 1) * perBag { result[index] = factor * costs[index] }
        }
      }
    }
  }

  private static func match(_ costs: Tensor) throws -> AssignmentBatch {
    let shape = BatchShape(
      batch: costs.shape[0], rows: costs.shape[1], columns: costs.shape[2])
    return try costs.withUnsafeScalars {
      try AssignmentBatch(solving: $0, shape: shape, maxThreads: Parallel.maxThreads)
    }
  }

  /// The assignment polytope with a small quadratic term, differentiated implicitly through its
  /// optimality conditions, as layers of convex optimization treat a linear program.
  struct Smoothed {
    /// The gradient of the quadratic term is far below the costs, which are about log(classes).
    static let smoothing = 1e-2
    /// Float logits are not worth more.
    static let tolerance = 1e-6

    let costs: BagCostsOperation
    private let program = SmoothedLinearProgram(smoothing: smoothing, tolerance: tolerance)
    private let polytope: LinearModel

    init(costs operation: BagCostsOperation) throws {
      costs = operation
      let size = operation.size
      polytope = try .assignment(
        [Double](repeating: 0, count: size * size), rows: size, columns: size)
    }

    /// <C, U> of each bag.
    func callAsFunction(_ logits: Tensor) throws -> Tensor {
      let (bags, size) = (logits.shape[0], costs.size)
      let costs = try costs(logits).reshaped([bags, size * size])
      let solution = try program.solution(
        costs: costs, constraints: polytope.constraints, bounds: polytope.rowLower)
      return try (costs * solution).sum(axes: [1])
    }
  }
}
