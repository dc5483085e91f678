import CombinatorialSolvers

extension RecordedProblem {
  static let transports: [RecordedProblem] = [
    .init("Transport", transport), .init("Transport, a priced imbalance", pricedTransport),
    .init("Transport, ragged batches of floats", transportBatch),
    .init("TransportOnLine", transportOnLine),
  ]

  /// Supply and demand of equal totals: the sums of a plan.
  static func masses(
    _ draw: inout AnswerDraw, rows: Int, columns: Int
  ) -> (supply: [Double], demand: [Double]) {
    var supply = [Double](repeating: 0, count: rows)
    var demand = [Double](repeating: 0, count: columns)
    guard rows > 0, columns > 0 else { return (supply, demand) }
    for amount in draw.numbers(rows + columns, signed: false) {
      supply[draw.below(rows)] += amount
      demand[draw.below(columns)] += amount
    }
    return (supply, demand)
  }

  private static func transport(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.size(), draw.size())
    var (supply, demand) = masses(&draw, rows: rows, columns: columns)
    var problem = Transport()
    if draw.once(in: 8) {
      problem.balanceTolerance = 0x1p-16
      demand = demand.map { $0 * (1 + 0x1p-18) }
    }
    if rows > 0, draw.once(in: 50) { supply[0] = [-1, .nan, 1e6][draw.below(3)] }
    let solution = try problem.solve(
      draw.costs(rows * columns), supply: supply, demand: demand)
    add(solution, to: &hash)
  }

  private static func pricedTransport(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.size(), draw.size())
    let prices = draw.numbers(2)
    let masses = draw.numbers(rows + columns, signed: false)
    let problem = Transport(imbalance: .priced(surplus: prices[0], shortage: prices[1]))
    let solution = try problem.solve(
      draw.costs(rows * columns), supply: Array(masses.prefix(rows)),
      demand: Array(masses.suffix(columns)))
    add(solution, to: &hash)
  }

  private static func transportBatch(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (batch, rows, columns) = (draw.integer(1...3), draw.size(from: 1), draw.size(from: 1))
    let rowCounts = draw.counts(batch, upTo: rows, isRagged: draw.once(in: 2))
    let columnCounts = draw.counts(batch, upTo: columns, isRagged: draw.once(in: 2))
    var (supply, demand): ([Float], [Float]) = ([], [])
    for item in 0..<batch {
      let (usedRows, usedColumns) = (rowCounts?[item] ?? rows, columnCounts?[item] ?? columns)
      let masses = masses(&draw, rows: usedRows, columns: usedColumns)
      supply += masses.supply.map(Float.init) + [Float](repeating: .nan, count: rows - usedRows)
      demand +=
        masses.demand.map(Float.init) + [Float](repeating: .nan, count: columns - usedColumns)
    }
    let solutions = try Transport().solve(
      draw.costs(batch * rows * columns).map(Float.init), supply: supply, demand: demand,
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    for solution in solutions { add(solution, to: &hash) }
  }

  /// Places are multiples of 1/16 and powers whole, so that every library has the exact power.
  private static func transportOnLine(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.size(), draw.size())
    let (supply, demand) = masses(&draw, rows: rows, columns: columns)
    let places = (0..<rows + columns).map { _ in Double(draw.integer(-160...160)) * 0.0625 }
    let problem = TransportOnLine(power: Double(draw.integer(draw.once(in: 20) ? 0...3 : 1...3)))
    let solution = try problem.solve(
      sources: Array(places.prefix(rows)), targets: Array(places.suffix(columns)), supply: supply,
      demand: demand)
    add(solution, to: &hash)
  }

  private static func add(_ solution: TransportSolution, to hash: inout AnswerHash) {
    hash.add(
      solution.value, solution.plan.flatMap { [$0.row, $0.column] }, solution.plan.map(\.mass),
      solution.rowPotentials, solution.columnPotentials, solution.surplus, solution.shortage)
    hash.prove(solution.dualityGap, solution.dualViolation)
  }
}
