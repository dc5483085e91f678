internal import CCombinatorialKernels
internal import CombinatorialKernels

/// The grid of one alignment problem as a graph: its edges and what they cost, in double.
struct AlignmentGrid: Sendable, Equatable {
  /// The rule alone: threads and memory are no part of a solution.
  let problem: Alignment
  let matrix: CostMatrix
  /// Prices of single gaps instead of the one of the problem.
  let gapCosts: GapCosts<Double>?
  let rows, columns: Int

  init(_ problem: Alignment, matrix: CostMatrix, gapCosts: GapCosts<Double>?) {
    self.problem = Alignment(problem.gaps)
    (self.matrix, self.gapCosts) = (matrix, gapCosts)
    (rows, columns) = (matrix.rows, matrix.columns)
  }

  /// The cell that moves out of a node read, in row-major order; nil: there are none.
  func cell(of node: AlignmentNode) -> Int? {
    guard rows > 0, columns > 0 else { return nil }
    return min(node.row, rows - 1) * columns + min(node.column, columns - 1)
  }

  /// The cost of an edge; nil where there is none.
  func cost(of move: AlignmentMove, from node: AlignmentNode) -> Double? {
    let isInside = node.row < rows && node.column < columns
    switch move {
    case .diagonal: guard isInside else { return nil }
    case .horizontal: guard node.column < columns else { return nil }
    case .vertical: guard node.row < rows else { return nil }
    }
    let hasCells = rows > 0 && columns > 0
    let read = hasCells ? matrix[min(node.row, rows - 1), min(node.column, columns - 1)] : 0
    switch problem.gaps {
    case .timeWarping(let band): return isInside && isInBand(node, band) ? read : nil
    case _ where move == .diagonal: return read
    case .factor(let factor): return factor * read
    case .cost(let cost):
      let single = move == .vertical ? gapCosts?.predicted[node.row] : gapCosts?.target[node.column]
      return single ?? cost
    }
  }

  private func isInBand(_ node: AlignmentNode, _ band: Int?) -> Bool {
    guard let band else { return true }
    let offset = node.column - node.row
    return offset >= min(0, columns - rows) - band && offset <= max(0, columns - rows) + band
  }

  /// The greatest magnitude of a price that is not infinite.
  var greatestPrice: Double {
    let cells = (0..<rows).lazy.flatMap { row in (0..<columns).lazy.map { abs(matrix[row, $0]) } }
    let cell = cells.reduce(0) { $1 < .infinity ? max($0, $1) : $0 }
    switch problem.gaps {
    case .factor(let factor): return cell * max(1, factor)
    case .timeWarping: return cell
    case .cost(let cost):
      let prices = gapCosts.map { $0.predicted + $0.target } ?? [cost]
      return prices.reduce(cell) { abs($1) < .infinity ? max($0, abs($1)) : $0 }
    }
  }

  /// By how much a path costs more than the cheapest one, without rounding but for that to the next double
  /// upwards.
  func excess(of moves: [AlignmentMove]) -> Double {
    var problem = problem
    problem.blockRows = 1  // No moves are kept: the least memory will do.
    let shape = BatchShape(rows: rows, columns: columns)
    let costs = (0..<rows).flatMap { row in (0..<columns).map { matrix[row, $0] } }
    let excess = try? costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      let rule = try problem.kernelRule(shape)
      let input = AlignmentInput(costs, rowStride: columns, shape: shape)
      return try input.withPrices(of: problem, given: gapCosts) { input in
        let size = cl_alignment_workspace_size(1, rows, columns, rule)
        let workspace = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        defer { workspace.deallocate() }
        var item = input.problem(0)
        return cl_alignment_excess(
          CL_FLOAT64, &item, rule, moves.map(\.rawValue), moves.count, workspace)
      }
    }
    return excess ?? .infinity
  }

  /// Distances to the end, `[rows + 1, columns + 1]`.
  func distancesToEnd() -> [Double] {
    let width = columns + 1
    var distances = [Double](repeating: .infinity, count: (rows + 1) * width)
    distances[distances.count - 1] = 0
    for row in stride(from: rows, through: 0, by: -1) {
      for column in stride(from: columns, through: 0, by: -1) {
        let node = AlignmentNode(row: row, column: column)
        var least = distances[row * width + column]
        for move in AlignmentMove.allCases {
          guard let cost = cost(of: move, from: node) else { continue }
          let next = node.moved(by: move)
          least = min(least, distances[next.row * width + next.column] + cost)
        }
        distances[row * width + column] = least
      }
    }
    return distances
  }
}

extension Alignment {
  /// The edges of a problem's grid in the order of the linear program: what each D costs, `[rows, columns]`,
  /// then each H, `[rows + 1, columns]`, then each V, `[rows, columns + 1]`; +infinity where there is no
  /// such move.
  ///
  /// - Throws: ``CombinatorialError``: a wrong count or option.
  package func edges(
    _ costs: [Double], rows: Int, columns: Int, gapCosts: GapCosts<Double>? = nil
  ) throws(CombinatorialError) -> [(move: AlignmentMove, node: AlignmentNode, cost: Double)] {
    let shape = BatchShape(rows: rows, columns: columns)
    try shape.validate(costCount: costs.count)
    _ = try kernelRule(shape)
    let storage = costs.withUnsafeBufferPointer { CostStorage($0) }
    let grid = AlignmentGrid(
      self, matrix: CostMatrix(storage, item: 0, of: shape),
      gapCosts: try prices(gapCosts, of: shape))
    return AlignmentMove.allCases.flatMap { move in
      (0..<rows + (move == .horizontal ? 1 : 0)).flatMap { row in
        (0..<columns + (move == .vertical ? 1 : 0)).map { column in
          let node = AlignmentNode(row: row, column: column)
          return (move, node, grid.cost(of: move, from: node) ?? .infinity)
        }
      }
    }
  }
}
