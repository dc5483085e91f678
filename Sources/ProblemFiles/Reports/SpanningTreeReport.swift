internal import CombinatorialSolvers

/// The minimum spanning tree of a DIMACS `p edge` file, as one JSON object. Edges are numbered from 1, as
/// in the file.
public struct SpanningTreeReport: Sendable, Hashable, Encodable {
  /// z*.
  public let value: Double
  /// In ascending order of weight, by their number among the edges of the file.
  public let edges: [Int]
  /// 0: no edge outside is cheaper than one of the cycle that it closes: the proof.
  public let largestViolation: Double
  /// Whether this is the only minimum spanning tree.
  public let isUnique: Bool

  /// Reads and solves a problem.
  ///
  /// - Parameter path: The file, or `-` for standard input.
  /// - Throws: ``GraphReportError``, which names the file and the reason.
  public init(dimacs path: String) throws(GraphReportError) {
    let file: DIMACSGraph
    do { file = try DIMACSGraph(path: path, problem: .edges) } catch { throw .file(error) }
    do throws(CombinatorialError) {
      let edges = zip(file.tails, file.heads).map { ($0, $1) }
      let tree = SpanningTree(try UndirectedGraph(nodeCount: file.nodes, edges: edges))
      let solution = try tree.solve(file.weights)
      value = solution.value
      self.edges = solution.edges.map { $0 + 1 }
      largestViolation = solution.largestViolation
      isUnique = solution.isUnique
    } catch {
      throw GraphReportError(
        error, file: file.file, infeasible: "the edges do not connect all nodes")
    }
    guard value.isFinite, largestViolation.isFinite else { throw .overflow(file: file.file) }
  }

  /// One line of JSON. Every number reads back as the same double.
  public func json() throws -> String { try JSON.line(self) }
}
