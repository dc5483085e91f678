internal import CombinatorialKernels

/// Rows of logits less a number near their log-sum-exp, which is a number near 0 then: for losses that
/// subtract logits from log-sum-exps in one step, and logits so large that this rounds away the loss.
/// (The row kernels need no such help.)
enum LogitShift {
  /// Up to here a log-sum-exp's rounding to double is below 2^-33.
  private static let mostLogSumExp = 0x1p20

  /// What to subtract from each row, 0 where its log-sum-exp is not finite; nil if no row needs it.
  ///
  /// Far above the limit it is the row's maximum, and never far from it: differences of logits near the
  /// maximum are exact.
  static func shifts(_ logSumExp: [Double]) -> [Float]? {
    guard logSumExp.contains(where: { $0.isFinite && abs($0) > mostLogSumExp }) else { return nil }
    return logSumExp.map { $0.isFinite && abs($0) > mostLogSumExp ? Float($0) : 0 }
  }

  /// The logits less their rows' shifts.
  static func subtracting(_ shifts: [Float], from logits: Tensor) throws -> Tensor {
    let columns = logits.shape.last ?? 0
    return try Tensor(shape: logits.shape) { output in
      logits.withUnsafeScalars { logits in
        for (row, shift) in shifts.enumerated() {
          for cell in row * columns..<(row + 1) * columns { output[cell] = logits[cell] - shift }
        }
      }
    }
  }
}
