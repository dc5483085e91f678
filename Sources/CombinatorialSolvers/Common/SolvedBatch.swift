internal import CombinatorialKernels

/// A batch as the solvers of this package make it: the parts that do not depend on the problem, written once.
package protocol SolvedBatch: SolutionBatch {
  /// What every batch has.
  var results: BatchResults { get set }
}

/// Shape, values and costs of a batch.
package struct BatchResults: Sendable {
  let shape: BatchShape
  /// `[batch]`: z* of each problem.
  var values: [Double]
  /// Those of all problems, if they were kept.
  private(set) var costs = CostStorage.none

  init(_ shape: BatchShape, value: Double = 0) {
    self.shape = shape
    values = .init(repeating: value, count: shape.batch)
  }

  mutating func keep<Scalar: CostScalar>(_ costs: UnsafeBufferPointer<Scalar>) {
    self.costs = CostStorage(costs)
  }

  mutating func keep<Scalar: CostScalar>(sharing costs: [Scalar]) {
    self.costs = CostStorage(adopting: costs)
  }

  mutating func keep(_ points: TransportPoints) { costs = .points(points) }

  /// The costs of one problem.
  func costs(_ item: Int) -> CostMatrix { CostMatrix(costs, item: item, of: shape) }
}

extension SolvedBatch {
  /// The costs' shape.
  public var shape: BatchShape { results.shape }
  /// `[batch]`: z* of each problem.
  public package(set) var values: [Double] {
    get { results.values }
    set { results.values = newValue }
  }

  /// Copies the costs, for the certificates.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {
    results.keep(costs)
  }
}

/// A problem of which the answer takes less time than what proves it.
protocol ProvableProblem: CostProblem {
  /// Solves a batch, with the arrays that prove the answers or without.
  func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, withProof: Bool
  ) throws(CombinatorialError) -> Solutions
}

extension ProvableProblem {
  /// Solves a batch in place, and makes nothing that proves the answers, which takes less time: see
  /// ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> Solutions {
    try solve(costs, shape: shape, withProof: false)
  }

  /// Solves a batch, and keeps a copy of the costs.
  public func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> Solutions {
    var solutions = try solve(costs, shape: shape, withProof: true)
    solutions.keep(costs: costs)
    return solutions
  }
}
