import CombinatorialKernels
import CombinatorialLosses
import DifferentiableTensor

/// The whole bag loss of a training step, from logits to their gradient: fused, with one tensor operation
/// for each part, and with the gradients of the solution in place of that of the value. An instance is a
/// bag.
enum BagLossCases {
  static var all: [BenchmarkCase] {
    [4, 8, 12, 16, 24, 32].map { benchmarkCase(BagLossShape(bags: 64, size: $0, classes: 100)) }
  }

  /// `fused` is the package's loss, `interpolation` runs the solver twice, `KKT LP` solves and
  /// differentiates a smoothed linear program.
  private static let references = [UnfusedOperations.name, "interpolation", "KKT LP"]
  private static let lambda: Float = 20

  private static func benchmarkCase(_ shape: BagLossShape) -> BenchmarkCase {
    BenchmarkCase(
      name: "bag-loss/normal/\(shape.bags)x\(shape.size)x\(shape.classes)/float",
      isRepresentative: true
    ) {
      try contestants(BagLossProblem(shape))
    }
  }

  private static func contestants(_ problem: BagLossProblem) throws -> [Contestant] {
    let (labels, costs, size) = (problem.labels, problem.costs, problem.shape.size)
    let positions = UnfusedOperations.bagPositions(
      labels, size: size, classes: problem.shape.classes)
    let smoothed = try BagLossAlternatives.Smoothed(costs: costs)
    // |U|^2 is at most the size: so much may the smoothed solution cost more, and nothing less.
    let excess = Float(BagLossAlternatives.Smoothed.smoothing) / 2 * Float(size)
    let alternatives = [
      problem.alternative(references[0]) {
        try Assignment().optimalValue(UnfusedOperations.bagCosts($0, positions: positions))
      },
      problem.alternative(references[1]) {
        try BagLossAlternatives.interpolated($0, costs: costs, lambda: lambda)
      },
      problem.alternative(references[2], excess: excess) { try smoothed($0) },
    ]
    let fused = problem.alternative("fused", references: references) {
      try bagLoss(logits: $0, labels: labels)
    }
    return ([fused] + alternatives).flatMap(\.self)
  }
}

struct BagLossShape {
  let bags, size, classes: Int
}

/// Bags with the values and gradients that every way to compute their loss must find.
private final class BagLossProblem {
  let shape: BagLossShape
  let labels: [Int32]
  let costs: BagCostsOperation
  private let leaf: Tensor
  private let expected: [Tensor]

  init(_ shape: BagLossShape) throws {
    let problems = LogitProblems<Float>(rows: shape.bags * shape.size, classes: shape.classes)
    self.shape = shape
    labels = problems.labels
    costs = BagCostsOperation(labels: labels, size: shape.size)
    leaf = try problems.leaf([shape.bags, shape.size, shape.classes])
    let values = try bagLoss(logits: leaf, labels: labels)
    expected = [values] + (try values.mean().gradients(of: [leaf]))
  }

  /// A way to compute the loss, on one thread and on all.
  ///
  /// - Parameters:
  ///   - excess: By how much its values may be above the optimal ones; nil: they and the gradient must be
  ///     those of the optimal value.
  func alternative(
    _ name: String, references: [String] = [], excess: Float? = nil,
    _ loss: @escaping (Tensor) throws -> Tensor
  ) -> [Contestant] {
    let threadCounts = Parallel.coreCount > 1 ? [1, Parallel.coreCount] : [1]
    return threadCounts.map { threads in
      let suffix = threads > 1 ? ", all threads" : ""
      let outcome = Outcome<[Tensor]>()
      return Contestant(
        name: name + suffix, threads: threads, instances: shape.bags,
        references: references.map { $0 + suffix },
        run: { [leaf] in
          outcome.value = try withMaxThreads(threads) {
            let values = try loss(leaf)
            return [values] + (try values.mean().gradients(of: [leaf]))
          }
        },
        check: { try self.check(outcome.value ?? [], name, excess: excess) })
    }
  }

  private func check(_ found: [Tensor], _ name: String, excess: Float?) throws {
    guard found.count == expected.count else {
      throw BenchmarksError.wrongResult("\(name): no values and gradient")
    }
    guard let excess else {
      for (found, expected) in zip(found, expected) {
        try found.checkEqual(expected.scalars, name)
      }
      return
    }
    for (value, optimal) in zip(found[0].scalars, expected[0].scalars) {
      let allowed = 1e-4 * max(1, optimal)
      guard value >= optimal - allowed, value <= optimal + excess + allowed else {
        throw BenchmarksError.wrongResult("\(name): value \(value), optimal is \(optimal)")
      }
    }
    guard found[1].scalars.allSatisfy(\.isFinite) else {
      throw BenchmarksError.wrongResult("\(name): the gradient is not finite")
    }
  }
}
