internal import CombinatorialFiles
internal import LinearPrograms

/// What a solver refuses, by the names of rows and columns in the file.
enum LinearProgramRefusal {
  static func describe(_ error: LinearProgramError, of model: LinearModel) -> String {
    let name: String? =
      switch error {
      case .invalidRowBounds(_, let row, _, _): model.rowNames[row]
      case .invalidCost(_, let column, _), .invalidVariableBounds(_, let column, _, _):
        model.columnNames[column]
      case .invalidCoefficient(_, let row, let column, _):
        "\(model.columnNames[column]) in row \(model.rowNames[row])"
      default: nil
      }
    return account(of: error, name: name.map { PrintableText.excerpt($0) })
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
