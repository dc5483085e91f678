/// A shortest-path problem with the value that NetworkX found: in a digraph, or over a grid.
public struct ShortestPathCase: Decodable, Sendable {
  /// Number of nodes; nil for a grid.
  public let nodes: Int?
  let arcs: [[Int]]?
  let weights: [Double]?
  let source, target: Int?
  let grid: [[Double]]?
  /// The length of the path; nil if there is none.
  public let value: Double?

  /// The arcs with their costs, and the ends of the path; nil for a grid.
  public var digraph: (arcs: [(tail: Int, head: Int)], costs: [Double], source: Int, target: Int)? {
    guard let arcs, let weights, let source, let target else { return nil }
    return (arcs.map { ($0[0], $0[1]) }, weights, source, target)
  }

  /// Rows, and costs row by row; nil for a digraph.
  public var cells: (rows: Int, costs: [Double])? { grid.map { ($0.count, $0.flatMap { $0 }) } }

  /// Every case of the fixture.
  public static func all() throws -> [ShortestPathCase] {
    try Fixture<ShortestPathCase>("shortest_path").cases
  }
}

/// A spanning-tree problem with the value that NetworkX found.
public struct SpanningTreeCase: Decodable, Sendable {
  /// Number of nodes.
  public let nodes: Int
  let edges: [[Int]]
  /// `[edges]`.
  public let weights: [Double]
  /// The cost of the tree.
  public let value: Double

  /// The ends of each edge.
  public var ends: [(Int, Int)] { edges.map { ($0[0], $0[1]) } }

  /// Every case of the fixture.
  public static func all() throws -> [SpanningTreeCase] {
    try Fixture<SpanningTreeCase>("spanning_tree").cases
  }
}
