internal import CombinatorialKernels

/// How two contiguous tensors line up with their broadcast result, in as few axes as possible.
///
/// Neighboring axes along which each operand either repeats or advances alike become one. A scalar
/// operand, a row added to every row, and a value for each channel then all end in a long innermost
/// axis along which an operand's stride is 1 or 0.
struct BroadcastPlan {
  let shape: [Int]
  /// Extents of the collapsed axes but the innermost.
  private(set) var outerExtents: [Int] = []
  private(set) var leftStrides: [Int] = []
  private(set) var rightStrides: [Int] = []
  private(set) var innerExtent = 1
  /// 0 or 1.
  private(set) var leftInnerStride = 0
  private(set) var rightInnerStride = 0

  var outerCount: Int { outerExtents.reduce(1, *) }

  init(_ left: [Int], _ right: [Int]) throws(TensorError) {
    self.init(left, right, shape: try Shape.broadcast(left, right))
  }

  /// A plan whose right operand is the result: `source` is known to broadcast to `target`.
  init(repeating source: [Int], to target: [Int]) { self.init(source, target, shape: target) }

  private init(_ left: [Int], _ right: [Int], shape: [Int]) {
    self.shape = shape
    var axes: [(extent: Int, left: Bool, right: Bool)] = []
    for axis in shape.indices where shape[axis] != 1 {
      let advancesLeft = Self.extent(of: left, at: axis, rank: shape.count) != 1
      let advancesRight = Self.extent(of: right, at: axis, rank: shape.count) != 1
      if let last = axes.last, last.left == advancesLeft, last.right == advancesRight {
        axes[axes.count - 1].extent *= shape[axis]
      } else {
        axes.append((shape[axis], advancesLeft, advancesRight))
      }
    }
    guard let inner = axes.popLast() else { return }
    innerExtent = inner.extent
    leftInnerStride = inner.left ? 1 : 0
    rightInnerStride = inner.right ? 1 : 0
    outerExtents = axes.map(\.extent)
    leftStrides = Self.strides(axes.map { ($0.extent, $0.left) }, inner: (inner.extent, inner.left))
    rightStrides = Self.strides(
      axes.map { ($0.extent, $0.right) }, inner: (inner.extent, inner.right))
  }

  private static func extent(of shape: [Int], at axis: Int, rank: Int) -> Int {
    let position = axis - (rank - shape.count)
    return position < 0 ? 1 : shape[position]
  }

  private static func strides(
    _ axes: [(extent: Int, advances: Bool)], inner: (extent: Int, advances: Bool)
  ) -> [Int] {
    var stride = inner.advances ? inner.extent : 1
    var strides = [Int](repeating: 0, count: axes.count)
    for (index, axis) in axes.enumerated().reversed() where axis.advances {
      strides[index] = stride
      stride *= axis.extent
    }
    return strides
  }

  /// The positions in the operands where outer row number `row` starts.
  @inline(__always)
  func offsets(ofRow row: Int) -> (left: Int, right: Int) {
    var (rest, left, right) = (row, 0, 0)
    for axis in outerExtents.indices.reversed() {
      let (quotient, index) = rest.quotientAndRemainder(dividingBy: outerExtents[axis])
      left += index * leftStrides[axis]
      right += index * rightStrides[axis]
      rest = quotient
    }
    return (left, right)
  }

  /// Calls `fill` with each row of the result, or with parts of the only row.
  func run(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>, _ fill: @Sendable (PairSlice) -> Void
  ) {
    nonisolated(unsafe) let (left, right, output) = (left, right, output)
    let rowCount = outerCount
    guard rowCount > 1 else {
      guard rowCount == 1 else { return }
      Parallel.forEachSlice(of: innerExtent, minimumSlice: ElementSlice.minimumCount) { slice in
        let start = slice.lowerBound
        fill(
          row(
            left + start * leftInnerStride, right + start * rightInnerStride, output + start,
            count: slice.count))
      }
      return
    }
    let minimumRows = max(1, ElementSlice.minimumCount / max(1, innerExtent))
    Parallel.forEachSlice(of: rowCount, minimumSlice: minimumRows) { rows in
      for row in rows {
        let offsets = offsets(ofRow: row)
        fill(
          self.row(
            left + offsets.left, right + offsets.right, output + row * innerExtent,
            count: innerExtent))
      }
    }
  }

  private func row(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    _ output: UnsafeMutablePointer<Float>, count: Int
  ) -> PairSlice {
    PairSlice(
      count: count, left: left, right: right, output: output, leftRepeats: leftInnerStride == 0,
      rightRepeats: rightInnerStride == 0)
  }
}
