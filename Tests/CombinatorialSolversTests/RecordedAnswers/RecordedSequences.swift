import CombinatorialKernels
import CombinatorialSolvers

extension RecordedProblem {
  static let alignments: [RecordedProblem] = [
    .init("Alignment", alignment), .init("Alignment, prices of single gaps", pricedGaps),
  ]
  static let chains: [RecordedProblem] = [
    .init("ChainLabeling", chainLabeling),
    .init("ChainLabeling, ragged batches of floats", chainBatch),
  ]

  /// Any rule of gaps.
  static func rule(_ draw: inout AnswerDraw, signed: Bool = true) -> Alignment {
    switch draw.below(4) {
    case 0: Alignment()
    case 1: Alignment(gapFactor: Double(draw.integer(1...16)) * 0.25)
    case 2: Alignment(gapCost: draw.numbers(1, signed: signed)[0])
    default: Alignment.timeWarping(band: draw.once(in: 2) ? draw.below(6) : nil)
    }
  }

  private static func lengths(
    _ draw: inout AnswerDraw, batch: Int, rows: Int, columns: Int
  ) -> (rows: [Int], columns: [Int])? {
    guard draw.once(in: 3) else { return nil }
    let counts = (0..<batch).map { _ in
      (draw.integer(max(0, rows - 4)...rows), draw.integer(max(0, columns - 4)...columns))
    }
    return (counts.map(\.0), counts.map(\.1))
  }

  private static func alignment(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    var problem = rule(&draw)
    if draw.once(in: 4) { problem.blockRows = draw.integer(0...5) }
    let (batch, rows, columns) = (draw.integer(1...3), draw.size(), draw.size())
    let lengths = lengths(&draw, batch: batch, rows: rows, columns: columns)
    let costs = draw.costs(batch * rows * columns)
    let solutions =
      draw.once(in: 2)
      ? try problem.solve(
        costs, batch: batch, rows: rows, columns: columns, rowCounts: lengths?.rows,
        columnCounts: lengths?.columns)
      : try problem.solve(
        costs.map(Float.init), batch: batch, rows: rows, columns: columns, rowCounts: lengths?.rows,
        columnCounts: lengths?.columns)
    add(solutions, to: &hash)
  }

  private static func pricedGaps(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let problem = Alignment(gapCost: 0)
    let (batch, rows, columns) = (draw.integer(1...3), draw.size(), draw.size())
    let lengths = lengths(&draw, batch: batch, rows: rows, columns: columns)
    let costs = draw.costs(batch * rows * columns)
    let gaps = (draw.costs(batch * rows), draw.costs(batch * columns))
    let solutions =
      draw.once(in: 2)
      ? try problem.solve(
        costs, batch: batch, rows: rows, columns: columns, rowCounts: lengths?.rows,
        columnCounts: lengths?.columns, gapCosts: GapCosts(predicted: gaps.0, target: gaps.1))
      : try problem.solve(
        costs.map(Float.init), batch: batch, rows: rows, columns: columns, rowCounts: lengths?.rows,
        columnCounts: lengths?.columns,
        gapCosts: GapCosts(predicted: gaps.0.map(Float.init), target: gaps.1.map(Float.init)))
    add(solutions, to: &hash)
  }

  private static func add(_ solutions: AlignmentBatch, to hash: inout AnswerHash) {
    for solution in solutions {
      hash.add(
        solution.value, solution.moves.map(\.rawValue), solution.gradient, solution.potentials)
      hash.prove(solution.dualityGap)
      hash.prove(isUnique: solution.isUnique)
    }
  }

  private static func chainLabeling(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (positions, labels) = (draw.integer(0...8), draw.size(from: 1))
    let matrices = draw.once(in: 2) ? 1 : max(0, positions - 1)
    let solution = try ChainLabeling().solve(
      unary: draw.costs(positions * labels), steps: draw.costs(matrices * labels * labels),
      labels: labels)
    hash.add(solution.value, solution.labels, solution.potentials)
    hash.prove(solution.dualityGap, solution.largestViolation)
  }

  private static func chainBatch(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (batch, positions, labels) = (draw.integer(1...3), draw.integer(0...8), draw.size(from: 1))
    let lengths = draw.counts(batch, upTo: positions, isRagged: draw.once(in: 2))
    let matrices = [1, max(0, positions - 1), batch * max(0, positions - 1)][draw.below(3)]
    let unary = draw.costs(batch * positions * labels).map(Float.init)
    let steps = draw.costs(matrices * labels * labels).map(Float.init)
    let solutions = try ChainLabeling().solve(
      unary: unary, steps: steps, batch: batch, positions: positions, labels: labels,
      lengths: lengths)
    hash.add(solutions.values, solutions.labels)
  }
}
