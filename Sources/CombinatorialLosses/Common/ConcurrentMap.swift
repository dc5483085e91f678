internal import CombinatorialKernels

/// The results of `transform` for the items `0 ..< count` of a batch, in order, computed on several threads.
///
/// - Throws: The error of the lowest item that has one, whatever the threads did. A
///   ``/CombinatorialSolvers/CombinatorialError`` of a single problem names the item.
func concurrentMap<Element: Sendable>(
  count: Int, _ transform: @Sendable (Int) throws -> Element
) throws -> [Element] {
  try Parallel.map(count) { item in
    do { return try transform(item) } catch let error as CombinatorialError {
      throw error.ofItem(item)
    }
  }
}
