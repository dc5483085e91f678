internal import CombinatorialKernels
public import DifferentiableTensor

/// The convolution of images with a bank of filters: as everywhere in deep learning, the
/// cross-correlation
///
///     y[n, o, i, j] = b[o] + sum over c, k, l of w[o, c, k, l] x[n, c, i s + k - p, j s + l - p]
///
/// with stride s, padding p and zeros outside the image.
///
/// Gradient: with g the cotangent, dw[o, c, k, l] = sum over n, i, j of g[n, o, i, j]
/// x[n, c, i s + k - p, j s + l - p]; db sums g; dx is the convolution of g with the filters turned by
/// 180 degrees (s = 1), or the transposed sum in general.
///
/// - Parameters:
///   - input: [batch, inputs, height, width].
///   - weight: [outputs, inputs, kernel height, kernel width].
///   - bias: [outputs].
///   - stride: At least 1.
///   - padding: From 0 to one less than the kernel's smaller extent.
/// - Returns: [batch, outputs, (height + 2p - kernel height) / s + 1, …].
/// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
/// - Complexity: O(outputs * inputs * kernel * pixels) through BLAS, in slices of the batch on
///   Dispatch, with workspaces of a cache's size. The result does not depend on the number of threads.
public func convolution2D(
  _ input: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0
) throws(TensorError) -> Tensor {
  let shape = try ConvolutionShape(
    input: input, weight: weight, bias: bias, stride: stride, padding: padding)
  let output =
    if let fast = shape.winograd {
      try convolve(input, by: weight, bias: bias, fast, outputShape: shape.outputShape)
    } else {
      try convolve(
        input, by: weight, bias: bias, tiles: shape.inputTiles, outputShape: shape.outputShape)
    }
  let gradients = ConvolutionGradients(
    shape: shape, input: input.detached, weight: weight.detached,
    needsInput: input.isTracked, needsWeight: weight.isTracked)
  let needsBias = bias?.isTracked ?? false
  return Tensor.recorded(
    "convolution2D", inputs: [input, weight] + (bias.map { [$0] } ?? []), output: output
  ) { cotangent in
    let (input, weight) = try gradients(cotangent)
    guard bias != nil else { return [input, weight] }
    return [input, weight, needsBias ? try cotangent.sum(axes: [0, 2, 3]) : nil]
  }
}

/// The convolution by transformed tiles.
private func convolve(
  _ input: Tensor, by weight: Tensor, bias: Tensor?, _ fast: WinogradConvolution,
  outputShape: [Int]
) throws(TensorError) -> Tensor {
  let filters = try fast.transformed(weight)
  return try Tensor(
    shape: outputShape,
    writtenBy: { output in
      withPointers(to: input, filters, bias ?? filters) { input, filters, offsets in
        nonisolated(unsafe) let (input, filters, output) = (input, filters, output)
        nonisolated(unsafe) let bias = bias == nil ? nil : offsets
        Parallel.forEachSlice(of: fast.blockCount) { blocks in
          let workspace = fast.workspace()
          for block in blocks {
            fast.readWindows(of: block, input, using: workspace)
            fast.multiply(filters, block: block, bias: bias, into: output, using: workspace)
          }
        }
      }
    })
}

/// The product of a weight, seen as a matrix with a row per output channel, with the columns of every
/// tile.
private func convolve(
  _ input: Tensor, by weight: Tensor, bias: Tensor?, tiles: ColumnTiles, outputShape: [Int]
) throws(TensorError) -> Tensor {
  let bias = bias?.scalars
  return try Tensor(
    shape: outputShape,
    writtenBy: { output in
      withPointers(to: input, weight) { input, weight in
        nonisolated(unsafe) let (input, weight, output) = (input, weight, output)
        Parallel.forEachSlice(of: tiles.groupCount) { groups in
          tiles.forEachTile(of: groups, of: input) { tile in
            tile.multiply(
              weight, channels: outputShape[1], inner: tiles.columns.rowCount, bias: bias,
              into: output)
          }
        }
      }
    })
}

extension ColumnTile {
  /// Writes matrix * columns + bias into the tile's part of the output images.
  ///
  /// - Parameters:
  ///   - matrix: [channels, inner].
  ///   - inner: Rows of the tile's columns.
  func multiply(
    _ matrix: UnsafePointer<Float>, channels: Int, inner: Int, bias: [Float]?,
    into images: UnsafeMutablePointer<Float>
  ) {
    writePixels(of: images, channels: channels) { pixels, stride in
      if let bias {
        for channel in 0..<channels {
          (pixels + channel * stride).update(repeating: bias[channel], count: extent.width)
        }
      }
      BLAS.gemm(
        rows: channels, columns: extent.width, inner: inner,
        left: matrix, right: columns, rightStride: columnStride,
        accumulate: bias != nil, result: pixels, resultStride: stride)
    }
  }
}
