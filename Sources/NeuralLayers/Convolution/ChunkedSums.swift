internal import CombinatorialKernels
internal import DifferentiableTensor

/// A sum over a batch, computed on several threads with a result that does not depend on how many.
///
/// The batch is cut into chunks whose number follows from the extents alone. Each chunk has a partial
/// sum of its own; the partial sums are added in the order of the chunks.
struct ChunkedSums {
  /// Scalars of all partial sums together that are worth their memory: 32 MiB.
  private static let budget = 1 << 23

  private let items, chunks, scalars: Int
  private var partials: Tensor

  /// - Parameters:
  ///   - items: What is cut into chunks.
  ///   - scalars: Extent of the sum.
  init(of items: Int, scalars: Int) throws(TensorError) {
    (self.items, self.scalars) = (items, scalars)
    chunks = min(items, max(4, min(16, Self.budget / max(1, scalars))))
    partials = try Tensor.zeros([chunks, scalars])
  }

  /// Calls `body` with the items of each chunk and the partial sum to add to.
  mutating func forEachChunk(
    _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let (items, chunks, scalars) = (items, chunks, scalars)
    partials.withUnsafeMutableScalars { partials in
      guard let base = partials.baseAddress else { return }
      nonisolated(unsafe) let partials = base
      Parallel.forEachSlice(of: chunks) { slice in
        for chunk in slice {
          body(items * chunk / chunks..<items * (chunk + 1) / chunks, partials + chunk * scalars)
        }
      }
    }
  }

  /// The partial sums, added in order: [scalars].
  func total() throws(TensorError) -> Tensor {
    try Tensor(shape: [scalars], from: partials) { partials, sum in
      sum.update(repeating: 0, count: scalars)
      for chunk in 0..<chunks {
        let partial = partials + chunk * scalars
        for index in 0..<scalars { sum[index] += partial[index] }
      }
    }
  }
}
