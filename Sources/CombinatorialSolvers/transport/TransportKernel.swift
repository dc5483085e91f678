internal import CCombinatorialKernels

/// Costs of a batch of transport problems: laid out as those of assignments.
package typealias TransportShape = AssignmentShape

/// Optimal plans of a batch, padded like its costs: 0 for no potential.
package struct TransportOutput: Sendable {
  package var values: [Double]
  package var rowPotentials: [Double]
  package var columnPotentials: [Double]
  /// `[batch, rows + columns]`: the entries of each plan, by row, then by column; see ``planCounts``.
  package var planRows: [Int32]
  package var planColumns: [Int32]
  package var planMasses: [Double]
  /// `[batch]`: entries of each plan.
  package var planCounts: [Int]
  /// `[batch]`: what each plan costs more than the optimum, at most; +infinity where the potentials are the
  /// only proof.
  package var excesses: [Double]
}

extension TransportOutput {
  /// Empty plans.
  package init(shape: TransportShape) { self = TransportBuffers(shape).arrays }
}

/// The transport simplex, one problem after the other on slices of the batch.
package enum TransportKernel {
  /// Solves every problem of a batch.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`; the caller has checked that it holds the shape.
  ///   - supply: `[batch, rows]`, checked: finite, at least 0, of a finite total.
  ///   - demand: `[batch, columns]`, checked: of the same total as the supply up to rounding.
  ///   - rounding: what rounding may have done to a mass, as a share of it.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, supply: [Double], demand: [Double],
    shape: TransportShape, rounding: Double, instructionSet: InstructionSet = .current,
    maxThreads: Int? = nil
  ) throws(AssignmentFailure) -> TransportOutput {
    let workspaceSize = cl_transport_workspace_size(shape.rows, shape.columns)
    guard workspaceSize > 0 else { throw .tooLarge(rows: shape.rows, columns: shape.columns) }
    let output = TransportBuffers(shape)
    let failures = Lock<[Int: AssignmentFailure]>([:])
    supply.withUnsafeBufferPointer { supply in
      demand.withUnsafeBufferPointer { demand in
        let job = TransportJob(
          set: instructionSet, costs: costs, supply: supply, demand: demand, shape: shape,
          rounding: rounding, output: output, workspaceSize: workspaceSize)
        Parallel.forEachSlice(
          of: shape.batch, minimumSlice: max(1, 512 / max(1, shape.rows * shape.columns)),
          maxThreads: maxThreads
        ) { slice in
          if let (item, failure) = job.run(slice) { failures.withLock { $0[item] = failure } }
        }
      }
    }
    if let first = failures.withLock({ $0.min { $0.key < $1.key } }) { throw first.value }
    return output.arrays
  }
}

/// One batch as the kernel sees it. The slices write to disjoint parts of the output.
private struct TransportJob<Scalar: CostScalar>: @unchecked Sendable {
  let set: InstructionSet
  let costs: UnsafeBufferPointer<Scalar>
  let supply: UnsafeBufferPointer<Double>
  let demand: UnsafeBufferPointer<Double>
  let shape: TransportShape
  let rounding: Double
  let output: TransportBuffers
  let workspaceSize: Int

  /// Solves the problems of a slice up to the first that fails.
  func run(_ slice: Range<Int>) -> (Int, AssignmentFailure)? {
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    for item in slice {
      let rows = shape.rowCounts?[item] ?? shape.rows
      let columns = shape.columnCounts?[item] ?? shape.columns
      var fault = cl_fault()
      switch solve(item, rows, columns, workspace, &fault) {
      case CL_STATUS_OK: continue
      case CL_STATUS_INVALID_COST:
        return (item, .invalidCost(batch: item, row: Int(fault.row), column: Int(fault.column)))
      case CL_STATUS_INFEASIBLE: return (item, .infeasible(batch: item))
      case CL_STATUS_OUT_OF_RANGE: return (item, .outOfRange(batch: item))
      default: return (item, .tooLarge(rows: rows, columns: columns))
      }
    }
    return nil
  }

  private func solve(
    _ item: Int, _ rows: Int, _ columns: Int, _ workspace: UnsafeMutableRawPointer,
    _ fault: inout cl_fault
  ) -> cl_status {
    let at = costs.baseAddress.map { $0 + item * shape.rows * shape.columns }
    let supply = supply.baseAddress.map { $0 + item * shape.rows }
    let demand = demand.baseAddress.map { $0 + item * shape.columns }
    var target = output.output(item)
    return set.found { cl_transport_solver($0, Scalar.element) }(
      at, rows, columns, shape.columns, supply, demand, rounding, workspace, &target, &fault)
  }
}

/// Where the kernel writes: memory of its own, which an empty problem has too.
private final class TransportBuffers: @unchecked Sendable {
  private let shape: TransportShape
  private let values: UnsafeMutableBufferPointer<Double>
  private let rowPotentials: UnsafeMutableBufferPointer<Double>
  private let columnPotentials: UnsafeMutableBufferPointer<Double>
  private let planRows: UnsafeMutableBufferPointer<Int32>
  private let planColumns: UnsafeMutableBufferPointer<Int32>
  private let planMasses: UnsafeMutableBufferPointer<Double>
  private let planCounts: UnsafeMutableBufferPointer<Int>
  private let excesses: UnsafeMutableBufferPointer<Double>

  init(_ shape: TransportShape) {
    func buffer<Element: Numeric>(_ count: Int) -> UnsafeMutableBufferPointer<Element> {
      let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
      buffer.initialize(repeating: 0)
      return buffer
    }
    self.shape = shape
    let entries = shape.batch * (shape.rows + shape.columns)
    (values, planCounts, excesses) = (
      buffer(shape.batch), buffer(shape.batch), buffer(shape.batch)
    )
    rowPotentials = buffer(shape.batch * shape.rows)
    columnPotentials = buffer(shape.batch * shape.columns)
    (planRows, planColumns, planMasses) = (buffer(entries), buffer(entries), buffer(entries))
  }

  deinit {
    values.deallocate()
    rowPotentials.deallocate()
    columnPotentials.deallocate()
    planRows.deallocate()
    planColumns.deallocate()
    planMasses.deallocate()
    planCounts.deallocate()
    excesses.deallocate()
  }

  /// The places of one item.
  func output(_ item: Int) -> cl_transport_output {
    let entries = item * (shape.rows + shape.columns)
    return cl_transport_output(
      value: values.baseAddress.map { $0 + item },
      row_potentials: rowPotentials.baseAddress.map { $0 + item * shape.rows },
      column_potentials: columnPotentials.baseAddress.map { $0 + item * shape.columns },
      plan_rows: planRows.baseAddress.map { $0 + entries },
      plan_columns: planColumns.baseAddress.map { $0 + entries },
      plan_masses: planMasses.baseAddress.map { $0 + entries },
      plan_count: planCounts.baseAddress.map { $0 + item },
      excess: excesses.baseAddress.map { $0 + item })
  }

  var arrays: TransportOutput {
    TransportOutput(
      values: Array(values), rowPotentials: Array(rowPotentials),
      columnPotentials: Array(columnPotentials), planRows: Array(planRows),
      planColumns: Array(planColumns), planMasses: Array(planMasses),
      planCounts: Array(planCounts), excesses: Array(excesses))
  }
}
