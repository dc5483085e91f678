import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

struct FarApartTreeTests {
  typealias Arc = (tail: Int, head: Int)

  /// Every choice of an arc into each node but the root, node 0, that reaches all nodes.
  private static func arborescences(_ arcs: [Arc], _ costs: [Double], nodes: Int) -> [[Double]] {
    var found: [[Double]] = []
    func reachesRoot(_ into: [Int]) -> Bool {
      (1..<nodes).allSatisfy { start in
        var (node, steps) = (start, 0)
        while node != 0, steps <= nodes {
          node = arcs[into[node]].tail
          steps += 1
        }
        return node == 0
      }
    }
    func choose(_ node: Int, _ into: [Int]) {
      if node == nodes {
        if reachesRoot(into) { found.append(into.dropFirst().map { costs[$0] }) }
        return
      }
      for arc in arcs.indices where arcs[arc].head == node && costs[arc] < .infinity {
        choose(node + 1, into + [arc])
      }
    }
    choose(1, [-1])
    return found
  }

  @Test(arguments: 0..<60)
  func arborescencesAreExact(seed: Int) throws {
    var numbers = FarApartNumbers(seed: UInt64(seed))
    let nodes = 2 + numbers.below(3)
    let arcs = (0..<9).map { _ -> Arc in (numbers.below(nodes), numbers.below(nodes)) }
    let costs = arcs.map { _ in numbers.cost(isSigned: true) }
    let all = Self.arborescences(arcs, costs, nodes: nodes)
    let least = all.min { ExactSum($0) < ExactSum($1) }
    let problem = SpanningArborescence(try DirectedGraph(nodeCount: nodes, arcs: arcs), root: 0)
    do throws(CombinatorialError) {
      let solution = try problem.solve(costs)
      guard let least else {
        Issue.record("there is no solution")
        return
      }
      let more = excess(of: solution.arcs.map { costs[$0] }, over: least)
      #expect(more <= allowedExcess(least) && more <= solution.dualityGap)
      #expect(solution.dualityGap <= allowedExcess(least))
    } catch {
      #expect(error == CombinatorialError(.infeasible, item: 0) && least == nil)
    }
  }

  /// The dual of the cycle, 3.4e308, is beyond the largest double; the value is not.
  @Test func arborescencesOfLargeCosts() throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (2, 1)])
    let solution = try SpanningArborescence(graph, root: 0)
      .solve([1.7e308, -1.7e308, -1.7e308] as [Double])
    #expect(solution.value == 0 && solution.arcs == [0, 1] && solution.dualityGap == 0)
    let path = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2)])
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try SpanningArborescence(path, root: 0).solve([1.7e308, 1.7e308] as [Double])
    }
  }

  /// A node whose cheap arc is contracted away: 1e300 hides which of the arcs into it costs less.
  @Test func smallPartsDecide() throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(0, 2), (0, 2), (1, 2), (2, 1)])
    let solution = try SpanningArborescence(graph, root: 0).solve([5, 4, -1e300, 3] as [Double])
    #expect(solution.arcs == [1, 3] && solution.value == 7 && solution.dualityGap == 0)
  }

  @Test(arguments: 0..<30)
  func treesAndBasesAreExact(seed: Int) throws {
    var numbers = FarApartNumbers(seed: UInt64(seed))
    let nodes = 3 + numbers.below(3)
    let edges = (0..<9).map { _ in (numbers.below(nodes), numbers.below(nodes)) }
    let costs = edges.map { _ in numbers.cost(isSigned: true) }
    let graph = try UndirectedGraph(nodeCount: nodes, edges: edges)
    do throws(CombinatorialError) {
      let tree = try SpanningTree(graph).solve(costs)
      #expect(tree.isSpanningTree && tree.largestViolation == 0)
      let basis = try MatroidBasis(GraphicMatroid(graph)).solve(costs)
      #expect(basis.elements == tree.edges && basis.largestViolation == 0)
      let sum = ExactSum(tree.edges.map { costs[$0] }).value
      #expect(abs(basis.value - sum) <= Double(nodes) * Double.ulpOfOne * abs(sum))
    } catch {
      #expect(error == CombinatorialError(.infeasible, item: 0))
    }
  }

  @Test func valuesBeyondTheLargestDoubleAreNamed() throws {
    let graph = try UndirectedGraph(nodeCount: 4, edges: [(0, 1), (1, 2), (2, 3)])
    let large = [1.7e308, 1.7e308, 1] as [Double]
    let back = [-1.7e308, -1.7e308, 1.7e308] as [Double]
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try SpanningTree(graph).solve(large)
    }
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try MatroidBasis(GraphicMatroid(graph)).solve(large)
    }
    #expect(try SpanningTree(graph).solve(back).value == -1.7e308)
    #expect(try MatroidBasis(GraphicMatroid(graph)).solve(back).value == -1.7e308)
  }
}
