package import CombinatorialKernels

/// The minimum cut of a grid of cells, each of which goes to the source's side or to the sink's.
///
///     z* = min  sum of source[i] over the cells i on the sink's side
///             + sum of sink[i] over the cells i on the source's side
///             + sum of arcs[d][i] over the cells i on the source's side whose neighbour in the
///               direction d is on the sink's side
///
/// In segmentation the source's side is the object: `sink` is what it costs to call a cell object,
/// `source` what it costs to call it background, and `arcs` what a border costs. Where nothing but the
/// difference of the two is known, a logit, give it as `source` and 0 as `sink`.
///
/// The costs of one grid are `[2 + neighbours, rows, columns]`: the channels `source` and `sink`, then the
/// arcs in the order right, down, left, up, and with eight neighbours down-right, down-left, up-left,
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
public struct GridCut: Sendable, Hashable {
  /// The cells that a cell may have an arc to.
  public enum Neighbours: Int, Sendable, CaseIterable {
    /// Right, down, left, up.
    case four = 4
    /// Those, and down-right, down-left, up-left, up-right.
    case eight = 8

    /// Rows and columns from a cell to each neighbour, in the order of the channels.
    public var steps: [(row: Int, column: Int)] {
      Array(
        [(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1)].prefix(rawValue))
    }
  }

  /// Which cells are neighbours.
  public var neighbours: Neighbours
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A grid of cells with four or eight neighbours.
  public init(neighbours: Neighbours = .four, maxThreads: Int? = nil) {
    self.neighbours = neighbours
    self.maxThreads = maxThreads
  }

  /// The channels of the costs: source, sink, and one for each neighbour.
  public var channels: Int { 2 + neighbours.rawValue }

  /// Cuts one grid.
  ///
  /// - Parameter costs: `[2 + neighbours, rows, columns]`, row by row.
  /// - Throws: ``CombinatorialError``: an invalid cost, the first in memory; an unbounded flow; a value or a flow
  ///   beyond the largest double; a wrong count.
  public func solve(
    _ costs: [Double], rows: Int, columns: Int
  ) throws(CombinatorialError) -> GridCutSolution {
    let shape = GridCutShape(
      batch: 1, rows: rows, columns: columns, neighbours: neighbours.rawValue)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, withFlow: true)
    }
    return GridCutSolution(
      neighbours: neighbours, rows: rows, columns: columns, costs: costs, output: output)
  }

  /// Cuts a batch of grids, slices of it on several threads.
  package func solve<Scalar: KernelScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: GridCutShape, withFlow: Bool
  ) throws(CombinatorialError) -> MinimumCutOutput {
    try shape.validate(costCount: costs.count)
    do throws(MinimumCutFailure) {
      return try MinimumCutKernel.solve(
        costs, shape: shape, withFlow: withFlow, maxThreads: maxThreads)
    } catch {
      switch error {
      case .invalidCapacity(let batch, let index):
        throw .invalidGridCost(
          batch: batch, channel: index / shape.cells, row: index % shape.cells / shape.columns,
          column: index % shape.columns, value: Double(costs[batch * shape.costCount + index]))
      case .unbounded(let batch): throw .unboundedFlow(batch: batch)
      case .outOfRange(let batch): throw .valueOutOfRange(batch: batch)
      case .tooLarge:
        throw .sizeOverflow("a grid of \(shape.rows) rows and \(shape.columns) columns")
      }
    }
  }
}

extension GridCutShape {
  /// Checks that the sizes are sizes, and that `costCount` numbers fill them.
  fileprivate func validate(costCount: Int) throws(CombinatorialError) {
    let sizes = "[\(batch), 2 + \(neighbours), \(rows), \(columns)]"
    guard batch >= 0, rows >= 0, columns >= 0 else {
      throw .shapeMismatch(expected: "sizes of at least 0", found: sizes)
    }
    var count = 2 + neighbours
    for size in [batch, rows, columns] {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw .sizeOverflow("a cost tensor of shape \(sizes)") }
      count = product
    }
    guard costCount == count else {
      throw .shapeMismatch(expected: "\(count) costs for shape \(sizes)", found: "\(costCount)")
    }
  }
}
