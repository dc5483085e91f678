import CombinatorialSolvers

extension RecordedProblem {
  static let matchings: [RecordedProblem] = [
    .init("Assignment", assignment),
    .init("Assignment, large squares", instances: 60, largeAssignment),
    .init("Assignment, an unmatched cost", unmatchedCost),
    .init("Assignment, unmatched costs of each", unmatchedCosts),
    .init("Assignment, the k best", bestAssignments), .init("SemiAssignment", semiAssignment),
    .init("SparseAssignment", sparseAssignment),
    .init("BottleneckAssignment", bottleneckAssignment),
  ]

  private static func assignment(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    try solve(Assignment(), &draw, &hash)
  }

  private static func unmatchedCost(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let cost = draw.once(in: 100) ? .nan : draw.numbers(1)[0]
    try solve(Assignment(unmatchedCost: cost), &draw, &hash)
  }

  /// A batch, ragged or not, of floats or doubles, with potentials to start from or without.
  private static func solve(
    _ problem: Assignment, _ draw: inout AnswerDraw, _ hash: inout AnswerHash
  ) throws {
    let (batch, rows) = (draw.integer(1...3), draw.size())
    let columns = draw.once(in: 2) ? rows : draw.size()
    let isRagged = draw.once(in: 3)
    let rowCounts = draw.counts(batch, upTo: rows, isRagged: isRagged)
    let columnCounts =
      draw.once(in: 2) ? rowCounts : draw.counts(batch, upTo: columns, isRagged: isRagged)
    let potentials = draw.once(in: 4) ? draw.numbers(batch * columns) : nil
    let costs = draw.costs(batch * rows * columns)
    let solutions =
      draw.once(in: 2)
      ? try problem.solve(
        costs, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
        columnCounts: columnCounts, columnPotentials: potentials)
      : try problem.solve(
        costs.map(Float.init), batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
        columnCounts: columnCounts, columnPotentials: potentials)
    for solution in solutions { add(solution, to: &hash) }
    hash.add(solutions.columnOfRow, solutions.columnPotentials)
  }

  /// Squares so wide that kernels search them in another way: with random costs, and with the products of their
  /// rows and columns, whose shortest paths are long (R. Machol, M. Wien, Operations Research 24, 1976,
  /// doi:10.1287/opre.24.1.190).
  private static func largeAssignment(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let size = draw.once(in: 20) ? draw.integer(257...270) : draw.integer(33...90)
    var costs = draw.numbers(size * size)
    if draw.once(in: 3) {
      let factors = (1...size).map { _ in Double(draw.integer(1...size)) }
      for cell in costs.indices { costs[cell] = factors[cell / size] * factors[cell % size] }
    }
    add(try Assignment().solve(costs, rows: size, columns: size), to: &hash)
  }

  private static func add(_ solution: AssignmentSolution, to hash: inout AnswerHash) {
    hash.add(
      solution.value, solution.columnOfRow, solution.rowOfColumn, solution.rowPotentials,
      solution.columnPotentials)
    hash.prove(solution.dualityGap)
    hash.prove(isUnique: solution.isUnique)
  }

  private static func unmatchedCosts(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.size(), draw.size())
    let costs = draw.costs(rows * columns)
    let solution = try Assignment().solve(
      costs, rows: rows, columns: columns, unmatchedRowCosts: draw.numbers(rows),
      unmatchedColumnCosts: draw.numbers(columns))
    add(solution, to: &hash)
  }

  private static func bestAssignments(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.integer(0...8), draw.integer(0...8))
    let unmatchedCost = draw.once(in: 3) ? draw.numbers(1)[0] : nil
    let costs = draw.costs(rows * columns)
    let problem = RankedAssignment(count: draw.integer(0...12), unmatchedCost: unmatchedCost)
    let best = try problem.solve(costs, rows: rows, columns: columns)
    hash.add(best.values)
    for assignment in best.columnOfRow { hash.add(assignment) }
  }

  private static func semiAssignment(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.size(), draw.size())
    let most = columns == 0 ? 0 : 2 * rows / columns + 2
    var capacities = (0..<columns).map { _ in draw.integer(0...most) }
    if columns > 0, draw.once(in: 50) { capacities[0] = -1 }
    let costs = draw.costs(rows * columns)
    let solution = try SemiAssignment(capacities: capacities).solve(costs, rows: rows)
    hash.add(
      solution.value, solution.columnOfRow, solution.rowPotentials, solution.columnPotentials)
    hash.prove(solution.dualityGap)
  }

  private static func sparseAssignment(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let rows = draw.size()
    let columns = draw.once(in: 2) ? rows : draw.size()
    var offsets = [0]
    var indices: [Int32] = []
    for row in 0..<rows where columns > 0 {
      if row < columns, !draw.once(in: 20) { indices.append(Int32(row)) }
      for _ in 0..<draw.below(6) { indices.append(Int32(draw.below(columns))) }
      offsets.append(indices.count)
    }
    if columns == 0 { offsets = .init(repeating: 0, count: rows + 1) }
    let problem = try SparseAssignment(
      rows: rows, columns: columns, rowOffsets: offsets, columnIndices: indices)
    let solution = try problem.solve(draw.costs(indices.count))
    hash.add(
      solution.value, solution.entryOfRow, solution.columnOfRow, solution.rowPotentials,
      solution.columnPotentials)
    hash.prove(solution.dualityGap)
  }

  private static func bottleneckAssignment(
    _ draw: inout AnswerDraw, _ hash: inout AnswerHash
  ) throws {
    let (rows, columns) = (draw.size(), draw.size())
    let solution = try BottleneckAssignment().solve(
      draw.costs(rows * columns), rows: rows, columns: columns)
    hash.add(
      solution.value, [solution.criticalRow, solution.criticalColumn], solution.columnOfRow,
      solution.rowOfColumn, solution.blockRows, solution.blockColumns)
  }
}
