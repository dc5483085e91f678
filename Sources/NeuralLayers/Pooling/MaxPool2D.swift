public import DifferentiableTensor

/// The maximum over windows of each channel of images; padding never wins.
///
/// Gradient: g goes to the pixel that was the maximum, the first in row-major order among equal ones.
///
/// - Parameters:
///   - input: [batch, channels, height, width].
///   - kernelSize: Height and width of the windows.
///   - stride: The distance of windows; nil: their size.
///   - padding: From 0 to one less than the kernel size.
/// - Returns: [batch, channels, (height + 2p - kernel size) / stride + 1, …]. A window that contains
///   NaN gives NaN.
/// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
/// - Complexity: O(output * kernel size^2).
public func maxPool2D(
  _ input: Tensor, kernelSize: Int, stride: Int? = nil, padding: Int = 0
) throws(TensorError) -> Tensor {
  let planes = try PooledPlanes(input, kernelSize: kernelSize, stride: stride, padding: padding)
  var winners = [Int32](repeating: 0, count: planes.count * planes.window.outputCount)
  let output = try winners.withUnsafeMutableBufferPointer { winners throws(TensorError) -> Tensor in
    nonisolated(unsafe) let winners = winners
    return try planes.output(of: input) { plane, source, target in
      for position in planes.windows.indices {
        let extent = planes.windows[position]
        let winner = planes.maximum(of: extent, source)
        winners[plane * planes.window.outputCount + position] = Int32(winner)
        target[position] = source[winner]
      }
    }
  }
  return Tensor.recorded("maxPool2D", inputs: [input], output: output) { [winners] cotangent in
    let gradient = try planes.gradient(of: cotangent) { plane, source, target in
      for position in 0..<planes.window.outputCount {
        target[Int(winners[plane * planes.window.outputCount + position])] += source[position]
      }
    }
    return [gradient]
  }
}

/// A layer of ``maxPool2D(_:kernelSize:stride:padding:)``.
public final class MaxPool2D: Layer {
  /// Height and width of the windows.
  public let kernelSize: Int
  /// The distance of windows.
  public let stride: Int
  /// Rows and columns around the images that windows may cover.
  public let padding: Int

  /// A layer without state.
  public init(kernelSize: Int, stride: Int? = nil, padding: Int = 0) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
  }

  /// None.
  public var members: [LayerMember] { [] }

  /// The maxima of images [batch, channels, height, width].
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    try maxPool2D(input, kernelSize: kernelSize, stride: stride, padding: padding)
  }
}

extension PooledPlanes {
  /// Where in a plane the maximum of a window is.
  fileprivate func maximum(of extent: Extent, _ plane: UnsafePointer<Float>) -> Int {
    var winner = extent.rows.lowerBound * window.inputWidth + extent.columns.lowerBound
    for row in extent.rows {
      for column in extent.columns {
        let index = row * window.inputWidth + column
        if plane[index] > plane[winner] || plane[index].isNaN && !plane[winner].isNaN {
          winner = index
        }
      }
    }
    return winner
  }
}
