internal import CCombinatorialKernels
internal import CombinatorialKernels

/// Where the costs of a batch come from.
struct AlignmentInput<Scalar: CostScalar>: Sendable {
  /// The costs `[batch, rows, columns]`; or logits `[batch, rows, classes]`, with ``labels``.
  let scalars: SharedInput<Scalar>
  /// Elements from one row to the next: columns, or classes.
  let rowStride: Int
  /// `[batch, columns]`: the costs are logSumExp - logits[label]; they have been checked.
  var labels = SharedInput<Int32>(nil)
  /// `[batch, rows]`, with ``labels``.
  var logSumExp = SharedInput<Double>(nil)
  /// `[batch, rows]`: the price of skipping a row, where the rule is a gap cost.
  var rowGaps = SharedInput<Scalar>(nil)
  /// `[batch, columns]`.
  var columnGaps = SharedInput<Scalar>(nil)

  init(_ scalars: UnsafeBufferPointer<Scalar>, rowStride: Int) {
    self.scalars = SharedInput(scalars.baseAddress)
    self.rowStride = rowStride
  }

  /// One problem as the kernels see it.
  func problem(_ item: Int, of shape: BatchShape) -> cl_alignment_problem {
    cl_alignment_problem(
      x: scalars.from(item * shape.rows * rowStride),
      rows: shape.rowCount(item), columns: shape.columnCount(item), row_stride: rowStride,
      labels: labels.from(item * shape.columns), offsets: logSumExp.from(item * shape.rows),
      row_gaps: rowGaps.from(item * shape.rows),
      column_gaps: columnGaps.from(item * shape.columns))
  }

  /// The public form of a kernel's refusal.
  func error(
    _ refusal: KernelRefusal, shape: BatchShape, rule: cl_alignment_rule
  ) -> CombinatorialError {
    let (rows, columns) = (shape.rows, shape.columns)
    if refusal.status == CL_STATUS_INFEASIBLE, rule.gaps == CL_ALIGNMENT_TIME_WARPING {
      let isEmpty = (shape.rowCount(refusal.item) == 0, shape.columnCount(refusal.item) == 0)
      if isEmpty.0 != isEmpty.1 {
        let side: CombinatorialError.SequenceSide = isEmpty.0 ? .predicted : .target
        return CombinatorialError(.emptySequence(side: side), item: refusal.item)
      }
    }
    return CombinatorialError(
      refusal, size: "an alignment problem of \(rows) rows and \(columns) columns"
    ) { refusal in
      let row = refusal.item * rows + refusal.row
      let label = labels.from(refusal.item * columns + refusal.column).map { Int($0.pointee) }
      let scalar =
        scalars.from(row * rowStride + (label ?? refusal.column)).map { Double($0.pointee) } ?? .nan
      let value = logSumExp.from(row).map { $0.pointee - scalar } ?? scalar
      return .invalidCost(row: refusal.row, column: refusal.column, value: value)
    }
  }
}
