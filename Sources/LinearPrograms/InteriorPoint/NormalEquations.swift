internal import CCombinatorialLAPACKE
internal import CCombinatorialOpenBLAS

/// Solves (A D A^T) x = r for a diagonal D >= 0 by Cholesky factorization.
///
/// The matrix is singular where A has dependent rows, as the assignment polytope's has, and nearly so
/// at a degenerate vertex. So the factor is of the matrix with its diagonal raised by a tiny share,
/// and iterative refinement takes the difference away again: in the range of A D^(1/2) it converges to
/// a solution, and r lies there.
struct NormalEquations {
  private let matrix, scratch, residual, priced: UnsafeMutablePointer<Double>
  private let rows, columns: Int

  /// What the diagonal is raised by, as a share of itself; well above the rounding of the factor.
  private static let leastShift = 1e-12
  private static let greatestShift = 1e-4

  /// Every LAPACK call stays on the calling thread. For the whole process.
  private static let setUp: Void = openblas_set_num_threads(1)

  init(rows: Int, columns: Int, scratchCount: Int) {
    _ = Self.setUp
    (self.rows, self.columns) = (rows, columns)
    matrix = .allocate(capacity: max(1, rows * rows))
    scratch = .allocate(capacity: max(1, scratchCount))
    residual = .allocate(capacity: max(1, rows))
    priced = .allocate(capacity: max(1, columns))
  }

  func deallocate() {
    matrix.deallocate()
    scratch.deallocate()
    residual.deallocate()
    priced.deallocate()
  }

  /// Factorizes A D A^T.
  ///
  /// - Returns: Whether it could: false if numbers are not finite.
  func factorize(_ constraints: ConstraintOperator, diagonal: UnsafePointer<Double>) -> Bool {
    guard rows > 0 else { return true }
    var shift = Self.leastShift
    while shift <= Self.greatestShift {
      constraints.normalMatrix(diagonal, into: matrix, scratch: scratch)
      for row in 0..<rows {
        let element = matrix[row * rows + row]
        // A row of zeros: any multiplier will do.
        matrix[row * rows + row] = element == 0 ? 1 : element * (1 + shift)
      }
      let status = LAPACKE_dpotrf_work(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(rows), matrix, Int32(rows))
      if status == 0 { return true }
      shift *= 100
    }
    return false
  }

  /// Solves with the last factor, for the `constraints` and `diagonal` that it was made of.
  ///
  /// - Parameter refinements: The most steps of iterative refinement. An iteration of the interior
  ///   point method needs none: what is left over shows in its next residual.
  func solve(
    _ constraints: ConstraintOperator, diagonal: UnsafePointer<Double>,
    rightHandSide: UnsafePointer<Double>, into solution: UnsafeMutablePointer<Double>,
    refinements: Int
  ) {
    guard rows > 0 else { return }
    solution.update(from: rightHandSide, count: rows)
    backSubstitute(solution)
    var error = Double.infinity
    for _ in 0..<refinements {
      let previous = error
      error = takeResidual(constraints, diagonal, rightHandSide, solution)
      let size = Self.greatestMagnitude(rightHandSide, rows)
      // Down to rounding, or no longer falling: what is left lies outside the range.
      guard error > 1e-15 * size, error < 0.5 * previous else { return }
      backSubstitute(residual)
      for row in 0..<rows { solution[row] += residual[row] }
    }
  }

  private func backSubstitute(_ vector: UnsafeMutablePointer<Double>) {
    for transpose in [CblasNoTrans, CblasTrans] {
      cblas_dtrsv(
        CblasColMajor, CblasLower, transpose, CblasNonUnit, Int32(rows), matrix, Int32(rows),
        vector,
        1)
    }
  }

  /// residual = r - A D A^T x; returns its greatest magnitude.
  private func takeResidual(
    _ constraints: ConstraintOperator, _ diagonal: UnsafePointer<Double>,
    _ rightHandSide: UnsafePointer<Double>, _ solution: UnsafePointer<Double>
  ) -> Double {
    constraints.multiplyTransposed(solution, into: priced)
    for column in 0..<columns { priced[column] *= diagonal[column] }
    constraints.multiply(priced, into: residual)
    for row in 0..<rows { residual[row] = rightHandSide[row] - residual[row] }
    return Self.greatestMagnitude(residual, rows)
  }

  static func greatestMagnitude(_ vector: UnsafePointer<Double>, _ count: Int) -> Double {
    var greatest = 0.0
    for index in 0..<count { greatest = max(greatest, abs(vector[index])) }
    return greatest
  }
}
