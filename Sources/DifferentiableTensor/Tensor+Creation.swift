internal import CombinatorialKernels
internal import CombinatorialLibc

extension Tensor {
  /// A tensor of one value everywhere.
  ///
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`.
  public init(repeating value: Float, shape: [Int]) throws(TensorError) {
    _ = try Shape.elementCount(shape)
    self.init(uninitialized: shape)
    fill(with: value)
  }

  /// A tensor of zeros.
  ///
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`.
  public static func zeros(_ shape: [Int]) throws(TensorError) -> Tensor {
    try Tensor(repeating: 0, shape: shape)
  }

  /// A tensor of ones.
  ///
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`.
  public static func ones(_ shape: [Int]) throws(TensorError) -> Tensor {
    try Tensor(repeating: 1, shape: shape)
  }

  /// Ones on the diagonal of a matrix, zeros elsewhere.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns; nil: as many as rows.
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`.
  public static func eye(_ rows: Int, columns: Int? = nil) throws(TensorError) -> Tensor {
    let columns = columns ?? rows
    let result = try Tensor.zeros([rows, columns])
    for diagonal in 0..<Swift.min(rows, columns) {
      result.storage.base[diagonal * (columns + 1)] = 1
    }
    return result
  }

  /// Zeros in the shape of `other`.
  package init(zerosLike other: Tensor) {
    self.init(uninitialized: other.shape)
    fill(with: 0)
  }

  private func fill(with value: Float) {
    nonisolated(unsafe) let base = storage.base
    Parallel.forEachSlice(of: count, minimumSlice: ElementSlice.minimumCount) { slice in
      (base + slice.lowerBound).update(repeating: value, count: slice.count)
    }
  }

  /// Independent draws from a uniform distribution.
  ///
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`.
  public static func random(
    uniform shape: [Int], in range: ClosedRange<Float> = 0...1,
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) -> Tensor {
    let width = range.upperBound - range.lowerBound
    return try Tensor(
      shape: shape,
      filledBy: { buffer in
        for index in buffer.indices {
          buffer[index] = range.lowerBound + width * generator.nextUnitFloat()
        }
      })
  }

  /// Independent draws from a normal distribution, by the method of Box and Muller (1958).
  ///
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`.
  public static func random(
    normal shape: [Int], mean: Float = 0, standardDeviation: Float = 1,
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) -> Tensor {
    try Tensor(
      shape: shape,
      filledBy: { buffer in
        for index in stride(from: 0, to: buffer.count, by: 2) {
          // 1 - u is in (0, 1], where the logarithm is finite.
          let radius = (-2 * logf(1 - generator.nextUnitFloat())).squareRoot() * standardDeviation
          let angle = 2 * Float.pi * generator.nextUnitFloat()
          buffer[index] = mean + radius * cosf(angle)
          if index + 1 < buffer.count { buffer[index + 1] = mean + radius * sinf(angle) }
        }
      })
  }
}

extension Tensor {
  /// Independent draws from the standard normal distribution: ``random(normal:mean:standardDeviation:using:)``
  /// by the name that other libraries have for it.
  ///
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`.
  public static func randn(
    _ shape: [Int], using generator: inout some RandomNumberGenerator
  ) throws(TensorError) -> Tensor {
    try random(normal: shape, using: &generator)
  }
}

extension RandomNumberGenerator {
  /// A multiple of 2^-24 in [0, 1).
  mutating func nextUnitFloat() -> Float { Float(next() >> 40) * 0x1p-24 }
}
