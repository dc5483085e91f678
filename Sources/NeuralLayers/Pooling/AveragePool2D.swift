public import DifferentiableTensor

/// The mean over windows of each channel of images.
///
/// Gradient: g / kernel size^2 at each pixel of the window.
///
/// - Parameters:
///   - input: [batch, channels, height, width].
///   - kernelSize: Height and width of the windows.
///   - stride: The distance of windows; nil: their size.
/// - Returns: [batch, channels, (height - kernel size) / stride + 1, …].
/// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
/// - Complexity: O(output * kernel size^2).
public func averagePool2D(
  _ input: Tensor, kernelSize: Int, stride: Int? = nil
) throws(TensorError) -> Tensor {
  let planes = try PooledPlanes(input, kernelSize: kernelSize, stride: stride, padding: 0)
  let scale = 1 / Float(planes.window.kernelCount)
  let output = try planes.output(of: input) { _, source, target in
    for position in planes.windows.indices {
      let extent = planes.windows[position]
      var sum: Float = 0
      for row in extent.rows {
        for column in extent.columns { sum += source[row * planes.window.inputWidth + column] }
      }
      target[position] = sum * scale
    }
  }
  return Tensor.recorded("averagePool2D", inputs: [input], output: output) { cotangent in
    let gradient = try planes.gradient(of: cotangent) { _, source, target in
      for position in planes.windows.indices {
        let extent = planes.windows[position]
        let share = source[position] * scale
        for row in extent.rows {
          for column in extent.columns { target[row * planes.window.inputWidth + column] += share }
        }
      }
    }
    return [gradient]
  }
}

/// A layer of ``averagePool2D(_:kernelSize:stride:)``.
public final class AveragePool2D: Layer {
  /// Height and width of the windows.
  public let kernelSize: Int
  /// The distance of windows.
  public let stride: Int

  /// A layer without state.
  public init(kernelSize: Int, stride: Int? = nil) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
  }

  /// None.
  public var members: [LayerMember] { [] }

  /// The means of images [batch, channels, height, width].
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    try averagePool2D(input, kernelSize: kernelSize, stride: stride)
  }
}

/// The mean of each channel: [batch, channels, …] as [batch, channels].
///
/// Gradient: g / pixels at each pixel.
public final class GlobalAveragePool: Layer {
  /// A layer without state.
  public init() {}

  /// None.
  public var members: [LayerMember] { [] }

  /// The means of images [batch, channels, height, width].
  ///
  /// - Throws: `TensorError.shapeMismatch` below rank 2.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    guard input.rank >= 2 else {
      throw .shapeMismatch(expected: "a batch [batch, channels, …]", found: input.shape)
    }
    return try input.mean(axes: Array(2..<input.rank))
  }
}
