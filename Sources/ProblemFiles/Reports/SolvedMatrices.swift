internal import CombinatorialSolvers

/// The solutions of a problem over the matrix in a file, or over the matrices of a batch.
struct SolvedMatrices<Solution: OptimalSolution>: Sendable {
  let solutions: [Solution]
  let isBatch: Bool

  /// A matrix without cells may still claim any number of rows; the solution has a number for each.
  private static var maximumLinesWithoutCosts: Int { 1 << 24 }

  /// Solves the problem [rows, columns], or the batch [batch, rows, columns], in an .npy file.
  ///
  /// float32 and float64 costs are solved in their own type, integers as float64.
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - problem: The problem with its options.
  ///   - reason: What to say instead of a solver's refusal of a shape; nil: as the solver says.
  init<Problem: MatrixProblem>(
    costsAt path: String, _ problem: Problem,
    reason: (CombinatorialError, _ rows: Int, _ columns: Int) -> String? = { _, _, _ in nil }
  ) throws(AssignmentReportError) where Problem.Solutions.Element == Solution {
    let costs: NumPyArray
    do { costs = try NumPyArray(contentsOf: path) } catch { throw .file(error) }
    try self.init(costs: costs, file: FileBytes.name(of: path), problem, reason: reason)
  }

  init<Problem: MatrixProblem>(
    costs: NumPyArray, file: String, _ problem: Problem,
    reason: (CombinatorialError, _ rows: Int, _ columns: Int) -> String? = { _, _, _ in nil }
  ) throws(AssignmentReportError) where Problem.Solutions.Element == Solution {
    let shape = costs.shape
    guard shape.count == 2 || shape.count == 3 else {
      throw .shape(file: file, expected: "2 axes, or 3 for a batch", found: shape)
    }
    isBatch = shape.count == 3
    let (batch, rows, columns) = (
      isBatch ? shape[0] : 1, shape[shape.count - 2], shape[shape.count - 1]
    )
    if costs.elements.count == 0 {
      let limit = Self.maximumLinesWithoutCosts
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
      if let expected = reason(error, rows, columns) {
        throw .shape(file: file, expected: expected, found: shape)
      }
      throw AssignmentReportError(error, file: file, isBatch: isBatch)
    }
  }

  /// Refuses what JSON has no number for: costs near the largest double can add up to an infinity.
  func check(
    file: String, _ isFinite: (Solution) -> Bool
  ) throws(AssignmentReportError) {
    if let item = solutions.firstIndex(where: { !isFinite($0) }) {
      throw .overflow(file: file, batch: isBatch ? item : nil)
    }
  }

  /// A word of the one solution, or the array of all.
  func encode<Key: CodingKey, Word: Encodable>(
    _ word: (Solution) -> Word, as key: Key, in container: inout KeyedEncodingContainer<Key>
  ) throws {
    if isBatch {
      try container.encode(solutions.map(word), forKey: key)
    } else {
      try container.encode(word(solutions[0]), forKey: key)
    }
  }
}

extension OptimalSolution {
  /// The gradient by the costs of a matrix, row by row.
  func gradientRows(_ rows: Int) -> [[Double]] {
    let gradient = gradient
    let columns = rows > 0 ? gradient.count / rows : 0
    return (0..<rows).map { Array(gradient[$0 * columns..<($0 + 1) * columns]) }
  }
}
