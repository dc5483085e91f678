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
func solveEach<Scalar: CostScalar>(
  _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, isFlat: Bool = false,
  workspaceSize: Int, maxThreads: Int?, named name: String,
  _ kernel:
    @Sendable (_ item: DenseItem, _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault)
    -> cl_status
) throws(CombinatorialError) {
  let run = BatchRun(
    count: shape.batch, minimumSlice: shape.minimumSlice(costs: 2048),
    workspaceSize: workspaceSize, maxThreads: maxThreads)
  let input = SharedInput(costs.baseAddress)
  do throws(KernelRefusal) {
    try run { items, workspace, fault in
      var copy: [Double] = []
      for index in items {
        let isOnItsSide = isFlat && shape.rowCount(index) > shape.columnCount(index)
        let status = withDoubles(
          input.from(index * shape.itemCount), of: index, shape: shape, isOnItsSide: isOnItsSide,
          &copy
        ) { costs in
          kernel(
            DenseItem(
              index: index, rows: shape.rowCount(index), columns: shape.columnCount(index),
              isOnItsSide: isOnItsSide, costs: costs), workspace, &fault)
        }
        guard status != CL_STATUS_OK else { continue }
        fault.item = index - items.lowerBound
        if isOnItsSide { swap(&fault.row, &fault.column) }
        return status
      }
      return CL_STATUS_OK
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
  let costs: UnsafePointer<Double>?

  /// Rows and columns as the kernel has them.
  var kernelRows: Int { isOnItsSide ? columns : rows }
  var kernelColumns: Int { isOnItsSide ? rows : columns }
}

/// Calls `body` with the costs of an item where they are, or with a copy that is what the kernel wants.
private func withDoubles<Scalar: CostScalar>(
  _ costs: UnsafePointer<Scalar>?, of item: Int, shape: BatchShape, isOnItsSide: Bool,
  _ copy: inout [Double], _ body: (UnsafePointer<Double>?) -> cl_status
) -> cl_status {
  let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
  guard let costs, rows > 0, columns > 0 else { return body(nil) }
  if Scalar.self == Double.self, columns == shape.columns || rows == 1, !isOnItsSide {
    return costs.withMemoryRebound(to: Double.self, capacity: shape.itemCount) { body($0) }
  }
  if copy.isEmpty { copy = [Double](repeating: 0, count: shape.itemCount) }
  copy.withUnsafeMutableBufferPointer { copy in
    let (rowStep, columnStep) = isOnItsSide ? (1, rows) : (columns, 1)
    for row in 0..<rows {
      for column in 0..<columns {
        copy[row * rowStep + column * columnStep] = Double(costs[row * shape.columns + column])
      }
    }
  }
  return copy.withUnsafeBufferPointer { body($0.baseAddress) }
}
