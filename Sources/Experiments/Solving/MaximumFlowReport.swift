import CombinatorialSolvers
import Foundation

/// The maximum flow of a graph from a file, as one JSON object.
///
///     {"value": z*, "flow": [arcs], "sourceSide": [nodes], "cutArcs": [arcs], "dualityGap": gap}
///
/// Arcs and nodes count from 0, in the order of the file.
public struct MaximumFlowReport: Sendable, Hashable, Codable {
  /// z*.
  public let value: Double
  /// `[arcs]`: how much flows through each.
  public let flow: [Double]
  /// The nodes on the source's side of the minimum cut, ascending.
  public let sourceSide: [Int]
  /// The arcs that cross it, ascending: the derivative of the value by their capacities is 1.
  public let cutArcs: [Int]
  /// 0 up to rounding: the proof that no flow is larger.
  public let dualityGap: Double

  /// Reads and solves a graph in the DIMACS format for maximum flow.
  ///
  /// - Parameter path: The file, or `-` for standard input.
  /// - Throws: ``DIMACSError``, ``MaximumFlowReportError``.
  public init(dimacs path: String) throws {
    let graph = try DIMACSGraph(path: path, problem: .maximumFlow)
    guard let source = graph.source, let sink = graph.sink else {
      throw MaximumFlowReportError(
        file: graph.file, reason: "expected a source 'n NODE s' and a sink 'n NODE t'")
    }
    do throws(CombinatorialError) {
      let solution = try MaximumFlow(
        nodes: graph.nodes, arcs: zip(graph.tails, graph.heads).map { ($0, $1) }, source: source,
        sink: sink
      ).solve(graph.weights)
      value = solution.value
      flow = solution.flow
      sourceSide = solution.isOnSourceSide.indices.filter { solution.isOnSourceSide[$0] }
      cutArcs = solution.cutArcs
      dualityGap = solution.dualityGap
    } catch {
      throw MaximumFlowReportError(file: graph.file, reason: "\(error)")
    }
  }

  /// One line of JSON. Every number reads back as the same double.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// Why the graph in a file has no flow to report.
public struct MaximumFlowReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or a name for standard input.
  public let file: String
  /// What is wrong with it.
  public let reason: String

  /// One line that names the file and the reason.
  public var description: String { "\(file): \(reason)" }
}
