internal import CombinatorialSolvers

/// The shortest path in a DIMACS `p sp` file, as one JSON object. Nodes and arcs are numbered from 1, as
/// in the file.
public struct ShortestPathReport: Sendable, Hashable, Encodable {
  /// z*.
  public let value: Double
  /// From the source to the target.
  public let nodes: [Int]
  /// In order, by their number among the arcs of the file.
  public let arcs: [Int]
  /// `[nodes]`, null for nodes out of reach: the proof.
  public let potentials: [Double?]
  /// 0 up to rounding: the proof that no path is shorter.
  public let dualityGap: Double

  /// Reads and solves a problem.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - source: Where the path starts, counted from 1; nil: the file's `n … s`, or node 1.
  ///   - target: Where it ends; nil: the file's `n … t`, or the last node.
  /// - Throws: ``GraphReportError``, which names the file and the reason.
  public init(
    dimacs path: String, from source: Int? = nil, to target: Int? = nil
  ) throws(GraphReportError) {
    let file: DIMACSGraph
    do { file = try DIMACSGraph(path: path, problem: .shortestPath) } catch { throw .file(error) }
    let (first, last) = (
      source.map { $0 &- 1 } ?? file.source ?? 0,
      target.map { $0 &- 1 } ?? file.sink ?? file.nodes - 1
    )
    do throws(CombinatorialError) {
      let solution = try ShortestPath(file.directed(), from: first, to: last).solve(file.weights)
      value = solution.value
      nodes = solution.nodes.map { $0 + 1 }
      arcs = solution.arcs.map { $0 + 1 }
      potentials = solution.potentials.map { $0.isFinite ? $0 : nil }
      dualityGap = solution.dualityGap
    } catch {
      throw GraphReportError(
        error, file: file.file,
        infeasible: "no path leads from node \(first + 1) to node \(last + 1)")
    }
    guard value.isFinite, dualityGap.isFinite else { throw .overflow(file: file.file) }
  }

  /// One line of JSON. Every number reads back as the same double.
  public func json() throws -> String { try JSON.line(self) }
}
