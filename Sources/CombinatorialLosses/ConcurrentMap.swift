internal import CombinatorialKernels

/// The results of `transform` for `0 ..< count`, in order, computed on several threads.
///
/// - Throws: The error of the lowest index that has one, whatever the threads did.
func concurrentMap<Element: Sendable>(
  count: Int, _ transform: @Sendable (Int) throws -> Element
) throws -> [Element] {
  let outcomes = Lock([Result<Element, any Error>?](repeating: nil, count: count))
  Parallel.forEachSlice(of: count) { slice in
    let results = slice.map { index in Result { try transform(index) } }
    outcomes.withLock { outcomes in
      for (index, result) in zip(slice, results) { outcomes[index] = result }
    }
  }
  return try outcomes.withLock { $0 }.compactMap { try $0?.get() }
}
