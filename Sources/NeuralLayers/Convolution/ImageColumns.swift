/// The windows of images as columns of a matrix, which makes a convolution a matrix product.
///
/// Row (c, i, j) of the matrix holds, for every window in row-major order, the pixel (i, j) of the
/// window in channel c; pixels in the padding are 0. Also known as im2col.
///
/// Literature: K. Chellapilla, S. Puri, P. Simard, High performance convolutional neural networks
/// for document processing, 2006.
struct ImageColumns: Sendable {
  let window: SlidingWindow
  let channels: Int

  /// Rows of the matrix.
  var rowCount: Int { channels * window.kernelCount }

  /// Writes the columns of the windows in some rows of the output.
  ///
  /// - Parameters:
  ///   - image: [channels, height, width].
  ///   - outputRows: Which rows of windows.
  ///   - columns: Where the first column goes.
  ///   - columnStride: Scalars from one row of the matrix to the next.
  func fill(
    from image: UnsafePointer<Float>, outputRows: Range<Int>,
    into columns: UnsafeMutablePointer<Float>, columnStride: Int
  ) {
    var destination = columns
    for channel in 0..<channels {
      let plane = image + channel * window.inputCount
      for kernelRow in 0..<window.kernelHeight {
        for kernelColumn in 0..<window.kernelWidth {
          if window.keepsWidth {
            copyShifted(plane, kernelRow, kernelColumn, outputRows, into: destination)
          } else {
            copyStrided(plane, kernelRow, kernelColumn, outputRows, into: destination)
          }
          destination += columnStride
        }
      }
    }
  }

  /// One row of the matrix where output and input have the same width: the plane, shifted, in a
  /// single copy; what wrapped around from the neighboring rows is then cleared.
  private func copyShifted(
    _ plane: UnsafePointer<Float>, _ kernelRow: Int, _ kernelColumn: Int, _ outputRows: Range<Int>,
    into destination: UnsafeMutablePointer<Float>
  ) {
    let width = window.inputWidth
    let rows = clearPaddingRows(kernelRow, outputRows, in: destination)
    let shift = kernelColumn - window.paddingWidth
    let first = destination + (rows.lowerBound - outputRows.lowerBound) * width
    let source = plane + (rows.lowerBound + kernelRow - window.paddingHeight) * width
    let count = rows.count * width - abs(shift)
    guard count > 0 else { return first.update(repeating: 0, count: rows.count * width) }
    if shift < 0 {
      (first - shift).update(from: source, count: count)
    } else {
      first.update(from: source + shift, count: count)
    }
    let border = min(abs(shift), width)
    for column in shift < 0 ? 0..<border : width - border..<width {
      var index = column
      for _ in 0..<rows.count {
        first[index] = 0
        index += width
      }
    }
  }

  /// One row of the matrix for any stride.
  private func copyStrided(
    _ plane: UnsafePointer<Float>, _ kernelRow: Int, _ kernelColumn: Int, _ outputRows: Range<Int>,
    into destination: UnsafeMutablePointer<Float>
  ) {
    let (width, stride) = (window.outputWidth, window.stride)
    let columns = window.validColumns(kernelColumn)
    for row in clearPaddingRows(kernelRow, outputRows, in: destination) {
      let target = destination + (row - outputRows.lowerBound) * width
      var pixel = plane + inputOffset(row, kernelRow, kernelColumn) + columns.lowerBound * stride
      for column in 0..<columns.lowerBound { target[column] = 0 }
      for column in columns {
        target[column] = pixel.pointee
        pixel += stride
      }
      for column in columns.upperBound..<width { target[column] = 0 }
    }
  }

  /// Clears the output rows whose windows have this row in the padding; returns the other ones.
  private func clearPaddingRows(
    _ kernelRow: Int, _ outputRows: Range<Int>, in destination: UnsafeMutablePointer<Float>
  ) -> Range<Int> {
    let rows = window.validRows(kernelRow).clamped(to: outputRows)
    let before = (rows.lowerBound - outputRows.lowerBound) * window.outputWidth
    let end = (rows.upperBound - outputRows.lowerBound) * window.outputWidth
    destination.update(repeating: 0, count: before)
    (destination + end).update(
      repeating: 0, count: outputRows.count * window.outputWidth - end)
    return rows
  }

  /// Adds columns back to the pixels that they came from: the transpose of ``fill``.
  func accumulate(
    _ columns: UnsafePointer<Float>, columnStride: Int, outputRows: Range<Int>,
    into image: UnsafeMutablePointer<Float>
  ) {
    let (width, stride) = (window.outputWidth, window.stride)
    var source = columns
    for channel in 0..<channels {
      let plane = image + channel * window.inputCount
      for kernelRow in 0..<window.kernelHeight {
        let rows = window.validRows(kernelRow).clamped(to: outputRows)
        for kernelColumn in 0..<window.kernelWidth {
          let valid = window.validColumns(kernelColumn)
          for row in rows {
            var pixel =
              plane + inputOffset(row, kernelRow, kernelColumn) + valid.lowerBound * stride
            let values = source + (row - outputRows.lowerBound) * width
            for column in valid {
              pixel.pointee += values[column]
              pixel += stride
            }
          }
          source += columnStride
        }
      }
    }
  }

  /// Where in the plane the window of column 0 in output row `row` has the pixel; may lie outside for
  /// columns that do.
  private func inputOffset(_ row: Int, _ kernelRow: Int, _ kernelColumn: Int) -> Int {
    (row * window.stride + kernelRow - window.paddingHeight) * window.inputWidth
      + kernelColumn - window.paddingWidth
  }
}
