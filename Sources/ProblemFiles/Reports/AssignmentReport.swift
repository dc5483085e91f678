public import CombinatorialSolvers

/// The solution of an assignment problem from a file, as one JSON object.
public struct AssignmentReport: Sendable {
  private let solutions: [AssignmentSolution]
  private let isBatch: Bool

  /// A matrix without cells may still claim any number of rows; the solution has a number for each.
  private static let maximumPotentialsWithoutCosts = 1 << 24

  /// Solves the problem [rows, columns], or the batch [batch, rows, columns], in an .npy file.
  ///
  /// float32 and float64 costs are solved in their own type, integers as float64.
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - problem: The options.
  /// - Throws: ``AssignmentReportError``, which names the file, the cell and the reason.
  public init(
    costsAt path: String, problem: Assignment = Assignment()
  ) throws(AssignmentReportError) {
    let costs: NumPyArray
    do { costs = try NumPyArray(contentsOf: path) } catch { throw .file(error) }
    let name = FileBytes.name(of: path)
    try self.init(costs: costs, file: name, problem: problem)
  }

  init(
    costs: NumPyArray, file: String, problem: Assignment
  ) throws(AssignmentReportError) {
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
  /// `dualityGap` and `isUnique`; arrays of these for a batch. Every number reads back as the same
  /// double.
  public func json() throws -> String {
    try isBatch || solutions.isEmpty
      ? JSON.line(BatchReport(solutions)) : JSON.line(SingleReport(solutions[0]))
  }
}

private struct SingleReport: Encodable {
  let value: Double
  let columnOfRow: [Int32]
  let rowOfColumn: [Int32]
  let rowPotentials: [Double]
  let columnPotentials: [Double]
  let dualityGap: Double
  let isUnique: Bool

  init(_ solution: AssignmentSolution) {
    value = solution.value
    columnOfRow = solution.columnOfRow
    rowOfColumn = solution.rowOfColumn
    rowPotentials = solution.rowPotentials
    columnPotentials = solution.columnPotentials
    dualityGap = solution.dualityGap
    isUnique = solution.isUnique
  }
}

private struct BatchReport: Encodable {
  let value: [Double]
  let columnOfRow: [[Int32]]
  let rowOfColumn: [[Int32]]
  let rowPotentials: [[Double]]
  let columnPotentials: [[Double]]
  let dualityGap: [Double]
  let isUnique: [Bool]

  init(_ solutions: [AssignmentSolution]) {
    value = solutions.map(\.value)
    columnOfRow = solutions.map(\.columnOfRow)
    rowOfColumn = solutions.map(\.rowOfColumn)
    rowPotentials = solutions.map(\.rowPotentials)
    columnPotentials = solutions.map(\.columnPotentials)
    dualityGap = solutions.map(\.dualityGap)
    isUnique = solutions.map(\.isUnique)
  }
}

extension AssignmentSolution {
  /// JSON has no infinities; costs near the largest double can add up to one.
  fileprivate var isFinite: Bool {
    value.isFinite && dualityGap.isFinite && rowPotentials.allSatisfy(\.isFinite)
      && columnPotentials.allSatisfy(\.isFinite)
  }
}
