internal import CCombinatorialKernels
internal import CombinatorialKernels

/// Solves the problems of a batch by a kernel that takes one problem in double, slices of the batch on several
/// threads.
///
/// - Parameters:
///   - costs: `[batch, rows, columns]`, checked.
///   - isFlat: Whether the kernel wants at most as many rows as columns, and problems with more lie on
///     their side.
///   - workspaceSize: The kernel's, for the longest sides.
///   - name: As in "an assignment problem".
///   - kernel: Solves a problem that it finds in contiguous memory, without padding.
func solveEach(
  _ costs: CostInput, shape: BatchShape, isFlat: Bool = false, workspaceSize: Int,
  maxThreads: Int?, named name: String,
  _ kernel:
    @Sendable (_ item: DenseItem, _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault)
    -> cl_status
) throws(CombinatorialError) {
  let run = BatchRun(
    count: shape.batch, minimumSlice: shape.minimumSlice(costs: 2048),
    workspaceSize: workspaceSize, maxThreads: maxThreads)
  do throws(KernelRefusal) {
    try run.forEachItem { index, workspace, fault in
      let (rows, columns) = (shape.rowCount(index), shape.columnCount(index))
      var item = DenseItem(
        index: index, rows: rows, columns: columns, isOnItsSide: isFlat && rows > columns)
      let (start, stop) = (index * shape.itemCount, fault.stop)
      return item.withDoubles(costs, from: start, rowStride: shape.columns, stop: stop) {
        let status = kernel($0, workspace, &fault)
        if $0.isOnItsSide { swap(&fault.row, &fault.column) }
        return status
      }
    }
  } catch {
    throw CombinatorialError(error, costs: costs, shape: shape, named: name)
  }
}

/// One problem of a batch as a kernel of single problems reads it.
struct DenseItem {
  let index: Int
  /// Rows of the problem, which are columns of the costs if it lies on its side.
  let rows: Int
  let columns: Int
  let isOnItsSide: Bool
  private(set) var costs: UnsafePointer<Double>?

  /// Rows and columns as the kernel has them.
  var kernelRows: Int { isOnItsSide ? columns : rows }
  var kernelColumns: Int { isOnItsSide ? rows : columns }

  init(index: Int, rows: Int, columns: Int, isOnItsSide: Bool) {
    (self.index, self.rows, self.columns, self.isOnItsSide) = (index, rows, columns, isOnItsSide)
  }

  /// Calls `body` with the costs where they are, or with a copy that is what the kernel wants.
  fileprivate mutating func withDoubles(
    _ source: CostInput, from first: Int, rowStride: Int, stop: UnsafePointer<UInt8>?,
    _ body: (DenseItem) -> cl_status
  ) -> cl_status {
    guard rows > 0, columns > 0 else { return body(self) }
    if !source.isFloat, columns == rowStride || rows == 1, !isOnItsSide {
      costs = source.from(first)?.assumingMemoryBound(to: Double.self)
      return body(self)
    }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * columns) { copy in
      let (rowStep, columnStep) = isOnItsSide ? (1, rows) : (columns, 1)
      for row in 0..<rows {
        if let stop, cl_is_stopped(stop) { return CL_STATUS_STOPPED }
        for column in 0..<columns {
          let cost = source[first + row * rowStride + column]
          copy.initializeElement(at: row * rowStep + column * columnStep, to: cost)
        }
      }
      costs = UnsafePointer(copy.baseAddress)
      return body(self)
    }
  }
}
