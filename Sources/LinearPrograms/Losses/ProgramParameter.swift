internal import CombinatorialLosses

/// A tensor that holds a vector or matrix of each program of a batch, or one for all of them.
struct ProgramParameter: Sendable {
  private let items: BatchedItems
  /// Whether a gradient is wanted.
  let isTracked: Bool

  /// - Throws: `LinearProgramError.shapeMismatch` unless the rank is that of an item, or one more.
  init(_ tensor: Tensor, itemRank: Int, name: String) throws(LinearProgramError) {
    guard let items = BatchedItems(tensor, itemRank: itemRank) else {
      throw .shapeMismatch(
        expected: BatchedItems.expected(itemRank: itemRank, name: name),
        found: "shape \(tensor.shape)")
    }
    (self.items, isTracked) = (items, tensor.isTracked)
  }

  /// Whether the programs share it: it came without a batch axis.
  var isShared: Bool { !items.isBatched }
  /// The shape of one program's share.
  var itemShape: [Int] { items.itemShape }
  /// The programs that it has a share for; nil if it is shared.
  var count: Int? { isShared ? nil : items.count }

  private func range(of item: Int) -> Range<Int> { items.range(of: isShared ? 0 : item) }

  /// One program's vector.
  func vector(_ item: Int) -> [Double] {
    items.tensor.withUnsafeScalars { $0[range(of: item)].map(Double.init) }
  }

  /// One program's matrix.
  func matrix(_ item: Int) throws(LinearProgramError) -> ConstraintMatrix {
    try items.tensor.withUnsafeScalars { scalars throws(LinearProgramError) in
      try ConstraintMatrix(
        dense: UnsafeBufferPointer(rebasing: scalars[range(of: item)]), rows: itemShape[0],
        columns: itemShape[1])
    }
  }

  /// The gradient by the tensor; nil if none is wanted.
  ///
  /// - Parameter add: Adds an item's gradient to its share. Shares are added up in double precision
  ///   where the programs have one in common.
  func gradient(
    count: Int, _ add: (_ item: Int, _ share: UnsafeMutableBufferPointer<Double>) -> Void
  ) throws -> Tensor? {
    guard isTracked else { return nil }
    var share = [Double](repeating: 0, count: items.itemCount)
    return try Tensor(shape: items.tensor.shape) { gradient in
      share.withUnsafeMutableBufferPointer { share in
        for item in 0..<count {
          if !isShared { share.update(repeating: 0) }
          add(item, share)
          guard !isShared || item == count - 1 else { continue }
          let start = range(of: item).lowerBound
          for (position, partial) in share.enumerated() {
            gradient[start + position] = Float(partial)
          }
        }
        if isShared, count == 0 { gradient.update(repeating: 0) }
      }
    }
  }
}

/// The number of programs that some parameters make, and the shape of one number for each.
struct ProgramBatch: Sendable {
  let count: Int
  /// `[]` if no parameter has a batch axis.
  let shape: [Int]

  /// - Throws: `LinearProgramError.shapeMismatch` if batch axes differ.
  init(_ parameters: [ProgramParameter]) throws(LinearProgramError) {
    let counts = parameters.compactMap(\.count)
    guard let count = counts.first else {
      (self.count, shape) = (1, [])
      return
    }
    guard counts.allSatisfy({ $0 == count }) else {
      throw .shapeMismatch(expected: "batch axes of equal extent", found: "extents \(counts)")
    }
    (self.count, shape) = (count, [count])
  }
}
