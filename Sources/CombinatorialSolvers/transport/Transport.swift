internal import CCombinatorialKernels
public import CombinatorialKernels

/// Optimal transport between discrete measures: move supply to demand at the least total cost (the earth
/// mover's distance, if costs are distances).
///
///     z* = min  sum_ij costs[i][j] x[i][j]
///          subject to  sum_j x[i][j] = supply[i],  sum_i x[i][j] = demand[j],  x >= 0
///
///     try Transport().solve([1, 3, 2, 1], supply: [2, 1], demand: [1, 2]).value  // 5
///
/// Costs may be any numbers; `+infinity` forbids a pair, NaN and -infinity are refused. Masses are finite
/// and at least 0, and so are their totals. Both sides must have the same total up to rounding:
/// ``balanceTolerance``. Within it the demand is scaled to the total of the supply; beyond it ``imbalance``
/// decides. A value beyond the range of double, or a term of it, a cost times a mass, is
/// ``CombinatorialError/Reason/valueOutOfRange``.
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
/// so each side accounts for one half of the value (that of Python Optimal Transport's centered duals).
/// With a priced imbalance there is no such freedom: u and v are the derivatives themselves.
///
/// Ties: the plan depends on the costs and masses alone, never on threads or instruction sets.
///
/// Complexity: the network simplex method; 500 rows and columns take milliseconds.
///
/// G. Peyré, M. Cuturi, Computational optimal transport (2019), doi:10.1561/2200000073, section 3.5;
/// N. Bonneel et al., ACM Trans. Graph. 30 (2011), doi:10.1145/2070781.2024192.
public struct Transport: TransportProblem {
  /// What to do about totals that differ.
  public enum Imbalance: Sendable, Hashable {
    /// ``CombinatorialError/Reason/unbalanced(supply:demand:)``.
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
    (self.imbalance, self.balanceTolerance) = (imbalance, balanceTolerance)
    self.maxThreads = maxThreads
  }

  /// Solves a batch in place: see ``TransportProblem/solveInPlace(_:supply:demand:shape:)``.
  public func solveInPlace<Scalar: CostScalar, Mass: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, supply: [Mass], demand: [Mass], shape: BatchShape
  ) throws(CombinatorialError) -> TransportBatch {
    try solveInPlace(costs, supply: supply, demand: demand, shape: shape, prices: nil)
  }

  /// Solves a batch of problems that are similar to those of another, as those of the training step before are.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - supply: `[batch, rows]`.
  ///   - demand: `[batch, columns]`.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  ///   - known: Solutions of the same shape to start from, by ``Transport`` or ``TransportInSpace``: where costs and
  ///     masses differ by a few percent, several times faster, unless an imbalance has a price; nil: from scratch. Any
  ///     lead to an optimal plan with its proof; which of tied ones may depend on them.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one; known solutions of another shape.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], supply: [Scalar], demand: [Scalar], batch: Int, rows: Int, columns: Int,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil, known: TransportBatch?
  ) throws(CombinatorialError) -> TransportBatch {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let masses = try TransportMasses(supply, demand, shape: shape, tolerance: balanceTolerance)
    return try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      var solutions = try solveInPlace(costs, masses: masses, shape: shape, known: known)
      solutions.keep(costs: costs)
      return solutions
    }
  }

  /// Solves a batch in place.
  ///
  /// - Parameter prices: Surplus and shortage costs of each problem; nil: ``imbalance``.
  package func solveInPlace<Scalar: CostScalar, Mass: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, supply: [Mass], demand: [Mass], shape: BatchShape,
    prices: [ImbalancePrices]?
  ) throws(CombinatorialError) -> TransportBatch {
    let masses = try TransportMasses(supply, demand, shape: shape, tolerance: balanceTolerance)
    return try solveInPlace(costs, masses: masses, shape: shape, prices: prices)
  }

  /// Solves a batch in place.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - masses: Supply and demand.
  ///   - shape: The batch.
  ///   - prices: Surplus and shortage costs of each problem; nil: ``imbalance``.
  ///   - known: Solutions to start from; nil: from scratch.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, masses: TransportMasses, shape: BatchShape,
    prices: [ImbalancePrices]? = nil, known: TransportBatch? = nil,
    instructionSet: InstructionSet = .current
  ) throws(CombinatorialError) -> TransportBatch {
    try shape.validate(costCount: costs.count)
    try known?.checkIsKnown(for: shape)
    var prices = prices
    if case .priced(let surplus, let shortage) = imbalance, prices == nil {
      prices = .init(repeating: .init(surplus: surplus, shortage: shortage), count: shape.batch)
    }
    if let prices { return try solve(costs, masses: masses, shape: shape, prices: prices) }
    try masses.checkBalance(shape: shape)
    var solutions = TransportBatch(shape: shape, masses: masses)
    let costs = CostInput(costs)
    do throws(KernelRefusal) {
      try solutions.solve(
        costs, known: known, instructionSet: instructionSet, maxThreads: maxThreads)
    } catch {
      throw CombinatorialError(error, costs: costs, shape: shape, named: "a transport problem")
    }
    return solutions
  }
}
