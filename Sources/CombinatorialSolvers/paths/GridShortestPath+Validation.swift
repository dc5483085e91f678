package import CombinatorialKernels

extension GridShortestPath {
  /// Solves a batch in place, for callers that own memory of their own.
  package func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: GridShape, includesDistances: Bool = false
  ) throws(CombinatorialError) -> GridPathOutput<Scalar> {
    try shape.validate(costCount: costs.count)
    guard shape.cells > 0 else { return GridPathOutput(emptyBatch: shape.batch) }
    do throws(GridPathFailure) {
      return try GridPathKernel.solve(
        costs, shape: shape, includesDistances: includesDistances, maxThreads: maxThreads)
    } catch {
      throw CombinatorialError(error, costs: costs, shape: shape)
    }
  }

  /// The batch as the kernel sees it.
  ///
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``: a cell outside of the grid.
  package func shape(
    batch: Int, rows: Int, columns: Int, itemEnds: [GridEnds]? = nil
  ) throws(CombinatorialError) -> GridShape {
    let last = GridCell(row: rows - 1, column: columns - 1)
    let shared = ends ?? GridEnds(from: GridCell(row: 0, column: 0), to: last)
    let all = itemEnds ?? .init(repeating: shared, count: max(0, batch))
    guard all.count == max(0, batch) else {
      throw .shapeMismatch(expected: "\(batch) pairs of ends", found: "\(all.count)")
    }
    let isEmpty = rows <= 0 || columns <= 0
    for cell in all.flatMap({ [$0.start, $0.end] }) where !isEmpty {
      guard (0..<rows).contains(cell.row), (0..<columns).contains(cell.column) else {
        throw .shapeMismatch(
          expected: "ends within \(rows) rows and \(columns) columns",
          found: "row \(cell.row), column \(cell.column)")
      }
    }
    // Too large a grid is refused by its size later.
    func number(_ cell: GridCell) -> Int32 {
      Int32(truncatingIfNeeded: cell.row &* columns &+ cell.column)
    }
    return GridShape(
      batch: batch, rows: rows, columns: columns, hasDiagonals: neighbours == .eight,
      starts: all.map { number($0.start) }, ends: all.map { number($0.end) })
  }
}

extension GridShape {
  /// Checks that the sizes are sizes and that `costCount` numbers fill them.
  fileprivate func validate(costCount: Int) throws(CombinatorialError) {
    let sizes = AssignmentShape(batch: batch, rows: rows, columns: columns)
    try sizes.validate(costCount: costCount)
  }
}

extension CombinatorialError {
  /// The public form of a kernel's refusal.
  fileprivate init<Scalar: CostScalar>(
    _ failure: GridPathFailure, costs: UnsafeBufferPointer<Scalar>, shape: GridShape
  ) {
    switch failure {
    case .invalidCost(let batch, let row, let column):
      let value = Double(costs[(batch * shape.rows + row) * shape.columns + column])
      self =
        value.isFinite
        ? .negativeCost(batch: batch, row: row, column: column, value: value)
        : .invalidCost(batch: batch, row: row, column: column, value: value)
    case .infeasible(let batch):
      self = .infeasible(batch: batch)
    case .overflow(let batch):
      self = .valueOutOfRange(batch: batch)
    case .tooLarge(let rows, let columns):
      self = .sizeOverflow("a grid of \(rows) rows and \(columns) columns")
    }
  }
}
