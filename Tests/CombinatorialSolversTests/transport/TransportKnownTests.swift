import CombinatorialSolvers
import TestSupport
import Testing

/// Transport that starts from what is known of a similar problem.
struct TransportKnownTests {
  /// Costs and masses that moved: the optimum from scratch, proven, whatever was known.
  @Test(
    arguments: AssignmentFamily.allCases, [(3, 7, 5), (4, 20, 20), (1, 60, 90), (1, 20, 620)])
  func theAnswerIsProvenWhateverIsKnown(
    family: AssignmentFamily, size: (batch: Int, rows: Int, columns: Int)
  ) throws {
    var random = SeededRandom(seed: 41)
    let (batch, rows, columns) = size
    for equal in [true, false] {
      let costs = (0..<batch).flatMap { _ in
        family.costs(rows: rows, columns: columns, using: &random).map {
          $0 == .infinity ? 1e3 : $0
        }
      }
      let moved = costs.map { $0 + Double(Int.random(in: -8...8, using: &random)) / 1024 }
      func masses() -> (supply: [Double], demand: [Double]) {
        let items = (0..<batch).map { _ in
          TransportCase.masses(rows: rows, columns: columns, equal: equal, using: &random)
        }
        return (items.flatMap(\.supply), items.flatMap(\.demand))
      }
      let (first, second) = (masses(), masses())
      func solve(
        _ costs: [Double], _ masses: (supply: [Double], demand: [Double]),
        from known: TransportBatch?, maxThreads: Int = 1
      ) throws -> TransportBatch {
        try Transport(maxThreads: maxThreads).solve(
          costs, supply: masses.supply, demand: masses.demand, batch: batch, rows: rows,
          columns: columns, known: known)
      }
      let before = try solve(costs, first, from: nil)
      for (costs, masses) in [(moved, first), (moved, second), (costs, second), (costs, first)] {
        let (warm, cold) = (
          try solve(costs, masses, from: before), try solve(costs, masses, from: nil)
        )
        for (warm, cold) in zip(warm, cold) {
          let scale = masses.supply.reduce(0, +) * costs.reduce(0) { max($0, abs($1)) }
          let rounding = 64 * Double(rows + columns) * 0x1p-52 * scale
          #expect(abs(warm.value - cold.value) <= rounding)
          #expect(abs(warm.dualityGap) <= rounding && warm.dualViolation <= rounding)
        }
        let threads = try solve(costs, masses, from: before, maxThreads: 3)
        #expect(threads.planMasses == warm.planMasses && threads.planRows == warm.planRows)
        #expect(threads.columnPotentials == warm.columnPotentials)
      }
    }
  }

  /// A problem without ties has one plan; along any change of costs the value stays below what that says, for it is
  /// concave.
  @Test func theGradientIsThatFromScratch() throws {
    var random = SeededRandom(seed: 42)
    let (rows, columns) = (30, 40)
    func costs() -> [Double] {
      (0..<rows * columns).map { _ in .random(in: 0..<1, using: &random) }
    }
    let (before, now, change) = (costs(), costs(), costs())
    let (supply, demand) = TransportCase.masses(
      rows: rows, columns: columns, equal: false, using: &random)
    func solve(_ costs: [Double], from known: TransportBatch?) throws -> TransportBatch {
      try Transport().solve(
        costs, supply: supply, demand: demand, batch: 1, rows: rows, columns: columns, known: known)
    }
    let known = try solve(before, from: nil)
    let (warm, cold) = (try solve(now, from: known), try solve(now, from: nil))
    #expect(warm[0].plan == cold[0].plan)
    let slope = zip(warm[0].gradient, change).reduce(0) { $0 + $1.0 * $1.1 }
    let total = supply.reduce(0, +)
    for step in [1, -1, 0x1p-6, -0x1p-6, 0x1p-30, -0x1p-30] {
      let changed = zip(now, change).map { $0 + step * $1 }
      let value = try solve(changed, from: warm)[0].value
      #expect(value <= warm[0].value + step * slope + 1e-13 * total)
      if abs(step) < 1e-6 { #expect(value >= warm[0].value + step * slope - 1e-13 * total) }
    }
  }

  /// Points that moved, and padding.
  @Test func pointsStartFromWhatIsKnown() throws {
    var random = SeededRandom(seed: 43)
    let (batch, rows, columns) = (3, 12, 9)
    func points(_ count: Int) -> [Double] {
      (0..<batch * count * 2).map { _ in .random(in: 0..<1, using: &random) }
    }
    let (sources, targets) = (points(rows), points(columns))
    let moved = sources.map { $0 + .random(in: -0.01...0.01, using: &random) }
    let counts = [12, 4, 9]
    let supply = (0..<batch).flatMap { item in (0..<rows).map { $0 < counts[item] ? 9 : 0 } }
    let demand = (0..<batch).flatMap { item in (0..<columns).map { _ in Double(counts[item]) } }
    func solve(_ sources: [Double], from known: TransportBatch?) throws -> TransportBatch {
      try TransportInSpace().solve(
        sources: sources, targets: targets, dimensions: 2, supply: supply.map(Double.init),
        demand: demand, batch: batch, rowCounts: counts, known: known)
    }
    let before = try solve(sources, from: nil)
    let (warm, cold) = (try solve(moved, from: before), try solve(moved, from: nil))
    for (warm, cold) in zip(warm, cold) {
      #expect(abs(warm.value - cold.value) <= 1e-12)
      #expect(abs(warm.dualityGap) <= 1e-12)
    }
  }

  @Test func whatIsOfAnotherShapeIsRefused() throws {
    let known = try Transport().solve(
      [1, 2, 3, 4], supply: [1, 1], demand: [1, 1], batch: 1, rows: 2, columns: 2)
    let expected = "known solutions of 1 x [1, 2] problems, with as many rows and columns in use"
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: expected, found: "1 x [2, 2]")
    ) {
      try Transport().solve(
        [1, 2], supply: [2], demand: [1, 1], batch: 1, rows: 1, columns: 2, known: known)
    }
    #expect(throws: CombinatorialError.self) {
      try Transport().solve(
        [1, 2, 3, 4], supply: [2, 0], demand: [1, 1], batch: 1, rows: 2, columns: 2,
        rowCounts: [1], known: known)
    }
    #expect(throws: CombinatorialError.self) {
      try TransportInSpace().solve(
        sources: [1], targets: [1, 2], dimensions: 1, supply: [2], demand: [1, 1], batch: 1,
        known: known)
    }
  }
}
