/// Sets of at most so many elements are independent: bases are the choices of `rank` elements.
public struct UniformMatroid: Matroid, Hashable {
  /// How many elements there are.
  public let elementCount: Int
  /// The size of a basis.
  public let rank: Int

  /// A matroid whose bases have `min(rank, elementCount)` elements.
  public init(elementCount: Int, rank: Int) {
    (self.elementCount, self.rank) = (elementCount, rank)
  }

  /// Whether there are not too many.
  public func isIndependent(_ elements: [Int]) -> Bool { elements.count <= rank }
}

/// Sets with at most so many elements of each part are independent.
public struct PartitionMatroid: Matroid, Hashable {
  /// `[elements]`: the part that each belongs to.
  public let parts: [Int]
  /// The most elements of each part.
  public let limits: [Int]

  /// A matroid of elements in parts `0 ..< limits.count`.
  ///
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``: a part without a limit.
  public init(parts: [Int], limits: [Int]) throws(CombinatorialError) {
    if let part = parts.first(where: { !limits.indices.contains($0) }) {
      throw .shapeMismatch(expected: "parts 0 ..< \(limits.count)", found: "\(part)")
    }
    (self.parts, self.limits) = (parts, limits)
  }

  /// How many elements there are.
  public var elementCount: Int { parts.count }

  /// Whether no part has too many.
  public func isIndependent(_ elements: [Int]) -> Bool {
    var left = limits
    for element in elements { left[parts[element]] -= 1 }
    return left.allSatisfy { $0 >= 0 }
  }
}

/// Edges without a cycle are independent: bases are the spanning forests. For trees ``SpanningTree`` is
/// faster.
public struct GraphicMatroid: Matroid, Hashable {
  /// The graph whose edges are the elements.
  public let graph: UndirectedGraph

  /// The matroid of a graph.
  public init(_ graph: UndirectedGraph) { self.graph = graph }

  /// How many edges there are.
  public var elementCount: Int { graph.edgeCount }

  /// Whether the edges close no cycle.
  public func isIndependent(_ elements: [Int]) -> Bool {
    var parts = DisjointSets(count: graph.nodeCount)
    return elements.allSatisfy { element in
      let (a, b) = graph.nodes(of: element)
      return parts.join(a, b)
    }
  }
}
