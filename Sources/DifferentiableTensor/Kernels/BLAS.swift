#if canImport(Accelerate)
  internal import Accelerate
#else
  internal import CCombinatorialOpenBLAS
#endif

/// Products of matrices through BLAS, Apple's Accelerate or OpenBLAS, on the calling thread alone.
package enum BLAS {
  #if canImport(Accelerate)
    /// Calls `body` with Accelerate on this thread alone, and leaves it as it was.
    package static func alone<Result>(_ body: () -> Result) -> Result {
      let before = BLASGetThreading()
      BLASSetThreading(BLAS_THREADING_SINGLE_THREADED)
      defer { BLASSetThreading(before) }
      return body()
    }
  #else
    /// OpenBLAS would start as many threads of its own for each of Dispatch's, and they would fight
    /// for the cores: it gets one, and large products are cut into slices here. This holds for the
    /// whole process.
    private static let setUp: Void = openblas_set_num_threads(1)

    /// Calls `body` with OpenBLAS on this thread alone.
    package static func alone<Result>(_ body: () -> Result) -> Result {
      _ = setUp
      return body()
    }
  #endif

  /// Lets what calls BLAS by itself, such as Clp, do so on one thread, where that is up to the process.
  package static func useOneThread() { alone {} }

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
    alone {
      cblas_sgemm(
        CblasRowMajor, transposeLeft ? CblasTrans : CblasNoTrans,
        transposeRight ? CblasTrans : CblasNoTrans,
        Int32(rows), Int32(columns), Int32(inner), 1,
        left, Int32(leftStride ?? (transposeLeft ? rows : inner)),
        right, Int32(rightStride ?? (transposeRight ? inner : columns)),
        accumulate ? 1 : 0, result, Int32(resultStride))
    }
  }

  // MARK: In double precision. Every extent must fit an `Int32`.

  /// result = matrix vector, or with the transposed matrix, which is row-major, [rows, columns], neither 0.
  package static func gemv(
    transpose: Bool = false, rows: Int, columns: Int, matrix: UnsafePointer<Double>,
    vector: UnsafePointer<Double>, result: UnsafeMutablePointer<Double>
  ) {
    alone {
      cblas_dgemv(
        CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), 1,
        matrix, Int32(columns), vector, 1, 0, result, 1)
    }
  }

  /// The upper triangle of result = matrix matrix^T, row-major; the matrix is [rows, columns].
  package static func syrk(
    rows: Int, columns: Int, matrix: UnsafePointer<Double>, result: UnsafeMutablePointer<Double>
  ) {
    alone {
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasNoTrans, Int32(rows), Int32(columns), 1, matrix,
        Int32(columns), 0, result, Int32(rows))
    }
  }

  /// vector = L^-1 vector, or L^-T vector, for the lower triangle L of a column-major matrix [size, size].
  package static func trsv(
    transpose: Bool, size: Int, matrix: UnsafePointer<Double>, vector: UnsafeMutablePointer<Double>
  ) {
    alone {
      cblas_dtrsv(
        CblasColMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit,
        Int32(size), matrix, Int32(size), vector, 1)
    }
  }
}
