internal import DifferentiableTensor

/// The columns of a batch of images, cut into tiles that stay in a processor's cache: a few rows of
/// one image, or several small images side by side.
///
/// How a batch is cut depends on the extents alone, because BLAS may round differently at another
/// width: results are the same on any number of threads.
struct ColumnTiles: Sendable {
  let columns: ImageColumns
  let batch: Int
  /// More than 1 only where a tile holds whole images.
  let imagesPerGroup: Int
  let rowsPerTile: Int

  /// Scalars of a tile that leave room in a second-level cache of 512 KiB for the other operands.
  private static let tileCount = 48 * 1024

  /// Narrower products waste a good part of BLAS's speed.
  private static let wideProduct = 128

  init(_ columns: ImageColumns, batch: Int) {
    (self.columns, self.batch) = (columns, batch)
    let window = columns.window
    if window.outputCount >= Self.wideProduct / 2 {
      imagesPerGroup = 1
      let widest = max(Self.wideProduct, Self.tileCount / max(1, columns.rowCount))
      let tiles = (window.outputCount + widest - 1) / widest
      rowsPerTile = (window.outputHeight + tiles - 1) / tiles
    } else {
      let images = (Self.wideProduct + window.outputCount - 1) / max(1, window.outputCount)
      imagesPerGroup = max(1, min(batch, images))
      rowsPerTile = window.outputHeight
    }
  }

  /// Groups of images; the unit that work is given to threads in.
  var groupCount: Int { (batch + imagesPerGroup - 1) / imagesPerGroup }

  /// Pixels of the widest tile.
  var widestTile: Int { imagesPerGroup * rowsPerTile * columns.window.outputWidth }

  /// Whether a tile's columns are the pixels of the image as they lie in memory.
  private var columnsArePixels: Bool { columns.window.isIdentity && imagesPerGroup == 1 }

  /// Calls `body` with every tile of some groups, in order.
  ///
  /// - Parameter images: [batch, channels, height, width].
  func forEachTile(
    of groups: Range<Int>, of images: UnsafePointer<Float>, _ body: (ColumnTile) -> Void
  ) {
    let capacity = columnsArePixels ? 0 : columns.rowCount * widestTile
    let workspace = PooledScalars(count: capacity)
    for tile in tiles(of: groups) {
      if columnsArePixels {
        let image = images + tile.images.lowerBound * columns.channels * tile.planeCount
        let stride = tile.planeCount
        body(tile.with(columns: image + tile.firstPixel, columnStride: stride))
      } else {
        fill(tile, from: images, into: workspace.base)
        body(tile.with(columns: workspace.base, columnStride: tile.width))
      }
    }
  }

  private func tiles(of groups: Range<Int>) -> some Sequence<ColumnTile.Extent> {
    let height = columns.window.outputHeight
    return groups.lazy.flatMap { group in
      let first = group * imagesPerGroup
      let images = first..<min(batch, first + imagesPerGroup)
      return stride(from: 0, to: height, by: rowsPerTile).lazy.map { row in
        ColumnTile.Extent(
          images: images, rows: row..<min(height, row + rowsPerTile), window: columns.window)
      }
    }
  }

  private func fill(
    _ tile: ColumnTile.Extent, from images: UnsafePointer<Float>,
    into workspace: UnsafeMutablePointer<Float>
  ) {
    for (position, image) in tile.images.enumerated() {
      columns.fill(
        from: images + image * columns.channels * columns.window.inputCount,
        outputRows: tile.rows, into: workspace + position * tile.pixelsPerImage,
        columnStride: tile.width)
    }
  }
}

/// Some windows of a batch, as columns.
struct ColumnTile {
  /// Which windows a tile holds.
  struct Extent {
    let images, rows: Range<Int>
    let window: SlidingWindow

    var pixelsPerImage: Int { rows.count * window.outputWidth }
    /// Columns of the tile.
    var width: Int { images.count * pixelsPerImage }
    /// Pixels of a whole output plane.
    var planeCount: Int { window.outputCount }
    /// Where in an output plane the tile starts.
    var firstPixel: Int { rows.lowerBound * window.outputWidth }

    func with(columns: UnsafePointer<Float>, columnStride: Int) -> ColumnTile {
      ColumnTile(extent: self, columns: columns, columnStride: columnStride)
    }
  }

  let extent: Extent
  /// [rows of the matrix, width], `columnStride` apart.
  let columns: UnsafePointer<Float>
  let columnStride: Int

  /// Calls `body` with the tile's part of images [batch, channels, output height, output width] as a
  /// matrix of one row per channel, given with its stride; the matrix is a copy if the tile holds
  /// several images.
  func withPixels(
    of images: UnsafePointer<Float>, channels: Int,
    _ body: (UnsafePointer<Float>, _ stride: Int) -> Void
  ) {
    if let first = firstPixel(channels) { return body(images + first, extent.planeCount) }
    withMatrix(channels) { matrix in
      forEachPlane(channels) { (matrix + $0).update(from: images + $1, count: extent.planeCount) }
      body(matrix, extent.width)
    }
  }

  /// Calls `body` with a matrix to write, which becomes the tile's part of images [batch, channels,
  /// output height, output width].
  func writePixels(
    of images: UnsafeMutablePointer<Float>, channels: Int,
    _ body: (UnsafeMutablePointer<Float>, _ stride: Int) -> Void
  ) {
    if let first = firstPixel(channels) { return body(images + first, extent.planeCount) }
    withMatrix(channels) { matrix in
      body(matrix, extent.width)
      forEachPlane(channels) { (images + $1).update(from: matrix + $0, count: extent.planeCount) }
    }
  }

  private func withMatrix(_ channels: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: channels * extent.width) {
      if let matrix = $0.baseAddress { body(matrix) }
    }
  }

  /// Where the tile starts in the images, if it is of one; nil if it holds several.
  private func firstPixel(_ channels: Int) -> Int? {
    guard extent.images.count == 1 else { return nil }
    return extent.images.lowerBound * channels * extent.planeCount + extent.firstPixel
  }

  /// Where each plane of several images lies, in their matrix and among all.
  private func forEachPlane(_ channels: Int, _ body: (_ inMatrix: Int, _ inImages: Int) -> Void) {
    for (position, image) in extent.images.enumerated() {
      for channel in 0..<channels {
        body(
          channel * extent.width + position * extent.planeCount,
          (image * channels + channel) * extent.planeCount)
      }
    }
  }
}
