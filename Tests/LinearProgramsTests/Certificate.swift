import LinearPrograms
import Testing

extension LinearProgramSolution {
  /// Checks everything that proves the solution optimal, from the program alone.
  func expectCertificate(
    _ comment: Comment? = nil, tolerance: Double = 1e-7,
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
      case .basic: abs(multiplier) <= 1e-7
      case .atLower: abs(value - lower) <= 1e-7 && signed >= -1e-7
      case .atUpper: abs(value - upper) <= 1e-7 && signed <= 1e-7
      case .fixed: lower == upper && abs(value - lower) <= 1e-7
      case .free: lower == -.infinity && upper == .infinity && abs(multiplier) <= 1e-7
      }
    #expect(isRight, comment, sourceLocation: location)
  }
}

/// Whether two numbers agree relative to their size.
func isClose(_ first: Double, _ second: Double, _ tolerance: Double = 1e-9) -> Bool {
  abs(first - second) <= tolerance * max(1, abs(first), abs(second))
}
