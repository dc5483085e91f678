internal import CombinatorialFiles
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
    let isInput = path == FileBytes.standardInput
    let file = isInput ? FileBytes.standardInputName : path
    let model: LinearModel
    do { model = try LinearModel(mps: isInput ? "/dev/stdin" : path) } catch {
      throw LinearProgramReportError(file: file, error)
    }
    do throws(LinearProgramError) {
      let solution = try solver.solve(model)
      status = "optimal"
      value = solution.value
      primal = solution.primal
      dual = solution.dual
      dualityGap = solution.dualityGap
      relaxed = model.relaxedColumns.count
    } catch {
      throw LinearProgramReportError(file: file, error, in: model)
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
  /// What the file calls the row or column that is to blame.
  private let name: String?

  init(file: String, _ reason: LinearProgramError, in model: LinearModel? = nil) {
    self.file = file
    self.reason = reason
    let name: String? =
      switch reason {
      case .invalidRowBounds(_, let row, _, _): model?.rowNames[row]
      case .invalidCost(_, let column, _), .invalidVariableBounds(_, let column, _, _):
        model?.columnNames[column]
      case .invalidCoefficient(_, let row, let column, _):
        model.map { "\($0.columnNames[column]) in row \($0.rowNames[row])" }
      default: nil
      }
    self.name = name.map { PrintableText.excerpt($0) }
  }

  /// One line that names the file and the reason.
  public var description: String { "\(PrintableText.escaped(file))\(account)" }

  private var account: String {
    switch reason {
    case .infeasible: return ": infeasible: no point satisfies the constraints"
    case .unbounded: return ": unbounded: the objective improves without limit"
    case .iterationLimit(_, let iterations): return ": not solved after \(iterations) iterations"
    case .numericalFailure(_, let reason): return ": not solved: \(reason)"
    case .unreadableFile(_, let reason): return ": \(reason)"
    case .corruptFile(_, let line, let reason): return ", line \(line): \(reason)"
    default: break
    }
    guard let name else { return ": \(reason)" }
    switch reason {
    case .invalidRowBounds(_, _, let lower, let upper) where lower > upper:
      return ": infeasible: row \(name) is to be at least \(lower) and at most \(upper)"
    case .invalidVariableBounds(_, _, let lower, let upper) where lower > upper:
      return ": infeasible: column \(name) is to be at least \(lower) and at most \(upper)"
    case .invalidCost(_, _, let value):
      return ": the cost of column \(name) is \(value); expected a number below 1e24 in magnitude"
    case .invalidCoefficient(_, _, _, let value):
      return ": the coefficient of column \(name) is \(value); expected a finite number"
    default:
      return ": \(name): \(reason)"
    }
  }
}
