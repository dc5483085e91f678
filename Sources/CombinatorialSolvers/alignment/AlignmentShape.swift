internal import CCombinatorialKernels

/// A batch of alignment problems `[batch, rows, columns]`, of which each uses its first `rowCounts[b]`
/// rows and `columnCounts[b]` columns. The rest is padding, and never read.
package struct AlignmentShape: Sendable {
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

  /// Rows in use.
  package func rowCount(_ item: Int) -> Int { rowCounts?[item] ?? rows }

  /// Columns in use.
  package func columnCount(_ item: Int) -> Int { columnCounts?[item] ?? columns }

  /// The most moves that a path can have.
  package var maximumMoves: Int { rows + columns }
}

/// What moves cost; see `cl_alignment.h`.
package struct AlignmentRule: Sendable, Hashable {
  package enum Gaps: Sendable, Hashable {
    case factor(Double)
    case costs
    case timeWarping(band: Int?)
  }

  package var gaps: Gaps
  /// Rows whose moves a problem by itself keeps at a time; 0: all.
  package var blockRows: Int

  package init(_ gaps: Gaps, blockRows: Int = 0) {
    self.gaps = gaps
    self.blockRows = blockRows
  }

  /// The weight of a gap in the gradient by the costs, where a diagonal has 1.
  package var gapWeight: Double {
    switch gaps {
    case .factor(let factor): factor
    case .costs: 0
    case .timeWarping: 1
    }
  }

  func cValue(temperature: Double = 0) -> cl_alignment_rule {
    var rule = cl_alignment_rule()
    rule.temperature = temperature
    rule.band = .max
    rule.block_rows = max(0, blockRows)
    switch gaps {
    case .factor(let factor):
      rule.gaps = CL_ALIGNMENT_GAP_FACTOR
      rule.gap_factor = factor
    case .costs:
      rule.gaps = CL_ALIGNMENT_GAP_COSTS
    case .timeWarping(let band):
      rule.gaps = CL_ALIGNMENT_TIME_WARPING
      if let band { rule.band = max(0, band) }
    }
    return rule
  }
}

/// Where the costs of a batch come from.
package struct AlignmentCosts<Scalar: CostScalar>: @unchecked Sendable {
  /// The costs `[batch, rows, columns]`; or logits `[batch, rows, classes]`, with ``labels``.
  package var scalars: UnsafeBufferPointer<Scalar>
  /// Elements from one row to the next: columns, or classes.
  package var rowStride: Int
  /// `[batch, columns]`: the costs are logSumExp - logits[label]. The caller has checked them.
  package var labels: UnsafeBufferPointer<Int32>?
  /// `[batch, rows]`, with ``labels``.
  package var logSumExp: UnsafeBufferPointer<Double>?
  /// `[batch, rows]`: the price of skipping a row, where the rule is `.costs`.
  package var rowGaps: UnsafeBufferPointer<Scalar>?
  /// `[batch, columns]`.
  package var columnGaps: UnsafeBufferPointer<Scalar>?

  package init(_ scalars: UnsafeBufferPointer<Scalar>, rowStride: Int) {
    self.scalars = scalars
    self.rowStride = rowStride
  }
}

/// Optimal paths of a batch.
package struct AlignmentOutput: Sendable {
  /// `[batch]`: what each path costs.
  package var values: [Double]
  /// `[batch, rows + columns]`: moves from the start on, 0 D, 1 H, 2 V.
  package var moves: [UInt8]
  /// `[batch]`: the moves of each path.
  package var moveCounts: [Int]

  /// The moves of one problem.
  package func moves(of item: Int, shape: AlignmentShape) -> ArraySlice<UInt8> {
    let start = item * shape.maximumMoves
    return moves[start..<start + moveCounts[item]]
  }
}

/// Why the kernel refused a problem of the batch: the first one, whatever the threads did.
package enum AlignmentFailure: Error, Equatable {
  case invalidCost(batch: Int, row: Int, column: Int)
  case infeasible(batch: Int)
  /// Time warping of a sequence with an empty one, which has no cell to visit.
  case emptySequence(batch: Int, isPredicted: Bool)
  /// The value is no double.
  case outOfRange(batch: Int)
  case tooLarge(rows: Int, columns: Int)

  /// What the kernel says of an item, of which only the status may say why.
  init?(
    _ status: cl_status, _ fault: cl_fault, item: Int, shape: AlignmentShape,
    rule: cl_alignment_rule
  ) {
    switch status {
    case CL_STATUS_OK: return nil
    case CL_STATUS_INVALID_COST:
      self = .invalidCost(batch: item, row: Int(fault.row), column: Int(fault.column))
    case CL_STATUS_OUT_OF_RANGE: self = .outOfRange(batch: item)
    default:
      let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
      let isEmpty = rule.gaps == CL_ALIGNMENT_TIME_WARPING && (rows == 0) != (columns == 0)
      self =
        isEmpty
        ? .emptySequence(batch: item, isPredicted: rows == 0) : .infeasible(batch: item)
    }
  }

  var batch: Int {
    switch self {
    case .invalidCost(let batch, _, _), .infeasible(let batch), .emptySequence(let batch, _),
      .outOfRange(let batch):
      batch
    case .tooLarge: 0
    }
  }
}
