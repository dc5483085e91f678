public import CombinatorialKernels

/// Optimal transport between points whose distances are the costs, none of which is ever stored: 10,000 points on
/// each side need less than 200 MB, where their matrix of costs alone would take 800.
///
///     z* = min  sum_ij d(sources[i], targets[j]) x[i][j]   between the same masses as ``Transport``
///
///     try TransportInSpace().solve(
///       sources: [0, 0, 3, 4], targets: [3, 4, 0, 1], dimensions: 2, supply: [1, 1], demand: [1, 1]
///     ).value  // 1
///
/// The answer is that of ``Transport`` for the matrix of all distances in `Double`, to the last bit, with the same
/// potentials and the same certificate. With the squared Euclidean distance z* is W_2^2 of two measures of total 1,
/// with the others W_1. Squares of differences below 2^-511 (1.5e-154) lose digits, and below 2^-538 they are 0: so
/// are both Euclidean distances then, not the Manhattan one.
///
/// Complexity: that of ``Transport``; a row of distances is computed when it is looked at, which for a few dimensions
/// takes no longer than reading it. With many, and where the memory allows it, a matrix that is computed once is
/// faster.
///
/// G. Peyré, M. Cuturi, Computational optimal transport (2019), doi:10.1561/2200000073, section 2.
public struct TransportInSpace: Sendable, Hashable {
  /// How far two points are apart.
  public enum Metric: String, Sendable, Hashable, CaseIterable {
    /// sum_k (x[k] - y[k])^2.
    case squaredEuclidean
    /// The root of that.
    case euclidean
    /// sum_k |x[k] - y[k]|.
    case manhattan
  }

  /// How far two points are apart.
  public var metric: Metric
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem in space.
  public init(metric: Metric = .squaredEuclidean, maxThreads: Int? = nil) {
    (self.metric, self.maxThreads) = (metric, maxThreads)
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - sources: `[supply.count, dimensions]`: where the supply is, point by point.
  ///   - targets: `[demand.count, dimensions]`: where the demand is.
  ///   - dimensions: How many coordinates a point has; at least 1.
  ///   - supply: What each source has.
  ///   - demand: What each target wants; the same total up to rounding, as for ``Transport``.
  /// - Returns: The plan with the potentials, in the gauge of ``Transport``. Sources are rows.
  /// - Throws: ``CombinatorialError``: a coordinate that is no number, or beyond 2^500; a mass that is none; totals
  ///   that differ; a wrong count.
  public func solve<Scalar: CostScalar>(
    sources: [Scalar], targets: [Scalar], dimensions: Int, supply: [Scalar], demand: [Scalar]
  ) throws(CombinatorialError) -> TransportSolution {
    try solve(
      sources: sources, targets: targets, dimensions: dimensions, supply: supply, demand: demand,
      batch: 1)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - sources: `[batch, rows, dimensions]`.
  ///   - targets: `[batch, columns, dimensions]`.
  ///   - dimensions: How many coordinates a point has; at least 1.
  ///   - supply: `[batch, rows]`.
  ///   - demand: `[batch, columns]`.
  ///   - batch: The number of problems.
  ///   - rowCounts: Sources in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: Targets in use, for each problem; nil: all.
  ///   - known: Solutions of the same shape to start from, as those of the training step before, when points had not
  ///     moved much further: several times faster; nil: from scratch. See ``Transport``.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one; known solutions of another shape.
  public func solve<Scalar: CostScalar>(
    sources: [Scalar], targets: [Scalar], dimensions: Int, supply: [Scalar], demand: [Scalar],
    batch: Int, rowCounts: [Int]? = nil, columnCounts: [Int]? = nil, known: TransportBatch? = nil
  ) throws(CombinatorialError) -> TransportBatch {
    let points = try TransportPoints(
      sources, targets, dimensions: dimensions, metric: metric, batch: batch, rowCounts,
      columnCounts)
    return try points.solve(
      TransportMasses(supply, demand, shape: points.shape), known: known, maxThreads: maxThreads)
  }

  /// The optimal value and its gradients by positions and masses, from one run of the solver.
  ///
  /// - Returns: z*, and the gradients in the shapes of the arguments.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valueAndGradient<Scalar: CostScalar>(
    sources: [Scalar], targets: [Scalar], dimensions: Int, supply: [Scalar], demand: [Scalar]
  ) throws(CombinatorialError) -> (value: Double, gradient: TransportPositionGradient<Scalar>) {
    let (values, gradient) = try valuesAndGradient(
      sources: sources, targets: targets, dimensions: dimensions, supply: supply, demand: demand)
    return (values[0], gradient)
  }

  /// The optimal values of a batch and the gradients of their sum, from one run of the solver.
  ///
  ///     dz*/dsources[i] = sum over j of plan[i, j] dd(x, y)/dx        dz*/dsupply = u
  ///     dz*/dtargets[j] = sum over i of plan[i, j] dd(x, y)/dy        dz*/ddemand = v
  ///
  /// A pair of points in one place gets 0, and of the Manhattan distance a coordinate that both share.
  ///
  /// - Returns: z* of each problem, and the gradients in the shapes of the arguments, 0 in the padding.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    sources: [Scalar], targets: [Scalar], dimensions: Int, supply: [Scalar], demand: [Scalar],
    batch: Int = 1, rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> (values: [Double], gradient: TransportPositionGradient<Scalar>) {
    let points = try TransportPoints(
      sources, targets, dimensions: dimensions, metric: metric, batch: batch, rowCounts,
      columnCounts)
    let solutions = try points.solve(
      TransportMasses(supply, demand, shape: points.shape), maxThreads: maxThreads)
    let (bySources, byTargets) = points.gradients(of: solutions)
    let gradient = TransportPositionGradient<Scalar>(
      sources: bySources.map { Scalar($0) }, targets: byTargets.map { Scalar($0) },
      supply: solutions.rowPotentials.map { Scalar($0) },
      demand: solutions.columnPotentials.map { Scalar($0) })
    return (solutions.values, gradient)
  }
}

/// The gradients of transport between positions, in the shapes of its arguments.
public struct TransportPositionGradient<Scalar: CostScalar>: Sendable, Equatable {
  /// By the positions of the supply.
  public var sources: [Scalar]
  /// By the positions of the demand.
  public var targets: [Scalar]
  /// By the supply: u.
  public var supply: [Scalar]
  /// By the demand: v.
  public var demand: [Scalar]
}
