import Foundation
import LinearPrograms

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
    let isInput = path == FileBytes.standardInput
    let file = isInput ? FileBytes.standardInputName : path
    do throws(LinearProgramError) {
      let model = try LinearModel(mps: isInput ? "/dev/stdin" : path)
      let solution = try solver.solve(model)
      status = "optimal"
      value = solution.value
      primal = solution.primal
      dual = solution.dual
      dualityGap = solution.dualityGap
      relaxed = model.relaxedColumns.count
    } catch {
      throw LinearProgramReportError(file: file, error)
    }
    // JSON has no infinities; products of large numbers can add up to one.
    guard ([value, dualityGap] + primal + dual).allSatisfy(\.isFinite) else {
      throw LinearProgramReportError(
        file: file, .numericalFailure(batch: 0, reason: "its solution exceeds the largest double"))
    }
  }

  /// One line of JSON. Every number reads back as the same double.
  public func json() throws -> String { try JSON.line(self) }
}

/// Why the model in a file has no solution to report.
public struct LinearProgramReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or a name for standard input.
  public let file: String
  /// What is wrong with the model or with the file.
  public let reason: LinearProgramError

  init(file: String, _ reason: LinearProgramError) {
    self.file = file
    self.reason = reason
  }

  /// One line that names the file and the reason.
  public var description: String {
    switch reason {
    case .infeasible: "\(file): infeasible: no point satisfies the constraints"
    case .unbounded: "\(file): unbounded: the objective improves without limit"
    case .iterationLimit(_, let iterations): "\(file): not solved after \(iterations) iterations"
    case .numericalFailure(_, let reason): "\(file): not solved: \(reason)"
    case .unreadableFile(_, let reason): "\(file): \(reason)"
    case .corruptFile(_, let line, let reason): "\(file), line \(line): \(reason)"
    default: "\(file): \(reason)"
    }
  }
}
