internal import CombinatorialFiles
public import CombinatorialSolvers

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
    switch error.reason {
    case .infeasible: self = .infeasible(file: file, reason: infeasible)
    case .negativeCycle(_, let nodes):
      self = .negativeCycle(file: file, nodes: nodes.map { $0 + 1 })
    default: self = .problem(file: file, error)
    }
  }

  /// One line that names the file and the reason.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .missingEnds(let file):
      "\(PrintableText.escaped(file)): expected a source 'n NODE s' and a sink 'n NODE t'"
    case .infeasible(let file, let reason): "\(PrintableText.escaped(file)): infeasible: \(reason)"
    case .negativeCycle(let file, let nodes):
      "\(PrintableText.escaped(file)): a cycle of negative length leads through the nodes "
        + nodes.prefix(20).map { "\($0)" }.joined(separator: " ")
        + (nodes.count > 20 ? " and \(nodes.count - 20) more" : "")
    case .overflow(let file):
      "\(PrintableText.escaped(file)): the solution exceeds the largest double"
    case .problem(let file, let error): "\(PrintableText.escaped(file)): \(error)"
    }
  }
}
