internal import CombinatorialKernels
internal import DifferentiableTensor

/// Convolutions with filters of 3 x 3 at a stride of 1 by Winograd's minimal filtering: tiles of 4 x 4
/// outputs, whose transformed windows meet the transformed filters in 36 matrix products.
///
/// The products have a quarter of the multiplications of the definition. Their rounding errors are some
/// ten times as large, a few units of the fifth digit of a result.
///
/// Literature: A. Lavin, S. Gray, Fast algorithms for convolutional neural networks, CVPR 2016,
/// doi:10.1109/CVPR.2016.435.
struct WinogradConvolution: Sendable {
  let window: SlidingWindow
  let batch: Int
  /// Channels of the images that windows slide over, and of what comes out.
  let (inputs, outputs): (Int, Int)

  private static let transforms = WinogradKernel()
  private static let products = WinogradTiles.products
  /// Scalars of a block's transformed windows and products that stay near a processor.
  private static let blockCount = 192 * 1024
  /// Fewer tiles make narrow products.
  private static let fewestTiles = 64
  /// Fewer channels do not pay for the transforms.
  private static let fewestChannels = 8

  /// Nil where the definition is as fast, or the window is another.
  init?(window: SlidingWindow, batch: Int, inputs: Int, outputs: Int) {
    guard window.kernelHeight == 3, window.kernelWidth == 3, window.stride == 1,
      window.paddingHeight == window.paddingWidth, min(inputs, outputs) >= Self.fewestChannels
    else { return nil }
    (self.window, self.batch, self.inputs, self.outputs) = (window, batch, inputs, outputs)
  }

  private var filterCount: Int { inputs * outputs }
  private var tileRows: Int { (window.outputHeight + 3) / 4 }
  private var tileColumns: Int { (window.outputWidth + 3) / 4 }

  /// Rows of tiles of a block; they depend on the extents alone, because BLAS may round differently at
  /// another width, and the gradient by the filters is a sum over blocks.
  private var rowsPerBlock: Int {
    let tiles = max(Self.fewestTiles, Self.blockCount / (Self.products * (inputs + outputs)))
    return max(1, tiles / max(1, tileColumns))
  }

  /// Units of work.
  var blockCount: Int { (batch * tileRows + rowsPerBlock - 1) / rowsPerBlock }

  private func rows(ofBlock block: Int) -> Range<Int> {
    block * rowsPerBlock..<min(batch * tileRows, (block + 1) * rowsPerBlock)
  }

  private func inputTiles(_ rows: Range<Int>) -> WinogradTiles {
    WinogradTiles(
      channels: inputs, height: window.inputHeight, width: window.inputWidth, tileRows: tileRows,
      tileColumns: tileColumns, rows: rows)
  }

  private func outputTiles(_ rows: Range<Int>) -> WinogradTiles {
    WinogradTiles(
      channels: outputs, height: window.outputHeight, width: window.outputWidth,
      tileRows: tileRows, tileColumns: tileColumns, rows: rows)
  }

  /// Filters [outputs, inputs, 3, 3] as [36, outputs, inputs].
  func transformed(_ filters: Tensor) throws(TensorError) -> Tensor {
    try mapped(filters, to: [Self.products, outputs, inputs]) { filters, slice, result in
      Self.transforms.transformFilters(filters, count: filterCount, range: slice, into: result)
    }
  }

  /// The adjoint of ``transformed(_:)``.
  func filters(_ transformed: Tensor) throws(TensorError) -> Tensor {
    try mapped(transformed, to: [outputs, inputs, 3, 3]) { transformed, slice, result in
      Self.transforms.transformBack(transformed, count: filterCount, range: slice, into: result)
    }
  }

  /// All filters in another form, slices of them on several threads.
  private func mapped(
    _ filters: Tensor, to shape: [Int],
    _ transform:
      @Sendable (UnsafePointer<Float>, _ slice: Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) throws(TensorError) -> Tensor {
    try Tensor(shape: shape, from: filters) { filters, result in
      nonisolated(unsafe) let (filters, result) = (filters, result)
      Parallel.forEachSlice(of: filterCount, minimumSlice: 1 << 10) {
        transform(filters, $0, result)
      }
    }
  }

  /// Scalars of ``transformed(_:)``.
  var transformedCount: Int { Self.products * filterCount }

  /// What a thread needs for a block.
  struct Workspace: ~Copyable {
    fileprivate let windows, products, scratch: PooledScalars
  }

  func workspace() -> Workspace {
    let tiles = inputTiles(0..<rowsPerBlock)
    return Workspace(
      windows: PooledScalars(count: Self.products * tiles.matrixStride),
      products: PooledScalars(count: Self.products * outputTiles(0..<rowsPerBlock).matrixStride),
      scratch: PooledScalars(count: tiles.workspaceCount))
  }

  /// Transforms the windows of a block, which the other functions of the block read.
  func readWindows(
    of block: Int, _ images: UnsafePointer<Float>, using workspace: borrowing Workspace
  ) {
    Self.transforms.transformWindows(
      of: images, inputTiles(rows(ofBlock: block)), padding: window.paddingHeight,
      workspace: workspace.scratch.base, into: workspace.windows.base)
  }

  /// Writes the block's part of the convolution with transformed filters, and a bias.
  func multiply(
    _ filters: UnsafePointer<Float>, block: Int, bias: UnsafePointer<Float>? = nil,
    into images: UnsafeMutablePointer<Float>, using workspace: borrowing Workspace
  ) {
    let (windows, tiles) = (inputTiles(rows(ofBlock: block)), outputTiles(rows(ofBlock: block)))
    for product in 0..<Self.products {
      BLAS.gemm(
        rows: outputs, columns: tiles.stride, inner: inputs,
        left: filters + product * filterCount,
        right: workspace.windows.base + product * windows.matrixStride,
        result: workspace.products.base + product * tiles.matrixStride)
    }
    Self.transforms.writeTiles(
      workspace.products.base, tiles, bias: bias, workspace: workspace.scratch.base, into: images)
  }

  /// Adds the block's part of the gradient by the transformed filters, from a cotangent of the
  /// convolution.
  func correlate(
    _ cotangent: UnsafePointer<Float>, block: Int, into sum: UnsafeMutablePointer<Float>,
    using workspace: borrowing Workspace
  ) {
    let (windows, tiles) = (inputTiles(rows(ofBlock: block)), outputTiles(rows(ofBlock: block)))
    Self.transforms.transformTiles(
      of: cotangent, tiles, workspace: workspace.scratch.base, into: workspace.products.base)
    for product in 0..<Self.products {
      BLAS.gemm(
        transposeRight: true, rows: outputs, columns: inputs, inner: tiles.stride,
        left: workspace.products.base + product * tiles.matrixStride,
        right: workspace.windows.base + product * windows.matrixStride,
        accumulate: true, result: sum + product * filterCount)
    }
  }
}
