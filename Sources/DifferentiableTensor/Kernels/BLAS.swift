internal import CCombinatorialOpenBLAS
internal import CombinatorialKernels

/// Matrix products through BLAS on the calling thread.
package enum BLAS {
  /// OpenBLAS would start as many threads of its own for each of Dispatch's, and they would fight
  /// for the cores: it gets one, and large products are cut into slices here. This holds for the
  /// whole process.
  private static let setUp: Void = openblas_set_num_threads(1)

  /// result = left right, or result += left right, for row-major matrices.
  ///
  /// Runs on the calling thread alone; may be called from several at a time.
  ///
  /// - Parameters:
  ///   - transposeLeft: `left` is stored as [inner, rows].
  ///   - transposeRight: `right` is stored as [columns, inner].
  ///   - rows: Rows of the result. Every extent and stride must fit an `Int32`.
  ///   - columns: Columns of the result.
  ///   - inner: The extent that is summed over; 0 gives a zero product.
  ///   - left: [rows, inner].
  ///   - leftStride: Scalars from one stored row of `left` to the next; nil: no gap. Likewise below.
  ///   - right: [inner, columns].
  ///   - rightStride: Scalars from one stored row of `right` to the next.
  ///   - accumulate: Whether the product is added to `result` instead of replacing it.
  ///   - result: [rows, columns].
  ///   - resultStride: Scalars from one row of `result` to the next.
  package static func gemm(
    transposeLeft: Bool = false, transposeRight: Bool = false,
    rows: Int, columns: Int, inner: Int,
    left: UnsafePointer<Float>, leftStride: Int? = nil,
    right: UnsafePointer<Float>, rightStride: Int? = nil,
    accumulate: Bool = false,
    result: UnsafeMutablePointer<Float>, resultStride: Int? = nil
  ) {
    guard rows > 0, columns > 0 else { return }
    let resultStride = resultStride ?? columns
    if inner == 0 {
      guard !accumulate else { return }
      for row in 0..<rows { (result + row * resultStride).update(repeating: 0, count: columns) }
      return
    }
    _ = setUp
    cblas_sgemm(
      CblasRowMajor, transposeLeft ? CblasTrans : CblasNoTrans,
      transposeRight ? CblasTrans : CblasNoTrans,
      Int32(rows), Int32(columns), Int32(inner), 1,
      left, Int32(leftStride ?? (transposeLeft ? rows : inner)),
      right, Int32(rightStride ?? (transposeRight ? inner : columns)),
      accumulate ? 1 : 0, result, Int32(resultStride))
  }

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
