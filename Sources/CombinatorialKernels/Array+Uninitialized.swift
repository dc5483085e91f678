extension Array {
  /// As `init(unsafeUninitializedCapacity:initializingWith:)`, which sets the count of the empty array too, that all of
  /// the process share: two threads that make empty arrays are a data race. `body` is not called for no elements.
  @inlinable package init(
    uninitializedCount count: Int,
    initializingWith body: (UnsafeMutableBufferPointer<Element>, _ initializedCount: inout Int) ->
      Void
  ) {
    guard count > 0 else {
      self = []
      return
    }
    self.init(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // There may be room for more.
      body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]), &initializedCount)
    }
  }
}
