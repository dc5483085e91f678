public import CombinatorialSolvers

/// The solution of an alignment problem from a file, as one JSON object.
public struct AlignmentReport: Sendable {
  private let solutions: [AlignmentSolution]
  private let isBatch: Bool
  private let includesGradient: Bool

  /// A matrix without cells may still claim any number of rows; the solution has a move for each.
  private static let maximumMovesWithoutCosts = 1 << 24

  /// Solves the problem [rows, columns], or the batch [batch, rows, columns], in an .npy file.
  ///
  /// float32 and float64 costs are solved in their own type, integers as float64.
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - problem: The rule.
  ///   - includesGradient: Whether to report dz*/dcosts too.
  /// - Throws: ``AssignmentReportError``, which names the file, the cell and the reason.
  public init(
    costsAt path: String, problem: Alignment = Alignment(), includesGradient: Bool = false
  ) throws(AssignmentReportError) {
    let costs: NumPyArray
    do { costs = try NumPyArray(contentsOf: path) } catch { throw .file(error) }
    let name = FileBytes.name(of: path)
    try self.init(costs: costs, file: name, problem: problem, includesGradient: includesGradient)
  }

  init(
    costs: NumPyArray, file: String, problem: Alignment, includesGradient: Bool
  ) throws(AssignmentReportError) {
    self.includesGradient = includesGradient
    let shape = costs.shape
    guard shape.count == 2 || shape.count == 3 else {
      throw .shape(file: file, expected: "2 axes, or 3 for a batch", found: shape)
    }
    isBatch = shape.count == 3
    let (batch, rows, columns) = (
      isBatch ? shape[0] : 1, shape[shape.count - 2], shape[shape.count - 1]
    )
    if costs.elements.count == 0 {
      let limit = Self.maximumMovesWithoutCosts
      guard batch <= limit, rows <= limit, columns <= limit, batch * (rows + columns) <= limit
      else {
        throw .shape(file: file, expected: "at most \(limit) rows and columns", found: shape)
      }
    }
    do throws(CombinatorialError) {
      let solved =
        switch costs.elements {
        case .float(let values):
          try problem.solve(values, batch: batch, rows: rows, columns: columns)
        case .double(let values):
          try problem.solve(values, batch: batch, rows: rows, columns: columns)
        }
      solutions = Array(solved)
    } catch {
      if error.reason == .infeasible, rows == 0 || columns == 0 {
        throw .shape(
          file: file, expected: "at least one row and one column, for a path to visit",
          found: shape)
      }
      throw AssignmentReportError(error, file: file, isBatch: isBatch)
    }
    if let item = solutions.firstIndex(where: { !$0.value.isFinite }) {
      throw .overflow(file: file, batch: isBatch ? item : nil)
    }
  }

  /// One line of JSON: `value`, `moves`, a string of D, H and V, and, if asked for, `gradient`, rows of
  /// numbers; arrays of these for a batch. Every number reads back as the same double.
  public func json() throws -> String {
    let gradients = includesGradient ? solutions.map(\.gradientRows) : nil
    return try isBatch || solutions.isEmpty
      ? JSON.line(
        Report(
          value: solutions.map(\.value), moves: solutions.map(\.moveString), gradient: gradients))
      : JSON.line(
        Report(
          value: solutions[0].value, moves: solutions[0].moveString, gradient: gradients?[0]))
  }
}

private struct Report<Value: Encodable, Moves: Encodable, Gradient: Encodable>: Encodable {
  let value: Value
  let moves: Moves
  let gradient: Gradient?
}

extension AlignmentSolution {
  /// The gradient by the costs, row by row.
  fileprivate var gradientRows: [[Double]] {
    let rows = moves.count { $0 != .horizontal }
    let gradient = gradient
    let columns = rows > 0 ? gradient.count / rows : 0
    return (0..<rows).map { Array(gradient[$0 * columns..<($0 + 1) * columns]) }
  }
}
