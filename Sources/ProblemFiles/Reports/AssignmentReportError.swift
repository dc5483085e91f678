internal import CombinatorialFiles
public import CombinatorialSolvers

/// Why the costs in a file have no solution to report.
public enum AssignmentReportError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(NumPyFileError)
  case shape(file: String, expected: String, found: [Int])
  /// `cell` is [row, column], or [batch, row, column] in a batch.
  case invalidCost(file: String, cell: [Int], value: Double)
  case infeasible(file: String, batch: Int?)
  case overflow(file: String, batch: Int?)
  case problem(file: String, CombinatorialError)

  /// What a solver has to say of the costs in a file.
  init(_ error: CombinatorialError, file: String, isBatch: Bool) {
    let item = error.item ?? 0
    switch error.reason {
    case .invalidCost(let row, let column, let value):
      self = .invalidCost(
        file: file, cell: isBatch ? [item, row, column] : [row, column], value: value)
    case .infeasible: self = .infeasible(file: file, batch: isBatch ? item : nil)
    default: self = .problem(file: file, error)
    }
  }

  /// One line that names the file, the cell and the reason.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .shape(let file, let expected, let found):
      "\(PrintableText.escaped(file)): expected \(expected), "
        + "found \(NumPyArray.name(ofShape: found))"
    case .invalidCost(let file, let cell, let value):
      "\(PrintableText.escaped(file)): cell \(NumPyArray.name(ofCell: cell)): "
        + (value.isFinite
          ? "expected at most 2^1000 in magnitude, so that sums stay below the largest double"
          : "expected a number or +inf for a forbidden pair")
        + ", found \(value)"
    case .infeasible(let file, let batch):
      "\(PrintableText.escaped(file))\(Self.item(batch)): infeasible: the forbidden (+inf) pairs leave no solution"
    case .overflow(let file, let batch):
      "\(PrintableText.escaped(file))\(Self.item(batch)): the solution exceeds the largest double"
    case .problem(let file, let error): "\(PrintableText.escaped(file)): \(error)"
    }
  }

  private static func item(_ batch: Int?) -> String { batch.map { ": batch \($0)" } ?? "" }
}
