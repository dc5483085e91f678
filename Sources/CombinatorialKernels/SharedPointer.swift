/// An array that the slices of a batch write to, each a part of its own.
@usableFromInline package struct SharedOutput<Element>: @unchecked Sendable {
  /// nil for an array without elements.
  @usableFromInline package let base: UnsafeMutablePointer<Element>?

  @inlinable package init(_ base: UnsafeMutablePointer<Element>?) { self.base = base }

  /// Where an element lies.
  @inlinable package func from(_ index: Int) -> UnsafeMutablePointer<Element>? {
    base.map { $0 + index }
  }
}

/// An array that the slices of a batch read.
@usableFromInline package struct SharedInput<Element>: @unchecked Sendable {
  /// nil for an array without elements, or for none.
  @usableFromInline package let base: UnsafePointer<Element>?

  @inlinable package init(_ base: UnsafePointer<Element>?) { self.base = base }

  /// Where an element lies.
  @inlinable package func from(_ index: Int) -> UnsafePointer<Element>? { base.map { $0 + index } }
}

extension Array {
  /// Calls `body` with the elements where slices may read them.
  @inlinable package func withSharedInput<Result, Failure: Error>(
    _ body: (SharedInput<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeBufferPointer { buffer throws(Failure) in
      try body(SharedInput(buffer.baseAddress))
    }
  }

  /// Calls `body` with the elements where slices may write them.
  @inlinable package mutating func withSharedOutput<Result, Failure: Error>(
    _ body: (SharedOutput<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeMutableBufferPointer { buffer throws(Failure) in
      try body(SharedOutput(buffer.baseAddress))
    }
  }
}

/// Calls `body` with an array that may be missing; nil then.
@inlinable package func withSharedInput<Element, Result, Failure: Error>(
  of array: [Element]?, _ body: (SharedInput<Element>) throws(Failure) -> Result
) throws(Failure) -> Result {
  guard let array else { return try body(SharedInput(nil)) }
  return try array.withSharedInput(body)
}

/// Calls `body` with two arrays where slices may write them.
@inlinable package func withSharedOutputs<A, B, Failure: Error>(
  _ a: inout [A], _ b: inout [B],
  _ body: (SharedOutput<A>, SharedOutput<B>) throws(Failure) -> Void
) throws(Failure) {
  try a.withSharedOutput { a throws(Failure) in
    try b.withSharedOutput { b throws(Failure) in try body(a, b) }
  }
}

/// Calls `body` with three arrays where slices may write them.
@inlinable package func withSharedOutputs<A, B, C, Failure: Error>(
  _ a: inout [A], _ b: inout [B], _ c: inout [C],
  _ body: (SharedOutput<A>, SharedOutput<B>, SharedOutput<C>) throws(Failure) -> Void
) throws(Failure) {
  try a.withSharedOutput { a throws(Failure) in
    try withSharedOutputs(&b, &c) { b, c throws(Failure) in try body(a, b, c) }
  }
}

/// Calls `body` with four arrays where slices may write them.
@inlinable package func withSharedOutputs<A, B, C, D, Failure: Error>(
  _ a: inout [A], _ b: inout [B], _ c: inout [C], _ d: inout [D],
  _ body: (SharedOutput<A>, SharedOutput<B>, SharedOutput<C>, SharedOutput<D>) throws(Failure) ->
    Void
) throws(Failure) {
  try a.withSharedOutput { a throws(Failure) in
    try withSharedOutputs(&b, &c, &d) { b, c, d throws(Failure) in try body(a, b, c, d) }
  }
}

/// Calls `body` with five arrays where slices may write them.
@inlinable package func withSharedOutputs<A, B, C, D, E, Failure: Error>(
  _ a: inout [A], _ b: inout [B], _ c: inout [C], _ d: inout [D], _ e: inout [E],
  _ body: (
    SharedOutput<A>, SharedOutput<B>, SharedOutput<C>, SharedOutput<D>, SharedOutput<E>
  ) throws(Failure) -> Void
) throws(Failure) {
  try a.withSharedOutput { a throws(Failure) in
    try withSharedOutputs(&b, &c, &d, &e) { b, c, d, e throws(Failure) in try body(a, b, c, d, e) }
  }
}
