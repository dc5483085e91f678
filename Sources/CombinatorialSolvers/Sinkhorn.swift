package import CombinatorialKernels

/// Entropic optimal transport: ``Transport`` smoothed by the relative entropy to independent masses.
///
///     value = min  costs . x + t KL(x | supply demand^T / total)
///
/// over the plans x of the transport problem, at the temperature t > 0. It is above z* by at most t times
/// total log min(rows, columns), tends to z* as t goes to 0, and is differentiable everywhere: by the costs
/// it has the gradient x, by the masses the potentials, in the gauge of ``Transport``. The plan is
///
///     x[i][j] = supply[i] demand[j] / total exp((u[i] + v[j] - costs[i][j]) / t)
///
/// Potentials are updated in turn in the log domain, in double, from a high temperature down to t, until
/// the column sums of the plan differ from the demand by no more than `tolerance` times the total, in sum.
/// Row sums are exact up to rounding.
///
/// Complexity: two exponentials a cell in each iteration; about range of costs / t iterations.
///
/// M. Cuturi, NIPS 2013, arXiv:1306.0895; J. Feydy et al., AISTATS 2019, arXiv:1810.08278.
public struct Sinkhorn: Sendable, Hashable {
  /// t, in the unit of the costs; greater than 0.
  public var temperature: Double
  /// What the column sums may be off by, in sum, as a share of the total.
  public var tolerance: Double
  /// The most iterations at the final temperature; then
  /// ``CombinatorialError/notConverged(batch:iterations:error:tolerance:)``.
  public var maxIterations: Int
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// An entropic transport problem.
  public init(
    temperature: Double, tolerance: Double = 1e-6, maxIterations: Int = 10_000,
    maxThreads: Int? = nil
  ) {
    self.temperature = temperature
    self.tolerance = tolerance
    self.maxIterations = maxIterations
    self.maxThreads = maxThreads
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[supply.count, demand.count]`, row by row; `+infinity` forbids a pair.
  ///   - supply: what each row has.
  ///   - demand: what each column wants; the same total up to rounding.
  /// - Throws: ``CombinatorialError``.
  public func solve(
    _ costs: [Double], supply: [Double], demand: [Double]
  ) throws(CombinatorialError) -> SinkhornSolution {
    try solve(costs, supply: supply, demand: demand, instructionSet: .current)
  }

  /// Solves one problem with the kernels of an instruction set.
  package func solve(
    _ costs: [Double], supply: [Double], demand: [Double], instructionSet: InstructionSet
  ) throws(CombinatorialError) -> SinkhornSolution {
    let shape = TransportShape(batch: 1, rows: supply.count, columns: demand.count)
    let masses = try TransportMasses(supply, demand, shape: shape)
    return try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, masses: masses, shape: shape, instructionSet: instructionSet)
    }[0]
  }

  /// Solves a batch in place, for callers that own memory of their own.
  package func solve<Scalar: KernelScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, masses: TransportMasses, shape: TransportShape,
    instructionSet: InstructionSet = .current
  ) throws(CombinatorialError) -> [SinkhornSolution] {
    try checkOptions()
    try shape.validate(costCount: costs.count)
    try masses.checkBalance(shape: shape)
    for cell in costs.indices where !(costs[cell] > -.infinity) {
      let (item, row, column) = (
        cell / (shape.rows * shape.columns), cell / shape.columns % shape.rows, cell % shape.columns
      )
      guard row < shape.rowCount(item), column < shape.columnCount(item) else { continue }
      throw .invalidCost(batch: item, row: row, column: column, value: Double(costs[cell]))
    }
    let batch = SinkhornBatch(
      problem: self, costs: costs, masses: masses, shape: shape,
      kernel: SinkhornKernel<Scalar>(instructionSet))
    let results = Lock(
      [Result<SinkhornSolution, CombinatorialError>?](repeating: nil, count: shape.batch))
    Parallel.forEachSlice(of: shape.batch, maxThreads: maxThreads) { slice in
      for item in slice {
        let result = batch.solve(item)
        results.withLock { $0[item] = result }
      }
    }
    var solutions: [SinkhornSolution] = []
    for case .some(let result) in results.withLock({ $0 }) { solutions.append(try result.get()) }
    return solutions
  }

  private func checkOptions() throws(CombinatorialError) {
    for (name, value) in [("temperature", temperature), ("tolerance", tolerance)]
    where !(value > 0 && value.isFinite) {
      throw .invalidOption(name, value: value, expected: "a number greater than 0")
    }
    guard maxIterations > 0 else {
      throw .invalidOption(
        "maxIterations", value: Double(maxIterations), expected: "a number greater than 0")
    }
  }
}

/// The solution of an entropic transport problem.
public struct SinkhornSolution: Sendable {
  /// The smoothed value, supply . u + demand . v.
  public let value: Double
  /// The cost of the plan alone, without the entropy.
  public let transportCost: Double
  /// `[rows, columns]`: x, the gradient by the costs.
  public let plan: [Double]
  /// `[rows]`: u, the gradient by the supply.
  public let rowPotentials: [Double]
  /// `[columns]`: v, the gradient by the demand.
  public let columnPotentials: [Double]
  /// Iterations at the final temperature.
  public let iterations: Int
  /// By how much column sums differ from the demand, in sum, as a share of the total.
  public let marginalError: Double
}

/// The problems of one batch.
private struct SinkhornBatch<Scalar: KernelScalar>: @unchecked Sendable {
  let problem: Sinkhorn
  let costs: UnsafeBufferPointer<Scalar>
  let masses: TransportMasses
  let shape: TransportShape
  let kernel: SinkhornKernel<Scalar>

  func solve(_ item: Int) -> Result<SinkhornSolution, CombinatorialError> {
    let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
    let supply = Array(masses.supply[item * shape.rows..<item * shape.rows + rows])
    var demand = Array(masses.demand[item * shape.columns..<item * shape.columns + columns])
    let total = supply.reduce(0, +)
    guard total > 0, let base = costs.baseAddress else {
      return .success(.empty(rows: rows, columns: columns))
    }
    let scale = total / demand.reduce(0, +)
    demand = demand.map { $0 * scale }
    var iteration = SinkhornIteration(
      kernel: kernel, costs: base + item * shape.rows * shape.columns, rowStride: shape.columns,
      supply: supply.map { $0 / total }, demand: demand.map { $0 / total })
    for stage in iteration.temperatures(downTo: problem.temperature) {
      // A start is all that a stage is for: the error of the next one is as great again.
      for _ in 0..<8 {
        guard let error = iteration.update(stage) else { return .failure(.infeasible(batch: item)) }
        if error <= 0.1 { break }
      }
    }
    for count in 1...problem.maxIterations {
      guard let error = iteration.update(problem.temperature) else {
        return .failure(.infeasible(batch: item))
      }
      if error <= problem.tolerance {
        return .success(
          iteration.solution(problem.temperature, total: total, iterations: count, error: error))
      }
      if count == problem.maxIterations {
        return .failure(
          .notConverged(
            batch: item, iterations: count, error: error, tolerance: problem.tolerance))
      }
    }
    return .failure(.infeasible(batch: item))
  }
}

extension SinkhornSolution {
  fileprivate static func empty(rows: Int, columns: Int) -> SinkhornSolution {
    SinkhornSolution(
      value: 0, transportCost: 0, plan: .init(repeating: 0, count: rows * columns),
      rowPotentials: .init(repeating: 0, count: rows),
      columnPotentials: .init(repeating: 0, count: columns), iterations: 0, marginalError: 0)
  }
}
