extension Tensor {
  /// A vector: `Tensor([1, 2, 3])`.
  public init(_ scalars: [Float]) {
    self.init(uninitialized: [scalars.count])
    scalars.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.base.update(from: base, count: source.count) }
    }
  }

  /// A matrix, row by row: `try Tensor([[1, 2], [3, 4]])`.
  ///
  /// - Throws: `TensorError.ragged` where a row is not as long as the first.
  public init(_ rows: [[Float]]) throws(TensorError) { try self.init(nested: rows) }

  /// A tensor of three axes, matrix by matrix.
  ///
  /// - Throws: `TensorError.ragged` where an array is not as long as the first beside it.
  public init(_ matrices: [[[Float]]]) throws(TensorError) { try self.init(nested: matrices) }

  /// A tensor of four axes, such as pictures: `[pictures, channels, rows, columns]`.
  ///
  /// - Throws: `TensorError.ragged` where an array is not as long as the first beside it.
  public init(_ pictures: [[[[Float]]]]) throws(TensorError) { try self.init(nested: pictures) }

  private init(nested: some NestedScalars) throws(TensorError) {
    let shape = nested.extents
    var scalars: [Float] = []
    scalars.reserveCapacity(shape.reduce(1, *))
    try nested.append(to: &scalars, extents: shape[...], at: [])
    try self.init(scalars, shape: shape)
  }
}

/// A number, or an array of arrays of numbers.
private protocol NestedScalars {
  /// How many arrays stand around a number.
  static var depth: Int { get }
  /// The shape, by the first element of each array; extents within an empty array are 0.
  var extents: [Int] { get }
  /// Adds the numbers, or refuses an array whose length is not its extent.
  func append(
    to scalars: inout [Float], extents: ArraySlice<Int>, at index: [Int]
  ) throws(TensorError)
}

extension Float: NestedScalars {
  static var depth: Int { 0 }
  var extents: [Int] { [] }
  func append(to scalars: inout [Float], extents: ArraySlice<Int>, at index: [Int]) {
    scalars.append(self)
  }
}

extension Array: NestedScalars where Element: NestedScalars {
  static var depth: Int { Element.depth + 1 }

  var extents: [Int] {
    [count] + (first?.extents ?? [Int](repeating: 0, count: Element.depth))
  }

  func append(
    to scalars: inout [Float], extents: ArraySlice<Int>, at index: [Int]
  ) throws(TensorError) {
    guard let extent = extents.first, count == extent else {
      throw .ragged(index: index, expected: extents.first ?? 0, found: count)
    }
    if let numbers = self as? [Float] {
      scalars += numbers
      return
    }
    for (position, element) in enumerated() {
      try element.append(to: &scalars, extents: extents.dropFirst(), at: index + [position])
    }
  }
}
