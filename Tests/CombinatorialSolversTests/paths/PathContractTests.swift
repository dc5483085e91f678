import CombinatorialSolvers
import TestSupport
import Testing

struct PathContractTests {
  @Test func shortestPathsKeepThePromisesOfAll() throws {
    var random = SeededRandom(seed: 61)
    let arcs = (0..<8).flatMap { tail in [1, 2, 5].map { (tail: tail, head: (tail + $0) % 8) } }
    let graph = try DirectedGraph(nodeCount: 8, arcs: arcs)
    let costs = (0..<6).map { _ in
      arcs.map { _ in Double(Int.random(in: 8...80, using: &random)) / 8 }
    }
    try expectContract(ShortestPath(graph, from: 0, to: 7), costs)
    let forwards = arcs.filter { $0.tail < $0.head }
    let acyclic = try DirectedGraph(nodeCount: 8, arcs: forwards)
    try expectContract(
      ShortestPath(acyclic, from: 0, to: 7),
      (0..<5).map { _ in
        forwards.map { _ in Double(Int.random(in: -40...80, using: &random)) / 8 }
      })
  }

  @Test(arguments: GridNeighbors.allCases)
  func gridsKeepThePromisesOfAll(neighbors: GridNeighbors) throws {
    var random = SeededRandom(seed: 62)
    let costs = (0..<23).map { _ in
      (0..<20).map { _ in Double(Int.random(in: 8...80, using: &random)) / 8 }
    }
    try expectContract(GridShortestPath(neighbors: neighbors), costs, rows: 5, columns: 4)
  }

  @Test func literalsAreCosts() throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)])
    #expect(try ShortestPath(graph, from: 0, to: 2).solve([1, 2, 4]).arcs == [0, 1])
    #expect(try ShortestPath(graph, from: 0, to: 2).solve([0.5, 1, 1]).value == 1)
    #expect(try GridShortestPath().solve([1, 9, 9, 1], rows: 2, columns: 2).value == 2)
    #expect(throws: CombinatorialError(.negativeCost(row: 0, column: 1, value: 2), item: 0)) {
      try GridShortestPath().maximum.solve([-1, 2], rows: 1, columns: 2)
    }
    // The dearest path, of a graph without cycles.
    let dearest = try ShortestPath(graph, from: 0, to: 2).maximum.solve([1, 2, 4])
    #expect(dearest.value == 4 && dearest.arcs == [2] && dearest.dualityGap == 0)
  }

  /// The first refusal of a batch, whatever the threads did, with what it is about.
  @Test(arguments: [1, 2])
  func theFirstRefusalIsNamed(threads: Int) throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(1, 0), (0, 1), (1, 2)])
    let problem = ShortestPath(graph, from: 0, to: 2, maxThreads: threads)
    var costs = [Double](repeating: 1, count: 3 * 2000)
    costs[3 * 1500 + 1] = -.infinity
    let refusal = CombinatorialError.Reason.invalidCostAt(position: 1, value: -.infinity)
    #expect(throws: CombinatorialError(refusal, item: 1500)) {
      try problem.solve(costs, batch: 2000)
    }
    costs[3 * 1400 + 2] = .infinity
    #expect(throws: CombinatorialError(.infeasible, item: 1400)) {
      try problem.solve(costs, batch: 2000)
    }
    costs[3 * 700] = -2
    #expect(throws: CombinatorialError(.negativeCycle(arcs: [1, 0], nodes: [0, 1]), item: 700)) {
      try problem.solve(costs, batch: 2000)
    }
    var cells = [Double](repeating: 1, count: 15 * 400)
    cells[15 * 220 + 7] = -1
    cells[15 * 300 + 1] = -1
    let grids = GridShortestPath(maxThreads: threads)
    #expect(throws: CombinatorialError(.negativeCost(row: 1, column: 2, value: -1), item: 220)) {
      try grids.solve(cells, batch: 400, rows: 3, columns: 5)
    }
  }

  /// Against every path of small graphs whose costs tie: certain if it says so.
  @Test func uniquePathsAreTheOnlyOnes() throws {
    var random = SeededRandom(seed: 63)
    var (unique, tied) = (0, 0)
    for trial in 0..<300 {
      let arcs = (0..<12).map { _ in
        (tail: Int.random(in: 0..<5, using: &random), head: Int.random(in: 0..<5, using: &random))
      }
      let costs = arcs.map { _ in Double(Int.random(in: 1...2, using: &random)) }
      let problem = ShortestPath(try DirectedGraph(nodeCount: 5, arcs: arcs), from: 0, to: 4)
      guard let solution = try? problem.solve(costs) else { continue }
      func count(_ node: Int, _ left: Double) -> Int {
        if node == 4 { return left == 0 ? 1 : 0 }
        return arcs.indices.filter { arcs[$0].tail == node && costs[$0] <= left }
          .reduce(0) { $0 + count(arcs[$1].head, left - costs[$1]) }
      }
      let paths = count(0, solution.value)
      #expect(solution.isUnique == (paths == 1), "trial \(trial): \(paths)")
      if paths == 1 { unique += 1 } else { tied += 1 }
    }
    #expect(unique > 50 && tied > 20, "\(unique), \(tied)")
  }

  @Test(arguments: GridNeighbors.allCases)
  func uniqueGridPathsAreTheOnlyOnes(neighbors: GridNeighbors) throws {
    var random = SeededRandom(seed: 64)
    var (unique, tied) = (0, 0)
    for trial in 0..<200 {
      let costs = (0..<9).map { _ in Double(Int.random(in: 1...4, using: &random)) }
      let solution = try GridShortestPath(neighbors: neighbors).solve(costs, rows: 3, columns: 3)
      func count(_ cell: Int, _ left: Double) -> Int {
        let rest = left - costs[cell]
        if cell == 8 || rest < 0 { return cell == 8 && rest == 0 ? 1 : 0 }
        return neighbors.steps.reduce(0) { sum, step in
          let (row, column) = (cell / 3 + step.row, cell % 3 + step.column)
          guard (0..<3).contains(row), (0..<3).contains(column) else { return sum }
          return sum + count(row * 3 + column, rest)
        }
      }
      let paths = count(0, solution.value)
      #expect(solution.isUnique == (paths == 1), "trial \(trial): \(paths)")
      if paths == 1 { unique += 1 } else { tied += 1 }
    }
    #expect(unique > 30 && tied > 30)
  }
}
