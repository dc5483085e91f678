public import CombinatorialKernels

/// Problems in which every row and every column has a price of its own for staying unmatched, in place of
/// ``Assignment/unmatchedCost``.
///
///     z* = min  sum of matched costs + sum of the prices of all rows and columns that stay unmatched
///
/// The potentials prove it: `u[i] <= unmatchedRowCosts[i]`, `v[j] <= unmatchedColumnCosts[j]`, with
/// equality where unmatched, `u[i] + v[j] <= costs[i][j]` with equality where matched. dz*/dcosts is
/// the matching, and dz* by a price is 1 where its row or column is unmatched, else 0.
extension Assignment {
  /// Solves one problem with prices of rows and columns.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, row by row; `+infinity` forbids a pair.
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - unmatchedRowCosts: `[rows]`, of magnitudes up to 2^999.
  ///   - unmatchedColumnCosts: `[columns]`, likewise.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, a price that is not finite, a wrong count.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int, columns: Int, unmatchedRowCosts: [Scalar],
    unmatchedColumnCosts: [Scalar]
  ) throws(CombinatorialError) -> AssignmentSolution {
    try solve(
      costs, batch: 1, rows: rows, columns: columns, unmatchedRowCosts: unmatchedRowCosts,
      unmatchedColumnCosts: unmatchedColumnCosts)[0]
  }

  /// Solves a batch of problems with prices of rows and columns.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  ///   - unmatchedRowCosts: `[batch, rows]`, of magnitudes up to 2^999; padding is never read.
  ///   - unmatchedColumnCosts: `[batch, columns]`, likewise.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, unmatchedRowCosts: [Scalar], unmatchedColumnCosts: [Scalar]
  ) throws(CombinatorialError) -> AssignmentBatch {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    return try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      var solutions = try solveInPlace(
        costs, shape: shape, unmatchedRowCosts: unmatchedRowCosts.map(Double.init),
        unmatchedColumnCosts: unmatchedColumnCosts.map(Double.init))
      solutions.keep(costs: costs)
      return solutions
    }
  }

  /// The optimal value and its gradients by costs and prices, from one run of the solver.
  ///
  /// - Returns: z*, and its gradients in the shapes of the costs and the prices.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valueAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int, columns: Int, unmatchedRowCosts: [Scalar],
    unmatchedColumnCosts: [Scalar]
  ) throws(CombinatorialError) -> (value: Double, gradient: AssignmentGradient<Scalar>) {
    let (values, gradient) = try valuesAndGradient(
      costs, batch: 1, rows: rows, columns: columns, unmatchedRowCosts: unmatchedRowCosts,
      unmatchedColumnCosts: unmatchedColumnCosts)
    return (values[0], gradient)
  }

  /// The optimal values of a batch and the gradients of their sum, from one run of the solver.
  ///
  /// - Returns: z* of each problem, and the gradients in the shapes of the costs and the prices, 0 in the
  ///   padding.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, unmatchedRowCosts: [Scalar], unmatchedColumnCosts: [Scalar]
  ) throws(CombinatorialError) -> (values: [Double], gradient: AssignmentGradient<Scalar>) {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let solutions = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solveInPlace(
        costs, shape: shape, unmatchedRowCosts: unmatchedRowCosts.map(Double.init),
        unmatchedColumnCosts: unmatchedColumnCosts.map(Double.init))
    }
    return (
      solutions.values,
      AssignmentGradient(
        costs: solutions.gradient(of: Scalar.self),
        unmatchedRowCosts: solutions.unmatchedRowGradient.map { Scalar($0) },
        unmatchedColumnCosts: solutions.unmatchedColumnGradient.map { Scalar($0) })
    )
  }

  /// Solves a batch with prices of rows and columns in place.
  package func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, unmatchedRowCosts: [Double],
    unmatchedColumnCosts: [Double]
  ) throws(CombinatorialError) -> AssignmentBatch {
    try shape.validate(costCount: costs.count)
    let prices = UnmatchedPrices(rows: unmatchedRowCosts, columns: unmatchedColumnCosts)
    try prices.validate(shape)
    return try solve(
      costs, UnmatchedReduction(shape: shape, prices: prices, gives: .pricesOfColumns))
  }

  /// Solves a batch with one price for all rows and columns of a problem.
  func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, unmatchedCosts: [Double]
  ) throws(CombinatorialError) -> AssignmentBatch {
    try solve(costs, UnmatchedReduction(shape: shape, unmatchedCosts: unmatchedCosts))
  }

  private func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, _ reduction: UnmatchedReduction
  ) throws(CombinatorialError) -> AssignmentBatch {
    var plain = AssignmentBatch(shape: reduction.binned)
    let binned = try reduction.costs(costs)
    do throws(CombinatorialError) {
      try binned.withUnsafeBuffer { binned throws(CombinatorialError) in
        try plain.solve(binned, maxThreads: maxThreads)
      }
    } catch {
      throw reduction.error(error, costs: costs)
    }
    return AssignmentBatch(emptying: plain, of: reduction, costs: costs)
  }
}

/// The gradients of assignment with prices of staying unmatched.
public struct AssignmentGradient<Scalar: CostScalar>: Sendable, Equatable {
  /// dz*/dcosts: 1 at the matched pairs.
  public let costs: [Scalar]
  /// dz*/dunmatchedRowCosts: 1 where a row is unmatched.
  public let unmatchedRowCosts: [Scalar]
  /// dz*/dunmatchedColumnCosts: 1 where a column is unmatched.
  public let unmatchedColumnCosts: [Scalar]
}

/// What staying unmatched costs each row, `[batch, rows]`, and each column, `[batch, columns]`.
struct UnmatchedPrices: Sendable, Equatable {
  var rows: [Double]
  var columns: [Double]

  fileprivate func validate(_ shape: BatchShape) throws(CombinatorialError) {
    let (rowCount, columnCount) = (shape.batch * shape.rows, shape.batch * shape.columns)
    guard rows.count == rowCount, columns.count == columnCount else {
      throw .shapeMismatch(
        expected: "\(rowCount) unmatched costs of rows and \(columnCount) of columns",
        found: "\(rows.count) and \(columns.count)")
    }
    for item in 0..<shape.batch {
      let prices = rows[shape.rowRange(item)] + columns[shape.columnRange(item)]
      if let price = prices.first(where: { !UnmatchedReduction.isPrice($0) }) {
        throw CombinatorialError(.invalidUnmatchedCost(value: price), item: item)
      }
    }
  }

  /// The prices of one problem, without padding.
  func prices(of item: Int, _ shape: BatchShape) -> UnmatchedPrices {
    UnmatchedPrices(
      rows: Array(rows[shape.rowRange(item)]), columns: Array(columns[shape.columnRange(item)]))
  }
}

/// The plain problem in which every row has a bin of its own, a column that only this row may take.
///
/// With one price X for all, a bin costs 2X: with k pairs matched, n rows and m columns,
///
///     sum of matched costs + 2X (n - k) + X (m - n) = sum of matched costs + X (n + m - 2k).
///
/// With prices of each, a bin costs the row's, and of each column's costs its price is taken off, which it
/// then costs in any case.
struct UnmatchedReduction {
  /// What is taken off the costs of a column.
  enum Gift { case nothing, pricesOfColumns }

  let shape: BatchShape
  let prices: UnmatchedPrices
  let gift: Gift
  /// The shape of the plain problems.
  let binned: BatchShape

  /// Twice a price is a cost.
  static func isPrice(_ price: Double) -> Bool { abs(price) <= 0x1p999 }

  init(shape: BatchShape, prices: UnmatchedPrices, gives gift: Gift) {
    (self.shape, self.prices, self.gift) = (shape, prices, gift)
    binned = BatchShape(
      batch: shape.batch, rows: shape.rows, columns: shape.columns + shape.rows,
      rowCounts: (0..<shape.batch).map(shape.rowCount),
      columnCounts: (0..<shape.batch).map { shape.columnCount($0) + shape.rowCount($0) })
  }

  /// - Parameter unmatchedCosts: `[batch]`.
  init(shape: BatchShape, unmatchedCosts: [Double]) throws(CombinatorialError) {
    guard unmatchedCosts.count == shape.batch else {
      throw .shapeMismatch(
        expected: "\(shape.batch) unmatched costs, one for each batch item",
        found: "\(unmatchedCosts.count)")
    }
    if let item = unmatchedCosts.firstIndex(where: { !Self.isPrice($0) }) {
      throw CombinatorialError(.invalidUnmatchedCost(value: unmatchedCosts[item]), item: item)
    }
    let prices = UnmatchedPrices(
      rows: unmatchedCosts.flatMap { [Double](repeating: $0, count: shape.rows) },
      columns: unmatchedCosts.flatMap { [Double](repeating: $0, count: shape.columns) })
    self.init(shape: shape, prices: prices, gives: .nothing)
  }

  /// The costs of the plain problems.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func costs<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let (cells, overflow) = binned.columns.multipliedReportingOverflow(
      by: binned.rows * binned.batch)
    guard !overflow, cells <= Int.max / 8 else {
      throw .sizeOverflow(
        "an assignment problem of \(binned.rows) rows and \(binned.columns) columns")
    }
    var plain = [Double](repeating: .infinity, count: cells)
    for item in 0..<shape.batch {
      let ofColumns = item * shape.columns
      for row in item * shape.rows..<item * shape.rows + shape.rowCount(item) {
        let (from, to) = (row * shape.columns, row * binned.columns)
        for column in 0..<shape.columnCount(item) {
          let off = gift == .nothing ? 0 : prices.columns[ofColumns + column]
          plain[to + column] = Double(costs[from + column]) - off
        }
        plain[to + shape.columnCount(item) + row - item * shape.rows] = bin(of: row)
      }
    }
    return plain
  }

  /// What the bin of a row of the batch costs.
  func bin(of row: Int) -> Double { gift == .nothing ? 2 * prices.rows[row] : prices.rows[row] }

  /// An error with the cost as the caller gave it.
  func error<Scalar: CostScalar>(
    _ error: CombinatorialError, costs: UnsafeBufferPointer<Scalar>
  ) -> CombinatorialError {
    guard case .invalidCost(let row, let column, _) = error.reason, let item = error.item,
      column < shape.columnCount(item)
    else { return error }
    let value = Double(costs[(item * shape.rows + row) * shape.columns + column])
    return CombinatorialError(.invalidCost(row: row, column: column, value: value), item: item)
  }
}

extension AssignmentBatch {
  /// The solutions of problems with prices from those of their reductions.
  ///
  /// The plain potentials u', v' become u[i] = min(u'[i], bin of i) - X and v[j] = v'[j] + X, so that
  /// u <= X, v <= X, u + v <= costs, and their sum is the value; with prices of each, X is 0 for rows
  /// and the price for columns.
  fileprivate init<Scalar: CostScalar>(
    emptying plain: AssignmentBatch, of reduction: UnmatchedReduction,
    costs: UnsafeBufferPointer<Scalar>
  ) {
    let (shape, prices, binned) = (reduction.shape, reduction.prices, reduction.binned)
    self.init(shape: shape)
    unmatchedPrices = prices
    let isShared = reduction.gift == .nothing
    for item in 0..<shape.batch {
      let columns = shape.columnCount(item)
      for row in shape.rowRange(item) {
        let column = plain.columnOfRow[row]
        columnOfRow[row] = column < columns ? column : -1
        rowPotentials[row] =
          Swift.min(plain.rowPotentials[row], reduction.bin(of: row))
          - (isShared ? prices.rows[row] : 0)
      }
      for column in shape.columnRange(item) {
        let from = column - item * shape.columns + item * binned.columns
        rowOfColumn[column] = plain.rowOfColumn[from]
        columnPotentials[column] = plain.columnPotentials[from] + prices.columns[column]
      }
      values[item] =
        isShared
        ? plain.values[item] + reduction.surplus(of: item) : pricedValue(of: item, costs: costs)
    }
  }

  /// The sum of the matched costs and of the prices.
  private func pricedValue<Scalar: CostScalar>(
    of item: Int, costs: UnsafeBufferPointer<Scalar>
  ) -> Double {
    guard let prices = unmatchedPrices else { return values[item] }
    var value = 0.0
    for row in shape.rowRange(item) {
      let column = Int(columnOfRow[row])
      value += column < 0 ? prices.rows[row] : Double(costs[row * shape.columns + column])
    }
    for column in shape.columnRange(item) where rowOfColumn[column] < 0 {
      value += prices.columns[column]
    }
    return value
  }
}

extension UnmatchedReduction {
  /// What is added to the value of the plain problem, with one price for all: X (m - n).
  func surplus(of item: Int) -> Double {
    let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
    guard rows + columns > 0 else { return 0 }
    let price = rows > 0 ? prices.rows[item * shape.rows] : prices.columns[item * shape.columns]
    return price * Double(columns - rows)
  }
}
