internal import CCombinatorialKernels
public import CombinatorialKernels

/// Global alignment: the cheapest monotone path that aligns predicted positions with target positions.
///
/// The costs are a matrix of predicted positions (rows) by target positions (columns). From node (i, k),
/// 0 <= i <= rows, 0 <= k <= columns, a diagonal move D matches row i with column k, a horizontal move H
/// skips column k (a gap in the prediction), and a vertical move V skips row i (a gap in the target). The
/// path leads from (0, 0) to (rows, columns). What moves cost is chosen by ``gaps``.
///
///     z* = min over paths of the sum of the costs of the moves
///
///     try Alignment(gapFactor: 1.5).solve([0, 9, 1, 9, 9, 0], rows: 3, columns: 2).value  // 1
///
/// This is a shortest-path problem, hence a linear program; its dual solution are the distances to the
/// end, see ``AlignmentSolution/potentials``.
///
/// The costs may be any numbers. `+infinity` forbids a cell. NaN and -infinity are refused. Distances are
/// computed in the element type of the costs, and the value of the path that was found in double. The path
/// costs more than the cheapest one by no more than the rounding of what the two pay, 2^-24 or 2^-53 of it
/// for each move, or not at all: where rounded distances do not prove that, because costs of either sign
/// cancel or sums leave the range of the element type, the problem is solved again without rounding, in 10
/// to 100 times the time. ``AlignmentSolution/dualityGap`` tells. A value beyond the range of double is
/// refused.
///
/// Empty sequences: with a factor the value is 0, with gap costs the sum of the gaps. Time warping has value
/// 0 for two empty sequences and refuses one, ``CombinatorialError/Reason/emptySequence(side:)``.
///
/// Ties: at each node D before H before V, whatever the threads and the instruction set.
///
/// Complexity: O(rows columns) time; two bits a cell, or see ``blockRows``.
///
/// S. B. Needleman, C. D. Wunsch, J. Mol. Biol. 48 (1970), doi:10.1016/0022-2836(70)90057-4; with
/// ``Gaps/factor(_:)`` as in section 3.2 of "Differentiable Combinatorial Losses through Generalized
/// Gradients of Linear Programs".
public struct Alignment: AlignmentProblem, Hashable {
  /// What moves cost.
  public enum Gaps: Sendable, Hashable {
    /// A gap at (i, k) costs the factor times what the diagonal move costs there; on the border that
    /// of the last row or column: `factor * costs[min(i, rows - 1)][min(k, columns - 1)]`. Greater than
    /// 0. A problem without rows or columns has value 0.
    case factor(Double)
    /// Every gap costs the same. `+infinity` forbids gaps.
    case cost(Double)
    /// All three moves out of cell (i, k) cost `costs[i][k]`, and the path stays on the cells: the sum
    /// over the cells that it visits, from the first to the last. (Sakoe and Chiba 1978,
    /// doi:10.1109/TASSP.1978.1163055.) Cells more than `band` columns outside of the diagonals through
    /// the two corners are forbidden; nil: none.
    case timeWarping(band: Int?)
  }

  /// What moves cost.
  public var gaps: Gaps

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// How many rows' moves a large problem keeps at a time, at two bits a cell. With fewer than all, the
  /// path is found block by block from stored distances: twice the time, and memory for about
  /// `columns * (blockRows / 4 + 4 * rows / blockRows)` bytes (8 for costs in double). nil: all rows up
  /// to 2^27 cells, and blocks of `4 * sqrt(rows)` beyond.
  public var blockRows: Int?

  /// Alignment in which a gap costs a multiple of the diagonal move.
  public init(gapFactor: Double = 1.5, maxThreads: Int? = nil) {
    self.init(.factor(gapFactor), maxThreads: maxThreads)
  }

  /// Alignment in which every gap costs the same.
  public init(gapCost: Double, maxThreads: Int? = nil) {
    self.init(.cost(gapCost), maxThreads: maxThreads)
  }

  /// Alignment by any rule.
  public init(_ gaps: Gaps, maxThreads: Int? = nil) {
    (self.gaps, self.maxThreads) = (gaps, maxThreads)
  }

  /// Dynamic time warping.
  ///
  /// - Parameters:
  ///   - band: See ``Gaps/timeWarping(band:)``.
  ///   - maxThreads: The most threads to use; nil: as many as the process may.
  public static func timeWarping(band: Int? = nil, maxThreads: Int? = nil) -> Alignment {
    Alignment(.timeWarping(band: band), maxThreads: maxThreads)
  }

  /// The solutions of a batch.
  public typealias Solutions = AlignmentBatch

  /// The problem itself.
  public var alignment: Alignment { self }

  /// Solves a batch that has been checked.
  public func solve<Scalar: CostScalar>(
    _ input: AlignmentInput<Scalar>
  ) throws(CombinatorialError) -> AlignmentBatch {
    try AlignmentBatch(self, input, rule: try kernelRule(input.shape))
  }

  /// The kernels' form of the rule.
  func kernelRule(
    _ shape: BatchShape, temperature: Double = 0
  ) throws(CombinatorialError) -> cl_alignment_rule {
    if let blockRows, blockRows < 1 {
      throw CombinatorialError(
        .invalidOption("blockRows", value: Double(blockRows), expected: "at least 1"))
    }
    // From 2^27 cells on, blocks of which moves and stored distances take about the same memory.
    let light = max(16, Int(4 * Double(shape.rows).squareRoot()))
    var rule = cl_alignment_rule(
      gaps: CL_ALIGNMENT_GAP_COSTS, gap_factor: 0, temperature: temperature, band: .max,
      block_rows: blockRows ?? (shape.itemCount > 1 << 27 ? light : 0))
    switch gaps {
    case .factor(let factor):
      guard factor > 0, factor.isFinite else {
        throw CombinatorialError(
          .invalidOption("gap factor", value: factor, expected: "a number greater than 0"))
      }
      rule.gaps = CL_ALIGNMENT_GAP_FACTOR
      rule.gap_factor = factor
    case .cost: break
    case .timeWarping(let band):
      rule.gaps = CL_ALIGNMENT_TIME_WARPING
      guard let band else { break }
      guard band >= 0 else {
        throw CombinatorialError(
          .invalidOption("band", value: Double(band), expected: "at least 0"))
      }
      rule.band = band
    }
    return rule
  }
}
