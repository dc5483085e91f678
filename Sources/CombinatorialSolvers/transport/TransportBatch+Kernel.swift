internal import CCombinatorialKernels
internal import CombinatorialKernels

extension TransportBatch {
  /// Solves every problem, from checked costs and the masses.
  mutating func solve(
    _ costs: CostInput, known: TransportBatch? = nil, instructionSet: InstructionSet,
    maxThreads: Int?
  ) throws(KernelRefusal) {
    let (shape, rounding) = (shape, masses.rounding)
    let kernel = instructionSet.found { cl_transport_solver($0, costs.element) }
    try solve(
      known: known, workspaceSize: cl_transport_workspace_size(shape.rows, shape.columns),
      maxThreads: maxThreads
    ) { item, supply, demand, known, workspace, output, fault in
      kernel(
        costs.from(item * shape.itemCount), shape.rowCount(item), shape.columnCount(item),
        shape.columns, supply, demand, rounding, known, workspace, &output, &fault)
    }
  }

  /// Solves every problem.
  ///
  /// - Parameters:
  ///   - known: Solutions of the same shape to start from; nil: from scratch.
  ///   - kernel: Solves an item, between masses that lie where it is told, from what it is told.
  mutating func solve(
    known: TransportBatch?, workspaceSize: Int, maxThreads: Int?,
    kernel:
      @Sendable (
        _ item: Int, _ supply: UnsafePointer<Double>?, _ demand: UnsafePointer<Double>?,
        _ known: UnsafePointer<cl_transport_known>?, _ workspace: UnsafeMutableRawPointer,
        _ output: inout cl_transport_output, _ fault: inout cl_fault
      ) -> cl_status
  ) throws(KernelRefusal) {
    let (shape, masses) = (shape, masses)
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 512),
      workspaceSize: workspaceSize, maxThreads: maxThreads)
    try withPlaces { place throws(KernelRefusal) in
      try masses.withSharedInputs { supply, demand throws(KernelRefusal) in
        try Self.withStart(known) { start throws(KernelRefusal) in
          try run { items, workspace, fault in
            for item in items {
              var output = place(item)
              var known = start(item)
              let status = withUnsafePointer(to: &known) {
                kernel(
                  item, supply.from(item * shape.rows), demand.from(item * shape.columns),
                  $0.pointee.column_potentials == nil ? nil : $0, workspace, &output, &fault)
              }
              fault.item = item - items.lowerBound
              if status != CL_STATUS_OK { return status }
            }
            return CL_STATUS_OK
          }
        }
      }
    }
  }

  /// Where the kernel writes the answer of an item.
  private mutating func withPlaces(
    _ body: (@Sendable (Int) -> cl_transport_output) throws(KernelRefusal) -> Void
  ) throws(KernelRefusal) {
    let (rows, columns) = (shape.rows, shape.columns)
    try withSharedOutputs(
      &results.values, &rowPotentials, &columnPotentials, &planCounts, &excesses
    ) { values, rowPotentials, columnPotentials, planCounts, excesses throws(KernelRefusal) in
      try withSharedOutputs(
        &planRows, &planColumns, &planMasses
      ) { planRows, planColumns, planMasses throws(KernelRefusal) in
        try body { item in
          let entries = item * (rows + columns)
          return cl_transport_output(
            value: values.from(item), row_potentials: rowPotentials.from(item * rows),
            column_potentials: columnPotentials.from(item * columns),
            plan_rows: planRows.from(entries), plan_columns: planColumns.from(entries),
            plan_masses: planMasses.from(entries), plan_count: planCounts.from(item),
            excess: excesses.from(item))
        }
      }
    }
  }

  /// What the kernel starts an item from; without potentials: from scratch.
  private static func withStart(
    _ known: TransportBatch?,
    _ body: (@Sendable (Int) -> cl_transport_known) throws(KernelRefusal) -> Void
  ) throws(KernelRefusal) {
    let (columns, counts) = (known?.shape.columns ?? 0, known?.planCounts)
    let most = columns + (known?.shape.rows ?? 0)
    try withSharedInput(of: known?.columnPotentials) { potentials throws(KernelRefusal) in
      try withSharedInput(of: known?.planRows) { planRows throws(KernelRefusal) in
        try withSharedInput(of: known?.planColumns) { planColumns throws(KernelRefusal) in
          try body { item in
            cl_transport_known(
              column_potentials: potentials.from(item * columns),
              plan_rows: planRows.from(item * most), plan_columns: planColumns.from(item * most),
              plan_count: counts?[item] ?? 0)
          }
        }
      }
    }
  }

  /// Checks that these can be known solutions of a batch.
  func checkIsKnown(for other: BatchShape) throws(CombinatorialError) {
    let fits =
      shape.batch == other.batch && shape.rows == other.rows && shape.columns == other.columns
      && indices.allSatisfy {
        shape.rowCount($0) == other.rowCount($0) && shape.columnCount($0) == other.columnCount($0)
      }
    guard !fits else { return }
    throw .shapeMismatch(
      expected: "known solutions of \(other.batch) x [\(other.rows), \(other.columns)] problems, "
        + "with as many rows and columns in use",
      found: "\(shape.batch) x [\(shape.rows), \(shape.columns)]")
  }
}
