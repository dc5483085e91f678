internal import CombinatorialKernels

/// The vector kernels of exponentials and softmax, for operations that other modules of the package
/// add. Addresses are not kept; inputs and outputs must not overlap.
package enum RowMath {
  private static let kernels = RowKernels<Float>()

  /// output[i] = exp(input[i]) on the calling thread, for inputs of at most 1 or NaN.
  package static func exponential(
    _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    kernels.exponential(
      UnsafeBufferPointer(start: input, count: count),
      into: UnsafeMutableBufferPointer(start: output, count: count))
  }

  /// The softmax of each of `count` rows, on several threads where that pays.
  package static func softmax(
    _ input: UnsafePointer<Float>, count: Int, columns: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    kernels.softmax(
      rows(input, count, columns),
      into: UnsafeMutableBufferPointer(start: output, count: count * columns))
  }

  /// The gradient of ``softmax(_:count:columns:into:)`` from its result and cotangent.
  package static func softmaxGradient(
    _ result: UnsafePointer<Float>, cotangent: UnsafePointer<Float>, count: Int, columns: Int,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    kernels.softmaxGradient(
      rows(result, count, columns), cotangent: rows(cotangent, count, columns),
      into: UnsafeMutableBufferPointer(start: gradient, count: count * columns))
  }

  private static func rows(
    _ base: UnsafePointer<Float>, _ count: Int, _ columns: Int
  ) -> Rows<Float> {
    Rows(
      UnsafeBufferPointer(start: base, count: count * columns), count: count, columns: columns)
  }
}
