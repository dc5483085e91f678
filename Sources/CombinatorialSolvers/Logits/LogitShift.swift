package import CombinatorialKernels

/// What to subtract from rows of logits so that their log-sum-exps are numbers near 0: for losses that
/// subtract logits from log-sum-exps in one step, and logits so large that this rounds away the loss.
/// (The row kernels need no such help.)
package enum LogitShift {
  /// Up to here a log-sum-exp's rounding to double is below 2^-33.
  private static let mostLogSumExp = 0x1p20

  /// What to subtract from each row, 0 where its log-sum-exp is not finite; nil if no row needs it.
  ///
  /// Far above the limit it is the row's maximum, and never far from it: differences of logits near the
  /// maximum are exact.
  package static func shifts<Scalar: CostScalar>(_ logSumExp: [Double]) -> [Scalar]? {
    guard logSumExp.contains(where: { $0.isFinite && abs($0) > mostLogSumExp }) else { return nil }
    return logSumExp.map { $0.isFinite && abs($0) > mostLogSumExp ? Scalar($0) : 0 }
  }
}
