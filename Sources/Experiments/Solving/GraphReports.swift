import CombinatorialFiles
import CombinatorialSolvers
import Foundation

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
      let arcs = zip(file.tails, file.heads).map { (tail: $0, head: $1) }
      let problem = ShortestPath(
        try DirectedGraph(nodeCount: file.nodes, arcs: arcs), from: first, to: last)
      let solution = try problem.solve(file.weights)
      value = solution.value
      nodes = solution.nodes.map { $0 + 1 }
      self.arcs = solution.arcs.map { $0 + 1 }
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

/// Why the graph in a file has no solution to report.
public enum GraphReportError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(DIMACSError)
  /// A flow comes from somewhere and goes somewhere.
  case missingEnds(file: String)
  case infeasible(file: String, reason: String)
  /// Nodes are numbered as in the file.
  case negativeCycle(file: String, nodes: [Int])
  case overflow(file: String)
  case problem(file: String, CombinatorialError)

  init(_ error: CombinatorialError, file: String, infeasible: String) {
    switch error {
    case .infeasible: self = .infeasible(file: file, reason: infeasible)
    case .negativeCycle(_, _, let nodes):
      self = .negativeCycle(file: file, nodes: nodes.map { $0 + 1 })
    default: self = .problem(file: file, error)
    }
  }

  /// One line that names the file and the reason.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .missingEnds(let file):
      "\(PrintableText.escaped(file)): expected a source 'n NODE s' and a sink 'n NODE t'"
    case .infeasible(let file, let reason):
      "\(PrintableText.escaped(file)): infeasible: \(reason)"
    case .negativeCycle(let file, let nodes):
      "\(PrintableText.escaped(file)): a cycle of negative length leads through the nodes "
        + nodes.prefix(20).map { "\($0)" }.joined(separator: " ")
        + (nodes.count > 20 ? " and \(nodes.count - 20) more" : "")
    case .overflow(let file):
      "\(PrintableText.escaped(file)): the solution exceeds the largest double"
    case .problem(let file, let error):
      "\(PrintableText.escaped(file)): \(error)"
    }
  }
}
