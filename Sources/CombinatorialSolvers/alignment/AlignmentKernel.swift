internal import CCombinatorialKernels

/// The alignment kernels on slices of the batch.
package enum AlignmentKernel {
  /// Solves every problem of a batch. The caller has checked that the costs hold the shape and that the
  /// counts lie within it.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func solve<Scalar: CostScalar>(
    _ costs: AlignmentCosts<Scalar>, shape: AlignmentShape, rule: AlignmentRule,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil
  ) throws(AlignmentFailure) -> AlignmentOutput {
    let rule = rule.cValue()
    let unit = shape.sliceUnit
    let workspaceSize = cl_alignment_workspace_size(unit, shape.rows, shape.columns, rule)
    guard workspaceSize > 0 else { throw .tooLarge(rows: shape.rows, columns: shape.columns) }
    var output = AlignmentOutput(values: [], moves: [], moveCounts: [])
    let failures = Lock<[AlignmentFailure]>([])
    output.values = filledArray(count: shape.batch, of: 0) { values in
      output.moveCounts = filledArray(count: shape.batch, of: 0) { moveCounts in
        output.moves = filledArray(count: shape.batch * shape.maximumMoves, of: 0) { moves in
          let job = Job(
            set: instructionSet, costs: costs, shape: shape, rule: rule,
            workspaceSize: workspaceSize, values: values.value, moves: moves.value,
            moveCounts: moveCounts.value)
          Parallel.forEachSlice(
            of: (shape.batch + unit - 1) / unit, minimumSlice: shape.minimumSlice,
            maxThreads: maxThreads
          ) { units in
            if let failure = job.run(units, of: unit) { failures.withLock { $0.append(failure) } }
          }
        }
      }
    }
    if let first = failures.withLock({ $0.min { $0.batch < $1.batch } }) { throw first }
    return output
  }

  /// By how much a path of a problem that has one costs more than the cheapest, without rounding but for
  /// that to the next double upwards.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`.
  ///   - rowGaps: `[rows]`, where the rule is `.costs`.
  ///   - columnGaps: `[columns]`, likewise.
  package static func excess(
    of moves: [UInt8], costs: [Double], rows: Int, columns: Int, rule: AlignmentRule,
    rowGaps: [Double], columnGaps: [Double]
  ) -> Double {
    var rule = rule
    rule.blockRows = 1  // No moves are kept: the least memory will do.
    let size = cl_alignment_workspace_size(1, rows, columns, rule.cValue())
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    defer { workspace.deallocate() }
    return costs.withUnsafeBufferPointer { costs in
      rowGaps.withUnsafeBufferPointer { rowGaps in
        columnGaps.withUnsafeBufferPointer { columnGaps in
          var problem = cl_alignment_problem(
            x: costs.baseAddress, rows: rows, columns: columns, row_stride: columns, labels: nil,
            offsets: nil, row_gaps: rowGaps.baseAddress, column_gaps: columnGaps.baseAddress)
          return cl_alignment_excess(
            CL_FLOAT64, &problem, rule.cValue(), moves, moves.count, workspace)
        }
      }
    }
  }

  /// The gradients of weights[b] * values[b]: by the costs `[batch, rows, columns]`, 0 in the padding,
  /// and by the gaps where there is a pointer.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func gradient<Scalar: CostScalar>(
    of output: AlignmentOutput, weights: [Scalar], shape: AlignmentShape, rule: AlignmentRule,
    into gradient: UnsafeMutableBufferPointer<Scalar>,
    rowGaps: UnsafeMutableBufferPointer<Scalar>? = nil,
    columnGaps: UnsafeMutableBufferPointer<Scalar>? = nil,
    maxThreads: Int? = nil
  ) {
    let targets = Shared((gradient, rowGaps, columnGaps))
    let cells = shape.rows * shape.columns
    Parallel.forEachSlice(
      of: shape.batch, minimumSlice: max(1, (1 << 17) / max(1, cells)), maxThreads: maxThreads
    ) { items in
      let (gradient, rowGaps, columnGaps) = targets.value
      let rule = rule.cValue()
      output.moves.withUnsafeBufferPointer { moves in
        for item in items {
          if shape.rowCounts != nil || shape.columnCounts != nil {
            gradient[item * cells..<(item + 1) * cells].update(repeating: 0)
            rowGaps?[item * shape.rows..<(item + 1) * shape.rows].update(repeating: 0)
            columnGaps?[item * shape.columns..<(item + 1) * shape.columns].update(repeating: 0)
          }
          cl_alignment_gradient(
            Scalar.element, moves.baseAddress.map { $0 + item * shape.maximumMoves },
            output.moveCounts[item], shape.rowCount(item), shape.columnCount(item), rule,
            Double(weights[item]), shape.columns, gradient.baseAddress.map { $0 + item * cells },
            rowGaps?.baseAddress.map { $0 + item * shape.rows },
            columnGaps?.baseAddress.map { $0 + item * shape.columns })
        }
      }
    }
  }
}

extension AlignmentShape {
  /// Problems that the kernel gets at a time: as many as the widest vector has lanes.
  var sliceUnit: Int { rows * columns > 1 << 16 ? 1 : min(16, max(1, batch)) }

  /// Units that are worth a thread of their own: about 20 microseconds of work.
  var minimumSlice: Int { max(1, 32768 / max(1, sliceUnit * rows * columns)) }
}

/// One batch as the kernel sees it. The slices write to disjoint parts of the output.
private struct Job<Scalar: CostScalar>: @unchecked Sendable {
  let set: InstructionSet
  let costs: AlignmentCosts<Scalar>
  let shape: AlignmentShape
  let rule: cl_alignment_rule
  let workspaceSize: Int
  let values: UnsafeMutablePointer<Double>
  let moves: UnsafeMutablePointer<UInt8>
  let moveCounts: UnsafeMutablePointer<Int>

  /// Solves units of problems up to the first that fails.
  func run(_ units: Range<Int>, of unit: Int) -> AlignmentFailure? {
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workspaceSize, alignment: 64)
    defer { workspace.deallocate() }
    for index in units {
      let items = index * unit..<min(shape.batch, (index + 1) * unit)
      var fault = cl_fault()
      let status = solve(items, workspace, &fault)
      let item = items.lowerBound + Int(fault.item)
      if let failure = AlignmentFailure(status, fault, item: item, shape: shape, rule: rule) {
        return failure
      }
    }
    return nil
  }

  private func solve(
    _ items: Range<Int>, _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault
  ) -> cl_status {
    let first = items.lowerBound
    let (values, moves, moveCounts) = (
      values + first, moves + first * shape.maximumMoves, moveCounts + first
    )
    let problems = items.map { costs.problem($0, shape: shape) }
    return set.found { cl_alignment_solver($0, Scalar.element) }(
      problems, problems.count, rule, workspace, shape.maximumMoves, values, moves, moveCounts,
      &fault)
  }
}

extension AlignmentCosts {
  /// One problem as the kernel sees it.
  func problem(_ item: Int, shape: AlignmentShape) -> cl_alignment_problem {
    cl_alignment_problem(
      x: start(scalars, item * shape.rows * rowStride),
      rows: shape.rowCount(item), columns: shape.columnCount(item), row_stride: rowStride,
      labels: start(labels, item * shape.columns), offsets: start(logSumExp, item * shape.rows),
      row_gaps: start(rowGaps, item * shape.rows),
      column_gaps: start(columnGaps, item * shape.columns))
  }

  private func start<Element>(
    _ buffer: UnsafeBufferPointer<Element>?, _ offset: Int
  ) -> UnsafePointer<Element>? {
    buffer?.baseAddress.map { $0 + offset }
  }
}
