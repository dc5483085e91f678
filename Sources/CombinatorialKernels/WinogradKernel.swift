internal import CCombinatorialKernels

/// Rows of tiles of 4 x 4 pixels of all channels of a batch of images.
package struct WinogradTiles: Sendable {
  /// Matrix products that convolve, one for each pixel of the windows of 6 x 6 that tiles read.
  package static let products = 36

  let extents: cl_winograd_tiles

  /// - Parameter rows: Rows of tiles, counted through all images of the batch.
  package init(
    channels: Int, height: Int, width: Int, tileRows: Int, tileColumns: Int, rows: Range<Int>
  ) {
    extents = cl_winograd_tiles(
      channels: channels, height: height, width: width, tile_rows: tileRows,
      tile_columns: tileColumns, first_row: rows.lowerBound, row_count: rows.count)
  }

  /// Tiles, rounded up: columns of each product's matrix.
  package var stride: Int {
    withUnsafePointer(to: extents) { cl_winograd_tile_stride($0) }
  }

  /// Scalars from the matrix of one product to the next.
  package var matrixStride: Int {
    withUnsafePointer(to: extents) { cl_winograd_matrix_stride($0) }
  }

  /// Scalars of the workspace of a call.
  package var workspaceCount: Int {
    withUnsafePointer(to: extents) { cl_winograd_workspace_size($0) } / MemoryLayout<Float>.stride
  }
}

/// The transforms that make a convolution with filters of 3 x 3 into 36 matrix products with a quarter
/// of the multiplications. All run on the calling thread.
package struct WinogradKernel: @unchecked Sendable {
  private let kernels: cl_winograd_kernels

  /// The kernels of an instruction set; the scalar ones always exist.
  package init(_ set: InstructionSet = .current) {
    kernels = set.found(cl_winograd_table).pointee
  }

  /// The windows of each tile, transformed: 36 matrices [channels, stride].
  package func transformWindows(
    of images: UnsafePointer<Float>, _ tiles: WinogradTiles, padding: Int,
    workspace: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: tiles.extents) { kernels.input(images, $0, padding, workspace, result) }
  }

  /// The tiles themselves, by the adjoint of ``writeTiles(_:_:bias:workspace:into:)``.
  package func transformTiles(
    of images: UnsafePointer<Float>, _ tiles: WinogradTiles,
    workspace: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: tiles.extents) { kernels.output_adjoint(images, $0, workspace, result) }
  }

  /// Writes the tiles from 36 products [channels, stride].
  package func writeTiles(
    _ products: UnsafePointer<Float>, _ tiles: WinogradTiles, bias: UnsafePointer<Float>?,
    workspace: UnsafeMutablePointer<Float>, into images: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: tiles.extents) { kernels.output(products, $0, bias, workspace, images) }
  }

  /// Some of `count` filters of 3 x 3, transformed: [36, count].
  package func transformFilters(
    _ filters: UnsafePointer<Float>, count: Int, range: Range<Int>,
    into result: UnsafeMutablePointer<Float>
  ) {
    kernels.filters(filters, count, range.lowerBound, range.upperBound, result)
  }

  /// The adjoint of ``transformFilters(_:count:range:into:)``.
  package func transformBack(
    _ products: UnsafePointer<Float>, count: Int, range: Range<Int>,
    into filters: UnsafeMutablePointer<Float>
  ) {
    kernels.filters_adjoint(products, count, range.lowerBound, range.upperBound, filters)
  }
}
