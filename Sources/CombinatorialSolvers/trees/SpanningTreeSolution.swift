internal import CombinatorialKernels

/// A minimum spanning tree, and its check edge by edge.
public struct SpanningTreeSolution: Sendable {
  /// z*: the sum of the costs of the tree's edges.
  public let value: Double
  /// `[nodes - 1]`: the edges of the tree in ascending order of cost, then of number. This is the primal
  /// solution u*, hence dz*/dcosts: 1 at these, 0 elsewhere.
  public let edges: [Int]

  private let graph: UndirectedGraph
  private let costs: [Double]

  init(graph: UndirectedGraph, costs: [Double], output: SpanningTreeOutput) {
    self.graph = graph
    self.costs = costs
    value = output.value
    edges = output.edges.map(Int.init)
  }

  /// Whether the edges form a spanning tree: one less than nodes, and no cycle.
  public var isSpanningTree: Bool {
    MergedTree(graph: graph, costs: costs, edges: edges).isTree
  }

  /// `[edges]`: what each edge that is not in the tree costs more than the dearest edge of the cycle that
  /// it closes; +infinity for edges of the tree and for loops. None is negative: the tree is optimal.
  ///
  /// Complexity: O(edges log nodes), at each call.
  public var slacks: [Double] {
    let tree = MergedTree(graph: graph, costs: costs, edges: edges)
    var slacks = costs.indices.map { edge in
      let (a, b) = graph.nodes(of: edge)
      return a == b ? .infinity : costs[edge] - tree.dearest(between: a, and: b)
    }
    for edge in edges { slacks[edge] = .infinity }
    return slacks
  }

  /// The most by which an edge outside of the tree is cheaper than an edge of the cycle that it closes,
  /// that is, by which an edge of the tree is dearer than another of the cut that its removal opens.
  /// 0: the tree is optimal. Exact: costs are compared, not added.
  ///
  /// Complexity: O(edges log nodes), at each call.
  public var largestViolation: Double { slacks.reduce(0) { max($0, 0 - $1) } }

  /// Whether this is the only minimum spanning tree: every other edge is dearer than all of its cycle.
  ///
  /// Complexity: O(edges log nodes), at each call.
  public var isUnique: Bool { slacks.allSatisfy { $0 > 0 } }
}

/// The tree's components as they grow together by its edges in ascending order of cost, each merge a link
/// from the root of the smaller to that of the larger one: paths of links are short, and the dearest link
/// on the way between two nodes is the edge that joined their components, the dearest of their path.
private struct MergedTree {
  private var links: [Int]
  private var costs: [Double]
  private(set) var isTree: Bool

  init(graph: UndirectedGraph, costs edgeCosts: [Double], edges: [Int]) {
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
