import CombinatorialLosses
import TestSupport
import Testing

/// Gradients of the problems on graphs: indicators of the solution.
struct GraphLossTests {
  static let count = 7

  private static func problems() throws -> [(
    name: String, problem: any PrimalProblem, shape: [Int]
  )] {
    let arcs = [(0, 1), (0, 2), (1, 2), (2, 1), (1, 3), (2, 3), (3, 0), (3, 2)]
    let digraph = try DirectedGraph(nodeCount: 4, arcs: arcs.map { (tail: $0.0, head: $0.1) })
    let graph = try UndirectedGraph(nodeCount: 4, edges: arcs)
    let parts = try PartitionMatroid(parts: [0, 0, 1, 1, 1, 2], limits: [1, 2, 1])
    return [
      ("grid 4", GridShortestPath(neighbors: .four), [4, 5]),
      ("grid 8", GridShortestPath(), [5, 4]),
      ("path", ShortestPath(digraph, from: 0, to: 3), [8]),
      ("tree", SpanningTree(graph), [8]),
      ("arborescence", SpanningArborescence(digraph, root: 0), [8]),
      ("basis", MatroidBasis(parts), [6]),
      (
        "flow",
        MinimumCostFlow(
          digraph, supplies: [2, 0.5, 0, -2.5], capacities: .init(repeating: 1.75, count: 8)), [8]
      ),
    ]
  }

  @Test(arguments: 0..<count, [[], [3]])
  func gradientAgreesWithDifferences(index: Int, batch: [Int]) throws {
    let (name, problem, shape) = try Self.problems()[index]
    var random = SeededGenerator(seed: 71)
    // The seed keeps the optimum away from ties by more than the step.
    let costs = try Tensor.random(uniform: batch + shape, in: 1...16, using: &random)
    let report = try GradientCheck.centralDifferences(
      of: { try problem.optimalValue($0[0]) }, at: [costs], step: 0x1p-8)
    #expect(report.passes(), "\(name): \(report)")
  }

  @Test(arguments: 0..<count)
  func atTiesTheSolutionIsASupergradient(index: Int) throws {
    let (name, problem, shape) = try Self.problems()[index]
    var random = SeededRandom(seed: 72)
    for trial in 0..<20 {
      let scalars = (0..<shape.reduce(1, *)).map { _ in Float(Int.random(in: 8...9, using: &random))
      }
      let costs = try Tensor(scalars, shape: shape).requiringGradient()
      try expectSupergradient(
        of: { try problem.optimalValue($0) }, at: costs, seed: trial, "\(name)")
    }
  }

  @Test(arguments: 0..<count)
  func errorsNameTheItemOfTheBatch(index: Int) throws {
    let (name, problem, shape) = try Self.problems()[index]
    let count = shape.reduce(1, *)
    var scalars = [Float](repeating: 1, count: 3 * count)
    scalars[2 * count] = .nan
    let costs = try Tensor(scalars, shape: [3] + shape)
    let error = #expect(throws: CombinatorialError.self) { try problem.optimalValue(costs) }
    #expect(error.map { "\($0)" }?.contains("batch item 2 is nan") == true, "\(name)")
    let rank = shape.count
    let reason = CombinatorialError.Reason.shapeMismatch(
      expected: "costs of rank \(rank), or \(rank + 1) with a batch axis first", found: "shape []")
    #expect(throws: CombinatorialError(reason), "\(name)") { try problem.optimalValue(Tensor(1)) }
  }

  @Test(arguments: 0..<count)
  func answersDoNotContradictEachOther(index: Int) throws {
    let (name, problem, shape) = try Self.problems()[index]
    var random = SeededGenerator(seed: 73)
    let check = try problem.check(Tensor.random(uniform: shape, in: 1...16, using: &random))
    #expect(check.faults.isEmpty && check.smoothDirections > 0, "\(name): \(check)")
  }

  /// Losses of padded grids read no padding, and are those of the grids without it.
  @Test func paddedGridsAreAsGoodAsCropped() throws {
    var random = SeededGenerator(seed: 74)
    let sizes = [(rows: 3, columns: 4), (rows: 2, columns: 2), (rows: 4, columns: 1)]
    let cells = try Tensor.random(uniform: [3, 4, 4], in: 1...9, using: &random).scalars
    let padded = cells.indices.map { place -> Float in
      let size = sizes[place / 16]
      return place / 4 % 4 < size.rows && place % 4 < size.columns ? cells[place] : .nan
    }
    let costs = try Tensor(padded, shape: [3, 4, 4]).requiringGradient()
    let lengths = Lengths(rows: sizes.map(\.rows), columns: sizes.map(\.columns))
    let values = try GridShortestPath().optimalValue(costs, lengths: lengths)
    let gradient = try values.sum().gradients(of: [costs])[0].scalars
    #expect(zip(gradient, padded).allSatisfy { $0 == 0 || !$1.isNaN })
    for (item, size) in sizes.enumerated() {
      let part = padded[item * 16..<(item + 1) * 16].filter { !$0.isNaN }
      let alone = try GridShortestPath().optimalValue(
        Tensor(part, shape: [size.rows, size.columns]))
      #expect(try alone.item() == values.scalars[item])
    }
    let perceptron = try GridShortestPath().ragged(lengths).optimum(costs)
    #expect(perceptron.solution.scalars == gradient)
  }

  @Test func gridsTakeEndsForEachItem() throws {
    let costs = try Tensor([1, 9, 1, 9, 9, 1, 1, 1, 1], shape: [1, 3, 3]).requiringGradient()
    let ends = GridEnds(from: GridCell(row: 2, column: 0), to: GridCell(row: 0, column: 2))
    let value = try GridShortestPath(neighbors: .four).optimalValue(costs, itemEnds: [ends])
    #expect(value.scalars == [5])
    #expect(try (2 * value).sum().gradients(of: [costs])[0].scalars == [0, 0, 2, 0, 0, 2, 2, 2, 2])
    let diagonal = try GridShortestPath().solve(costs.reshaped([3, 3]))
    #expect(diagonal.value == 11)
    #expect(diagonal.solution == .sparse(positions: [0, 4, 8], entries: [1, 1, 1]))
  }
}
