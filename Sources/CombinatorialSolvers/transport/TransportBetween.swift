public import CombinatorialKernels

/// Transport between masses that are given, as a problem over its costs alone: what the losses of cost problems
/// take, for a batch of costs between the same masses.
///
///     try Transport().between(supply: [1, 1], demand: [1, 1]).solve(costs, rows: 2, columns: 2)
public struct TransportBetween: MatrixProblem, Hashable {
  /// The problem.
  public var transport: Transport
  /// What each row has.
  public var supply: [Double]
  /// What each column wants.
  public var demand: [Double]

  /// As the problem has it.
  public var maxThreads: Int? {
    get { transport.maxThreads }
    set { transport.maxThreads = newValue }
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> TransportBatch {
    let masses = try TransportMasses(
      supply, demand, ofEach: shape, tolerance: transport.balanceTolerance)
    return try transport.solveInPlace(costs, masses: masses, shape: shape)
  }
}

/// Entropic transport between masses that are given, as a problem over its costs alone.
public struct SinkhornBetween: MatrixProblem, Hashable {
  /// The problem.
  public var sinkhorn: Sinkhorn
  /// What each row has.
  public var supply: [Double]
  /// What each column wants.
  public var demand: [Double]

  /// As the problem has it.
  public var maxThreads: Int? {
    get { sinkhorn.maxThreads }
    set { sinkhorn.maxThreads = newValue }
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> SinkhornSolutions {
    let masses = try TransportMasses(supply, demand, ofEach: shape, tolerance: nil)
    return try sinkhorn.solveInPlace(costs, masses: masses, shape: shape)
  }
}

extension Transport {
  /// The problem over costs between given masses.
  ///
  /// - Parameters:
  ///   - supply: What each row has, in every problem of a batch.
  ///   - demand: What each column wants.
  public func between(supply: [Double], demand: [Double]) -> TransportBetween {
    TransportBetween(transport: self, supply: supply, demand: demand)
  }
}

extension Sinkhorn {
  /// The problem over costs between given masses.
  ///
  /// - Parameters:
  ///   - supply: What each row has, in every problem of a batch.
  ///   - demand: What each column wants.
  public func between(supply: [Double], demand: [Double]) -> SinkhornBetween {
    SinkhornBetween(sinkhorn: self, supply: supply, demand: demand)
  }
}

extension TransportMasses {
  /// The same masses for every problem of a batch.
  fileprivate init(
    _ supply: [Double], _ demand: [Double], ofEach shape: BatchShape, tolerance: Double?
  ) throws(CombinatorialError) {
    guard shape.rows == supply.count, shape.columns == demand.count, shape.batch >= 0 else {
      throw .shapeMismatch(
        expected: "costs [\(supply.count), \(demand.count)], as many as there are masses",
        found: "[\(shape.rows), \(shape.columns)]")
    }
    try self.init(
      (0..<shape.batch).flatMap { _ in supply }, (0..<shape.batch).flatMap { _ in demand },
      shape: shape, tolerance: tolerance)
  }
}
