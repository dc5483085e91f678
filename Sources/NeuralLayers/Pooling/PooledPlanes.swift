internal import CombinatorialKernels
internal import DifferentiableTensor

/// The planes of a batch of images and the windows that pooling takes from each.
struct PooledPlanes: Sendable {
  /// The pixels of a window that lie within the plane.
  struct Extent: Sendable {
    let rows, columns: Range<Int>
  }

  let window: SlidingWindow
  /// In row-major order of the output.
  let windows: [Extent]
  private let inputShape: [Int]

  init(
    _ input: Tensor, kernelSize: Int, stride: Int?, padding: Int
  ) throws(TensorError) {
    try input.checkRank(4, as: "images [batch, channels, height, width]")
    inputShape = input.shape
    let window = try SlidingWindow(
      input: (input.shape[2], input.shape[3]), kernel: (kernelSize, kernelSize),
      stride: stride ?? kernelSize, padding: (padding, padding))
    self.window = window
    windows = (0..<window.outputHeight).flatMap { row in
      (0..<window.outputWidth).map { column in
        let top = row * window.stride - padding
        let left = column * window.stride - padding
        return Extent(
          rows: (top..<top + kernelSize).clamped(to: 0..<window.inputHeight),
          columns: (left..<left + kernelSize).clamped(to: 0..<window.inputWidth))
      }
    }
  }

  /// Planes in the batch.
  var count: Int { inputShape[0] * inputShape[1] }

  /// The pooled images; `body` gets the number of a plane, its pixels, and where its output goes.
  func output(
    of input: Tensor,
    _ body: @Sendable (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(TensorError) -> Tensor {
    try Tensor(
      shape: [inputShape[0], inputShape[1], window.outputHeight, window.outputWidth], from: input
    ) { input, output in
      nonisolated(unsafe) let (input, output) = (input, output)
      forEachPlane { plane in
        body(plane, input + plane * window.inputCount, output + plane * window.outputCount)
      }
    }
  }

  /// The gradient by the images; `body` gets the number of a plane, its cotangent, and the plane's
  /// gradient, all zeros, to add to.
  func gradient(
    of cotangent: Tensor,
    _ body: @Sendable (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(TensorError) -> Tensor {
    try Tensor(shape: inputShape, from: cotangent) { cotangent, gradient in
      nonisolated(unsafe) let (cotangent, gradient) = (cotangent, gradient)
      forEachPlane { plane in
        let target = gradient + plane * window.inputCount
        target.update(repeating: 0, count: window.inputCount)
        body(plane, cotangent + plane * window.outputCount, target)
      }
    }
  }

  private func forEachPlane(_ body: @Sendable (Int) -> Void) {
    let minimumSlice = max(1, (1 << 14) / max(1, window.inputCount))
    Parallel.forEachSlice(of: count, minimumSlice: minimumSlice) { slice in
      for plane in slice { body(plane) }
    }
  }
}
