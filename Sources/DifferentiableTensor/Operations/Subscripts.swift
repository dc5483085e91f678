/// What a subscript of a tensor takes along one axis: an integer or a range of integers.
public protocol TensorIndex: Sendable {
  /// The elements that it stands for.
  var selection: TensorSelection { get }
}

/// What is taken of an axis.
public enum TensorSelection: Sendable, Hashable {
  /// One element, and the axis with it; a negative one counts from the end, so that -1 is the last.
  case element(Int)
  /// The elements from `lower` to before `upper`; nil stands for the end of the axis.
  case range(lower: Int?, upper: Int?)
}

extension Int: TensorIndex {
  /// One element, and the axis with it.
  public var selection: TensorSelection { .element(self) }
}

extension Range: TensorIndex where Bound == Int {
  /// The elements in the range.
  public var selection: TensorSelection { .range(lower: lowerBound, upper: upperBound) }
}

extension ClosedRange: TensorIndex where Bound == Int {
  /// The elements in the range.
  public var selection: TensorSelection {
    .range(lower: lowerBound, upper: upperBound.successor)
  }
}

extension PartialRangeFrom: TensorIndex where Bound == Int {
  /// The elements from the bound on: all of them for `0...`.
  public var selection: TensorSelection { .range(lower: lowerBound, upper: nil) }
}

extension PartialRangeUpTo: TensorIndex where Bound == Int {
  /// The elements before the bound.
  public var selection: TensorSelection { .range(lower: nil, upper: upperBound) }
}

extension PartialRangeThrough: TensorIndex where Bound == Int {
  /// The elements up to the bound; one below 0 is refused, as it does not count from the end.
  public var selection: TensorSelection {
    .range(lower: upperBound < 0 ? upperBound : nil, upper: upperBound.successor)
  }
}

extension Int {
  /// The next integer, or the same if there is none: no axis is so long.
  fileprivate var successor: Int { self == .max ? self : self + 1 }
}

extension Tensor {
  /// A part of the tensor: an integer takes one element of its axis and the axis away, a range takes what is
  /// in it. Axes without an index are taken whole. Copies. Gradient: g in its place, zeros elsewhere.
  ///
  ///     let row = try x[0]              // as x[0] in PyTorch
  ///     let column = try x[0..., -1]    // as x[:, -1]
  ///     let cell = try x[1, 2].item()
  ///
  /// For chosen elements, one after another, see ``gathered(at:axis:)``.
  ///
  /// - Parameter indices: One for each of the first axes. Ranges have to lie within their axis; a negative
  ///   integer counts from the end.
  /// - Throws: `TensorError.tooManyIndices`, `.subscriptOutOfRange`, `.rangeOutOfBounds`.
  /// - Complexity: O(elements that the first index leaves).
  public subscript(_ indices: any TensorIndex...) -> Tensor {
    get throws(TensorError) {
      guard indices.count <= rank else {
        throw .tooManyIndices(count: indices.count, rank: rank)
      }
      var part = self
      var partShape: [Int] = []
      for (axis, index) in indices.enumerated() {
        let extent = shape[axis]
        let range = try index.selection.range(axis: axis, extent: extent)
        if range != 0..<extent { part = try part.sliced(range, axis: axis) }
        if case .range = index.selection { partShape.append(range.count) }
      }
      partShape += shape[indices.count...]
      return partShape == part.shape ? part : try part.reshaped(partShape)
    }
  }
}

extension TensorSelection {
  fileprivate func range(axis: Int, extent: Int) throws(TensorError) -> Range<Int> {
    switch self {
    case .element(let index):
      guard index >= -extent, index < extent else {
        throw .subscriptOutOfRange(axis: axis, index: index, extent: extent)
      }
      let position = index < 0 ? index + extent : index
      return position..<position + 1
    case .range(let lower, let upper):
      // Where only one bound is given, it may lie beyond the axis's other end.
      let (first, last) = (lower ?? min(0, upper ?? 0), upper ?? max(extent, lower ?? 0))
      guard first <= last else {
        throw .rangeOutOfBounds(range: last..<first, extent: extent)
      }
      guard first >= 0, last <= extent else {
        throw .rangeOutOfBounds(range: first..<last, extent: extent)
      }
      return first..<last
    }
  }
}
