public import LinearPrograms

/// The optimum of a linear program from a file, as one JSON object.
///
///     {"status": "optimal", "value": z*, "primal": [u*], "dual": [v*], "dualityGap": gap,
///      "relaxed": number}
///
/// ``primal`` is in the order in which the file names the columns, ``dual`` in that of its rows of kind
/// L, G and E. ``dual`` has the signs of `LinearProgramSolution.dual`: derivatives of the value by the
/// rows' active bounds.
public struct LinearProgramReport: Sendable, Hashable, Codable {
  /// `optimal`: programs without an optimum are errors.
  public let status: String
  /// z*.
  public let value: Double
  /// `[columns]`: u*.
  public let primal: [Double]
  /// `[rows]`: v*.
  public let dual: [Double]
  /// 0 up to rounding: the proof that no solution is better.
  public let dualityGap: Double
  /// How many integer columns were solved for as real numbers.
  public let relaxed: Int

  /// Reads and solves a model in the MPS format.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - solver: How to solve it.
  /// - Throws: ``LinearProgramReportError``, which names the file and the reason.
  public init(
    mps path: String, solver: LinearProgram = LinearProgram(method: .presolved)
  ) throws(LinearProgramReportError) {
    let file = FileBytes.name(of: path)
    let model: LinearModel
    do { model = try LinearModel(mps: path) } catch { throw .file(error) }
    do throws(LinearProgramError) {
      let solution = try solver.solve(model)
      status = "optimal"
      value = solution.value
      primal = solution.primal
      dual = solution.dual
      dualityGap = solution.dualityGap
      relaxed = model.relaxedColumns.count
    } catch {
      throw LinearProgramReportError(error, file: file, model: model)
    }
    // JSON has no infinities; products of large numbers can add up to one.
    guard ([value, dualityGap] + primal + dual).allSatisfy(\.isFinite) else {
      throw .overflow(file: file)
    }
  }

  /// One line of JSON. Every number reads back as the same double.
  public func json() throws -> String { try JSON.line(self) }
}
