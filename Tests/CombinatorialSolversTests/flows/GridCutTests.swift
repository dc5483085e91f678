import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

struct GridCutTests {
  /// Whole costs, so that ties are exact: the cut is that with the most cells on the source's side.
  @Test(arguments: GridCut.Neighbors.allCases)
  func agreesWithAllCuts(neighbors: GridCut.Neighbors) throws {
    var random = SeededRandom(seed: 33)
    for trial in 0..<300 {
      let (rows, columns) = (
        Int.random(in: 1...3, using: &random), Int.random(in: 1...3, using: &random)
      )
      let costs = randomCosts(neighbors, rows, columns, using: &random)
      let graph = arcs(of: costs, neighbors, rows, columns)
      let cells = rows * columns
      let oracle = ExhaustiveCut.solve(
        nodes: cells + 2, arcs: graph.arcs, capacities: graph.costs, source: cells, sink: cells + 1)
      let solution = try GridCut(neighbors: neighbors).solve(costs, rows: rows, columns: columns)
      #expect(solution.value == oracle.value, "trial \(trial)")
      #expect(solution.isOnSourceSide == Array(oracle.isOnSourceSide[..<cells]), "trial \(trial)")
      #expect(solution.cutCosts.reduce(0) { $0 + costs[$1] } == oracle.value)
      expectCertificate(solution)
    }
  }

  /// Whole costs, and whole numbers that are floats: the same cut by both kernels, cell for cell.
  @Test(arguments: GridCut.Neighbors.allCases, GridCutFamily.allCases)
  func agreesWithTheGraph(neighbors: GridCut.Neighbors, family: GridCutFamily) throws {
    var random = SeededRandom(seed: 35)
    for (rows, columns) in [(1, 1), (1, 60), (60, 1), (2, 2), (9, 14), (23, 17), (30, 30)] {
      let costs = family.costs(neighbors, rows, columns, using: &random)
      let solution = try GridCut(neighbors: neighbors).solve(costs, rows: rows, columns: columns)
      let cells = rows * columns
      let common = (0..<cells).map { min(costs[$0], costs[cells + $0]) }
      let graph = arcs(of: costs, neighbors, rows, columns)
      let flow = try MaximumFlow(
        DirectedGraph(nodeCount: cells + 2, arcs: graph.arcs), from: cells, to: cells + 1
      ).solve(graph.costs.enumerated().map { $0 < 2 * cells ? $1 - common[$0 % cells] : $1 })
      #expect(solution.value == flow.value + common.reduce(0, +), "\(rows) x \(columns)")
      #expect(solution.isOnSourceSide == Array(flow.isOnSourceSide[..<cells]))
      expectCertificate(solution)
      let shape = BatchShape(channels: 2 + neighbors.rawValue, rows: rows, columns: columns)
      let single = try costs.map { Float($0) }.withUnsafeBufferPointer {
        try GridCut(neighbors: neighbors).solveInPlace($0, shape: shape)
      }
      #expect(single.values == [solution.value])
      #expect(single.isOnSourceSide == solution.isOnSourceSide && single.flow.isEmpty)
    }
  }

  /// Sums that are nearly infinite are still finite; those that are not are refused.
  @Test(arguments: GridCut.Neighbors.allCases)
  func costsMayBeHuge(neighbors: GridCut.Neighbors) throws {
    var random = SeededRandom(seed: 36)
    let cut = GridCut(neighbors: neighbors)
    for _ in 0..<50 {
      let costs = randomCosts(neighbors, 2, 2, using: &random)
      let solution = try cut.solve(costs, rows: 2, columns: 2)
      let huge = try cut.solve(costs.map { $0 * 0x1p1018 }, rows: 2, columns: 2)
      #expect(huge.value == solution.value * 0x1p1018)
      #expect(huge.isOnSourceSide == solution.isOnSourceSide)
      #expect(huge.flow == solution.flow.map { $0 * 0x1p1018 })
    }
    let tooMuch = [Double](repeating: 0x1p1023, count: cut.channels * 4)
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try cut.solve(tooMuch, rows: 2, columns: 2)
    }
  }

  @Test(arguments: GridCut.Neighbors.allCases, [(1, 40), (40, 1), (17, 23), (64, 48)])
  func flowsProveCutsOfFineCosts(neighbors: GridCut.Neighbors, size: (Int, Int)) throws {
    var random = SeededRandom(seed: 34)
    let cells = size.0 * size.1
    // Multiples of 2^-20, whose sums are exact.
    let costs = (0..<(2 + neighbors.rawValue) * cells).map { position in
      0x1p-20
        * Double(
          Int.random(in: position < 2 * cells ? -2 << 20...2 << 20 : 0...1 << 20, using: &random))
    }
    let solution = try GridCut(neighbors: neighbors).solve(costs, rows: size.0, columns: size.1)
    expectCertificate(solution)
    #expect(solution.isOnSourceSide.contains(true) && solution.isOnSourceSide.contains(false))
  }

  @Test func whatLeadsOutOfTheGridIsNeverRead() throws {
    // Two cells side by side: only right of the first and left of the second stay inside.
    var costs = [Double](repeating: .nan, count: 12)
    costs.replaceSubrange(0..<4, with: [5, 0, 0, 3])
    costs[4] = 2
    costs[9] = 1
    let solution = try GridCut().solve(costs, rows: 1, columns: 2)
    #expect(solution.value == 2)
    #expect(solution.isOnSourceSide == [true, false])
    #expect(solution.cutCosts == [1, 2, 4])
  }

  @Test func infiniteCostsFixCells() throws {
    var costs: [Double] = [.infinity, 0, 0, .infinity] + .init(repeating: 4, count: 8)
    let solution = try GridCut().solve(costs, rows: 1, columns: 2)
    #expect(solution.isOnSourceSide == [true, false])
    #expect(solution.value == 4)
    expectCertificate(solution)
    costs[4] = .infinity
    #expect(throws: CombinatorialError(.unboundedFlow, item: 0)) {
      try GridCut().solve(costs, rows: 1, columns: 2)
    }
    costs[2] = .infinity
    #expect(throws: CombinatorialError(.unboundedFlow, item: 0)) {
      try GridCut().solve([.infinity, .infinity, 0, 0, 0, 0], rows: 1, columns: 1)
    }
  }

  @Test func badInputIsRefused() throws {
    var negative = [Double](repeating: 1, count: 24)
    negative[8] = -1
    #expect(
      throws: CombinatorialError(
        .invalidGridCost(channel: 2, row: 0, column: 0, value: -1), item: 0)
    ) { try GridCut().solve(negative, rows: 2, columns: 2) }
    for bad in [Double.nan, -.infinity] {
      var costs = [Double](repeating: 1, count: 24)
      costs[6] = bad
      let error = #expect(throws: CombinatorialError.self) {
        try GridCut().solve(costs, rows: 2, columns: 2)
      }
      guard case .invalidGridCost(1, 1, 0, _) = error?.reason else {
        Issue.record(error ?? CombinatorialError(.infeasible), "\(bad)")
        continue
      }
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "6 costs for shape [1, 6, 1, 1]", found: "1")
    ) { try GridCut().solve([1], rows: 1, columns: 1) }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "sizes of at least 0", found: "[1, 6, -1, 1]")
    ) {
      try GridCut().solve([] as [Double], rows: -1, columns: 1)
    }
    #expect(throws: CombinatorialError.sizeOverflow("a cost tensor of shape [1, 6, \(Int.max), 3]"))
    {
      try GridCut().solve([] as [Double], rows: .max, columns: 3)
    }
    #expect(try GridCut().solve([] as [Double], rows: 0, columns: 4).value == 0)
  }

  private func randomCosts(
    _ neighbors: GridCut.Neighbors, _ rows: Int, _ columns: Int, using random: inout SeededRandom
  ) -> [Double] {
    (0..<(2 + neighbors.rawValue) * rows * columns).map { position in
      Double(Int.random(in: position < 2 * rows * columns ? -3...3 : 0...2, using: &random))
    }
  }

  /// The same problem as a graph. A cell's costs may be negative: the oracle only compares sums.
  private func arcs(
    of costs: [Double], _ neighbors: GridCut.Neighbors, _ rows: Int, _ columns: Int
  ) -> (arcs: [(tail: Int, head: Int)], costs: [Double]) {
    let cells = rows * columns
    var arcs = (0..<cells).map { (tail: cells, head: $0) }
    arcs += (0..<cells).map { (tail: $0, head: cells + 1) }
    var kept = Array(costs[..<(2 * cells)])
    for (direction, step) in neighbors.steps.enumerated() {
      for cell in 0..<cells {
        let (row, column) = (cell / columns + step.row, cell % columns + step.column)
        guard (0..<rows).contains(row), (0..<columns).contains(column) else { continue }
        arcs.append((tail: cell, head: row * columns + column))
        kept.append(costs[(2 + direction) * cells + cell])
      }
    }
    return (arcs, kept)
  }

  private func expectCertificate(
    _ solution: GridCutSolution, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(solution.dualityGap == 0, sourceLocation: sourceLocation)
    #expect(solution.infeasibility == 0, sourceLocation: sourceLocation)
  }
}
