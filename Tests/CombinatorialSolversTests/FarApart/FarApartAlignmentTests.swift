import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// Alignments against the recurrence in exact sums, and smoothed ones against all paths.
struct FarApartAlignmentTests {
  private static let rules: [Alignment] = [
    Alignment(), Alignment(gapFactor: 0.3), Alignment(gapCost: 1e10), .timeWarping(),
    .timeWarping(band: 1),
  ]

  @Test func alignments() { check("Alignment", isFloat: false) }
  @Test func alignmentsOfFloats() { check("Alignment of floats", isFloat: true) }

  @Test func letters() { checkLetters("LetterAlignment", as: Double.self) }
  @Test func lettersOfFloats() { checkLetters("LetterAlignment of floats", as: Float.self) }

  private func check(_ name: String, isFloat: Bool) {
    FarApart.check(name, isFloat: isFloat) { numbers in
      let grid = ExactAlignment(Self.rules[numbers.below(Self.rules.count)], most: 5, &numbers)
      return try judge(grid, isFloat: isFloat) {
        try isFloat ? grid.solveFloats() : grid.solve()
      }
    }
  }

  /// By any prices, and by multiples of a number, which are aligned in bytes.
  private func checkLetters<Scalar: CostScalar>(_ name: String, as type: Scalar.Type) {
    let isFloat = type == Float.self
    FarApart.check(name, isFloat: isFloat) { numbers in
      let letters = 1 + numbers.below(3)
      func sequence() -> [UInt8] {
        (0...numbers.below(5)).map { _ in UInt8(numbers.below(letters)) }
      }
      let (predicted, target) = (sequence(), sequence())
      var prices = numbers.costs(letters * letters + 2)
      if numbers.oneIn(2) {
        // Of few bits, so that its multiples are not rounded.
        let unit =
          numbers.magnitude(exponents: isFloat ? -120...110 : -990...980).binade
          * Double(1 + numbers.below(8))
        prices = prices.map { _ in unit * Double(numbers.below(9) - 4) }
      }
      let substitutions = Array(prices.dropLast(2))
      let gaps = (prices[prices.count - 2], prices[prices.count - 1])
      var costs = LetterCosts(
        substitutions: substitutions.map { Scalar($0) }, letters: letters, gap: Scalar(gaps.0))
      costs.targetGap = Scalar(gaps.1)
      let grid = ExactAlignment(
        costs: predicted.flatMap { row in
          target.map { substitutions[Int(row) * letters + Int($0)] }
        }, rows: predicted.count, columns: target.count, gaps: gaps)
      return try judge(grid, isFloat: isFloat) {
        try LetterAlignment().solve(predicted, target, costs: costs)
      }
    }
  }

  private func judge<Solution: OptimalSolution & AlignmentPath>(
    _ grid: ExactAlignment, isFloat: Bool, _ solve: () throws -> Solution
  ) throws -> FarApart.Verdict {
    let best = grid.best()
    return try FarApart.judge(least: best?.cost) {
      let solution = try solve()
      let (cost, magnitude) = grid.cost(of: solution.moves) ?? (nil, 0)
      let steps = Double(grid.rows + grid.columns)
      let unit = isFloat ? 0x1p-24 : 0x1p-53
      // A factor makes products that underflow; the gap is the excess, rounded up.
      let least = steps * .leastNonzeroMagnitude
      return FarApart.verdict(
        cost: cost, value: solution.value, gap: solution.dualityGap, least: best?.cost,
        bound: 2 * steps * unit * (magnitude + (best?.magnitude ?? 0)) + least,
        valueBound: 8 * steps * .ulpOfOne * abs(cost?.value ?? 0) + least,
        gapBound: best.flatMap { best in cost.map { ($0 - best.cost).value.nextUp.nextUp } })
    }
  }

  @Test func softAlignments() {
    FarApart.check("SoftAlignment") { numbers in
      let grid = ExactAlignment(Self.rules[numbers.below(Self.rules.count)], most: 3, &numbers)
      let paths = grid.paths()
      let temperature = numbers.magnitude(exponents: -996...990)
      let problem = SoftAlignment(temperature: temperature, alignment: grid.problem)
      return try FarApart.judge(least: paths.map(\.cost).min()) {
        let solution = try problem.solve(
          grid.costs, rows: grid.rows, columns: grid.columns, gapCosts: grid.gapCosts)
        guard let least = paths.map(\.cost).min() else {
          return .wrong("a value \(solution.value) without a path")
        }
        return Self.verdict(solution, of: grid, paths, least: least, temperature: temperature)
      }
    }
  }

  /// The documented error of the value, and of the shares of moves, whose products weigh paths.
  private static func verdict(
    _ solution: SoftAlignmentSolution, of grid: ExactAlignment, _ paths: [ExactAlignment.Path],
    least: ExactSum, temperature: Double
  ) -> FarApart.Verdict {
    let weights = paths.map { exp(-($0.cost - least).value / temperature) }
    let sum = weights.reduce(0, +)
    var expected = least
    expected.addProduct(temperature, -log(sum))
    let n = Double(grid.rows + grid.columns)
    let greatest = grid.greatestPrice
    let magnitude = n * (greatest + temperature * log(3))
    let bound = 8 * n * (magnitude * .ulpOfOne + .leastNonzeroMagnitude)
    let difference = (ExactSum([solution.value]) - expected).value
    if !(abs(difference) <= bound) {
      return .wrong("\(solution.value) off by \(difference) > \(bound), t = \(temperature)")
    }
    guard solution.gradient.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      return .wrong("expected path \(solution.gradient)")
    }
    let ofShares = n * 8 * (magnitude * .ulpOfOne + n * .leastNonzeroMagnitude) / temperature
    guard ofShares < 1 else { return .right }
    var path = [Double](repeating: 0, count: grid.costs.count)
    for (weight, one) in zip(weights, paths) {
      for (cell, multiple) in one.cells { path[cell] += weight / sum * multiple }
    }
    // Exponents are at most 750 where a weight is not 0.
    let relative = expm1(ofShares) + 4096 * .ulpOfOne
    for (found, expected) in zip(solution.gradient, path)
    where abs(found - expected) > relative * expected + .leastNormalMagnitude {
      return .wrong("expected path \(solution.gradient), not \(path), t = \(temperature)")
    }
    return .right
  }
}

/// The grid of a small problem, and its recurrence in exact sums.
private struct ExactAlignment {
  let problem: Alignment
  let costs: [Double]
  let rows, columns: Int
  let gapCosts: GapCosts<Double>?

  struct Path {
    var cost = ExactSum()
    /// What the path adds to the gradient.
    var cells: [(cell: Int, multiple: Double)] = []
  }

  init(_ problem: Alignment, most: Int, _ numbers: inout FarApartNumbers) {
    self.problem = problem
    (rows, columns) = (1 + numbers.below(most), 1 + numbers.below(most))
    costs = numbers.costs(rows * columns)
    if case .cost = problem.gaps, numbers.oneIn(2) {
      gapCosts = GapCosts(predicted: numbers.costs(rows), target: numbers.costs(columns))
    } else {
      gapCosts = nil
    }
  }

  /// With a price of all gaps of each side.
  init(costs: [Double], rows: Int, columns: Int, gaps: (predicted: Double, target: Double)) {
    (problem, self.costs) = (Alignment(gapCost: 0), costs)
    (self.rows, self.columns) = (rows, columns)
    gapCosts = GapCosts(
      predicted: .init(repeating: gaps.predicted, count: rows),
      target: .init(repeating: gaps.target, count: columns))
  }

  func solve() throws -> AlignmentSolution {
    try problem.solve(costs, rows: rows, columns: columns, gapCosts: gapCosts)
  }

  func solveFloats() throws -> AlignmentSolution {
    let gaps = gapCosts.map {
      GapCosts(predicted: $0.predicted.map(Float.init), target: $0.target.map(Float.init))
    }
    return try problem.solve(
      costs.map(Float.init), rows: rows, columns: columns, gapCosts: gaps)
  }

  /// The greatest magnitude of what a move may pay.
  var greatestPrice: Double {
    var greatest = 0.0
    for row in 0...rows {
      for column in 0...columns {
        for move in AlignmentMove.allCases {
          guard let price = price(move, row, column) else { continue }
          greatest = max(greatest, abs(price.0 * price.1))
        }
      }
    }
    return greatest
  }

  /// What a move pays, a product of two numbers; nil if there is no such move.
  private func price(_ move: AlignmentMove, _ row: Int, _ column: Int) -> (Double, Double)? {
    guard move == .horizontal || row < rows, move == .vertical || column < columns else {
      return nil
    }
    let cell = costs[min(row, rows - 1) * columns + min(column, columns - 1)]
    let price: (Double, Double)
    switch problem.gaps {
    case .timeWarping(let band):
      let (offset, longer) = (column - row, columns - rows)
      let isIn = band.map { offset >= min(0, longer) - $0 && offset <= max(0, longer) + $0 } ?? true
      guard row < rows, column < columns, isIn else { return nil }
      price = (1, cell)
    case .factor(let factor): price = (move == .diagonal ? 1 : factor, cell)
    case .cost(let cost):
      let single = move == .vertical ? gapCosts?.predicted[row] : gapCosts?.target[column]
      price = (1, move == .diagonal ? cell : single ?? cost)
    }
    return price.1 < .infinity ? price : nil
  }

  func best() -> (cost: ExactSum, magnitude: Double)? {
    var table: [[(cost: ExactSum, magnitude: Double)?]] = .init(
      repeating: .init(repeating: nil, count: columns + 1), count: rows + 1)
    table[rows][columns] = (ExactSum(), 0)
    for row in (0...rows).reversed() {
      for column in (0...columns).reversed() {
        for move in AlignmentMove.allCases {
          guard let price = price(move, row, column) else { continue }
          let next = AlignmentNode(row: row, column: column).moved(by: move)
          guard var end = table[next.row][next.column] else { continue }
          end.cost.addProduct(price.0, price.1)
          end.magnitude += abs(price.0 * price.1)
          if table[row][column].map({ end.cost < $0.cost }) ?? true { table[row][column] = end }
        }
      }
    }
    return table[0][0]
  }

  func cost(of moves: [AlignmentMove]) -> (ExactSum, Double)? {
    var (node, sum, magnitude) = (AlignmentNode(row: 0, column: 0), ExactSum(), 0.0)
    for move in moves {
      guard let price = price(move, node.row, node.column) else { return nil }
      sum.addProduct(price.0, price.1)
      magnitude += abs(price.0 * price.1)
      node = node.moved(by: move)
    }
    return node == AlignmentNode(row: rows, column: columns) ? (sum, magnitude) : nil
  }

  /// All paths that are not forbidden.
  func paths() -> [Path] {
    var paths: [Path] = []
    func visit(_ node: AlignmentNode, _ path: Path) {
      if node == AlignmentNode(row: rows, column: columns) { return paths.append(path) }
      for move in AlignmentMove.allCases {
        guard let price = price(move, node.row, node.column) else { continue }
        var path = path
        path.cost.addProduct(price.0, price.1)
        let cell = min(node.row, rows - 1) * columns + min(node.column, columns - 1)
        let readsCell = if case .cost = problem.gaps { move == .diagonal } else { true }
        if readsCell { path.cells.append((cell, price.0)) }
        visit(node.moved(by: move), path)
      }
    }
    visit(AlignmentNode(row: 0, column: 0), Path())
    return paths
  }
}
