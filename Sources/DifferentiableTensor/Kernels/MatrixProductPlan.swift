internal import CombinatorialKernels

/// The extents of a batched matrix product, checked.
struct MatrixProductPlan {
  let shape: [Int]
  private let transposeLeft: Bool
  private let transposeRight: Bool
  private let rows: Int
  private let columns: Int
  private let inner: Int
  /// Where each product of the batch finds its factors, counted in matrices; nil: one product.
  private let batch: BroadcastPlan?

  init(
    _ left: [Int], _ right: [Int], transposeLeft: Bool, transposeRight: Bool
  ) throws(TensorError) {
    guard left.count >= 2 else {
      throw .shapeMismatch(expected: "a left factor of rank 2 or more", found: left)
    }
    guard right.count >= 2 else {
      throw .shapeMismatch(expected: "a right factor of rank 2 or more", found: right)
    }
    let leftMatrix = left.suffix(2).map(\.self)
    let rightMatrix = right.suffix(2).map(\.self)
    (rows, inner) = (leftMatrix[transposeLeft ? 1 : 0], leftMatrix[transposeLeft ? 0 : 1])
    columns = rightMatrix[transposeRight ? 0 : 1]
    guard rightMatrix[transposeRight ? 1 : 0] == inner else {
      throw .shapeMismatch(
        expected: "a right factor with an inner extent of \(inner) for \(left)", found: right)
    }
    let (leftBatch, rightBatch) = (Array(left.dropLast(2)), Array(right.dropLast(2)))
    let plan = try BroadcastPlan(leftBatch, rightBatch)
    shape = plan.shape + [rows, columns]
    _ = try Shape.elementCount(shape)
    (self.transposeLeft, self.transposeRight) = (transposeLeft, transposeRight)
    batch = plan.shape.allSatisfy { $0 == 1 } ? nil : plan
    guard [rows, columns, inner].allSatisfy({ $0 <= Int(Int32.max) }) else {
      throw .sizeOverflow(shape: shape)
    }
  }

  /// - Parameter bias: A row that is added to all of the result; only for one product.
  func run(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    bias: UnsafePointer<Float>? = nil, into result: UnsafeMutablePointer<Float>
  ) {
    guard let batch else {
      if let bias {
        nonisolated(unsafe) let (bias, result) = (bias, result)
        forEachRow(rows, ofCount: columns) {
          (result + $0 * columns).update(from: bias, count: columns)
        }
      }
      BLAS.slicedGEMM(
        transposeLeft: transposeLeft, transposeRight: transposeRight,
        rows: rows, columns: columns, inner: inner, left: left, right: right,
        accumulate: bias != nil, result: result)
      return
    }
    nonisolated(unsafe) let (left, right, result) = (left, right, result)
    let count = batch.shape.reduce(1, *)
    let minimumSlice = max(1, (1 << 18) / max(1, rows * columns * inner))
    Parallel.forEachSlice(of: count, minimumSlice: minimumSlice) { items in
      for item in items {
        let (row, index) = item.quotientAndRemainder(dividingBy: batch.innerExtent)
        let offsets = batch.offsets(ofRow: row)
        BLAS.gemm(
          transposeLeft: transposeLeft, transposeRight: transposeRight,
          rows: rows, columns: columns, inner: inner,
          left: left + (offsets.left + index * batch.leftInnerStride) * rows * inner,
          right: right + (offsets.right + index * batch.rightInnerStride) * inner * columns,
          result: result + item * rows * columns)
      }
    }
  }
}
