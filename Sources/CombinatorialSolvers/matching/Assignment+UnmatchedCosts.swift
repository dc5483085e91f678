public import CombinatorialKernels

/// Problems in which every row and every column has a price of its own for staying unmatched, in place of
/// ``Assignment/unmatchedCost``.
///
///     z* = min  sum of matched costs + sum of the prices of all rows and columns that stay unmatched
///
/// The potentials prove it: `u[i] <= unmatchedRowCosts[i]`, `v[j] <= unmatchedColumnCosts[j]`, with
/// equality where unmatched, `u[i] + v[j] <= costs[i][j]` with equality where matched. dz*/dcosts is
/// the matching, and dz* by a price is 1 where its row or column is unmatched, else 0. A pair that is as dear as
/// leaving both unmatched stays so.
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
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, unmatchedRowCosts: [Scalar], unmatchedColumnCosts: [Scalar]
  ) throws(CombinatorialError) -> AssignmentBatch {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    return try keeping(costs) { costs throws(CombinatorialError) in
      try solveInPlace(
        costs, shape: shape, unmatchedRowCosts: unmatchedRowCosts.map { Double($0) },
        unmatchedColumnCosts: unmatchedColumnCosts.map { Double($0) })
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
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, unmatchedRowCosts: [Scalar], unmatchedColumnCosts: [Scalar]
  ) throws(CombinatorialError) -> (values: [Double], gradient: AssignmentGradient<Scalar>) {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let solutions = try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solveInPlace(
        costs, shape: shape, unmatchedRowCosts: unmatchedRowCosts.map { Double($0) },
        unmatchedColumnCosts: unmatchedColumnCosts.map { Double($0) })
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
    return try solve(costs, UnmatchedReduction(shape: shape, prices: prices))
  }

  /// Solves a batch with one price for all rows and columns of a problem.
  func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, unmatchedCosts: [Double]
  ) throws(CombinatorialError) -> AssignmentBatch {
    try solve(costs, UnmatchedReduction(shape: shape, unmatchedCosts: unmatchedCosts))
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, _ reduction: UnmatchedReduction
  ) throws(CombinatorialError) -> AssignmentBatch {
    var plain = AssignmentBatch(shape: reduction.plain)
    let capped = try reduction.costs(costs)
    do throws(CombinatorialError) {
      try capped.withUnsafeBufferPointer { capped throws(CombinatorialError) in
        try plain.solve(CostInput(capped), maxThreads: maxThreads)
      }
    } catch {
      throw error.with(costs: costs, reduction.shape)
    }
    var solutions = AssignmentBatch(plain, of: reduction, costs: costs)
    let rounded = solutions.indices.filter { reduction.hasRounded($0, costs) }
    guard !rounded.isEmpty else { return solutions }
    var kept = solutions
    kept.keep(costs: costs)
    for item in rounded where !kept.isProved(item, costs) {
      try solutions.solveSquare(item, of: reduction, costs: costs, maxThreads: maxThreads)
    }
    return solutions
  }
}

extension CombinatorialError {
  /// The refusal of a reduction, with the cost as the caller gave it.
  func with<Scalar: CostScalar>(
    costs: UnsafeBufferPointer<Scalar>, _ shape: BatchShape
  ) -> CombinatorialError {
    guard case .invalidCost(let row, let column, _) = reason, let item,
      row < shape.rowCount(item), column < shape.columnCount(item)
    else { return self }
    let value = Double(costs[(item * shape.rows + row) * shape.columns + column])
    return CombinatorialError(.invalidCost(row: row, column: column, value: value), item: item)
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
  var rows, columns: [Double]

  /// Twice a price is a cost.
  static func isPrice(_ price: Double) -> Bool { abs(price) <= 0x1p999 }

  init(rows: [Double], columns: [Double]) { (self.rows, self.columns) = (rows, columns) }

  /// One price for all of each problem, `[batch]`.
  init(ofAll prices: [Double], _ shape: BatchShape) throws(CombinatorialError) {
    guard prices.count == shape.batch else {
      throw .shapeMismatch(
        expected: "\(shape.batch) unmatched costs, one for each batch item",
        found: "\(prices.count)")
    }
    if let item = prices.firstIndex(where: { !Self.isPrice($0) }) {
      throw CombinatorialError(.invalidUnmatchedCost(value: prices[item]), item: item)
    }
    rows = prices.flatMap { [Double](repeating: $0, count: shape.rows) }
    columns = prices.flatMap { [Double](repeating: $0, count: shape.columns) }
  }

  fileprivate func validate(_ shape: BatchShape) throws(CombinatorialError) {
    let (rowCount, columnCount) = (shape.batch * shape.rows, shape.batch * shape.columns)
    guard rows.count == rowCount, columns.count == columnCount else {
      throw .shapeMismatch(
        expected: "\(rowCount) unmatched costs of rows and \(columnCount) of columns",
        found: "\(rows.count) and \(columns.count)")
    }
    for item in 0..<shape.batch {
      let prices = rows[shape.rowRange(item)] + columns[shape.columnRange(item)]
      if let price = prices.first(where: { !Self.isPrice($0) }) {
        throw CombinatorialError(.invalidUnmatchedCost(value: price), item: item)
      }
    }
  }

  /// The prices of one problem, without padding.
  func prices(of item: Int, _ shape: BatchShape) -> UnmatchedPrices {
    UnmatchedPrices(
      rows: rows.part(shape.rowRange(item)), columns: columns.part(shape.columnRange(item)))
  }
}

extension AssignmentBatch {
  /// The solutions of problems with prices from those of the plain problems.
  fileprivate init<Scalar: CostScalar>(
    _ plain: AssignmentBatch, of reduction: UnmatchedReduction, costs: UnsafeBufferPointer<Scalar>
  ) {
    self.init(shape: reduction.shape)
    unmatchedPrices = reduction.prices
    for item in indices {
      take(item, from: plain, item) {
        reduction.isPair(row: $0, column: $1, of: item, costs)
      }
      shiftPotentials(
        of: item, rows: { reduction.shift(ofRow: $0, in: item) },
        columns: { reduction.shift(ofColumn: $0, in: item) })
      results.values[item] = value(item, costs)
    }
  }

  /// Solves an item in a square problem, whose costs are rounded nowhere.
  ///
  /// With the greatest potential b of the rows' bins, u + b and v - b are potentials of the problem itself,
  /// lowered to the prices: those of the bins of rows are at most b, those of columns at most -b.
  fileprivate mutating func solveSquare<Scalar: CostScalar>(
    _ item: Int, of reduction: UnmatchedReduction, costs: UnsafeBufferPointer<Scalar>,
    maxThreads: Int?
  ) throws(CombinatorialError) {
    let (square, size) = try reduction.squareCosts(costs, item)
    var plain = AssignmentBatch(shape: BatchShape(rows: size, columns: size))
    do throws(CombinatorialError) {
      try square.withUnsafeBufferPointer { square throws(CombinatorialError) in
        try plain.solve(CostInput(square), maxThreads: maxThreads)
      }
    } catch {
      throw CombinatorialError(error.reason, item: item).with(costs: costs, shape)
    }
    take(item, from: plain, 0) { [shape] _, column in shape.columnRange(item).contains(column) }
    let shift = plain.columnPotentials[shape.columnCount(item)...].max() ?? 0
    shiftPotentials(of: item, rows: { _ in shift }, columns: { _ in -shift })
    results.values[item] = value(item, costs)
  }

  /// The pairs and potentials of an item from those of a problem that has its rows and columns first.
  ///
  /// - Parameter isPair: Whether a row has this column, in numbers of the batch, and is not unmatched there.
  private mutating func take(
    _ item: Int, from plain: AssignmentBatch, _ index: Int,
    where isPair: (_ row: Int, _ column: Int) -> Bool
  ) {
    let (rows, columns) = (shape.rowRange(item), shape.columnRange(item))
    let (firstRow, firstColumn) = (index * plain.shape.rows, index * plain.shape.columns)
    for (line, column) in columns.enumerated() {
      rowOfColumn[column] = -1
      columnPotentials[column] = plain.columnPotentials[firstColumn + line]
    }
    for (line, row) in rows.enumerated() {
      let column = plain.columnOfRow[firstRow + line]
      let isMatched = column >= 0 && isPair(row, item * shape.columns + Int(column))
      columnOfRow[row] = isMatched ? column : -1
      if isMatched { rowOfColumn[item * shape.columns + Int(column)] = Int32(line) }
      rowPotentials[row] = plain.rowPotentials[firstRow + line]
    }
  }

  /// Adds the shifts to the potentials of an item, which are then at most the prices.
  private mutating func shiftPotentials(
    of item: Int, rows: (Int) -> Double, columns: (Int) -> Double
  ) {
    guard let prices = unmatchedPrices else { return }
    for row in shape.rowRange(item) {
      rowPotentials[row] = Swift.min(rowPotentials[row] + rows(row), prices.rows[row])
    }
    for column in shape.columnRange(item) {
      columnPotentials[column] =
        Swift.min(columnPotentials[column] + columns(column), prices.columns[column])
    }
  }

  /// What is paid: for each row the cost of its pair or its price, then the prices of unmatched columns.
  private func paid<Scalar: CostScalar>(
    _ item: Int, _ costs: UnsafeBufferPointer<Scalar>
  ) -> [Double] {
    guard let prices = unmatchedPrices else { return [] }
    let ofRows = shape.rowRange(item).map { row in
      let column = Int(columnOfRow[row])
      return column < 0 ? prices.rows[row] : Double(costs[row * shape.columns + column])
    }
    return ofRows
      + shape.columnRange(item).filter { rowOfColumn[$0] < 0 }.map { prices.columns[$0] }
  }

  private func value<Scalar: CostScalar>(
    _ item: Int, _ costs: UnsafeBufferPointer<Scalar>
  ) -> Double {
    UnroundedSum(paid(item, costs)).value
  }

  /// Whether no other assignment costs less by more than the rounding of a sum of what is paid.
  fileprivate func isProved<Scalar: CostScalar>(
    _ item: Int, _ costs: UnsafeBufferPointer<Scalar>
  ) -> Bool {
    let paid = paid(item, costs)
    return self[item].dualityGap
      <= Double(paid.count) * .ulpOfOne * paid.reduce(0) { $0 + abs($1) }
  }
}
