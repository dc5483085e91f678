public import CombinatorialKernels

/// Transport between masses that are given, as a problem over its costs alone: what the losses of cost problems
/// take, for a batch of costs between the same masses.
///
///     try Transport().between(supply: [1, 1], demand: [1, 1]).solve(costs, rows: 2, columns: 2)
public struct BetweenMasses<Problem: TransportProblem>: MatrixProblem, Hashable {
  /// The problem.
  public var problem: Problem
  /// What each row has.
  public var supply: [Double]
  /// What each column wants.
  public var demand: [Double]

  /// As the problem has it.
  public var maxThreads: Int? {
    get { problem.maxThreads }
    set { problem.maxThreads = newValue }
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> Problem.Solutions {
    guard shape.rows == supply.count, shape.columns == demand.count, shape.batch >= 0 else {
      throw .shapeMismatch(
        expected: "costs [\(supply.count), \(demand.count)], as many as there are masses",
        found: "[\(shape.rows), \(shape.columns)]")
    }
    return try problem.solveInPlace(
      costs, supply: (0..<shape.batch).flatMap { _ in supply },
      demand: (0..<shape.batch).flatMap { _ in demand }, shape: shape)
  }
}

/// Transport between masses that are given.
public typealias TransportBetween = BetweenMasses<Transport>

/// Entropic transport between masses that are given.
public typealias SinkhornBetween = BetweenMasses<Sinkhorn>

extension TransportBetween {
  /// The problem.
  public var transport: Transport {
    get { problem }
    set { problem = newValue }
  }
}

extension SinkhornBetween {
  /// The problem.
  public var sinkhorn: Sinkhorn {
    get { problem }
    set { problem = newValue }
  }
}

extension TransportProblem {
  /// The problem over costs between given masses.
  ///
  /// - Parameters:
  ///   - supply: What each row has, in every problem of a batch.
  ///   - demand: What each column wants.
  public func between(supply: [Double], demand: [Double]) -> BetweenMasses<Self> {
    BetweenMasses(problem: self, supply: supply, demand: demand)
  }
}
