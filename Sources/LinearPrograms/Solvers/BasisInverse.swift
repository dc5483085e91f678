internal import DifferentiableTensor

/// The inverse of an optimal basis, over the n variables and the m activities of the rows.
///
/// With an activity w for each row the constraints read A u - w = 0. Numbers 0 ..< n stand for
/// variables, n ..< n + m for activities, whose column is minus a unit vector.
struct BasisInverse {
  let matrix: ConstraintMatrix
  /// The basic variables and activities, ascending; as many as rows.
  let basics: [Int]
  /// `[rows, rows]`, column by column.
  private var inverse: [Double]

  /// - Throws: `LinearProgramError.numericalFailure` if the basis is singular, `.sizeOverflow`.
  /// - Complexity: O(rows^3).
  init(of solution: LinearProgramSolution) throws(LinearProgramError) {
    matrix = solution.model.constraints
    let (rows, columns) = (matrix.rows, matrix.columns)
    let statuses = solution.columnStatus + solution.rowStatus
    basics = statuses.indices.filter { statuses[$0] == .basic }
    guard basics.count == rows else {
      throw .numericalFailure(
        batch: 0, reason: "the basis has \(basics.count) members, expected \(rows)")
    }
    guard rows < 1 << 15 else { throw .sizeOverflow("the inverse of a basis of \(rows) rows") }
    inverse = [Double](repeating: 0, count: rows * rows)
    for (position, member) in basics.enumerated() {
      if member >= columns {
        inverse[position * rows + member - columns] = -1
      } else {
        for entry in matrix.entries(of: member) {
          inverse[position * rows + Int(matrix.rowIndices[entry])] = matrix.values[entry]
        }
      }
    }
    try invert()
  }

  private mutating func invert() throws(LinearProgramError) {
    guard BLAS.alone({ LAPACK.invert(size: matrix.rows, matrix: &inverse) }) else {
      throw .numericalFailure(batch: 0, reason: "the basis is singular")
    }
  }

  /// B^-1 a: by how much each basic variable falls when this one rises by 1.
  func column(_ member: Int) -> [Double] {
    let rows = matrix.rows
    if member >= matrix.columns {
      let start = (member - matrix.columns) * rows
      return inverse[start..<start + rows].map { -$0 }
    }
    var result = [Double](repeating: 0, count: rows)
    for entry in matrix.entries(of: member) {
      let start = Int(matrix.rowIndices[entry]) * rows
      for position in 0..<rows {
        result[position] += inverse[start + position] * matrix.values[entry]
      }
    }
    return result
  }
}
