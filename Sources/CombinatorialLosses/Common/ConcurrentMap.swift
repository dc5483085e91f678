internal import CombinatorialKernels

/// The results of `transform` for the items `0 ..< count` of a batch, in order, computed on several threads.
///
/// - Throws: The error of the lowest item that has one, whatever the threads did. A
///   ``/CombinatorialSolvers/CombinatorialError`` of a single problem names the item.
func concurrentMap<Element: Sendable>(
  count: Int, _ transform: @Sendable (Int) throws -> Element
) throws -> [Element] {
  let outcomes = Lock([Result<Element, any Error>?](repeating: nil, count: count))
  Parallel.forEachSlice(of: count) { slice in
    let results = slice.map { item in
      Result { try transform(item) }.mapError { error in
        (error as? CombinatorialError)?.ofItem(item) ?? error
      }
    }
    outcomes.withLock { outcomes in
      for (item, result) in zip(slice, results) { outcomes[item] = result }
    }
  }
  return try outcomes.withLock { $0 }.compactMap { try $0?.get() }
}
