internal import CombinatorialFiles
package import LinearPrograms

extension Answer {
  /// Reads and solves a model in the MPS format.
  ///
  /// The words are `value`, `primal` and `reducedCosts` with `columnNames`, `dual` with `rowNames`, in the orders
  /// of the file, `dualityGap`, and `relaxed`: how many integer columns were solved for as real numbers. `dual`
  /// and `reducedCosts` have the signs of `LinearProgramSolution`: derivatives of the value by the active bounds.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - maximizes: Whether to look for the maximum, whatever the file says.
  ///   - includesGradient: Whether to report the derivatives of the value by the costs, which are `primal`.
  package static func solvingProgram(
    mps path: String, _ options: AnswerOptions,
    solver: LinearProgram = LinearProgram(method: .presolved)
  ) throws -> Answer {
    let file = FileBytes.name(of: path)
    var model = try LinearModel(mps: path)
    if options.maximizes { model.sense = .maximize }
    let solution: LinearProgramSolution
    do throws(LinearProgramError) {
      solution = try solver.solve(model)
    } catch {
      let reason = LinearProgramRefusal.describe(error, of: model)
      return try Answer(status(of: error), reason: "\(PrintableText.escaped(file)): \(reason)")
    }
    var words: Words = [
      "value": solution.value, "primal": solution.primal, "dual": solution.dual,
      "reducedCosts": solution.reducedCosts, "dualityGap": solution.dualityGap,
      "columnNames": model.columnNames, "rowNames": model.rowNames,
      "relaxed": model.relaxedColumns.count,
    ]
    if options.includesGradient { words = words + ["gradient": solution.primal] }
    return try Answer(optimal: [words], name: PrintableText.escaped(file))
  }

  private static func status(of error: LinearProgramError) -> Status {
    switch error {
    case .infeasible: .infeasible
    case .invalidRowBounds(_, _, let lower, let upper) where lower > upper: .infeasible
    case .invalidVariableBounds(_, _, let lower, let upper) where lower > upper: .infeasible
    case .unbounded: .unbounded
    case .iterationLimit, .numericalFailure: .unsolved
    default: .invalid
    }
  }
}
