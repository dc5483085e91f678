#if canImport(Accelerate)
  internal import Accelerate
#else
  internal import CCombinatorialLAPACKE
#endif

/// Factorizations through LAPACK, Apple's Accelerate or LAPACKE, of column-major matrices; callers keep it on their
/// own thread.
enum LAPACK {
  /// The Cholesky factor of a positive definite matrix [size, size], in its place: the lower triangle.
  ///
  /// - Returns: Whether it could be computed.
  static func potrf(size: Int, matrix: UnsafeMutablePointer<Double>) -> Bool {
    #if canImport(Accelerate)
      var (extent, status) = (Int32(size), Int32(0))
      withUnsafePointer(to: &extent) { dpotrf_("L", $0, matrix, $0, &status) }
      return status == 0
    #else
      return LAPACKE_dpotrf_work(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(size), matrix, Int32(size)) == 0
    #endif
  }

  /// The inverse of a matrix [size, size], in its place.
  ///
  /// - Returns: Whether there is one.
  static func invert(size: Int, matrix: UnsafeMutablePointer<Double>) -> Bool {
    guard size > 0 else { return true }
    var pivots = [Int32](repeating: 0, count: size)
    var work = [Double](repeating: 0, count: size * 64)
    #if canImport(Accelerate)
      var (extent, status, workCount) = (Int32(size), Int32(0), Int32(work.count))
      withUnsafePointer(to: &extent) { extent in
        dgetrf_(extent, extent, matrix, extent, &pivots, &status)
        guard status == 0 else { return }
        dgetri_(extent, matrix, extent, &pivots, &work, &workCount, &status)
      }
      return status == 0
    #else
      let (extent, workCount) = (Int32(size), Int32(work.count))
      return LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, extent, extent, matrix, extent, &pivots) == 0
        && LAPACKE_dgetri_work(
          LAPACK_COL_MAJOR, extent, matrix, extent, pivots, &work, workCount) == 0
    #endif
  }
}
