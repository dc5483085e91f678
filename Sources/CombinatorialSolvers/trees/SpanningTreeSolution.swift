/// A minimum spanning tree, and its check edge by edge.
public struct SpanningTreeSolution: ExchangeSolution {
  /// z*: the sum of the costs of the tree's edges.
  public let value: Double
  /// `[nodes - 1]`: the edges of the tree in ascending order of cost, then of number. This is the primal
  /// solution u*, hence dz*/dcosts: 1 at these, 0 elsewhere.
  public let edges: [Int]

  let graph: UndirectedGraph
  let costs: CostMatrix

  private enum CodingKeys: CodingKey { case value, edges }

  /// dz*/dcosts, `[edges]`: 1 at the edges of the tree, 0 elsewhere.
  public var gradient: [Double] { indicator(of: edges, count: graph.edgeCount) }

  /// Whether the edges form a spanning tree: one less than nodes, and no cycle.
  public var isSpanningTree: Bool { mergedTree.isTree }

  /// `[edges]`: what each edge that is not in the tree costs more than the dearest edge of the cycle that
  /// it closes; +infinity for edges of the tree and for loops. None is negative: the tree is optimal.
  ///
  /// Complexity: O(edges log nodes), at each call.
  public var slacks: [Double] {
    let tree = mergedTree
    var slacks = (0..<graph.edgeCount).map { edge in
      let (a, b) = graph.nodes(of: edge)
      return a == b ? .infinity : costs[edge] - tree.dearest(between: a, and: b)
    }
    for edge in edges { slacks[edge] = .infinity }
    return slacks
  }

  /// Whether the edges form a spanning tree, and their costs were kept.
  public var isFeasible: Bool { costs.isKept && isSpanningTree }

  private var mergedTree: MergedTree { MergedTree(graph: graph, costs: costs, edges: edges) }
}

/// The tree's components as they grow together by its edges in ascending order of cost, each merge a link
/// from the root of the smaller to that of the larger one: paths of links are short, and the dearest link
/// on the way between two nodes is the edge that joined their components, the dearest of their path.
private struct MergedTree {
  private var links: [Int]
  private var costs: [Double]
  private(set) var isTree: Bool

  init(graph: UndirectedGraph, costs edgeCosts: CostMatrix, edges: [Int]) {
    links = Array(0..<graph.nodeCount)
    costs = .init(repeating: .infinity, count: graph.nodeCount)
    isTree = edges.count == max(0, graph.nodeCount - 1)
    var sizes = [Int](repeating: 1, count: graph.nodeCount)
    for edge in edges.sorted(by: { edgeCosts[$0] < edgeCosts[$1] }) {
      let (a, b) = graph.nodes(of: edge)
      var (small, large) = (root(a), root(b))
      if sizes[small] > sizes[large] { swap(&small, &large) }
      guard small != large else {
        isTree = false
        continue
      }
      links[small] = large
      costs[small] = edgeCosts[edge]
      sizes[large] += sizes[small]
    }
  }

  private func root(_ node: Int) -> Int {
    var node = node
    while links[node] != node { node = links[node] }
    return node
  }

  /// The cost of the dearest edge on the way between two nodes: links get dearer towards the root, so
  /// the node behind the cheaper link is the one to leave.
  func dearest(between a: Int, and b: Int) -> Double {
    var (a, b) = (a, b)
    var dearest = -Double.infinity
    while a != b {
      if costs[a] > costs[b] { swap(&a, &b) }
      guard links[a] != a else { return .infinity }
      dearest = costs[a]
      a = links[a]
    }
    return dearest
  }
}
