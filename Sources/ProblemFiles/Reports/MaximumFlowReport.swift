internal import CombinatorialSolvers

/// The maximum flow of a DIMACS `p max` file, as one JSON object. Nodes and arcs are numbered from 1, as
/// in the file.
public struct MaximumFlowReport: Sendable, Hashable, Codable {
  /// z*.
  public let value: Double
  /// `[arcs]`: how much flows through each.
  public let flow: [Double]
  /// The nodes on the source's side of the minimum cut, ascending.
  public let sourceSide: [Int]
  /// The arcs that cross it, ascending: the derivative of the value by their capacities is 1.
  public let cutArcs: [Int]
  /// 0 up to rounding: the proof that no flow is larger. It includes all by which the flow breaks its rules.
  public let dualityGap: Double
  /// By how much the flow breaks its rules at most: below 0, above a capacity, or lost in a node.
  public let infeasibility: Double

  /// Reads and solves a problem.
  ///
  /// - Parameter path: The file, or `-` for standard input.
  /// - Throws: ``GraphReportError``, which names the file and the reason.
  public init(dimacs path: String) throws(GraphReportError) {
    let graph: DIMACSGraph
    do { graph = try DIMACSGraph(path: path, problem: .maximumFlow) } catch { throw .file(error) }
    guard let source = graph.source, let sink = graph.sink else {
      throw .missingEnds(file: graph.file)
    }
    do throws(CombinatorialError) {
      let solution = try MaximumFlow(graph.directed(), from: source, to: sink)
        .solve(graph.weights)
      value = solution.value
      flow = solution.flow
      sourceSide = (1...graph.nodes).filter { solution.isOnSourceSide[$0 - 1] }
      cutArcs = solution.cutArcs.map { $0 + 1 }
      dualityGap = solution.dualityGap
      infeasibility = solution.infeasibility
    } catch {
      throw .problem(file: graph.file, error)
    }
    guard ([value, dualityGap] + flow).allSatisfy(\.isFinite) else {
      throw .overflow(file: graph.file)
    }
  }

  /// One line of JSON. Every number reads back as the same double.
  public func json() throws -> String { try JSON.line(self) }
}
