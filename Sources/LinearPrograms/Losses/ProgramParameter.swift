internal import CombinatorialLosses

/// A tensor that holds a vector or matrix of each program of a batch, or one for all of them.
struct ProgramParameter: Sendable {
  /// Off the tape.
  private let tensor: Tensor
  /// Whether a gradient is wanted.
  let isTracked: Bool
  /// Whether the programs share it: it came without a batch axis.
  let isShared: Bool
  /// The shape of one program's share.
  let itemShape: [Int]

  /// - Throws: `LinearProgramError.shapeMismatch` unless the rank is that of an item, or one more.
  init(_ tensor: Tensor, itemRank: Int, name: String) throws(LinearProgramError) {
    guard tensor.rank == itemRank || tensor.rank == itemRank + 1 else {
      throw .shapeMismatch(
        expected: "\(name) of rank \(itemRank), or \(itemRank + 1) with a batch axis first",
        found: "shape \(tensor.shape)")
    }
    self.tensor = tensor.detached
    isTracked = tensor.isTracked
    isShared = tensor.rank == itemRank
    itemShape = Array(tensor.shape.suffix(itemRank))
  }

  /// The programs that it has a share for; nil if it is shared.
  var count: Int? { isShared ? nil : tensor.shape[0] }

  private var itemCount: Int { itemShape.reduce(1, *) }

  private func range(of item: Int) -> Range<Int> {
    let start = isShared ? 0 : item * itemCount
    return start..<start + itemCount
  }

  /// One program's vector.
  func vector(_ item: Int) -> [Double] {
    tensor.withUnsafeScalars { $0[range(of: item)].map(Double.init) }
  }

  /// One program's matrix.
  func matrix(_ item: Int) throws(LinearProgramError) -> ConstraintMatrix {
    try tensor.withUnsafeScalars { scalars throws(LinearProgramError) in
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
    var share = [Double](repeating: 0, count: itemCount)
    return try Tensor(shape: tensor.shape) { gradient in
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
