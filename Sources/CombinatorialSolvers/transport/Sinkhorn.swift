public import CombinatorialKernels

/// Entropic optimal transport: ``Transport`` smoothed by the relative entropy to independent masses.
///
///     value = min  costs . x + t KL(x | supply demand^T / total)
///
///     let smooth = Sinkhorn(temperature: 0.05)
///     try smooth.solve([0, 1, 1, 0], supply: [1, 1], demand: [1, 1]).transportCost.rounded()  // 0
///
/// over the plans x of the transport problem, at the temperature t > 0. It is above z* by at most t times
/// total log min(rows, columns), tends to z* as t goes to 0, and is differentiable everywhere: by the costs
/// it has the gradient x, by the masses the potentials, in the gauge of ``Transport``. The plan is
///
///     x[i][j] = supply[i] demand[j] / total exp((u[i] + v[j] - costs[i][j]) / t)
///
/// Potentials are updated in turn in the log domain, in double, from a high temperature down to t, until
/// the row and column sums of the plan differ from supply and demand by no more than `tolerance` times the
/// total, in sum: of the plan that is returned, not of an estimate.
///
/// Updates alone need about (range of costs / t) / tolerance of them at worst, and it depends on the problem:
/// 12 x 12 problems with random costs in 0 ... 1 at t = 0.001 take 1,000 to more than 20,000 for 1e-6. So after
/// 200 Newton's method takes over, from the range of the costs down to t, with a few steps for each halving of
/// the temperature: such problems end within 450 iterations down to t = 1e-8 (`SinkhornTests`).
///
/// Costs may have any magnitude, and t may exceed them by any. Below about 2^-49 / tolerance of their range
/// doubles cannot tell the masses: that is refused, naming the least t. Z* itself is ``Transport``'s.
///
/// Complexity: two exponentials a cell in each iteration; rows columns^2 multiplications in a step of Newton's.
///
/// M. Cuturi, NIPS 2013, arXiv:1306.0895; J. Feydy et al., AISTATS 2019, arXiv:1810.08278; P. Dvurechensky,
/// A. Gasnikov, A. Kroshnin, ICML 2018, arXiv:1802.04367.
public struct Sinkhorn: TransportProblem {
  /// t, in the unit of the costs; greater than 0.
  public var temperature: Double
  /// What the row and column sums may be off by, in sum, as a share of the total.
  public var tolerance: Double
  /// The most iterations, those at the first way down from a high temperature aside; then
  /// ``CombinatorialError/Reason/notConverged(iterations:error:tolerance:)``.
  public var maxIterations: Int
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// An entropic transport problem.
  public init(
    temperature: Double, tolerance: Double = 1e-6, maxIterations: Int = 10_000,
    maxThreads: Int? = nil
  ) {
    (self.temperature, self.tolerance) = (temperature, tolerance)
    (self.maxIterations, self.maxThreads) = (maxIterations, maxThreads)
  }

  /// Solves a batch in place: see ``TransportProblem/solveInPlace(_:supply:demand:shape:)``.
  public func solveInPlace<Scalar: CostScalar, Mass: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, supply: [Mass], demand: [Mass], shape: BatchShape
  ) throws(CombinatorialError) -> SinkhornSolutions {
    let masses = try TransportMasses(supply, demand, shape: shape)
    return try solveInPlace(costs, masses: masses, shape: shape)
  }

  /// Solves a batch in place.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, masses: TransportMasses, shape: BatchShape,
    instructionSet: InstructionSet = .current
  ) throws(CombinatorialError) -> SinkhornSolutions {
    try checkOptions()
    try shape.validate(costCount: costs.count)
    try masses.checkBalance(shape: shape)
    for cell in costs.indices where !(costs[cell] > -.infinity) {
      let (item, row, column) = (
        cell / (shape.rows * shape.columns), cell / shape.columns % shape.rows, cell % shape.columns
      )
      guard row < shape.rowCount(item), column < shape.columnCount(item) else { continue }
      throw CombinatorialError(
        .invalidCost(row: row, column: column, value: Double(costs[cell])), item: item)
    }
    let batch = SinkhornRun(
      problem: self, costs: costs, masses: masses, shape: shape,
      instructionSet: instructionSet)
    let solutions = Result { () throws(CombinatorialError) in
      try Parallel.map(shape.batch, maxThreads: maxThreads) { item throws(CombinatorialError) in
        try batch.solve(item).get()
      }
    }
    // What a call that is to end found may be wrong.
    try batch.stop.check()
    return SinkhornSolutions(shape: shape, solutions: try solutions.get())
  }

  private func checkOptions() throws(CombinatorialError) {
    for (name, value) in [("temperature", temperature), ("tolerance", tolerance)]
    where !(value > 0 && value.isFinite) {
      throw CombinatorialError(
        .invalidOption(name, value: value, expected: "a number greater than 0"))
    }
    guard maxIterations > 0 else {
      throw CombinatorialError(
        .invalidOption(
          "maxIterations", value: Double(maxIterations), expected: "a number greater than 0"))
    }
  }
}

/// The solution of an entropic transport problem.
public struct SinkhornSolution: OptimalSolution {
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
  /// Updates of the potentials that ``Sinkhorn/maxIterations`` counts.
  public let iterations: Int
  /// By how much row and column sums of the plan differ from supply and demand, in sum, as a share of the total.
  public let marginalError: Double
  /// How far the value is below the best of the dual objective, at most, apart from rounding.
  ///
  /// That is concave, its gradient by the potentials is what the plan's sums differ by from supply and demand, e in
  /// sum, and potentials that are soft minima of costs within a range R have a best one within 5 R + t of them in
  /// each coordinate: the gap is `e (5 R + t)`; +infinity where pairs are forbidden, as these bound nothing then.
  public package(set) var dualityGap: Double = 0

  /// The gradient by the costs: the plan.
  public var gradient: [Double] { plan }

  private enum CodingKeys: CodingKey {
    case value, transportCost, plan, rowPotentials, columnPotentials, iterations, marginalError
  }
}

/// The solutions of a batch of entropic problems.
public struct SinkhornSolutions: TransportSolutions {
  /// The costs' shape.
  public let shape: BatchShape
  let solutions: [SinkhornSolution]

  /// `[batch]`: the smoothed value of each problem.
  public var values: [Double] { solutions.map(\.value) }
  /// `[batch, rows]`: row potentials, 0 in the padding.
  public var rowPotentials: [Double] { padded(\.rowPotentials, to: shape.rows) }
  /// `[batch, columns]`: column potentials, 0 in the padding.
  public var columnPotentials: [Double] { padded(\.columnPotentials, to: shape.columns) }

  private func padded(_ vector: (SinkhornSolution) -> [Double], to count: Int) -> [Double] {
    solutions.flatMap { solution in
      let used = vector(solution)
      return used + [Double](repeating: 0, count: count - used.count)
    }
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> SinkhornSolution { solutions[item] }

  /// The entries of one plan.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    let columns = shape.columnCount(item)
    for (cell, mass) in solutions[item].plan.enumerated() {
      body(cell / columns * shape.columns + cell % columns, mass)
    }
  }

  /// Nothing: the certificate is made with the solution.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {}
}

/// The problems of one batch.
private struct SinkhornRun<Scalar: CostScalar>: @unchecked Sendable {
  let problem: Sinkhorn
  let costs: UnsafeBufferPointer<Scalar>
  let masses: TransportMasses
  let shape: BatchShape
  let instructionSet: InstructionSet
  let stop = StopFlag.current

  func solve(_ item: Int) -> Result<SinkhornSolution, CombinatorialError> {
    if let stop, stop.isSet { return .failure(CombinatorialError(.cancelled)) }
    let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
    let supply = Array(masses.supply[item * shape.rows..<item * shape.rows + rows])
    var demand = Array(masses.demand[item * shape.columns..<item * shape.columns + columns])
    let total = supply.reduce(0, +)
    guard total > 0, let base = costs.baseAddress else {
      return .success(.empty(rows: rows, columns: columns))
    }
    let start = base + item * shape.rows * shape.columns
    let scaling = SinkhornScaling(
      start, rows: rows, columns: columns, rowStride: shape.columns,
      temperature: problem.temperature)
    let least = scaling.leastTemperature(tolerance: problem.tolerance)
    guard problem.temperature >= least else {
      return .failure(
        CombinatorialError(
          .invalidOption(
            "temperature", value: problem.temperature,
            expected:
              "at least \(least), 2^-49 / tolerance of the range of the costs in batch item "
              + "\(item): below it doubles cannot tell the masses; Transport gives the limit"),
          item: item))
    }
    let cost = { (cell: Int) in Double(start[cell / columns * shape.columns + cell % columns]) }
    let scale = total / demand.reduce(0, +)
    demand = demand.map { $0 * scale / total }
    let masses = (supply: supply.map { $0 / total }, demand: demand)
    let result =
      if scaling.isIdentity {
        iterate(start, shape.columns, masses, scaling, total: total, item)
      } else {
        (0..<rows * columns).map { scaling(cost($0)) }.withUnsafeBufferPointer { costs in
          costs.baseAddress.map {
            iterate($0, columns, masses, scaling, total: total, item)
          } ?? .success(.empty(rows: rows, columns: columns))
        }
      }
    return result.flatMap { solution in
      guard var restored = scaling.restored(solution, total: total, cost: cost) else {
        return .failure(CombinatorialError(.valueOutOfRange, item: item))
      }
      let error = restored.marginalError * total
      restored.dualityGap = error > 0 ? error * (5 * scaling.range + problem.temperature) : 0
      return .success(restored)
    }
  }

  /// Updates in turn, and if they do not converge soon, Newton's method.
  private func iterate<Element: CostScalar>(
    _ costs: UnsafePointer<Element>, _ stride: Int, _ masses: (supply: [Double], demand: [Double]),
    _ scaling: SinkhornScaling, total: Double, _ item: Int
  ) -> Result<SinkhornSolution, CombinatorialError> {
    let temperature = scaling.temperature
    var iteration = SinkhornIteration(
      kernel: SinkhornKernel<Element>(instructionSet, stop: stop), costs: costs, rowStride: stride,
      supply: masses.supply, demand: masses.demand, isHot: scaling.isHot)
    for stage in iteration.temperatures(downTo: temperature) {
      // A start is all that a stage is for: the error of the next one is as great again.
      for _ in 0..<8 {
        guard let error = iteration.update(stage) else {
          return .failure(CombinatorialError(.infeasible, item: item))
        }
        if error <= 0.1 { break }
      }
    }
    var (left, followsPath, error) = (problem.maxIterations, false, Double.infinity)
    var attempts = 0
    while left > 0, attempts < 10 {
      if !followsPath, problem.maxIterations - left >= 200 {
        guard
          let next = iteration.followPath(
            downTo: temperature, tolerance: problem.tolerance, budget: &left)
        else { return .failure(CombinatorialError(.infeasible, item: item)) }
        (followsPath, error) = (true, next)
      } else {
        guard let next = iteration.update(temperature) else {
          return .failure(CombinatorialError(.infeasible, item: item))
        }
        (left, error) = (left - 1, next)
      }
      guard error <= problem.tolerance || followsPath else { continue }
      let solution = iteration.solution(
        temperature, total: total, iterations: problem.maxIterations - left)
      if solution.marginalError <= problem.tolerance { return .success(solution) }
      (attempts, error) = (attempts + 1, solution.marginalError)
    }
    return .failure(
      CombinatorialError(
        .notConverged(
          iterations: problem.maxIterations - left, error: error, tolerance: problem.tolerance),
        item: item))
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
