internal import CCombinatorialKernels

/// Costs of a batch of assignment problems: `[batch, rows, columns]`, of which each problem uses its
/// first `rowCounts[b]` rows and `columnCounts[b]` columns. The rest is padding, and never read.
package struct AssignmentShape: Sendable {
  package var batch: Int
  package var rows: Int
  package var columns: Int
  package var rowCounts: [Int]?
  package var columnCounts: [Int]?

  package init(
    batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.rowCounts = rowCounts
    self.columnCounts = columnCounts
  }
}

/// Optimal assignments of a batch, padded like its costs: -1 for no partner, 0 for no potential.
package struct AssignmentOutput: Sendable {
  package var values: [Double]
  package var columnOfRow: [Int32]
  package var rowOfColumn: [Int32]
  package var rowPotentials: [Double]
  package var columnPotentials: [Double]

  package init(shape: AssignmentShape) {
    values = .init(repeating: 0, count: shape.batch)
    columnOfRow = .init(repeating: -1, count: shape.batch * shape.rows)
    rowOfColumn = .init(repeating: -1, count: shape.batch * shape.columns)
    rowPotentials = .init(repeating: 0, count: shape.batch * shape.rows)
    columnPotentials = .init(repeating: 0, count: shape.batch * shape.columns)
  }
}

/// Why the kernel refused a problem of the batch: the first one, whatever the threads did.
package enum AssignmentFailure: Error, Equatable {
  case invalidCost(batch: Int, row: Int, column: Int)
  case infeasible(batch: Int)
  /// The value, or a potential, exceeds the range of double.
  case outOfRange(batch: Int)
  case tooLarge(rows: Int, columns: Int)
}

/// The assignment kernels on slices of the batch.
package enum AssignmentKernel {
  /// Problems that are worth a thread of their own: about 20 microseconds of work.
  private static func minimumSlice(_ shape: AssignmentShape) -> Int {
    max(1, 4096 / max(1, shape.rows * shape.columns))
  }

  /// The kernels of a set for problems of a size. Where four AVX-512 registers would hold a whole row,
  /// the narrower ones of AVX2 measured faster: folding a register takes longer than filling two.
  static func kernel(_ set: InstructionSet, _ element: cl_element, longestSide: Int) -> Solve {
    let set = set == .avx512 && longestSide <= 32 ? .avx2 : set
    return set.found { cl_assignment_solver($0, element) }
  }

  typealias Solve =
    @convention(c) (
      UnsafeRawPointer?, UnsafePointer<cl_assignment_batch>?, UnsafeMutableRawPointer?,
      UnsafePointer<cl_assignment_output>?, UnsafeMutablePointer<cl_fault>?
    ) -> cl_status

  /// Solves every problem of a batch. The caller has checked that `costs` holds the shape, that the
  /// counts lie within it, and that `columnPotentials`, `[batch, columns]`, from which square problems
  /// start if there are any, are finite.
  ///
  /// Specialized here, as callers in other modules reach it through generic code: the loop over small
  /// problems would otherwise look up types for every problem.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func solve<Scalar: KernelScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: AssignmentShape, columnPotentials: [Double]? = nil,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil
  ) throws(AssignmentFailure) -> AssignmentOutput {
    let workspaceSize = cl_assignment_workspace_size(shape.rows, shape.columns)
    guard workspaceSize > 0 else {
      throw .tooLarge(rows: shape.rows, columns: shape.columns)
    }
    let kernel = Self.kernel(
      instructionSet, Scalar.element, longestSide: max(shape.rows, shape.columns))
    var output = AssignmentOutput(shape: shape)
    let failures = output.withUnsafePointers { pointers in
      let slices = SliceFailures()
      let job = Job(
        kernel: kernel, costs: costs, shape: shape, columnPotentials: columnPotentials,
        output: pointers, workspaceSize: workspaceSize)
      Parallel.forEachSlice(
        of: shape.batch, minimumSlice: minimumSlice(shape), maxThreads: maxThreads
      ) { slice in
        if let failure = job.run(slice) { slices.insert(failure) }
      }
      return slices
    }
    if let first = failures.first { throw first }
    return output
  }
}

/// One batch as the kernel sees it. The slices write to disjoint parts of the output.
private struct Job<Scalar: KernelScalar>: @unchecked Sendable {
  let kernel: AssignmentKernel.Solve
  let costs: UnsafeBufferPointer<Scalar>
  let shape: AssignmentShape
  let columnPotentials: [Double]?
  let output: AssignmentPointers
  let workspaceSize: Int

  /// Solves the problems of a slice up to the first that fails.
  func run(_ slice: Range<Int>) -> IndexedFailure? {
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    var fault = cl_fault()
    let status = withOptions { rowCounts, columnCounts, columnPotentials in
      var batch = cl_assignment_batch(
        count: slice.count, rows: shape.rows, columns: shape.columns,
        row_counts: rowCounts.map { $0 + slice.lowerBound },
        column_counts: columnCounts.map { $0 + slice.lowerBound },
        column_potentials: columnPotentials.map { $0 + slice.lowerBound * shape.columns })
      var answers = output.from(slice.lowerBound, of: shape)
      return solve(slice.lowerBound, &batch, workspace, &answers, &fault)
    }
    let item = slice.lowerBound + fault.item
    switch status {
    case CL_STATUS_OK: return nil
    case CL_STATUS_INVALID_COST:
      return IndexedFailure(
        item: item,
        failure: .invalidCost(batch: item, row: Int(fault.row), column: Int(fault.column)))
    case CL_STATUS_INFEASIBLE:
      return IndexedFailure(item: item, failure: .infeasible(batch: item))
    default:
      return IndexedFailure(
        item: item, failure: .tooLarge(rows: shape.rows, columns: shape.columns))
    }
  }

  private func withOptions<Result>(
    _ body: (UnsafePointer<Int>?, UnsafePointer<Int>?, UnsafePointer<Double>?) -> Result
  ) -> Result {
    withPointer(to: shape.rowCounts) { rows in
      withPointer(to: shape.columnCounts) { columns in
        withPointer(to: columnPotentials) { potentials in body(rows, columns, potentials) }
      }
    }
  }

  private func withPointer<Element, Result>(
    to array: [Element]?, _ body: (UnsafePointer<Element>?) -> Result
  ) -> Result {
    guard let array else { return body(nil) }
    return array.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  private func solve(
    _ first: Int, _ batch: inout cl_assignment_batch, _ workspace: UnsafeMutableRawPointer,
    _ output: inout cl_assignment_output, _ fault: inout cl_fault
  ) -> cl_status {
    let start = costs.baseAddress.map { $0 + first * shape.rows * shape.columns }
    return kernel(start, &batch, workspace, &output, &fault)
  }
}

/// Where the kernel writes.
struct AssignmentPointers: @unchecked Sendable {
  var values: UnsafeMutablePointer<Double>?
  var columnOfRow: UnsafeMutablePointer<Int32>?
  var rowOfColumn: UnsafeMutablePointer<Int32>?
  var rowPotentials: UnsafeMutablePointer<Double>?
  var columnPotentials: UnsafeMutablePointer<Double>?

  /// The answers of the batch from an item on.
  func from(_ item: Int, of shape: AssignmentShape) -> cl_assignment_output {
    cl_assignment_output(
      values: values.map { $0 + item },
      column_of_row: columnOfRow.map { $0 + item * shape.rows },
      row_of_column: rowOfColumn.map { $0 + item * shape.columns },
      row_potentials: rowPotentials.map { $0 + item * shape.rows },
      column_potentials: columnPotentials.map { $0 + item * shape.columns })
  }
}

extension AssignmentOutput {
  fileprivate mutating func withUnsafePointers<Result>(
    _ body: (AssignmentPointers) -> Result
  ) -> Result {
    values.withUnsafeMutableBufferPointer { values in
      columnOfRow.withUnsafeMutableBufferPointer { columnOfRow in
        rowOfColumn.withUnsafeMutableBufferPointer { rowOfColumn in
          rowPotentials.withUnsafeMutableBufferPointer { rowPotentials in
            columnPotentials.withUnsafeMutableBufferPointer { columnPotentials in
              body(
                AssignmentPointers(
                  values: values.baseAddress, columnOfRow: columnOfRow.baseAddress,
                  rowOfColumn: rowOfColumn.baseAddress, rowPotentials: rowPotentials.baseAddress,
                  columnPotentials: columnPotentials.baseAddress))
            }
          }
        }
      }
    }
  }
}

private struct IndexedFailure: Sendable {
  let item: Int
  let failure: AssignmentFailure
}

/// The failures of all slices.
private final class SliceFailures: Sendable {
  private let failures = Lock<[IndexedFailure]>([])

  func insert(_ failure: IndexedFailure) { failures.withLock { $0.append(failure) } }

  /// The failure of the lowest batch item.
  var first: AssignmentFailure? {
    failures.withLock { $0.min { $0.item < $1.item }?.failure }
  }
}
