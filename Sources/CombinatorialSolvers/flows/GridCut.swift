internal import CombinatorialKernels

/// The minimum cut of a grid of cells, each of which goes to the source's side or to the sink's.
///
///     z* = min  sum of source[i] over the cells i on the sink's side
///             + sum of sink[i] over the cells i on the source's side
///             + sum of arcs[d][i] over the cells i on the source's side whose neighbor in the
///               direction d is on the sink's side
///
///     let capacities: [Double] = [5, 0, 0, 5, 1, 0, 0, 0, 0, 0, 0, 0]  // [6, 1, 2]
///     try GridCut().solve(capacities, rows: 1, columns: 2).isOnSourceSide  // [true, false]
///
/// In segmentation the source's side is the object: `sink` is what it costs to call a cell object,
/// `source` what it costs to call it background, and `arcs` what a border costs. Where nothing but the
/// difference of the two is known, a logit, give it as `source` and 0 as `sink`.
///
/// The costs of one grid are `[2 + neighbors, rows, columns]`: the channels `source` and `sink`, then the
/// arcs in the order right, down, left, up, and with eight neighbors down-right, down-left, up-left,
/// up-right. Source and sink may be any numbers, arcs at least 0. `+infinity` is a cost that no cut may
/// contain: it fixes a cell, or ties two together. Arcs that lead out of the grid are never read.
///
/// No other cut costs less by more than 2^-51 of the magnitudes in the sum for each cost of the grid, where the
/// lesser cost of each cell counts too, whatever the magnitudes: where doubles do not prove that, the kernel
/// goes on without any rounding. ``GridCutSolution/dualityGap`` tells.
///
/// Ties: of all minimum cuts it is the one with the most cells on the source's side; see ``MaximumFlow``,
/// the same problem with arcs of your own. No arrays of arcs exist here.
///
/// Complexity: O(cells^3), whatever the costs are; in practice far less.
///
/// Y. Boykov, V. Kolmogorov, An experimental comparison of min-cut/max-flow algorithms for energy
/// minimization in vision, IEEE PAMI 26 (2004), doi:10.1109/TPAMI.2004.60.
public struct GridCut: ProvableProblem, MatrixProblem, Hashable {
  /// The solutions of a batch.
  public typealias Solutions = GridCutBatch

  /// The cells that a cell may have an arc to; the order of their ``GridNeighbors/steps`` is that of the channels.
  public typealias Neighbors = GridNeighbors

  /// Which cells are neighbors.
  public var neighbors: Neighbors
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A grid of cells with four or eight neighbors.
  public init(neighbors: Neighbors = .four, maxThreads: Int? = nil) {
    (self.neighbors, self.maxThreads) = (neighbors, maxThreads)
  }

  /// The channels of the costs: source, sink, and one for each neighbor.
  public var channels: Int { 2 + neighbors.rawValue }

  /// Cuts every grid of a batch, slices of it on several threads; flows are the proof.
  ///
  /// - Parameters:
  ///   - costs: `[batch, 2 + neighbors, rows, columns]`, row by row.
  ///   - shape: The extents of the costs, and the lengths of a ragged batch.
  /// - Throws: ``CombinatorialError``: an invalid cost, the first in memory; an unbounded flow; a value or a flow
  ///   beyond the largest double; a wrong count.
  func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, withProof: Bool
  ) throws(CombinatorialError) -> GridCutBatch {
    guard shape.channels == channels else {
      throw .shapeMismatch(
        expected: "costs [\(channels), rows, columns] of each grid",
        found: "[\(shape.channels), \(shape.rows), \(shape.columns)]")
    }
    try shape.validate(costCount: costs.count, channels: nil)
    return try GridCutBatch(self, CostInput(costs), shape: shape, withFlow: withProof)
  }
}
