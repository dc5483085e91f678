import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

struct ChainFormulationTests {
  /// A chain is a path through its positions: each node a label, each arc a step and the label behind it.
  @Test func theFlowHasTheValueOfTheChain() throws {
    var random = SeededRandom(seed: 53)
    for trial in 0..<30 {
      let labels = Int.random(in: 1...4, using: &random)
      let positions = Int.random(in: 1...4, using: &random)
      let unary = (0..<positions * labels).map { _ in Double.random(in: -3...3, using: &random) }
      let steps = (0..<labels * labels).map { _ in Double.random(in: -3...3, using: &random) }
      let end = positions * labels
      var arcs = (0..<labels).map { (tail: end + 1, head: $0, cost: unary[$0]) }
      for step in 0..<(positions - 1) * labels * labels {
        let (from, label) = (step / labels, step % labels)
        let head = (from / labels + 1) * labels + label
        arcs.append((from, head, steps[from % labels * labels + label] + unary[head]))
      }
      arcs += (end - labels..<end).map { (tail: $0, head: end, cost: 0) }
      let graph = try DirectedGraph(nodeCount: end + 2, arcs: arcs.map { ($0.tail, $0.head) })
      let model = try ShortestPath(graph, from: end + 1, to: end).linearModel(arcs.map(\.cost))
      let solution = try LinearProgram().solve(model)
      let chain = try ChainLabeling().solve(unary: unary, steps: steps, labels: labels)
      #expect(isClose(solution.value, chain.value), "trial \(trial)")
    }
  }
}
