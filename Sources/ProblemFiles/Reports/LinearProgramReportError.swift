internal import CombinatorialFiles
public import LinearPrograms

/// Why the model in a file has no solution to report.
public enum LinearProgramReportError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(MPSError)
  case overflow(file: String)
  /// `name` is what the file calls the row or column that is to blame.
  case problem(file: String, LinearProgramError, name: String?)

  init(_ error: LinearProgramError, file: String, model: LinearModel) {
    let name: String? =
      switch error {
      case .invalidRowBounds(_, let row, _, _): model.rowNames[row]
      case .invalidCost(_, let column, _), .invalidVariableBounds(_, let column, _, _):
        model.columnNames[column]
      case .invalidCoefficient(_, let row, let column, _):
        "\(model.columnNames[column]) in row \(model.rowNames[row])"
      default: nil
      }
    self = .problem(file: file, error, name: name.map { PrintableText.excerpt($0) })
  }

  /// One line that names the file and the reason.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .overflow(let file):
      "\(PrintableText.escaped(file)): the solution exceeds the largest double"
    case .problem(let file, let error, let name):
      "\(PrintableText.escaped(file)): \(Self.account(of: error, name: name))"
    }
  }

  private static func account(of error: LinearProgramError, name: String?) -> String {
    switch error {
    case .infeasible: return "infeasible: no point satisfies the constraints"
    case .unbounded: return "unbounded: the objective improves without limit"
    case .iterationLimit(_, let iterations): return "not solved after \(iterations) iterations"
    case .numericalFailure(_, let reason): return "not solved: \(reason)"
    default: break
    }
    guard let name else { return "\(error)" }
    switch error {
    case .invalidRowBounds(_, _, let lower, let upper) where lower > upper:
      return "infeasible: row \(name) is to be at least \(lower) and at most \(upper)"
    case .invalidVariableBounds(_, _, let lower, let upper) where lower > upper:
      return "infeasible: column \(name) is to be at least \(lower) and at most \(upper)"
    case .invalidCost(_, _, let value):
      return "the cost of column \(name) is \(value); expected a number below 1e24 in magnitude"
    case .invalidCoefficient(_, _, _, let value):
      return "the coefficient of column \(name) is \(value); expected a finite number"
    default: return "\(name): \(error)"
    }
  }
}
