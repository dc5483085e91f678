internal import CombinatorialKernels

/// An array of zeros, made piece by piece: of hundreds of megabytes it takes a tenth of a second.
///
/// - Throws: ``CombinatorialError/Reason/cancelled``: the call is to end.
func zeros<Scalar: CostScalar>(_ count: Int) throws(CombinatorialError) -> [Scalar] {
  guard let stop = StopFlag.current else { return .init(repeating: 0, count: count) }
  let zeros = [Scalar](uninitializedCount: count) { zeros, written in
    LargePages.advise(zeros.baseAddress, byteCount: count * MemoryLayout<Scalar>.stride)
    while written < count, !stop.isSet {
      let piece = written..<min(written + 1 << 18, count)
      zeros[piece].initialize(repeating: 0)
      written = piece.upperBound
    }
  }
  guard zeros.count == count else { throw CombinatorialError(.cancelled) }
  return zeros
}
