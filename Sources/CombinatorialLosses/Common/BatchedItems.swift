/// A tensor seen as a batch of items; one item alone is a batch of one.
package struct BatchedItems: Sendable {
  /// The tensor as it came, off the tape.
  package let tensor: Tensor
  /// Whether it came with a batch axis.
  package let isBatched: Bool
  /// The shape of one item.
  package let itemShape: [Int]

  /// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)`` unless the rank is that of an item,
  ///   or one more.
  init(_ tensor: Tensor, itemRank: Int, name: String) throws(CombinatorialError) {
    guard let items = BatchedItems(tensor, itemRank: itemRank) else {
      throw .shapeMismatch(
        expected: Self.expected(itemRank: itemRank, name: name), found: "shape \(tensor.shape)")
    }
    self = items
  }

  /// Nil unless the rank is that of an item, or one more.
  package init?(_ tensor: Tensor, itemRank: Int) {
    guard tensor.rank == itemRank || tensor.rank == itemRank + 1 else { return nil }
    self.tensor = tensor.detached
    isBatched = tensor.rank > itemRank
    itemShape = Array(tensor.shape.suffix(itemRank))
  }

  /// What an error says that was expected.
  package static func expected(itemRank: Int, name: String) -> String {
    "\(name) of rank \(itemRank), or \(itemRank + 1) with a batch axis first"
  }

  /// The number of items.
  package var count: Int { isBatched ? tensor.shape[0] : 1 }

  /// Scalars of one item.
  package var itemCount: Int { itemShape.reduce(1, *) }

  /// The shape of the tensor as it came.
  var shape: [Int] { tensor.shape }

  /// The shape of one number for each item: `[]` if the tensor came without a batch axis.
  var batchShape: [Int] { isBatched ? [count] : [] }

  /// The tensor with a batch axis in any case.
  var batched: Tensor {
    get throws { isBatched ? tensor : try tensor.reshaped([1] + itemShape) }
  }

  /// Where an item lies among the scalars.
  package func range(of item: Int) -> Range<Int> { item * itemCount..<(item + 1) * itemCount }

  /// One item.
  subscript(item: Int) -> Tensor {
    get throws {
      guard isBatched else { return tensor }
      return try Tensor(shape: itemShape) { scalars in
        tensor.withUnsafeScalars { _ = scalars.update(fromContentsOf: $0[range(of: item)]) }
      }
    }
  }

  /// One item, which all problems share if the tensor has no batch axis.
  func shared(_ item: Int) throws -> Tensor { try self[isBatched ? item : 0] }

  /// The scalars of `count` items, repeated if all problems share one.
  func repeated(_ count: Int) -> [Float] {
    guard !isBatched, count != 1 else { return tensor.scalars }
    return (0..<count).flatMap { _ in tensor.scalars }
  }

  /// The batch axis of tensors that give problems together: `[]` if none of them has one.
  ///
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``: they have different ones.
  static func batchShape(of parts: [BatchedItems]) throws(CombinatorialError) -> [Int] {
    let counts = Set(parts.filter(\.isBatched).map(\.count))
    guard counts.count <= 1 else {
      throw .shapeMismatch(
        expected: "one batch axis, or none, in each tensor",
        found: parts.map { "\($0.shape)" }.joined(separator: ", "))
    }
    return Array(counts)
  }
}
