/// Where a variable, or the activity of a row, stands in the optimal basis.
public enum BasisStatus: UInt8, Sendable, Hashable {
  /// Determined by the others: within its bounds, with reduced cost (or dual value) 0.
  case basic
  /// At its lower bound.
  case atLower
  /// At its upper bound.
  case atUpper
  /// At its lower and upper bound, which are equal.
  case fixed
  /// Without bounds, and not in the basis.
  case free

  /// The status of a nonbasic variable, which its value and bounds tell.
  init(nonbasic value: Double, lower: Double, upper: Double) {
    self =
      if lower == upper {
        .fixed
      } else if lower == -.infinity, upper == .infinity {
        .free
      } else {
        value - lower <= upper - value ? .atLower : .atUpper
      }
  }
}
