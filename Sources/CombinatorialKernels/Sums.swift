internal import CCombinatorialKernels

/// Sums of finite terms whose magnitudes may lie far apart.
package enum Sums {
  /// The sum from the first term on, in double; but where that leaves the range of double on the way, or
  /// rounding makes more of it than `count * 2^-53` of the sum, the nearest double to the exact sum.
  package static func rounded(_ terms: [Double]) -> Double { cl_sum(terms, terms.count) }
}
