internal import DifferentiableTensor

/// The pullback of a convolution.
///
/// With a stride of 1 the gradient by the input is itself a convolution, of the cotangent with the
/// turned filters, and the columns of the cotangent that it needs give the gradient by the filters as
/// well: dw turned = x columns(g)^T. Other strides go through the columns of the input:
/// dw = g columns(x)^T, and w^T g is added back to the pixels of each window.
struct ConvolutionGradients: Sendable {
  let shape: ConvolutionShape
  let input, weight: Tensor
  let needsInput, needsWeight: Bool

  func callAsFunction(_ cotangent: Tensor) throws(TensorError) -> (input: Tensor?, weight: Tensor?)
  {
    guard needsInput || needsWeight else { return (nil, nil) }
    guard needsInput else {
      return (nil, try weightGradient(throughColumnsOf: input, times: cotangent))
    }
    if let fast = shape.reversedWinograd { return try throughCotangentTiles(cotangent, fast) }
    return shape.window.stride == 1
      ? try throughCotangentColumns(cotangent) : try throughInputColumns(cotangent)
  }

  private var partialCount: Int { needsWeight ? shape.weightCount : 0 }

  private func weightGradient(
    throughColumnsOf input: Tensor, times cotangent: Tensor
  ) throws(TensorError) -> Tensor {
    let tiles = shape.inputTiles
    let channels = shape.outputChannels
    var sums = try ChunkedSums(of: tiles.groupCount, scalars: shape.weightCount)
    withPointers(to: input, cotangent) { input, cotangent in
      nonisolated(unsafe) let (input, cotangent) = (input, cotangent)
      sums.forEachChunk { groups, partial in
        tiles.forEachTile(of: groups, of: input) { tile in
          tile.correlate(
            cotangent, channels: channels, inner: tiles.columns.rowCount, into: partial)
        }
      }
    }
    return try sums.total().reshaped(shape.weightShape)
  }

  // MARK: Stride 1

  private func throughCotangentColumns(
    _ cotangent: Tensor
  ) throws(TensorError) -> (input: Tensor?, weight: Tensor?) {
    let window = try shape.window.reversed()
    let tiles = ColumnTiles(
      ImageColumns(window: window, channels: shape.outputChannels), batch: shape.batch)
    let (channels, inner) = (shape.inputChannels, tiles.columns.rowCount)
    let filters = try turned(weight, from: (shape.outputChannels, channels))
    var sums = try ChunkedSums(of: tiles.groupCount, scalars: partialCount)
    let inputGradient = try inputGradient(cotangent, filters) { at in
      sums.forEachChunk { groups, partial in
        tiles.forEachTile(of: groups, of: at.cotangent) { tile in
          tile.multiply(
            at.filters, channels: channels, inner: inner, bias: nil, into: at.gradient)
          if needsWeight {
            tile.correlate(at.input, channels: channels, inner: inner, into: partial)
          }
        }
      }
    }
    guard needsWeight else { return (inputGradient, nil) }
    let weightGradient = try turned(sums.total(), from: (channels, shape.outputChannels))
    return (inputGradient, try weightGradient.reshaped(shape.weightShape))
  }

  /// As ``throughCotangentColumns(_:)``, by transformed tiles.
  private func throughCotangentTiles(
    _ cotangent: Tensor, _ fast: WinogradConvolution
  ) throws(TensorError) -> (input: Tensor?, weight: Tensor?) {
    let (channels, outputs) = (shape.inputChannels, shape.outputChannels)
    let filters = try fast.transformed(turned(weight, from: (outputs, channels)))
    var sums = try ChunkedSums(
      of: fast.blockCount, scalars: needsWeight ? fast.transformedCount : 0)
    let inputGradient = try inputGradient(cotangent, filters) { at in
      sums.forEachChunk { blocks, partial in
        let workspace = fast.workspace()
        for block in blocks {
          fast.readWindows(of: block, at.cotangent, using: workspace)
          fast.multiply(at.filters, block: block, into: at.gradient, using: workspace)
          if needsWeight {
            fast.correlate(at.input, block: block, into: partial, using: workspace)
          }
        }
      }
    }
    guard needsWeight else { return (inputGradient, nil) }
    let weightGradient = try turned(fast.filters(sums.total()), from: (channels, outputs))
    return (inputGradient, try weightGradient.reshaped(shape.weightShape))
  }

  /// Filters [a, b, height, width] as [b, a, height, width], each turned by 180 degrees.
  private func turned(
    _ filters: Tensor, from extents: (Int, Int)
  ) throws(TensorError) -> Tensor {
    let count = shape.window.kernelCount
    return try Tensor(shape: [extents.1, extents.0, count], from: filters) { filters, result in
      for first in 0..<extents.0 {
        for second in 0..<extents.1 {
          let source = filters + (first * extents.1 + second) * count
          let target = result + (second * extents.0 + first) * count
          for index in 0..<count { target[index] = source[count - 1 - index] }
        }
      }
    }
  }

  // MARK: Any stride

  private func throughInputColumns(
    _ cotangent: Tensor
  ) throws(TensorError) -> (input: Tensor?, weight: Tensor?) {
    let tiles = shape.inputTiles
    let (channels, inner) = (shape.outputChannels, tiles.columns.rowCount)
    var sums = try ChunkedSums(of: tiles.groupCount, scalars: partialCount)
    let inputGradient = try inputGradient(cotangent, weight) { at in
      at.gradient.update(repeating: 0, count: input.count)
      sums.forEachChunk { groups, partial in
        tiles.forEachTile(of: groups, of: at.input) { tile in
          if needsWeight {
            tile.correlate(at.cotangent, channels: channels, inner: inner, into: partial)
          }
          tile.addBack(
            at.filters, times: at.cotangent, channels: channels, columns: tiles.columns,
            into: at.gradient)
        }
      }
    }
    guard needsWeight else { return (inputGradient, nil) }
    return (inputGradient, try sums.total().reshaped(shape.weightShape))
  }

  // MARK: Both

  /// Where everything lies.
  private struct Operands: @unchecked Sendable {
    let cotangent, input, filters: UnsafePointer<Float>
    let gradient: UnsafeMutablePointer<Float>
  }

  /// The gradient by the input, which `body` writes.
  private func inputGradient(
    _ cotangent: Tensor, _ filters: Tensor, _ body: (_ at: Operands) -> Void
  ) throws(TensorError) -> Tensor {
    try Tensor(
      shape: shape.inputShape,
      writtenBy: { gradient in
        withPointers(to: cotangent, input, filters) {
          body(Operands(cotangent: $0, input: $1, filters: $2, gradient: gradient))
        }
      })
  }
}

extension ColumnTile {
  /// Adds pixels * columns^T to a matrix [channels, inner], for the tile's part of images with
  /// planes of the tile's windows.
  func correlate(
    _ images: UnsafePointer<Float>, channels: Int, inner: Int,
    into sum: UnsafeMutablePointer<Float>
  ) {
    withPixels(of: images, channels: channels) { pixels, stride in
      BLAS.gemm(
        transposeRight: true, rows: channels, columns: inner, inner: extent.width,
        left: pixels, leftStride: stride, right: columns, rightStride: columnStride,
        accumulate: true, result: sum)
    }
  }

  /// Adds weight^T * cotangent, columns of the tile's windows, to the pixels they came from.
  func addBack(
    _ weight: UnsafePointer<Float>, times cotangent: UnsafePointer<Float>, channels: Int,
    columns matrix: ImageColumns, into images: UnsafeMutablePointer<Float>
  ) {
    let workspace = PooledScalars(count: matrix.rowCount * extent.width)
    withPixels(of: cotangent, channels: channels) { pixels, stride in
      BLAS.gemm(
        transposeLeft: true, rows: matrix.rowCount, columns: extent.width, inner: channels,
        left: weight, right: pixels, rightStride: stride, result: workspace.base)
    }
    for (position, image) in extent.images.enumerated() {
      matrix.accumulate(
        workspace.base + position * extent.pixelsPerImage, columnStride: extent.width,
        outputRows: extent.rows,
        into: images + image * matrix.channels * matrix.window.inputCount)
    }
  }
}
