import CombinatorialSolvers
import Foundation
import Testing

/// The example in each problem's documentation is compiled here, and has the answer that stands beside it.
struct ExampleTests {
  @Test func examplesHaveTheAnswersThatAreStated() throws {
    #expect(try Assignment().solve([4, 1, 2, 0], rows: 2, columns: 2).columnOfRow == [1, 0])
    let bins = SemiAssignment(capacities: [1, 2])
    #expect(try bins.solve([1, 5, 2, 9, 3, 4], rows: 3, columns: 2).columnOfRow == [1, 0, 1])
    let pairs = try SparseAssignment(
      rows: 2, columns: 2, rowOffsets: [0, 2, 3], columnIndices: [0, 1, 0])
    #expect(try pairs.solve([4, 1, 2]).columnOfRow == [1, 0])
    #expect(
      try BottleneckAssignment().solve([4, 9, 3, 7], rows: 2, columns: 2).columnOfRow == [0, 1])
    #expect(
      try RankedAssignment(count: 2).solve([1, 2, 2, 4], rows: 2, columns: 2).values == [4, 5])
    #expect(
      try Alignment(gapFactor: 1.5).solve([0, 9, 1, 9, 9, 0], rows: 3, columns: 2).value == 1)
    let soft = SoftAlignment(temperature: 0.5)
    #expect(try soft.solve([1, 3, 3, 1], rows: 2, columns: 2).value.rounded() == 2)
    #expect(
      try LetterAlignment().solve([2, 0, 3, 3], [2, 3, 3], costs: LetterCosts<Float>(letters: 4))
        .value
        == 1)
    #expect(try Alphabet("ACGT").numbers(of: "GATTACA") == [2, 0, 3, 3, 0, 1, 0])
    let chain = ChainLabeling()
    #expect(
      try chain.solve(unary: [0, 2, 1, 0], steps: [0, 3, 3, 0], labels: 2).labels == [0, 0])
    let road = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)])
    #expect(try ShortestPath(road, from: 0, to: 2).solve([2, 3, 7]).nodes == [0, 1, 2])
    #expect(
      try GridShortestPath(neighbors: .four).solve([1, 9, 1, 1], rows: 2, columns: 2).value == 3)
    let streets = try UndirectedGraph(nodeCount: 3, edges: [(0, 1), (1, 2), (0, 2)])
    #expect(try SpanningTree(streets).solve([2, 3, 7]).edges == [0, 1])
    #expect(try SpanningArborescence(road, root: 0).solve([2, 3, 7]).arcs == [0, 1])
    let two = UniformMatroid(elementCount: 4, rank: 2)
    #expect(try MatroidBasis(two).solve([3, 1, 2, 5]).elements == [1, 2])
    #expect(try MaximumFlow(road, from: 0, to: 2).solve([2, 3, 7]).flow == [2, 2, 7])
    let capacities: [Double] = [5, 0, 0, 5, 1, 0, 0, 0, 0, 0, 0, 0]
    #expect(try GridCut().solve(capacities, rows: 1, columns: 2).isOnSourceSide == [true, false])
    #expect(try MinimumCostFlow(road, supplies: [1, 0, -1]).solve([2, 3, 7]).flows == [1, 1, 0])
    #expect(try Transport().solve([1, 3, 2, 1], supply: [2, 1], demand: [1, 2]).value == 5)
    #expect(
      try TransportOnLine().solve(
        sources: [0, 3], targets: [1, 5], supply: [1, 1], demand: [1, 1]
      ).value == 3)
    #expect(
      try TransportInSpace().solve(
        sources: [0, 0, 3, 4], targets: [3, 4, 0, 1], dimensions: 2, supply: [1, 1], demand: [1, 1]
      ).value == 1)
    let smooth = Sinkhorn(temperature: 0.05)
    #expect(
      try smooth.solve([0, 1, 1, 0], supply: [1, 1], demand: [1, 1]).transportCost.rounded() == 0)
    #expect(
      try Knapsack(weights: [3, 4, 5], capacity: 8).maximum.solve([4, 5, 6]).items == [0, 2])
  }

  @Test func everyProblemHasAnExampleThatStandsHere() throws {
    let root = #filePath.components(separatedBy: "Tests/CombinatorialSolversTests/")[0]
    let here = Self.unspaced(try String(contentsOfFile: #filePath, encoding: .utf8))
    let article = try String(
      contentsOfFile: root + "Sources/CombinatorialSolvers/CombinatorialSolvers.docc/Problems.md",
      encoding: .utf8)
    let names = article.matches(of: /\| ``(\w+)`` \|/).map { String($0.output.1) }
    #expect(names.count == 22)
    for name in names {
      let family = try #require(
        Self.families.first {
          FileManager.default.fileExists(
            atPath: "\(root)Sources/CombinatorialSolvers/\($0)/\(name).swift")
        })
      let source = try String(
        contentsOfFile: "\(root)Sources/CombinatorialSolvers/\(family)/\(name).swift",
        encoding: .utf8)
      let code = source.split(separator: "\n").filter { $0.hasPrefix("///     ") }
        .map { $0.dropFirst(8) }.joined(separator: "\n")
      let example = try #require(
        code.firstMatch(of: /^try ([^\/]*?)  \/\/ (.*)$/.anchorsMatchLineEndings()), "\(name)")
      let stated = Self.unspaced("#expect(try \(example.output.1) == \(example.output.2))")
      #expect(here.contains(stated), "\(name)")
    }
  }

  private static let families = [
    "matching", "alignment", "chains", "paths", "trees", "flows", "transport",
  ]

  private static func unspaced(_ text: String) -> String {
    String(text.filter { !$0.isWhitespace })
  }
}
