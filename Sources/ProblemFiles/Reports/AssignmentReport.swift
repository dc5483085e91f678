public import CombinatorialSolvers

/// The solution of an assignment problem from a file, as one JSON object.
public struct AssignmentReport: Sendable {
  private let solved: SolvedMatrices<AssignmentSolution>
  private let includesGradient: Bool

  /// Solves the problem [rows, columns], or the batch [batch, rows, columns], in an .npy file.
  ///
  /// float32 and float64 costs are solved in their own type, integers as float64.
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - problem: The options.
  ///   - includesGradient: Whether to report dz*/dcosts too.
  /// - Throws: ``AssignmentReportError``, which names the file, the cell and the reason.
  public init(
    costsAt path: String, problem: Assignment = Assignment(), includesGradient: Bool = false
  ) throws(AssignmentReportError) {
    self.includesGradient = includesGradient
    solved = try SolvedMatrices(costsAt: path, problem)
    try solved.check(file: FileBytes.name(of: path), \.isFinite)
  }

  init(
    costs: NumPyArray, file: String, problem: Assignment, includesGradient: Bool = false
  ) throws(AssignmentReportError) {
    self.includesGradient = includesGradient
    solved = try SolvedMatrices(costs: costs, file: file, problem)
    try solved.check(file: file, \.isFinite)
  }

  /// One line of JSON: `value`, `columnOfRow`, `rowOfColumn`, `rowPotentials`, `columnPotentials`,
  /// `dualityGap`, `isUnique` and, if asked for, `gradient`, rows of numbers; arrays of these for a batch.
  /// Every number reads back as the same double.
  public func json() throws -> String { try JSON.line(self) }
}

extension AssignmentReport: Encodable {
  private enum CodingKeys: CodingKey {
    case value, columnOfRow, rowOfColumn, rowPotentials, columnPotentials, dualityGap, isUnique
    case gradient
  }

  /// Each word of one solution, or of all.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try solved.encode(\.value, as: .value, in: &container)
    try solved.encode(\.columnOfRow, as: .columnOfRow, in: &container)
    try solved.encode(\.rowOfColumn, as: .rowOfColumn, in: &container)
    try solved.encode(\.rowPotentials, as: .rowPotentials, in: &container)
    try solved.encode(\.columnPotentials, as: .columnPotentials, in: &container)
    try solved.encode(\.dualityGap, as: .dualityGap, in: &container)
    try solved.encode(\.isUnique, as: .isUnique, in: &container)
    guard includesGradient else { return }
    try solved.encode({ $0.gradientRows($0.columnOfRow.count) }, as: .gradient, in: &container)
  }
}

extension AssignmentSolution {
  fileprivate var isFinite: Bool {
    value.isFinite && dualityGap.isFinite && rowPotentials.allSatisfy(\.isFinite)
      && columnPotentials.allSatisfy(\.isFinite)
  }
}
