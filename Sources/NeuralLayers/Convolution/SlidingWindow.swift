internal import DifferentiableTensor

/// How a window of kernel size moves over a plane: the geometry that convolution and pooling share.
struct SlidingWindow: Sendable, Equatable {
  let inputHeight, inputWidth, kernelHeight, kernelWidth, stride: Int
  /// Rows of padding above and below.
  let paddingHeight: Int
  /// Columns of padding on the left and on the right.
  let paddingWidth: Int
  let outputHeight, outputWidth: Int

  /// - Throws: `TensorError.shapeMismatch` unless the kernel is not empty and fits the padded plane,
  ///   the stride is at least 1 and the padding narrower than the kernel.
  init(
    input: (height: Int, width: Int), kernel: (height: Int, width: Int), stride: Int,
    padding: (height: Int, width: Int)
  ) throws(TensorError) {
    guard kernel.height > 0, kernel.width > 0, stride > 0 else {
      throw .shapeMismatch(
        expected: "a kernel and a stride of at least 1",
        found: [kernel.height, kernel.width, stride])
    }
    guard (0..<kernel.height).contains(padding.height), (0..<kernel.width).contains(padding.width)
    else {
      throw .shapeMismatch(
        expected: "padding from 0 to one less than the kernel's \(kernel)",
        found: [padding.height, padding.width])
    }
    let padded = (height: input.height + 2 * padding.height, width: input.width + 2 * padding.width)
    guard padded.height >= kernel.height, padded.width >= kernel.width else {
      throw .shapeMismatch(
        expected: "a padded plane of at least the kernel's \(kernel)",
        found: [padded.height, padded.width])
    }
    (inputHeight, inputWidth) = input
    (kernelHeight, kernelWidth) = kernel
    self.stride = stride
    (paddingHeight, paddingWidth) = padding
    outputHeight = (padded.height - kernel.height) / stride + 1
    outputWidth = (padded.width - kernel.width) / stride + 1
  }

  var inputCount: Int { inputHeight * inputWidth }
  var outputCount: Int { outputHeight * outputWidth }
  var kernelCount: Int { kernelHeight * kernelWidth }

  /// Whether every window is one pixel, the pixel of the same position.
  var isIdentity: Bool { kernelCount == 1 && stride == 1 }

  /// Whether rows of the output and of the input match pixel by pixel but for a shift.
  var keepsWidth: Bool { stride == 1 && outputWidth == inputWidth }

  /// The window that takes the outputs of this one back to its inputs, for a stride of 1.
  func reversed() throws(TensorError) -> SlidingWindow {
    try SlidingWindow(
      input: (outputHeight, outputWidth), kernel: (kernelHeight, kernelWidth), stride: 1,
      padding: (kernelHeight - 1 - paddingHeight, kernelWidth - 1 - paddingWidth))
  }

  /// The output rows for which row `kernelRow` of the window lies within the plane.
  func validRows(_ kernelRow: Int) -> Range<Int> {
    Self.valid(
      offset: kernelRow - paddingHeight, extent: inputHeight, outputs: outputHeight, stride: stride)
  }

  /// The output columns for which column `kernelColumn` of the window lies within the plane.
  func validColumns(_ kernelColumn: Int) -> Range<Int> {
    Self.valid(
      offset: kernelColumn - paddingWidth, extent: inputWidth, outputs: outputWidth, stride: stride)
  }

  /// The outputs i in `0 ..< outputs` with `0 <= i * stride + offset < extent`.
  private static func valid(offset: Int, extent: Int, outputs: Int, stride: Int) -> Range<Int> {
    let first = min(outputs, offset >= 0 ? 0 : (stride - 1 - offset) / stride)
    let end = min(outputs, extent <= offset ? 0 : (extent - offset + stride - 1) / stride)
    return first..<max(first, end)
  }
}
