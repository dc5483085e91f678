internal import CombinatorialKernels

extension BLAS {
  /// result = left right, or result += left right, for row-major matrices without gaps, in slices on
  /// Dispatch.
  ///
  /// The result is cut along its longer side into pieces that depend on the extents alone, because
  /// BLAS may round differently at the edges of a piece: the result is the same on any number of
  /// threads.
  package static func slicedGEMM(
    transposeLeft: Bool = false, transposeRight: Bool = false,
    rows: Int, columns: Int, inner: Int,
    left: UnsafePointer<Float>, right: UnsafePointer<Float>, accumulate: Bool = false,
    result: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (left, right, result) = (left, right, result)
    let cutsRows = rows >= columns
    let extent = cutsRows ? rows : columns
    let piece = pieceExtent(of: extent, operations: rows * columns * inner)
    let pieces = (extent + piece - 1) / max(1, piece)
    Parallel.forEachSlice(of: pieces) { slice in
      for index in slice {
        let range = index * piece..<min(extent, (index + 1) * piece)
        if cutsRows {
          gemm(
            transposeLeft: transposeLeft, transposeRight: transposeRight,
            rows: range.count, columns: columns, inner: inner,
            left: left + range.lowerBound * (transposeLeft ? 1 : inner),
            leftStride: transposeLeft ? rows : inner, right: right,
            accumulate: accumulate, result: result + range.lowerBound * columns)
        } else {
          gemm(
            transposeLeft: transposeLeft, transposeRight: transposeRight,
            rows: rows, columns: range.count, inner: inner, left: left,
            right: right + range.lowerBound * (transposeRight ? inner : 1),
            rightStride: transposeRight ? inner : columns, accumulate: accumulate,
            result: result + range.lowerBound, resultStride: columns)
        }
      }
    }
  }

  /// At most 16 pieces of at least 2^20 multiplications and 128 rows or columns: BLAS copies the
  /// other factor for each piece.
  private static func pieceExtent(of extent: Int, operations: Int) -> Int {
    let pieces = max(1, min(16, operations >> 20))
    return max(128, ((extent + pieces - 1) / pieces + 63) / 64 * 64)
  }
}
