package import CombinatorialKernels

/// Optimal transport between discrete measures: move supply to demand at the least total cost (the earth
/// mover's distance, if costs are distances).
///
///     z* = min  sum_ij costs[i][j] x[i][j]
///          subject to  sum_j x[i][j] = supply[i],  sum_i x[i][j] = demand[j],  x >= 0
///
/// Costs may be any numbers; `+infinity` forbids a pair, NaN and -infinity are refused. Masses are finite
/// and at least 0, and so are their totals. Both sides must have the same total up to rounding:
/// ``balanceTolerance``. Within it the demand is scaled to the total of the supply; beyond it ``imbalance``
/// decides. A value beyond the range of double, or a term of it, a cost times a mass, is
/// ``CombinatorialError/valueOutOfRange(batch:)``.
///
/// Magnitudes may lie as far apart as doubles do. Each row and column has its mass in the plan, up to
/// (rows + columns) 2^-52 of that mass itself (2^-23 where masses are `Float`, if forbidden pairs leave no
/// plan without), and the plan costs no more than an optimal one and 32 (rows + columns) 2^-52 times the
/// magnitudes of its terms: where doubles do not prove that, the kernel goes on without any rounding.
///
/// Every solution comes with potentials u, v that prove it: `u[i] + v[j] <= costs[i][j]` for all pairs,
/// with equality where the plan has mass, and `supply . u + demand . v` equal to the value. They are the
/// gradient of z* by the masses, *up to a constant*: only changes that keep both totals equal have a
/// meaning, and along these u + k, v - k give the same for every k. The gauge here is
///
///     supply . u  =  demand . v  =  z* / 2
///
/// so each side accounts for one half of the value (that of Python Optimal Transport's centred duals).
/// With a priced imbalance there is no such freedom: u and v are the derivatives themselves.
///
/// Ties: the plan depends on the costs and masses alone, never on threads or instruction sets.
///
/// Complexity: the network simplex method; 500 rows and columns take milliseconds.
///
/// G. Peyré, M. Cuturi, Computational optimal transport (2019), doi:10.1561/2200000073, section 3.5;
/// N. Bonneel et al., ACM Trans. Graph. 30 (2011), doi:10.1145/2070781.2024192.
public struct Transport: Sendable, Hashable {
  /// What to do about totals that differ.
  public enum Imbalance: Sendable, Hashable {
    /// ``CombinatorialError/unbalanced(batch:supply:demand:)``.
    case refused
    /// Any supply may stay where it is, and any demand unmet, at these costs of a unit; a pair is then
    /// worth using if its cost is below the sum of both.
    case priced(surplus: Double, shortage: Double)
  }

  /// What to do about totals that differ.
  public var imbalance: Imbalance

  /// How far the totals may differ, as a share of the greater one; nil: 1e-9, or 1e-5 where masses are `Float`.
  /// For masses in `Double` that were rounded to less elsewhere: 1e-5 if to float32.
  public var balanceTolerance: Double?

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A transport problem with the given options.
  public init(
    imbalance: Imbalance = .refused, balanceTolerance: Double? = nil, maxThreads: Int? = nil
  ) {
    self.imbalance = imbalance
    self.balanceTolerance = balanceTolerance
    self.maxThreads = maxThreads
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[supply.count, demand.count]`, row by row.
  ///   - supply: what each row has.
  ///   - demand: what each column wants.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, a mass that is none, totals that differ,
  ///   no feasible plan, a wrong count.
  public func solve(
    _ costs: [Float], supply: [Float], demand: [Float]
  ) throws(CombinatorialError) -> TransportSolution {
    try solve(
      costs, supply: supply, demand: demand, batch: 1, rows: supply.count, columns: demand.count)[0]
  }

  /// Solves one problem in double precision.
  ///
  /// - Parameters:
  ///   - costs: `[supply.count, demand.count]`, row by row.
  ///   - supply: what each row has.
  ///   - demand: what each column wants.
  /// - Throws: ``CombinatorialError``.
  public func solve(
    _ costs: [Double], supply: [Double], demand: [Double]
  ) throws(CombinatorialError) -> TransportSolution {
    try solve(
      costs, supply: supply, demand: demand, batch: 1, rows: supply.count, columns: demand.count)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - supply: `[batch, rows]`.
  ///   - demand: `[batch, columns]`.
  ///   - batch: number of problems.
  ///   - rows: rows of every problem, padding included.
  ///   - columns: columns of every problem, padding included.
  ///   - rowCounts: rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: columns in use, for each problem; nil: all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve(
    _ costs: [Float], supply: [Float], demand: [Float], batch: Int, rows: Int, columns: Int,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> TransportBatch {
    let shape = TransportShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let masses = try TransportMasses(
      supply, demand, shape: shape, tolerance: balanceTolerance)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, masses: masses, shape: shape)
    }
    return TransportBatch(
      problem: self, shape: shape, costs: .float(costs), masses: masses, output: output)
  }

  /// Solves a batch of problems in double precision, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - supply: `[batch, rows]`.
  ///   - demand: `[batch, columns]`.
  ///   - batch: number of problems.
  ///   - rows: rows of every problem, padding included.
  ///   - columns: columns of every problem, padding included.
  ///   - rowCounts: rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: columns in use, for each problem; nil: all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve(
    _ costs: [Double], supply: [Double], demand: [Double], batch: Int, rows: Int, columns: Int,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> TransportBatch {
    let shape = TransportShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let masses = try TransportMasses(
      supply, demand, shape: shape, tolerance: balanceTolerance)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, masses: masses, shape: shape)
    }
    return TransportBatch(
      problem: self, shape: shape, costs: .double(costs), masses: masses, output: output)
  }

  /// Solves a batch in place, for callers that own memory of their own.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - masses: supply and demand.
  ///   - shape: the batch.
  ///   - prices: surplus and shortage costs of each problem; nil: ``imbalance``.
  package func solve<Scalar: KernelScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, masses: TransportMasses, shape: TransportShape,
    prices: [ImbalancePrices]? = nil
  ) throws(CombinatorialError) -> TransportOutput {
    try shape.validate(costCount: costs.count)
    var prices = prices
    if case .priced(let surplus, let shortage) = imbalance, prices == nil {
      prices = .init(repeating: .init(surplus: surplus, shortage: shortage), count: shape.batch)
    }
    if let prices {
      return try solve(costs, masses: masses, shape: shape, imbalancePrices: prices)
    }
    try masses.checkBalance(shape: shape)
    do throws(AssignmentFailure) {
      return try TransportKernel.solve(
        costs, supply: masses.supply, demand: masses.demand, shape: shape,
        rounding: masses.rounding, maxThreads: maxThreads)
    } catch {
      throw CombinatorialError(error, costs: costs, shape: shape)
    }
  }
}
