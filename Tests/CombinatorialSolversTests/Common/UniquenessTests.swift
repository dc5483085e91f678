import CombinatorialSolvers
import TestSupport
import Testing

/// `isUnique` against the number of best solutions among all, where whole numbers tie.
struct UniquenessTests {
  /// All words of `length` letters `0 ..< letters`.
  private func words(_ letters: Int, length: Int) -> [[Int]] {
    (0..<length).reduce([[]]) { words, _ in
      words.flatMap { word in (0..<letters).map { word + [$0] } }
    }
  }

  /// Expects the right answer of 200 problems, of which many have one best solution and many have more.
  ///
  /// - Parameter problem: Draws one, and returns the values of all its solutions; nil: none was drawn.
  private func expectRight(
    seed: UInt64,
    _ problem: (inout SeededRandom) throws -> (isUnique: Bool, values: [Double])?
  ) throws {
    var random = SeededRandom(seed: seed)
    var (unique, tied) = (0, 0)
    for trial in 0..<200 {
      guard let (isUnique, values) = try problem(&random) else { continue }
      let least = values.min() ?? 0
      let isOnly = values.count { $0 == least } == 1
      #expect(isUnique == isOnly, "trial \(trial)")
      if isOnly { unique += 1 } else { tied += 1 }
    }
    #expect(unique > 20 && tied > 20)
  }

  @Test func chains() throws {
    try expectRight(seed: 301) { random in
      let (positions, labels) = (Int.random(in: 1...4, using: &random), 3)
      func numbers(_ count: Int) -> [Double] {
        (0..<count).map { _ in Double(Int.random(in: -2...2, using: &random)) }
      }
      let (unary, steps) = (numbers(positions * labels), numbers(labels * labels))
      let solution = try ChainLabeling().solve(unary: unary, steps: steps, labels: labels)
      let values = words(labels, length: positions).map { word in
        word.enumerated().reduce(0) { $0 + unary[$1.offset * labels + $1.element] }
          + zip(word, word.dropFirst()).reduce(0) { $0 + steps[$1.0 * labels + $1.1] }
      }
      return (solution.isUnique, values)
    }
    #expect(try ChainLabeling().solve(unary: [] as [Double], steps: [0], labels: 1).isUnique)
  }

  @Test func cutsOfGraphs() throws {
    try expectRight(seed: 302) { random in
      let nodes = Int.random(in: 2...5, using: &random)
      let arcs = random.arcs(3 * nodes, nodes: nodes)
      let capacities = arcs.map { _ in Double(Int.random(in: 0...4, using: &random)) }
      let solution = try MaximumFlow(
        DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1
      ).solve(capacities)
      let values = words(2, length: nodes).filter { $0[0] == 1 && $0[nodes - 1] == 0 }.map { side in
        zip(arcs, capacities).reduce(0) {
          $0 + (side[$1.0.tail] == 1 && side[$1.0.head] == 0 ? $1.1 : 0)
        }
      }
      return (solution.isUnique, values)
    }
  }

  @Test func cutsOfGrids() throws {
    try expectRight(seed: 303) { random in
      let (rows, columns) = (2, Int.random(in: 1...4, using: &random))
      let cells = rows * columns
      let costs = (0..<6 * cells).map { _ in Double(Int.random(in: 0...4, using: &random)) }
      let solution = try GridCut().solve(costs, rows: rows, columns: columns)
      let values = words(2, length: cells).map { side in
        var value = 0.0
        for cell in 0..<cells {
          value += costs[(side[cell] == 1 ? cells : 0) + cell]
          for (direction, step) in GridNeighbors.four.steps.enumerated() {
            let (row, column) = (cell / columns + step.row, cell % columns + step.column)
            guard (0..<rows).contains(row), (0..<columns).contains(column) else { continue }
            if side[cell] == 1, side[row * columns + column] == 0 {
              value += costs[(2 + direction) * cells + cell]
            }
          }
        }
        return value
      }
      return (solution.isUnique, values)
    }
  }

  @Test func semiAssignments() throws {
    try expectRight(seed: 304) { random in
      let (rows, columns) = (Int.random(in: 1...4, using: &random), 3)
      let capacities = (0..<columns).map { _ in Int.random(in: 1...3, using: &random) }
      guard capacities.reduce(0, +) >= rows else { return nil }
      let costs = (0..<rows * columns).map { _ in Double(Int.random(in: 0...4, using: &random)) }
      let solution = try SemiAssignment(capacities: capacities).solve(costs, rows: rows)
      let values = words(columns, length: rows).filter { word in
        (0..<columns).allSatisfy { column in word.count { $0 == column } <= capacities[column] }
      }.map { word in word.enumerated().reduce(0) { $0 + costs[$1.offset * columns + $1.element] } }
      return (solution.isUnique, values)
    }
  }
}
