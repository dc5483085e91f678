/// An undirected graph. Nodes are numbers from 0 on, edges count in the order in which they are given;
/// there may be several between the same nodes, and loops.
public struct UndirectedGraph: Sendable, Hashable {
  /// How many nodes there are.
  public let nodeCount: Int
  /// `[edges, 2]`: the two nodes of each edge, one after the other.
  public let ends: [Int32]

  /// A graph of the given edges.
  ///
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``: a node outside `0 ..< nodeCount`;
  ///   ``CombinatorialError/sizeOverflow(_:)``: more than 2^31 - 1 nodes or edges.
  public init(nodeCount: Int, edges: [(Int, Int)]) throws(CombinatorialError) {
    try checkGraph(nodeCount: nodeCount, edgeCount: edges.count, kind: "edge") { edge in
      [edges[edge].0, edges[edge].1]
    }
    self.nodeCount = nodeCount
    ends = edges.flatMap { [Int32($0.0), Int32($0.1)] }
  }

  /// How many edges there are.
  public var edgeCount: Int { ends.count / 2 }

  /// The two nodes of an edge.
  public func nodes(of edge: Int) -> (Int, Int) { (Int(ends[2 * edge]), Int(ends[2 * edge + 1])) }

  /// A grid of nodes in row-major order, each joined with those right of and below it: all edges to the
  /// right in the order of their left ends, then all edges down.
  public static func grid(rows: Int, columns: Int) throws(CombinatorialError) -> UndirectedGraph {
    let right = (0..<max(0, rows)).flatMap { row in
      (0..<max(0, columns - 1)).map { (row * columns + $0, row * columns + $0 + 1) }
    }
    let down = (0..<max(0, rows - 1) * max(0, columns)).map { ($0, $0 + columns) }
    return try UndirectedGraph(nodeCount: max(0, rows) * max(0, columns), edges: right + down)
  }
}
