import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

@testable import NumPyFiles
@testable import ProblemFiles

@Suite struct AnswerTests {
  private struct Assigned: Decodable {
    let status: String
    let value, dualityGap: Double
    let columnOfRow, rowOfColumn: [Int]
  }

  private static func answers(
    _ elements: NumPyArray.Elements, shape: [Int], problem: Assignment = Assignment(),
    options: AnswerOptions = AnswerOptions()
  ) throws -> [Answer] {
    let array = NumPyArray(checkedShape: shape, elements: elements)
    return try Answer.solving(problem, CostArray(array, file: "f"), options)
  }

  /// 0.1 as Float is another number than 0.1 as Double; the answer must tell the one that was solved.
  @Test(arguments: [
    (NumPyArray.Elements.double([0.1]), 0.1), (.float([0.1]), Double(Float(0.1))),
    (.double([.leastNonzeroMagnitude]), .leastNonzeroMagnitude), (.double([1e300]), 1e300),
  ])
  func everyNumberReadsBackAsItWas(cost: NumPyArray.Elements, value: Double) throws {
    let answer = try #require(Self.answers(cost, shape: [1, 1]).first)
    let report = try JSONDecoder().decode(Assigned.self, from: Data(answer.json.utf8))
    #expect(report.value == value && report.status == "optimal" && answer.reason == nil)
  }

  @Test func emptyMatricesCostNothing() throws {
    for shape in [[0, 0], [0, 4], [4, 0]] {
      let answer = try #require(Self.answers(.double([]), shape: shape).first)
      let report = try JSONDecoder().decode(Assigned.self, from: Data(answer.json.utf8))
      #expect(report.value == 0)
      #expect(report.columnOfRow == [Int](repeating: -1, count: shape[0]))
    }
    #expect(try Self.answers(.double([]), shape: [0, 2, 2]).isEmpty)
  }

  @Test func gradientsHaveTheShapeOfTheCosts() throws {
    let costs = NumPyArray.Elements.double([5, 1, 2, 0, 4, 4])
    for shape in [[2, 3], [1, 2, 3]] {
      let answers = try Self.answers(
        costs, shape: shape, options: AnswerOptions(includesGradient: true))
      #expect(answers.count == 1)
      #expect(answers[0].json.contains(#""gradient":[[0,1,0],[1,0,0]],"#))
    }
    let empty = try Self.answers(
      .double([]), shape: [2, 0], options: AnswerOptions(includesGradient: true))
    #expect(empty[0].json.contains(#""gradient":[[],[]],"#))
  }

  @Test(
    arguments: [
      ([1, 2, 3, Double.nan], [2, 2], .invalid, "f: cell (row 1, column 1): "),
      ([1, 2, -.infinity, 1], [1, 2, 2], .invalid, "f: cell (batch 0, row 1, column 0): "),
      ([.infinity, 2, .infinity, 1], [2, 2], .infeasible, "f: infeasible"),
      (
        [1.7e308, 2, 3, 1.7e308].map { -$0 }, [2, 2], .invalid,
        "f: cell (row 0, column 0): expected at most 2^1000"
      ),
    ] as [([Double], [Int], Answer.Status, String)])
  func namesFileAndCellOfBadCosts(
    costs: [Double], shape: [Int], status: Answer.Status, message: String
  ) throws {
    let answers = try Self.answers(.double(costs), shape: shape)
    #expect(answers.map(\.status) == [status])
    #expect(answers[0].reason?.hasPrefix(message) == true, "\(answers[0].json)")
    #expect(answers[0].json.hasSuffix("\"status\":\"\(status.rawValue)\"}"))
  }

  /// They are negated in place, but in an array that nobody else has; and one by one where one is refused.
  @Test func maximaAreOfTheCostsAsGiven() throws {
    let costs = NumPyArray.Elements.double([5, 1, .infinity, 0, 2, 4])
    let array = NumPyArray(checkedShape: [3, 1, 2], elements: costs)
    let answers = try Answer.solving(
      Assignment(), CostArray(array, file: "f"), AnswerOptions(maximizes: true)
    ) { ["costs": $0.costs()] }
    #expect(answers.map(\.status) == [.optimal, .invalid, .optimal])
    #expect(answers[1].reason?.hasPrefix("f: cell (batch 1, row 0, column 0): expected") == true)
    #expect(answers[1].reason?.hasSuffix("found inf") == true, "\(answers[1].json)")
    for (answer, value, own) in [(answers[0], 5.0, "[5,1]"), (answers[2], 4, "[2,4]")] {
      let report = try JSONDecoder().decode(Assigned.self, from: Data(answer.json.utf8))
      #expect(report.value == value && report.dualityGap == 0)
      #expect(answer.json.contains(#""costs":\#(own)"#), "\(answer.json)")
    }
    #expect(array.elements == costs)
  }

  @Test(arguments: [[2], [1, 1, 1, 2], [1 << 40, 0], [1 << 62, 0, 1 << 62]])
  func refusesOtherShapes(shape: [Int]) {
    let count = shape.contains(0) ? 0 : 2
    #expect {
      try Self.answers(.double(.init(repeating: 1, count: count)), shape: shape)
    } throws: { "\($0)".hasPrefix("f: expected ") && ($0 as? AnswerError)?.status == .invalid }
  }

  @Test func sumsBeyondTheLargestDoubleAreUnsolved() throws {
    let answer = try Answer(optimal: [Words(["value": Double.infinity])], name: "f")
    #expect(answer.status == .unsolved && answer.reason?.contains("largest double") == true)
  }
}

@Suite struct ShortestPathTreeTests {
  /// Distances by relaxing all arcs as often as there are nodes.
  private static func distances(_ graph: DirectedGraph, from source: Int, costs: [Double])
    -> [Double]
  {
    var distances = [Double](repeating: .infinity, count: graph.nodeCount)
    distances[source] = 0
    for _ in 0..<graph.nodeCount {
      for (arc, cost) in costs.enumerated() {
        let reached = distances[Int(graph.tails[arc])] + cost
        distances[Int(graph.heads[arc])] = min(distances[Int(graph.heads[arc])], reached)
      }
    }
    return distances
  }

  @Test(arguments: 0..<200)
  func agreesWithRelaxation(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let nodes = 1 + Int.random(in: 0..<9, using: &random)
    let arcs = (0..<Int.random(in: 0..<30, using: &random)).map { _ in
      (Int.random(in: 0..<nodes, using: &random), Int.random(in: 0..<nodes, using: &random))
    }
    let graph = try DirectedGraph(nodeCount: nodes, arcs: arcs)
    // Lengths over potentials: below 0 for every other seed, but no cycle is.
    let heights = (0..<nodes).map { _ in
      seed % 2 == 0 ? 0 : Double(Int.random(in: 0..<20, using: &random))
    }
    let costs = arcs.map { tail, head in
      let length = Double(Int.random(in: 0..<6, using: &random)) + heights[head] - heights[tail]
      return Int.random(in: 0..<8, using: &random) == 0 ? Double.infinity : length
    }
    let source = Int.random(in: 0..<nodes, using: &random)
    let tree = try ShortestPathTree(graph, from: source, costs: costs)
    #expect(tree.distances == Self.distances(graph, from: source, costs: costs), "seed \(seed)")
    #expect(tree.largestViolation == 0)
    for node in 0..<nodes {
      let isReached = tree.distances[node].isFinite && node != source
      #expect((tree.arcInto[node] >= 0) == isReached, "seed \(seed), node \(node)")
      // The way back ends at the source, and is as long as the distance says.
      var (place, length, steps) = (node, 0.0, 0)
      while tree.arcInto[place] >= 0, steps <= nodes {
        let arc = tree.arcInto[place]
        length += costs[arc]
        place = Int(graph.tails[arc])
        steps += 1
      }
      if isReached { #expect(place == source && length == tree.distances[node], "seed \(seed)") }
    }
  }

  @Test func negativeCyclesWithinReachAreRefused() throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 0), (1, 2)])
    #expect(throws: CombinatorialError.self) {
      try ShortestPathTree(graph, from: 0, costs: [1, -2, 1])
    }
    #expect(
      try ShortestPathTree(graph, from: 2, costs: [1, -2, 1]).distances == [
        .infinity, .infinity, 0,
      ])
  }
}
