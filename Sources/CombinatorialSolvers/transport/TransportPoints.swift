internal import CCombinatorialKernels
package import CombinatorialKernels

/// The points of a batch of ``TransportInSpace``, checked.
package struct TransportPoints: Sendable {
  package let shape: BatchShape
  /// `[batch, rows, dimensions]` and `[batch, columns, dimensions]`, 0 in the padding.
  package let sources, targets: [Double]
  package let dimensions: Int
  let metric: TransportInSpace.Metric

  /// Squares of differences of these, and their sums, are numbers.
  private static let greatestCoordinate = 0x1p500

  /// - Throws: ``CombinatorialError``: counts that do not fit together, a coordinate that is none.
  package init<Scalar: CostScalar>(
    _ sources: [Scalar], _ targets: [Scalar], dimensions: Int, metric: TransportInSpace.Metric,
    batch: Int, _ rowCounts: [Int]?, _ columnCounts: [Int]?
  ) throws(CombinatorialError) {
    guard dimensions > 0, dimensions < 1 << 20, batch >= 0,
      [sources.count, targets.count].allSatisfy({ count in
        batch > 0 ? count % dimensions == 0 && count / dimensions % batch == 0 : count == 0
      })
    else {
      throw .shapeMismatch(
        expected: "as many sources, and as many targets, in each of \(batch) problems, with "
          + "\(dimensions) coordinates, 1 ..< \(1 << 20)",
        found: "\(sources.count) and \(targets.count) coordinates")
    }
    func count(_ coordinates: Int) -> Int { coordinates / dimensions / max(1, batch) }
    shape = BatchShape(
      batch: batch, rows: count(sources.count), columns: count(targets.count),
      rowCounts: rowCounts, columnCounts: columnCounts)
    let (cells, overflow) = shape.rows.multipliedReportingOverflow(by: shape.columns)
    guard !overflow, !cells.multipliedReportingOverflow(by: max(1, batch)).overflow else {
      throw .sizeOverflow("a transport problem of \(shape.rows) rows and \(shape.columns) columns")
    }
    try BatchShape.check(rowCounts, named: "row counts", batch: batch, limit: shape.rows)
    try BatchShape.check(columnCounts, named: "column counts", batch: batch, limit: shape.columns)
    (self.dimensions, self.metric) = (dimensions, metric)
    self.sources = try Self.checked(
      sources, side: "source", of: shape.rows, used: rowCounts, dimensions)
    self.targets = try Self.checked(
      targets, side: "target", of: shape.columns, used: columnCounts, dimensions)
  }

  private static func checked<Scalar: CostScalar>(
    _ points: [Scalar], side: String, of count: Int, used: [Int]?, _ dimensions: Int
  ) throws(CombinatorialError) -> [Double] {
    try StopFlag.current.check()
    var checked = [Double](repeating: 0, count: points.count)
    for at in points.indices {
      let (item, point) = (at / dimensions / count, at / dimensions % count)
      if let used, point >= used[item] { continue }
      let coordinate = Double(points[at])
      guard abs(coordinate) <= greatestCoordinate else {
        throw CombinatorialError(
          .invalidOption(
            "coordinate \(at % dimensions) of \(side) \(point) of batch item \(item)",
            value: coordinate, expected: "a number of at most 2^500 (3e150) in magnitude"),
          item: item)
      }
      checked[at] = coordinate
    }
    return checked
  }

  /// Solves every problem, and keeps the points for the certificates.
  package func solve(
    _ masses: TransportMasses, known: TransportBatch? = nil, maxThreads: Int?
  ) throws(CombinatorialError) -> TransportBatch {
    try known?.checkIsKnown(for: shape)
    try masses.checkBalance(shape: shape)
    var solutions = TransportBatch(shape: shape, masses: masses)
    let (shape, rounding) = (shape, masses.rounding)
    let kernel = InstructionSet.current.found { cl_transport_points_solver($0) }
    let size = cl_transport_points_workspace_size(shape.rows, shape.columns, dimensions)
    do throws(KernelRefusal) {
      try sources.withSharedInput { sources throws(KernelRefusal) in
        try targets.withSharedInput { targets throws(KernelRefusal) in
          try solutions.solve(known: known, workspaceSize: size, maxThreads: maxThreads) {
            item, supply, demand, known, workspace, output, fault in
            var points = cl_points(
              sources: sources.from(item * shape.rows * dimensions),
              targets: targets.from(item * shape.columns * dimensions), dimensions: dimensions,
              metric: metric.code)
            return kernel(
              &points, shape.rowCount(item), shape.columnCount(item), supply, demand, rounding,
              known, workspace, &output, &fault)
          }
        }
      }
    } catch {
      throw CombinatorialError(
        error, size: "a transport problem of \(shape.rows) rows and \(shape.columns) columns"
      ) { .invalidCost(row: $0.row, column: $0.column, value: .infinity) }
    }
    solutions.results.keep(self)
    return solutions
  }

  /// A distance of `[batch, rows, columns]`, as the solver has it.
  func distance(at index: Int) -> Double {
    let (row, column) = (index / shape.columns, index % shape.columns)
    return withPoints(item: row / shape.rows) {
      cl_points_distance(&$0, row % shape.rows, column)
    }
  }

  private func withPoints<Result>(item: Int, _ body: (inout cl_points) -> Result) -> Result {
    sources.withUnsafeBufferPointer { sources in
      targets.withUnsafeBufferPointer { targets in
        var points = cl_points(
          sources: sources.baseAddress.map { $0 + item * shape.rows * dimensions },
          targets: targets.baseAddress.map { $0 + item * shape.columns * dimensions },
          dimensions: dimensions, metric: metric.code)
        return body(&points)
      }
    }
  }

  /// The derivatives of the sum of all values by all coordinates.
  func gradients(of solutions: TransportBatch) -> (sources: [Double], targets: [Double]) {
    var gradient = zeros
    for item in solutions.indices {
      solutions.forEachGradientEntry(of: item) { position, mass in
        add(mass, item, position / shape.columns, position % shape.columns, to: &gradient)
      }
    }
    return gradient
  }

  /// The derivatives of the value of one problem by its coordinates.
  func gradient(of plan: [TransportEntry], item: Int) -> (sources: [Double], targets: [Double]) {
    var gradient = zeros
    for entry in plan { add(entry.mass, item, entry.row, entry.column, to: &gradient) }
    let (rows, columns) = (shape.rowRange(item), shape.columnRange(item))
    return (
      Array(gradient.sources[rows.lowerBound * dimensions..<rows.upperBound * dimensions]),
      Array(gradient.targets[columns.lowerBound * dimensions..<columns.upperBound * dimensions])
    )
  }

  private var zeros: (sources: [Double], targets: [Double]) {
    (.init(repeating: 0, count: sources.count), .init(repeating: 0, count: targets.count))
  }

  /// Adds what a pair that moves mass has to do with its coordinates.
  private func add(
    _ mass: Double, _ item: Int, _ row: Int, _ column: Int,
    to gradient: inout (sources: [Double], targets: [Double])
  ) {
    let x = (item * shape.rows + row) * dimensions
    let y = (item * shape.columns + column) * dimensions
    let scale = mass * slope(x, y)
    for k in 0..<dimensions {
      let difference = sources[x + k] - targets[y + k]
      let derivative =
        metric == .manhattan && difference != 0
        ? (difference > 0 ? scale : -scale) : scale * difference
      gradient.sources[x + k] += derivative
      gradient.targets[y + k] -= derivative
    }
  }

  /// What the derivative by a coordinate is of the difference there, or of its sign.
  private func slope(_ x: Int, _ y: Int) -> Double {
    switch metric {
    case .squaredEuclidean: return 2
    case .manhattan: return 1
    case .euclidean:
      var squares = 0.0
      for k in 0..<dimensions {
        let difference = sources[x + k] - targets[y + k]
        squares += difference * difference
      }
      return squares > 0 ? 1 / squares.squareRoot() : 0
    }
  }
}

extension TransportSolution {
  /// dz*/dpositions of ``TransportInSpace``: `[rows, dimensions]` by the sources and `[columns, dimensions]` by the
  /// targets, from the plan; nil where costs were given, not positions.
  public var positionGradient: (sources: [Double], targets: [Double])? {
    guard case .points(let points) = matrix.storage else { return nil }
    return points.gradient(of: plan, item: matrix.offset / max(1, points.shape.itemCount))
  }
}

extension TransportInSpace.Metric {
  fileprivate var code: cl_metric {
    switch self {
    case .squaredEuclidean: CL_METRIC_SQUARED_EUCLIDEAN
    case .euclidean: CL_METRIC_EUCLIDEAN
    case .manhattan: CL_METRIC_MANHATTAN
    }
  }
}
