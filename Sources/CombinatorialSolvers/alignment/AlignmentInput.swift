internal import CCombinatorialKernels
public import CombinatorialKernels

/// A batch of alignment problems whose sizes and prices have been checked: a matrix of costs, or logits beside
/// target tokens. The words of ``AlignmentProblem`` make them.
public struct AlignmentInput<Scalar: CostScalar>: Sendable {
  let shape: BatchShape
  /// The costs `[batch, rows, columns]`; or logits `[batch, rows, classes]`, with ``labels``.
  let scalars: SharedInput<Scalar>
  /// Elements from one row to the next: columns, or classes.
  let rowStride: Int
  /// `[batch, columns]`: the costs are logSumExp - logits[label].
  var labels = SharedInput<Int32>(nil)
  /// `[batch, rows]`, with ``labels``.
  var logSumExp = SharedInput<Double>(nil)
  /// `[batch, rows]`: the price of skipping a row, where the rule is a gap cost.
  private var rowGaps = SharedInput<Scalar>(nil)
  /// `[batch, columns]`.
  private var columnGaps = SharedInput<Scalar>(nil)
  /// Prices of single gaps, where they were given.
  private(set) var gapCosts: GapCosts<Double>?
  var instructionSet: InstructionSet

  init(
    _ scalars: UnsafeBufferPointer<Scalar>, rowStride: Int, shape: BatchShape,
    instructionSet: InstructionSet = .current
  ) {
    self.scalars = SharedInput(scalars.baseAddress)
    (self.rowStride, self.shape, self.instructionSet) = (rowStride, shape, instructionSet)
  }

  /// Calls `body` with the prices of all gaps too, where the rule has them.
  func withPrices<Output>(
    of alignment: Alignment, given: GapCosts<Scalar>?,
    _ body: (AlignmentInput<Scalar>) throws(CombinatorialError) -> Output
  ) throws(CombinatorialError) -> Output {
    guard let prices = try alignment.prices(given, of: shape) else { return try body(self) }
    var input = self
    input.gapCosts = given.map(GapCosts.init)
    return try prices.predicted.withSharedInput { rowGaps throws(CombinatorialError) in
      try prices.target.withSharedInput { columnGaps throws(CombinatorialError) in
        (input.rowGaps, input.columnGaps) = (rowGaps, columnGaps)
        return try body(input)
      }
    }
  }

  /// One problem as the kernels see it.
  func problem(_ item: Int) -> cl_alignment_problem {
    cl_alignment_problem(
      x: scalars.from(item * shape.rows * rowStride), rows: shape.rowCount(item),
      columns: shape.columnCount(item), row_stride: rowStride,
      labels: labels.from(item * shape.columns), offsets: logSumExp.from(item * shape.rows),
      row_gaps: rowGaps.from(item * shape.rows),
      column_gaps: columnGaps.from(item * shape.columns), row_letters: nil)
  }

  private var size: String {
    "an alignment problem of \(shape.rows) rows and \(shape.columns) columns"
  }

  /// The refusal of sizes for which there can be no workspace, before memory for the answers is asked for.
  var tooLarge: CombinatorialError { .sizeOverflow(size) }

  /// The public form of a kernel's refusal.
  func error(_ refusal: KernelRefusal, rule: cl_alignment_rule) -> CombinatorialError {
    let (item, rows, columns) = (refusal.item, shape.rows, shape.columns)
    if refusal.status == CL_STATUS_INFEASIBLE, rule.gaps == CL_ALIGNMENT_TIME_WARPING,
      (shape.rowCount(item) == 0) != (shape.columnCount(item) == 0)
    {
      return CombinatorialError(
        .emptySequence(side: shape.rowCount(item) == 0 ? .predicted : .target), item: item)
    }
    return CombinatorialError(refusal, size: size) { refusal in
      let row = item * rows + refusal.row
      let label = labels.from(item * columns + refusal.column).map { Int($0.pointee) }
      let scalar = scalars.from(row * rowStride + (label ?? refusal.column))
      let value = scalar.map { Double($0.pointee) } ?? .nan
      return .invalidCost(
        row: refusal.row, column: refusal.column,
        value: logSumExp.from(row).map { $0.pointee - value } ?? value)
    }
  }
}
