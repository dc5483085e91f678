/// A decoded picture: 8 bits a channel, row by row, the channels of a pixel side by side.
struct Raster: Equatable {
  var width: Int
  var height: Int
  /// 1 or 3.
  var channels: Int
  var pixels: [UInt8]

  /// The gray picture, by the luma of ITU-R BT.601, as JPEG has it.
  var gray: Raster {
    guard channels == 3 else { return self }
    let luma = stride(from: 0, to: pixels.count, by: 3).map { first in
      let sum =
        299 * Int(pixels[first]) + 587 * Int(pixels[first + 1]) + 114 * Int(pixels[first + 2])
      return UInt8((sum + 500) / 1000)
    }
    return Raster(width: width, height: height, channels: 1, pixels: luma)
  }

  /// The picture as it is to be seen: turned and mirrored as EXIF's orientation says, 1 to 8.
  func upright(_ orientation: Int) -> Raster {
    guard (2...8).contains(orientation) else { return self }
    let swaps = orientation >= 5
    var result = self
    if swaps { (result.width, result.height) = (height, width) }
    for row in 0..<result.height {
      for column in 0..<result.width {
        var (y, x) = swaps ? (column, row) : (row, column)
        if [2, 3, 7, 8].contains(orientation) { x = width - 1 - x }
        if [3, 4, 6, 7].contains(orientation) { y = height - 1 - y }
        let (from, to) = ((y * width + x) * channels, (row * result.width + column) * channels)
        for channel in 0..<channels { result.pixels[to + channel] = pixels[from + channel] }
      }
    }
    return result
  }

  /// A part of the picture, resized, with all pixels of a channel together.
  ///
  /// Each pixel is the mean of those around its place, weighted by a triangle: as wide as the pixel where
  /// the part is reduced, two pixels of the part where it is enlarged (bilinear interpolation). A part of the
  /// format's own size at whole pixels is copied.
  ///
  /// - Parameters:
  ///   - box: Within the picture, up to rounding.
  ///   - format: Its channels are those of the picture.
  func resampled(
    _ box: PictureBox, to format: PictureFormat, into planes: UnsafeMutableBufferPointer<UInt8>
  ) {
    let columns = ResamplingAxis(
      start: box.x, length: box.width, extent: width, count: format.width)
    let rows = ResamplingAxis(
      start: box.y, length: box.height, extent: height, count: format.height)
    let used = rows.used
    // Of the rows in use, reduced along the columns: [used rows, columns, channels].
    let stride = format.width * channels
    var reduced = [Float](repeating: 0, count: used.count * stride)
    pixels.withUnsafeBufferPointer { pixels in
      reduced.withUnsafeMutableBufferPointer { reduced in
        for row in used {
          let source = row * width * channels
          let target = (row - used.lowerBound) * stride
          for column in 0..<format.width {
            let (first, weights) = (columns.first[column], columns.weights(of: column))
            for channel in 0..<channels {
              var sum: Float = 0
              for tap in weights.indices {
                let offset = first + tap - weights.startIndex
                sum += columns.weights[tap] * Float(pixels[source + offset * channels + channel])
              }
              reduced[target + column * channels + channel] = sum
            }
          }
        }
        for channel in 0..<channels {
          for row in 0..<format.height {
            let (first, weights) = (rows.first[row] - used.lowerBound, rows.weights(of: row))
            for column in 0..<format.width {
              var sum: Float = 0
              for tap in weights.indices {
                let source = (first + tap - weights.startIndex) * stride
                sum += rows.weights[tap] * reduced[source + column * channels + channel]
              }
              planes[(channel * format.height + row) * format.width + column] = UInt8(
                max(0, min(255, sum)).rounded())
            }
          }
        }
      }
    }
  }
}

/// Which pixels of a part of an axis, with which weights, make each of the pixels that it is resized to.
private struct ResamplingAxis {
  /// The first pixel of each.
  var first: [Int] = []
  /// Of all, one after the other.
  var weights: [Float] = []
  private var starts = [0]

  /// - Parameters:
  ///   - start: Where the part begins.
  ///   - length: Its length.
  ///   - extent: Pixels of the axis.
  ///   - count: Pixels to make.
  init(start: Double, length: Double, extent: Int, count: Int) {
    let step = length / Double(count)
    let radius = max(step, 1)
    // No pixel outside of the part is mixed in, but for those that it cuts.
    let inside = max(0, Int(start))..<min(extent, max(Int((start + length).rounded(.up)), 1))
    for index in 0..<count {
      let center = start + (Double(index) + 0.5) * step
      let low = max(inside.lowerBound, min(Int(center - radius), inside.upperBound - 1))
      let high = min(inside.upperBound, max(Int((center + radius).rounded(.up)), low + 1))
      let shares = (low..<high).map { pixel -> Double in
        max(0, 1 - abs(Double(pixel) + 0.5 - center) / radius)
      }
      let sum = shares.reduce(0, +)
      first.append(low)
      // At the edge of a part, no pixel's center may be near enough: the nearest one counts.
      weights += sum > 0 ? shares.map { Float($0 / sum) } : shares.indices.map { $0 == 0 ? 1 : 0 }
      starts.append(weights.count)
    }
  }

  /// Where the weights of a pixel stand.
  func weights(of index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// The pixels of the axis that are in use.
  var used: Range<Int> {
    var (low, high) = (Int.max, 0)
    for index in first.indices {
      low = min(low, first[index])
      high = max(high, first[index] + weights(of: index).count)
    }
    return low..<high
  }
}
