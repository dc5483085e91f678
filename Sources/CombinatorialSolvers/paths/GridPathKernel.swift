internal import CCombinatorialKernels

/// A batch of grids `[batch, rows, columns]`, and where each path starts and ends, as cells in row-major
/// order.
package struct GridShape: Sendable {
  package var batch: Int
  package var rows: Int
  package var columns: Int
  /// 8 neighbours instead of 4.
  package var hasDiagonals: Bool
  package var starts: [Int32]
  package var ends: [Int32]

  package init(
    batch: Int, rows: Int, columns: Int, hasDiagonals: Bool, starts: [Int32], ends: [Int32]
  ) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.hasDiagonals = hasDiagonals
    self.starts = starts
    self.ends = ends
  }

  package var cells: Int { rows * columns }

  var cValue: cl_grid { cl_grid(rows: rows, columns: columns, diagonals: hasDiagonals) }

  /// Problems that the kernel gets at a time: as many as the widest vector has lanes.
  var sliceUnit: Int { cells > 1 << 14 ? 1 : min(16, max(1, batch)) }

  /// Units that are worth a thread of their own: about 20 microseconds of work.
  var minimumSlice: Int { max(1, 8192 / max(1, sliceUnit * cells)) }
}

/// Cheapest paths of a batch.
package struct GridPathOutput<Scalar: CostScalar>: Sendable {
  /// `[batch]`: what each path costs.
  package var values: [Double]
  /// `[batch, rows * columns]`: the cells of each path from its start on; the rest is unspecified.
  package var paths: [Int32]
  /// `[batch]`: the cells of each path.
  package var lengths: [Int32]
  /// `[batch, rows, columns]`: distances from the start, if they were asked for.
  package var distances: [Scalar]

  /// The output of grids without cells.
  package init(emptyBatch batch: Int) {
    self.init(
      values: .init(repeating: 0, count: batch), paths: [],
      lengths: .init(repeating: 0, count: batch), distances: [])
  }

  init(values: [Double], paths: [Int32], lengths: [Int32], distances: [Scalar]) {
    self.values = values
    self.paths = paths
    self.lengths = lengths
    self.distances = distances
  }

  /// The path of one problem.
  package func path(of item: Int, shape: GridShape) -> ArraySlice<Int32> {
    paths[item * shape.cells..<item * shape.cells + Int(lengths[item])]
  }
}

/// Why the kernel refused a problem of the batch: the first one, whatever the threads did.
package enum GridPathFailure: Error, Equatable {
  case invalidCost(batch: Int, row: Int, column: Int)
  case infeasible(batch: Int)
  /// The value exceeds the largest double.
  case overflow(batch: Int)
  case tooLarge(rows: Int, columns: Int)

  var batch: Int {
    switch self {
    case .invalidCost(let batch, _, _), .infeasible(let batch), .overflow(let batch): batch
    case .tooLarge: 0
    }
  }
}

/// The kernels for paths over grids, on slices of the batch.
package enum GridPathKernel {
  /// Solves every problem of a batch. The caller has checked that `costs` holds the shape, that it has
  /// cells, and that the paths start and end in them.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: GridShape, includesDistances: Bool = false,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil
  ) throws(GridPathFailure) -> GridPathOutput<Scalar> {
    let workspaceSize = cl_grid_shortest_path_workspace_size(shape.cValue)
    guard workspaceSize > 0 else { throw .tooLarge(rows: shape.rows, columns: shape.columns) }
    var output = GridPathOutput<Scalar>(values: [], paths: [], lengths: [], distances: [])
    let failures = Lock<[GridPathFailure]>([])
    let cells = shape.batch * shape.cells
    output.values = filledArray(count: shape.batch, of: 0) { values in
      output.lengths = filledArray(count: shape.batch, of: 0) { lengths in
        output.distances = filledArray(count: includesDistances ? cells : 0, of: 0) { distances in
          output.paths = filledArray(count: cells, of: 0) { paths in
            let job = Job(
              set: instructionSet, costs: costs, shape: shape,
              workspaceSize: workspaceSize, values: values.value, paths: paths.value,
              lengths: lengths.value, distances: includesDistances ? distances.value : nil)
            let unit = shape.sliceUnit
            Parallel.forEachSlice(
              of: (shape.batch + unit - 1) / unit, minimumSlice: shape.minimumSlice,
              maxThreads: maxThreads
            ) { units in
              let items = units.lowerBound * unit..<min(shape.batch, units.upperBound * unit)
              if let failure = job.run(items) { failures.withLock { $0.append(failure) } }
            }
          }
        }
      }
    }
    if let first = failures.withLock({ $0.min { $0.batch < $1.batch } }) { throw first }
    return output
  }
}

/// One batch as the kernel sees it. The slices write to disjoint parts of the output.
private struct Job<Scalar: CostScalar>: @unchecked Sendable {
  let set: InstructionSet
  let costs: UnsafeBufferPointer<Scalar>
  let shape: GridShape
  let workspaceSize: Int
  let values: UnsafeMutablePointer<Double>
  let paths: UnsafeMutablePointer<Int32>
  let lengths: UnsafeMutablePointer<Int32>
  let distances: UnsafeMutablePointer<Scalar>?

  /// Solves a range of problems up to the first that fails.
  func run(_ items: Range<Int>) -> GridPathFailure? {
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    var rest = items
    while true {
      var fault = cl_fault()
      let status = shape.starts.withUnsafeBufferPointer { starts in
        shape.ends.withUnsafeBufferPointer { ends in
          solve(rest, starts.baseAddress, ends.baseAddress, workspace, &fault)
        }
      }
      let batch = rest.lowerBound + Int(fault.item)
      // Sums of floats that exceed the largest float are far from the largest double.
      if status == CL_STATUS_OUT_OF_RANGE, Scalar.self == Float.self {
        if let failure = solveInDouble(batch, workspace) { return failure }
        rest = batch + 1..<items.upperBound
        continue
      }
      return failure(status, fault, batch: batch)
    }
  }

  private func failure(
    _ status: cl_status, _ fault: cl_fault, batch: Int
  ) -> GridPathFailure? {
    switch status {
    case CL_STATUS_OK: nil
    case CL_STATUS_INVALID_COST:
      .invalidCost(batch: batch, row: Int(fault.row), column: Int(fault.column))
    case CL_STATUS_INFEASIBLE: .infeasible(batch: batch)
    case CL_STATUS_OUT_OF_RANGE: .overflow(batch: batch)
    default: .tooLarge(rows: shape.rows, columns: shape.columns)
    }
  }

  /// Solves one problem of floats with its costs widened. Distances beyond the largest float are infinite.
  private func solveInDouble(
    _ item: Int, _ workspace: UnsafeMutableRawPointer
  ) -> GridPathFailure? {
    let first = item * shape.cells
    let wideCosts = costs[first..<first + shape.cells].map { Double($0) }
    var wideDistances = [Double](repeating: 0, count: distances == nil ? 0 : shape.cells)
    var fault = cl_fault()
    let status = wideDistances.withUnsafeMutableBufferPointer { wide in
      set.found { cl_grid_shortest_path_solver($0, CL_FLOAT64) }(
        wideCosts, 1, shape.cValue, [shape.starts[item]], [shape.ends[item]], workspace,
        values + item, paths + first, lengths + item, distances == nil ? nil : wide.baseAddress,
        &fault)
    }
    for (cell, distance) in wideDistances.enumerated() {
      distances?[first + cell] = Scalar(distance)
    }
    return failure(status, fault, batch: item)
  }

  private func solve(
    _ items: Range<Int>, _ starts: UnsafePointer<Int32>?, _ ends: UnsafePointer<Int32>?,
    _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault
  ) -> cl_status {
    let (first, cells) = (items.lowerBound, items.lowerBound * shape.cells)
    let (from, to) = (starts.map { $0 + first }, ends.map { $0 + first })
    return set.found { cl_grid_shortest_path_solver($0, Scalar.element) }(
      costs.baseAddress.map { $0 + cells }, items.count, shape.cValue, from, to, workspace,
      values + first, paths + cells, lengths + first, distances.map { $0 + cells }, &fault)
  }
}
