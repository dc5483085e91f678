import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

struct GridShortestPathTests {
  @Test func theDocumentedTieRule() throws {
    let cells = try GridShortestPath(neighbors: .four)
      .solve([Double](repeating: 1, count: 9), rows: 3, columns: 3).cells
    // From the end backwards: up before left.
    #expect(cells.map(\.row) == [0, 0, 0, 1, 2] && cells.map(\.column) == [0, 1, 2, 2, 2])
    let zeros = try GridShortestPath().solve([Double](repeating: 0, count: 12), rows: 3, columns: 4)
    #expect(zeros.value == 0 && zeros.cells.count == 4)
  }

  @Test(arguments: GridFamily.allCases, GridShortestPath.Neighbors.allCases)
  func potentialsProveThePath(family: GridFamily, neighbors: GridShortestPath.Neighbors) throws {
    var random = SeededRandom(seed: 3)
    let (batch, rows, columns) = (6, 7, 9)
    let costs = (0..<batch).flatMap { _ in
      family.costs(rows: rows, columns: columns, using: &random).map { min($0, 50) }
    }
    let problem = GridShortestPath(neighbors: neighbors)
    let solutions = try problem.solve(costs, batch: batch, rows: rows, columns: columns)
    let floats = try problem.solve(
      costs.map { Float($0) }, batch: batch, rows: rows, columns: columns)
    for (item, solution) in solutions.enumerated() {
      let own = Array(costs[item * 63..<(item + 1) * 63])
      #expect(solution.value == solutions.values[item])
      // Costs are not negative: value and potentials are two sums, each within a rounding a cell.
      let roundings = 2 * Double(solution.cells.count)
      #expect(abs(solution.dualityGap) <= roundings * 0x1p-53 * solution.value)
      #expect(abs(floats[item].dualityGap) <= roundings * 0x1p-24 * floats[item].value)
      #expect(zip(solution.gradient, own).reduce(0) { $0 + $1.0 * $1.1 } == solution.value)
      let potentials = solution.potentials
      for cell in own.indices {
        for other in own.indices where cell != other {
          let (down, right) = (abs(cell / 9 - other / 9), abs(cell % 9 - other % 9))
          let isBeside = neighbors == .eight ? max(down, right) == 1 : down + right == 1
          if isBeside { #expect(potentials[cell] <= potentials[other] + own[cell]) }
        }
      }
    }
  }

  /// Every instruction set against an independent tool's answers, in either type.
  @Test(arguments: InstructionSet.available)
  func fixtures(set: InstructionSet) throws {
    let cases = try ShortestPathCase.all().compactMap { problem in
      problem.cells.map { ($0.rows, $0.costs, problem.value) }
    }
    #expect(cases.count == 3)
    for (side, costs, value) in cases {
      let shape = BatchShape(rows: side, columns: side)
      let doubles = try costs.withUnsafeBufferPointer {
        try GridShortestPath().solveInPlace($0, shape: shape, itemEnds: nil, instructionSet: set)
      }
      let floats = try costs.map { Float($0) }.withUnsafeBufferPointer {
        try GridShortestPath().solveInPlace($0, shape: shape, itemEnds: nil, instructionSet: set)
      }
      #expect(doubles.values == [value] && floats.values == [value])
      #expect(floats.paths == doubles.paths)
    }
  }

  @Test func endsMayBeAnywhere() throws {
    let costs: [Float] = [1, 9, 1, 1, 9, 1, 1, 1, 1]
    let ends = GridEnds(from: GridCell(row: 0, column: 0), to: GridCell(row: 0, column: 2))
    #expect(
      try GridShortestPath(neighbors: .four, ends: ends).solve(costs, rows: 3, columns: 3).value
        == 7)
    let same = GridEnds(from: ends.start, to: ends.start)
    let both = try GridShortestPath().solve(
      costs + costs, batch: 2, rows: 3, columns: 3, itemEnds: [ends, same])
    #expect(both.values == [5, 1])
    #expect(both[1].cells == [ends.start])
  }

  @Test func badInputIsRefused() throws {
    let problem = GridShortestPath()
    #expect(throws: CombinatorialError(.negativeCost(row: 0, column: 1, value: -2), item: 0)) {
      try problem.solve([1, -2] as [Double], rows: 1, columns: 2)
    }
    let refusal = #expect(throws: CombinatorialError.self) {
      try problem.solve([1, .nan] as [Double], rows: 1, columns: 2)
    }
    #expect(
      "\(refusal.map { "\($0)" } ?? "")".hasPrefix("cost of row 0, column 1 in batch item 0 is nan")
    )
    #expect(throws: CombinatorialError(.infeasible, item: 1)) {
      try problem.solve([1, 1, 1, .infinity] as [Float], batch: 2, rows: 1, columns: 2)
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "2 costs for shape [1, 1, 2]", found: "1")
    ) {
      try problem.solve([1] as [Double], rows: 1, columns: 2)
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "sizes of at least 0", found: "[1, -1, 2]")
    ) {
      try problem.solve([] as [Double], rows: -1, columns: 2)
    }
    #expect(throws: CombinatorialError.shapeMismatch(expected: "2 pairs of ends", found: "0")) {
      try problem.solve([1, 2] as [Double], batch: 2, rows: 1, columns: 1, itemEnds: [])
    }
    let outside = GridEnds(from: GridCell(row: 0, column: 0), to: GridCell(row: 1, column: 0))
    let reason = CombinatorialError.Reason.shapeMismatch(
      expected: "ends within 1 rows and 2 columns", found: "row 1, column 0")
    #expect(throws: CombinatorialError(reason, item: 0)) {
      try GridShortestPath(ends: outside).solve([1, 2] as [Double], rows: 1, columns: 2)
    }
    #expect(try problem.solve([] as [Double], rows: 0, columns: 3).value == 0)
    #expect(try problem.solve([] as [Double], batch: 0, rows: 3, columns: 3).isEmpty)
  }
}
