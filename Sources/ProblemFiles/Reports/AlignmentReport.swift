public import CombinatorialSolvers

/// The solution of an alignment problem from a file, as one JSON object.
public struct AlignmentReport: Sendable {
  private let solved: SolvedMatrices<AlignmentSolution>
  private let includesGradient: Bool

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
    self.includesGradient = includesGradient
    solved = try SolvedMatrices(costsAt: path, problem) { error, rows, columns in
      error.reason == .infeasible && (rows == 0 || columns == 0)
        ? "at least one row and one column, for a path to visit" : nil
    }
    try solved.check(file: FileBytes.name(of: path)) { $0.value.isFinite }
  }

  /// One line of JSON: `value`, `moves`, a string of D, H and V, and, if asked for, `gradient`, rows of
  /// numbers; arrays of these for a batch. Every number reads back as the same double.
  public func json() throws -> String { try JSON.line(self) }
}

extension AlignmentReport: Encodable {
  private enum CodingKeys: CodingKey { case value, moves, gradient }

  /// Each word of one solution, or of all.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try solved.encode(\.value, as: .value, in: &container)
    try solved.encode(\.moveString, as: .moves, in: &container)
    guard includesGradient else { return }
    try solved.encode(
      { $0.gradientRows($0.moves.count { $0 != .horizontal }) }, as: .gradient, in: &container)
  }
}
