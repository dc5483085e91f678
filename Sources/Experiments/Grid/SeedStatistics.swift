/// The mean over seeds, and how certain it is.
struct SeedStatistics: Equatable {
  let count: Int
  let mean: Double
  /// Half the width of the 95 % confidence interval of the mean; 0 for a single seed, which has none.
  let halfWidth: Double

  /// - Parameter values: At least one.
  init(_ values: [Double]) {
    count = values.count
    let mean = values.reduce(0, +) / Double(count)
    self.mean = mean
    guard count > 1 else {
      halfWidth = 0
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let standardError = (squares / Double(count - 1) / Double(count)).squareRoot()
    halfWidth = Self.quantile(degreesOfFreedom: count - 1) * standardError
  }

  /// The 97.5 % quantile of Student's t distribution. From 10 degrees of freedom on, the first terms of
  /// its expansion (Abramowitz and Stegun, 26.7.5) are right to 3 digits.
  static func quantile(degreesOfFreedom: Int) -> Double {
    let exact = [
      12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622,
    ]
    guard degreesOfFreedom > exact.count else { return exact[max(1, degreesOfFreedom) - 1] }
    let (normal, freedom) = (1.959964, Double(degreesOfFreedom))
    let square = normal * normal
    return normal
      * (1 + (square + 1) / (4 * freedom)
        + (5 * square * square + 16 * square + 3) / (96 * freedom * freedom))
  }
}
