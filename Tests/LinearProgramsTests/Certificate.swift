import LinearPrograms
import Testing

/// What Clp promises of activities and of reduced costs: its own tolerances, which LinearProgram keeps.
let clpTolerance = 1e-7

extension LinearProgramSolution {
  /// Checks everything that proves the solution optimal, from the program alone.
  func expectCertificate(
    _ comment: Comment? = nil, tolerance: Double = clpTolerance,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let size = max(1, abs(value))
    #expect(primalInfeasibility <= tolerance, comment, sourceLocation: sourceLocation)
    #expect(dualInfeasibility <= tolerance, comment, sourceLocation: sourceLocation)
    #expect(abs(dualityGap) <= tolerance * size, comment, sourceLocation: sourceLocation)
    #expect(
      columnStatus.count { $0 == .basic } + rowStatus.count { $0 == .basic } == rowStatus.count,
      comment, sourceLocation: sourceLocation)
    for (column, status) in columnStatus.enumerated() {
      expect(
        status, primal[column], reducedCosts[column], model.lower[column], model.upper[column],
        comment, sourceLocation)
    }
    for (row, status) in rowStatus.enumerated() {
      expect(
        status, rowActivities[row], dual[row], model.rowLower[row], model.rowUpper[row], comment,
        sourceLocation)
    }
  }

  private func expect(
    _ status: BasisStatus, _ value: Double, _ multiplier: Double, _ lower: Double, _ upper: Double,
    _ comment: Comment?, _ location: SourceLocation
  ) {
    let signed = model.sense == .minimize ? multiplier : -multiplier
    let isRight =
      switch status {
      case .basic: abs(multiplier) <= clpTolerance
      case .atLower: abs(value - lower) <= clpTolerance && signed >= -clpTolerance
      case .atUpper: abs(value - upper) <= clpTolerance && signed <= clpTolerance
      case .fixed: lower == upper && abs(value - lower) <= clpTolerance
      case .free: lower == -.infinity && upper == .infinity && abs(multiplier) <= clpTolerance
      }
    #expect(isRight, comment, sourceLocation: location)
  }
}

/// Whether two numbers agree relative to their size.
///
/// - Parameter tolerance: The default is for what a basis determines: the solution of a system of n rows has
///   an error of about n k 2^-53 with k its condition (Higham, Accuracy and Stability of Numerical Algorithms,
///   2nd edition, 2002, section 9.3), and 1e-9 leaves 10^5 for k in programs of a hundred rows.
func isClose(_ first: Double, _ second: Double, _ tolerance: Double = 1e-9) -> Bool {
  abs(first - second) <= tolerance * max(1, abs(first), abs(second))
}
