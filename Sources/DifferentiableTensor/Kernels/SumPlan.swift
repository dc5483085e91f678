internal import CombinatorialKernels

/// Sums over the middle axis of a contiguous [outer, extent, inner].
///
/// Everything is added up in double precision, in blocks whose size depends on the shape alone, so
/// that a sum is the same on any number of threads.
struct SumPlan {
  let outer: Int
  let extent: Int
  let inner: Int
  /// One block is at most this many scalars.
  static let blockSize = 1 << 15
  /// Columns of a block; their sums stay in the first-level cache.
  static let maxColumns = 1 << 9

  private let columns: Int
  private let rows: Int
  private let columnBlocks: Int
  private let rowBlocks: Int

  init(outer: Int, extent: Int, inner: Int) {
    (self.outer, self.extent, self.inner) = (outer, extent, inner)
    columns = max(1, min(inner, Self.maxColumns))
    rows = Self.blockSize / columns
    columnBlocks = (inner + columns - 1) / columns
    rowBlocks = max(1, (extent + rows - 1) / rows)
  }

  /// output[o, i] = scale * sum over e of input[o, e, i].
  func run(_ input: UnsafePointer<Float>, scale: Double, into output: UnsafeMutablePointer<Float>) {
    if rowBlocks == 1 {
      nonisolated(unsafe) let output = output
      sumBlocks(input) { position, sums in
        for column in sums.indices { output[position + column] = Float(scale * sums[column]) }
      }
      return
    }
    let partCount = outer * rowBlocks * inner
    withUnsafeTemporaryAllocation(of: Double.self, capacity: partCount) { buffer in
      guard let base = buffer.baseAddress, partCount > 0 else { return }
      nonisolated(unsafe) let parts = base
      sumBlocks(input) { position, sums in
        for column in sums.indices { parts[position + column] = sums[column] }
      }
      for item in 0..<outer {
        for column in 0..<inner {
          let first = item * rowBlocks * inner + column
          var sum = 0.0
          for block in 0..<rowBlocks { sum += parts[first + block * inner] }
          output[item * inner + column] = Float(scale * sum)
        }
      }
    }
  }

  /// Calls `store` with the column sums of each block and their position in [outer, row blocks,
  /// inner].
  @inline(__always)
  private func sumBlocks(
    _ input: UnsafePointer<Float>,
    _ store: @Sendable (Int, UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    nonisolated(unsafe) let input = input
    let minimumSlice = max(1, 2 * Self.blockSize / max(1, min(rows, extent) * columns))
    Parallel.forEachSlice(of: outer * rowBlocks * columnBlocks, minimumSlice: minimumSlice) {
      blocks in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { sums in
        for block in blocks {
          let (line, columnBlock) = block.quotientAndRemainder(dividingBy: columnBlocks)
          let (item, rowBlock) = line.quotientAndRemainder(dividingBy: rowBlocks)
          let firstRow = rowBlock * rows
          let firstColumn = columnBlock * columns
          let used = UnsafeMutableBufferPointer(
            rebasing: sums[..<min(columns, inner - firstColumn)])
          sum(
            input + (item * extent + firstRow) * inner + firstColumn,
            rows: min(rows, extent - firstRow), into: used)
          store(line * inner + firstColumn, used)
        }
      }
    }
  }

  private func sum(
    _ input: UnsafePointer<Float>, rows: Int, into sums: UnsafeMutableBufferPointer<Double>
  ) {
    if inner == 1 {
      sums[0] = Self.sum(input, count: rows)
      return
    }
    sums.update(repeating: 0)
    var row = 0
    // Four rows at a time read and write the sums a fourth as often.
    while row + 4 <= rows {
      let (a, b) = (input + row * inner, input + (row + 1) * inner)
      let (c, d) = (input + (row + 2) * inner, input + (row + 3) * inner)
      forEachIndex(sums.count) {
        sums[$0] += (Double(a[$0]) + Double(b[$0])) + (Double(c[$0]) + Double(d[$0]))
      }
      row += 4
    }
    for row in row..<rows {
      let source = input + row * inner
      forEachIndex(sums.count) { sums[$0] += Double(source[$0]) }
    }
  }

  /// The sum of contiguous scalars, in eight lanes.
  private static func sum(_ input: UnsafePointer<Float>, count: Int) -> Double {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    var (e, f, g, h) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    while index + 8 <= count {
      let lanes = input + index
      a += Double(lanes[0])
      b += Double(lanes[1])
      c += Double(lanes[2])
      d += Double(lanes[3])
      e += Double(lanes[4])
      f += Double(lanes[5])
      g += Double(lanes[6])
      h += Double(lanes[7])
      index += 8
    }
    while index < count {
      a += Double(input[index])
      index += 1
    }
    return ((a + e) + (b + f)) + ((c + g) + (d + h))
  }
}
