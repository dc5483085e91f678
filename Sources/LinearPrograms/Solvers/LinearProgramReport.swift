/// What a command line says of a solved model, ready for JSON.
///
///     {"status": "optimal", "value": z*, "primal": [u*], "dual": [v*], "relaxed": number}
///
/// ``dual`` has the signs of ``LinearProgramSolution/dual``: derivatives of the value by the rows'
/// active bounds.
public struct LinearProgramReport: Sendable, Hashable, Codable {
  /// `optimal`: programs without an optimum are errors.
  public let status: String
  /// z*.
  public let value: Double
  /// `[columns]`: u*.
  public let primal: [Double]
  /// `[rows]`: v*.
  public let dual: [Double]
  /// How many integer columns were solved for as real numbers.
  public let relaxed: Int

  /// A report on a solution.
  public init(_ solution: LinearProgramSolution) {
    status = "optimal"
    value = solution.value
    primal = solution.primal
    dual = solution.dual
    relaxed = solution.model.relaxedColumns.count
  }

  /// Reads and solves the model of a file in the MPS format.
  ///
  /// - Throws: As ``LinearModel/init(mps:)`` and ``LinearProgram/solve(_:)-(LinearModel)``.
  public init(
    mps path: String, solver: LinearProgram = LinearProgram(method: .presolved)
  ) throws(LinearProgramError) {
    self.init(try solver.solve(LinearModel(mps: path)))
  }
}
