public import CombinatorialSolvers

/// The solution of an assignment problem from a file, as one JSON object.
public struct AssignmentReport: Sendable {
  private let solutions: [AssignmentSolution]
  private let isBatch: Bool
  private let includesGradient: Bool

  /// A matrix without cells may still claim any number of rows; the solution has a number for each.
  private static let maximumPotentialsWithoutCosts = 1 << 24

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
    let costs: NumPyArray
    do { costs = try NumPyArray(contentsOf: path) } catch { throw .file(error) }
    let name = FileBytes.name(of: path)
    try self.init(costs: costs, file: name, problem: problem, includesGradient: includesGradient)
  }

  init(
    costs: NumPyArray, file: String, problem: Assignment, includesGradient: Bool = false
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
      let limit = Self.maximumPotentialsWithoutCosts
      guard batch <= limit, rows <= limit, columns <= limit, batch * (rows + columns) <= limit
      else {
        throw .shape(file: file, expected: "at most \(limit) rows and columns", found: shape)
      }
    }
    let solved: AssignmentBatch
    do throws(CombinatorialError) {
      switch costs.elements {
      case .float(let values):
        solved = try problem.solve(values, batch: batch, rows: rows, columns: columns)
      case .double(let values):
        solved = try problem.solve(values, batch: batch, rows: rows, columns: columns)
      }
    } catch {
      throw AssignmentReportError(error, file: file, isBatch: isBatch)
    }
    solutions = Array(solved)
    if let item = solutions.firstIndex(where: { !$0.isFinite }) {
      throw .overflow(file: file, batch: isBatch ? item : nil)
    }
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
    func encode<Word: Encodable>(
      _ word: (AssignmentSolution) -> Word, as key: CodingKeys
    ) throws {
      if isBatch {
        try container.encode(solutions.map(word), forKey: key)
      } else {
        try container.encode(word(solutions[0]), forKey: key)
      }
    }
    try encode(\.value, as: .value)
    try encode(\.columnOfRow, as: .columnOfRow)
    try encode(\.rowOfColumn, as: .rowOfColumn)
    try encode(\.rowPotentials, as: .rowPotentials)
    try encode(\.columnPotentials, as: .columnPotentials)
    try encode(\.dualityGap, as: .dualityGap)
    try encode(\.isUnique, as: .isUnique)
    if includesGradient { try encode(\.gradientRows, as: .gradient) }
  }
}

extension AssignmentSolution {
  /// The gradient by the costs, row by row.
  fileprivate var gradientRows: [[Double]] {
    let (gradient, columns) = (gradient, rowOfColumn.count)
    return columnOfRow.indices.map { Array(gradient[$0 * columns..<($0 + 1) * columns]) }
  }

  /// JSON has no infinities; costs near the largest double can add up to one.
  fileprivate var isFinite: Bool {
    value.isFinite && dualityGap.isFinite && rowPotentials.allSatisfy(\.isFinite)
      && columnPotentials.allSatisfy(\.isFinite)
  }
}
