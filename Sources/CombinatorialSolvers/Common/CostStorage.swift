internal import CombinatorialKernels

/// The costs of a batch, for the certificates of its solutions: a copy, as the caller's array stays the caller's alone,
/// unless the call shares it.
enum CostStorage: Sendable {
  case float([Float])
  case double([Double])
  /// Distances, computed when they are asked for.
  case points(TransportPoints)
  /// Of two sequences, looked up when they are asked for.
  case letters(LetterPair)
  /// Solved in place: nothing was kept.
  case none

  /// Nothing is kept of a call that is to end.
  init<Scalar: CostScalar>(_ costs: UnsafeBufferPointer<Scalar>) {
    if Scalar.self == Float.self {
      let copy = costs.withMemoryRebound(to: Float.self) { Self.copy($0) }
      self = copy.map(Self.float) ?? .none
    } else {
      let copy = costs.withMemoryRebound(to: Double.self) { Self.copy($0) }
      self = copy.map(Self.double) ?? .none
    }
  }

  /// A copy, made piece by piece; nil if the call is to end before it is whole.
  private static func copy<Scalar>(_ costs: UnsafeBufferPointer<Scalar>) -> [Scalar]? {
    let stop = StopFlag.current
    let copy = [Scalar](uninitializedCount: costs.count) { copy, count in
      LargePages.advise(copy.baseAddress, byteCount: costs.count * MemoryLayout<Scalar>.stride)
      while count < costs.count, stop?.isSet != true {
        let piece = count..<min(count + 1 << 18, costs.count)
        _ = copy[piece].initialize(fromContentsOf: costs[piece])
        count = piece.upperBound
      }
    }
    return copy.count == costs.count ? copy : nil
  }

  /// Numbers that nobody else writes to.
  init<Scalar: CostScalar>(adopting numbers: [Scalar]) {
    // `as? [Float]` would look at every element.
    if Scalar.self == Float.self {
      self = .float(unsafeBitCast(numbers, to: [Float].self))
    } else if Scalar.self == Double.self {
      self = .double(unsafeBitCast(numbers, to: [Double].self))
    } else {
      self = .none
    }
  }

  /// Whether there are costs to prove anything with.
  var isKept: Bool { if case .none = self { false } else { true } }

  /// NaN where nothing was kept: no certificate follows from it.
  subscript(index: Int) -> Double {
    switch self {
    case .float(let costs): Double(costs[index])
    case .double(let costs): costs[index]
    case .points(let points): points.distance(at: index)
    case .letters(let pair): pair.cost(at: index)
    case .none: .nan
    }
  }
}

/// One problem's costs within a batch.
struct CostMatrix: Sendable, Equatable {
  let storage: CostStorage
  let offset, rowStride, rows, columns: Int

  init(_ storage: CostStorage, item: Int, of shape: BatchShape) {
    self.storage = storage
    offset = item * shape.itemCount
    rowStride = shape.columns
    rows = shape.rowCount(item)
    columns = shape.columnCount(item)
  }

  /// Whether there are costs to prove anything with.
  var isKept: Bool { storage.isKept }

  subscript(row: Int, column: Int) -> Double { storage[offset + row * rowStride + column] }

  /// A cost of a list.
  subscript(index: Int) -> Double { storage[offset + index] }

  /// The same numbers, of whichever type.
  static func == (a: CostMatrix, b: CostMatrix) -> Bool {
    guard (a.rows, a.columns, a.isKept) == (b.rows, b.columns, b.isKept) else { return false }
    return !a.isKept
      || (0..<a.rows).allSatisfy { row in
        (0..<a.columns).allSatisfy { a[row, $0] == b[row, $0] }
      }
  }
}

extension CostMatrix {
  /// All cells in double, row by row; of a call that is to end those that there was time for.
  var cells: [Double] {
    let stop = StopFlag.current
    var cells: [Double] = []
    cells.reserveCapacity(rows * columns)
    cells.withUnsafeMutableBufferPointer {
      LargePages.advise($0.baseAddress, byteCount: rows * columns * MemoryLayout<Double>.stride)
    }
    forEachRow { _, row in if stop?.isSet != true { cells.append(contentsOf: row) } }
    return cells
  }

  /// Calls `body` with each row in double.
  func forEachRow(_ body: (_ row: Int, _ costs: UnsafeBufferPointer<Double>) -> Void) {
    switch storage {
    case .double(let costs):
      costs.withUnsafeBufferPointer { costs in
        for row in 0..<rows {
          let start = offset + row * rowStride
          body(row, UnsafeBufferPointer(rebasing: costs[start..<start + columns]))
        }
      }
    case .float(let costs):
      for row in 0..<rows {
        let start = offset + row * rowStride
        costs[start..<start + columns].map(Double.init).withUnsafeBufferPointer { body(row, $0) }
      }
    case .none, .points, .letters: break
    }
  }
}
