/// A pointer that slices of one call share: they read all of it, or write to disjoint parts.
package struct Shared<Value>: @unchecked Sendable {
  package let value: Value

  package init(_ value: Value) { self.value = value }
}

/// An array whose elements `body` writes from several threads.
package func filledArray<Element>(
  count: Int, of initial: Element, _ body: (Shared<UnsafeMutablePointer<Element>>) -> Void
) -> [Element] {
  // An empty array has no address to give.
  var array = [Element](repeating: initial, count: max(1, count))
  array.withUnsafeMutableBufferPointer { buffer in
    if let base = buffer.baseAddress { body(Shared(base)) }
  }
  if count == 0 { array.removeAll() }
  return array
}
