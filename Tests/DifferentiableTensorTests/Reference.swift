import DifferentiableTensor

/// Tensor operations from their definitions, one element at a time in double precision: what the
/// loops of the module are compared with.
struct Reference {
  let shape: [Int]
  let values: [Double]

  init(_ tensor: Tensor) {
    (shape, values) = (tensor.shape, tensor.scalars.map(Double.init))
  }

  init(shape: [Int], _ value: ([Int]) -> Double) {
    self.shape = shape
    values = Reference.indices(shape).map(value)
  }

  /// All multi-indices in row-major order.
  static func indices(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { prefixes, extent in
      prefixes.flatMap { prefix in (0..<extent).map { prefix + [$0] } }
    }
  }

  /// Aligned at the last axis; extents of 1 repeat; surplus leading indices are ignored.
  subscript(index: [Int]) -> Double {
    let aligned = zip(index.suffix(shape.count), shape).map { $1 == 1 ? 0 : $0 }
    return values[zip(aligned, shape).reduce(0) { $0 * $1.1 + $1.0 }]
  }

  static func broadcast(
    _ left: Tensor, _ right: Tensor, shape: [Int], _ combine: (Double, Double) -> Double
  ) -> Reference {
    let (left, right) = (Reference(left), Reference(right))
    return Reference(shape: shape) { combine(left[$0], right[$0]) }
  }

  /// The elements that differ only in their indices along `axes`, for each of the other indices.
  func groups(_ axes: [Int]) -> [[Double]] {
    let inside = axes.reduce(into: shape.map { _ in 1 }) { $0[$1] = shape[$1] }
    let outside = axes.reduce(into: shape) { $0[$1] = 1 }
    return Reference.indices(outside).map { start in
      Reference.indices(inside).map { offset in self[zip(start, offset).map(+)] }
    }
  }

  /// The greatest distance to the tensor's scalars; infinite if the numbers differ or one is NaN.
  func distance(to tensor: Tensor) -> Double {
    guard values.count == tensor.count else { return .infinity }
    let distances = zip(values, tensor.scalars).map { abs($0 - Double($1)) }
    return distances.contains { $0.isNaN } ? .infinity : distances.max() ?? 0
  }
}
