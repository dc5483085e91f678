internal import CombinatorialKernels

/// Global alignment: the cheapest monotone path that aligns predicted positions with target positions.
///
/// The costs are a matrix of predicted positions (rows) by target positions (columns). From node (i, k),
/// 0 <= i <= rows, 0 <= k <= columns, a diagonal move D matches row i with column k, a horizontal move H
/// skips column k (a gap in the prediction), and a vertical move V skips row i (a gap in the target). The
/// path leads from (0, 0) to (rows, columns). What moves cost is chosen by ``gaps``.
///
///     z* = min over paths of the sum of the costs of the moves
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
/// 0 for two empty sequences and refuses one, ``CombinatorialError/emptySequence(batch:side:)``.
///
/// Ties: at each node D before H before V, whatever the threads and the instruction set.
///
/// Complexity: O(rows columns) time; two bits a cell, or see ``blockRows``.
///
/// S. B. Needleman, C. D. Wunsch, J. Mol. Biol. 48 (1970), doi:10.1016/0022-2836(70)90057-4; with
/// ``Gaps/factor(_:)`` as in section 3.2 of "Differentiable Combinatorial Losses through Generalized
/// Gradients of Linear Programs".
public struct Alignment: Sendable, Hashable {
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
    self.gaps = gaps
    self.maxThreads = maxThreads
  }

  /// Dynamic time warping.
  ///
  /// - Parameter band: See ``Gaps/timeWarping(band:)``.
  public static func timeWarping(band: Int? = nil, maxThreads: Int? = nil) -> Alignment {
    Alignment(.timeWarping(band: band), maxThreads: maxThreads)
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: the cost matrix `[rows, columns]`, row by row.
  ///   - rows: number of predicted positions.
  ///   - columns: number of target positions.
  ///   - gapCosts: prices of the single gaps instead of ``Gaps/cost(_:)``.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible path, a wrong count.
  public func solve(
    _ costs: [Float], rows: Int, columns: Int, gapCosts: GapCosts<Float>? = nil
  ) throws(CombinatorialError) -> AlignmentSolution {
    try solve(costs, batch: 1, rows: rows, columns: columns, gapCosts: gapCosts)[0]
  }

  /// Solves one problem in double precision.
  ///
  /// - Parameters:
  ///   - costs: the cost matrix `[rows, columns]`, row by row.
  ///   - rows: number of predicted positions.
  ///   - columns: number of target positions.
  ///   - gapCosts: prices of the single gaps instead of ``Gaps/cost(_:)``.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible path, a wrong count.
  public func solve(
    _ costs: [Double], rows: Int, columns: Int, gapCosts: GapCosts<Double>? = nil
  ) throws(CombinatorialError) -> AlignmentSolution {
    try solve(costs, batch: 1, rows: rows, columns: columns, gapCosts: gapCosts)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: number of problems.
  ///   - rows: rows of every problem, padding included.
  ///   - columns: columns of every problem, padding included.
  ///   - lengths: what each problem uses; the rest is padding, never read. nil: all.
  ///   - gapCosts: prices of the single gaps, of all problems, instead of ``Gaps/cost(_:)``.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve(
    _ costs: [Float], batch: Int, rows: Int, columns: Int, lengths: [AlignmentLengths]? = nil,
    gapCosts: GapCosts<Float>? = nil
  ) throws(CombinatorialError) -> AlignmentBatch {
    let shape = AlignmentShape(batch: batch, rows: rows, columns: columns, lengths: lengths)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, gapCosts: gapCosts)
    }
    return AlignmentBatch(
      problem: self, shape: shape, costs: .float(costs), gapCosts: gapCosts.map(GapCosts.init),
      output: output)
  }

  /// Solves a batch of problems in double precision, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: number of problems.
  ///   - rows: rows of every problem, padding included.
  ///   - columns: columns of every problem, padding included.
  ///   - lengths: what each problem uses; the rest is padding, never read. nil: all.
  ///   - gapCosts: prices of the single gaps, of all problems, instead of ``Gaps/cost(_:)``.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve(
    _ costs: [Double], batch: Int, rows: Int, columns: Int, lengths: [AlignmentLengths]? = nil,
    gapCosts: GapCosts<Double>? = nil
  ) throws(CombinatorialError) -> AlignmentBatch {
    let shape = AlignmentShape(batch: batch, rows: rows, columns: columns, lengths: lengths)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, gapCosts: gapCosts)
    }
    return AlignmentBatch(
      problem: self, shape: shape, costs: .double(costs), gapCosts: gapCosts, output: output)
  }
}
