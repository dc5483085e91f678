/// A directed graph. Nodes are numbers from 0 on, arcs count in the order in which they are given; there
/// may be several between the same nodes.
public struct DirectedGraph: Sendable, Hashable {
  /// How many nodes there are.
  public let nodeCount: Int
  /// `[arcs]`: where each arc starts.
  public let tails: [Int32]
  /// `[arcs]`: where each arc ends.
  public let heads: [Int32]

  package let slots: ArcSlots

  /// A graph of the given arcs.
  ///
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``: a node outside `0 ..< nodeCount`;
  ///   ``CombinatorialError/sizeOverflow(_:)``: more than 2^31 - 1 nodes or arcs.
  public init(nodeCount: Int, arcs: [(tail: Int, head: Int)]) throws(CombinatorialError) {
    try checkGraph(nodeCount: nodeCount, edgeCount: arcs.count, kind: "arc") { arc in
      [arcs[arc].tail, arcs[arc].head]
    }
    self.nodeCount = nodeCount
    tails = arcs.map { Int32($0.tail) }
    heads = arcs.map { Int32($0.head) }
    slots = ArcSlots(nodeCount: nodeCount, tails: tails, heads: heads)
  }

  /// How many arcs there are.
  public var arcCount: Int { tails.count }

  /// `[arcs, 2]`: the tail and the head of each arc.
  var ends: [Int32] { zip(tails, heads).flatMap { [$0, $1] } }

  /// Checks that there is a cost for each arc, and that the nodes of a problem are nodes.
  func check(
    _ shape: BatchShape, costCount: Int, nodes: KeyValuePairs<String, Int>
  ) throws(CombinatorialError) {
    try shape.validate(costCount: costCount, ofList: arcCount, kind: "arc")
    for (name, node) in nodes where !(0..<nodeCount).contains(node) {
      throw .shapeMismatch(expected: "a \(name) among nodes 0 ..< \(nodeCount)", found: "\(node)")
    }
  }
}

/// Checks the sizes of a graph and the nodes of its edges.
func checkGraph(
  nodeCount: Int, edgeCount: Int, kind: String, nodes: (Int) -> [Int]
) throws(CombinatorialError) {
  guard nodeCount >= 0 else {
    throw .shapeMismatch(expected: "at least 0 nodes", found: "\(nodeCount)")
  }
  guard nodeCount < Int32.max, edgeCount <= Int32.max else {
    throw .sizeOverflow("a graph of \(nodeCount) nodes and \(edgeCount) \(kind)s")
  }
  for edge in 0..<edgeCount {
    for node in nodes(edge) where !(0..<nodeCount).contains(node) {
      throw .shapeMismatch(
        expected: "nodes 0 ..< \(nodeCount)", found: "node \(node) in \(kind) \(edge)")
    }
  }
}
