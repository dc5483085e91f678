/// A step of an alignment's path.
public enum AlignmentMove: UInt8, Sendable, Hashable, CaseIterable {
  /// D: a row is matched with a column.
  case diagonal = 0
  /// H: a column, a target position, is skipped.
  case horizontal = 1
  /// V: a row, a predicted position, is skipped.
  case vertical = 2

  /// D, H or V.
  public var character: Character {
    switch self {
    case .diagonal: "D"
    case .horizontal: "H"
    case .vertical: "V"
    }
  }
}

/// A node of an alignment's grid.
public struct AlignmentNode: Sendable, Hashable {
  /// Predicted positions left behind: 0 ... rows.
  public var row: Int
  /// Target positions left behind: 0 ... columns.
  public var column: Int

  /// A node of the grid.
  public init(row: Int, column: Int) {
    (self.row, self.column) = (row, column)
  }

  /// The node that a move leads to.
  public func moved(by move: AlignmentMove) -> AlignmentNode {
    AlignmentNode(
      row: row + (move == .horizontal ? 0 : 1), column: column + (move == .vertical ? 0 : 1))
  }
}

/// What has a path through the grid of an alignment.
public protocol AlignmentPath {
  /// The moves of the path from (0, 0) to (rows, columns).
  var moves: [AlignmentMove] { get }
}

extension AlignmentPath {
  /// The path as letters D, H and V.
  public var moveString: String { String(moves.map(\.character)) }

  /// The node that each move leaves.
  public var path: [AlignmentNode] {
    var node = AlignmentNode(row: 0, column: 0)
    return moves.map { move in
      defer { node = node.moved(by: move) }
      return node
    }
  }
}

private enum PathKeys: CodingKey { case value, moves }

extension AlignmentPath where Self: OptimalSolution {
  /// JSON has the value, and the moves as letters.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: PathKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(moveString, forKey: .moves)
  }
}

/// A cheapest path, and the distances that prove it.
public struct AlignmentSolution: OptimalSolution, AlignmentPath {
  /// z*: the cost of the path.
  public let value: Double
  /// The moves of the path from (0, 0) to (rows, columns).
  public let moves: [AlignmentMove]

  let grid: AlignmentGrid

  /// dz*/dcosts, `[rows, columns]`: 1 for each diagonal, the gap factor for each gap that reads a cell;
  /// 1 for each visited cell of time warping. This is the primal solution u*, as the costs see it.
  public var gradient: [Double] {
    var gradient = [Double](repeating: 0, count: grid.rows * grid.columns)
    for (move, node) in zip(moves, path) {
      guard let cell = grid.cell(of: node) else { continue }
      gradient[cell] += move == .diagonal ? 1 : grid.problem.gapWeight
    }
    return gradient
  }

  /// dz*/dprice of each gap: 1 for those that the path takes, 0 for the others.
  public var gapGradient: GapCosts<Double> {
    var gradient = GapCosts<Double>(
      predicted: .init(repeating: 0, count: grid.rows),
      target: .init(repeating: 0, count: grid.columns))
    for (move, node) in zip(moves, path) {
      if move == .vertical { gradient.predicted[node.row] = 1 }
      if move == .horizontal { gradient.target[node.column] = 1 }
    }
    return gradient
  }

  /// The dual solution, `[rows + 1, columns + 1]`: from each node the distance to the end, +infinity
  /// where there is no way. On every edge the potential of its start is at most its cost plus the
  /// potential of its end, with equality along the path; the last potential is 0, the first is z*. All
  /// this up to the rounding of sums in double, in which each potential is computed at each call.
  ///
  /// Complexity: O(rows columns).
  public var potentials: [Double] { grid.distancesToEnd() }

  /// By how much the path costs more than the cheapest one: primal less dual objective, both without
  /// rounding, and their difference rounded up to a double. 0 says that no path is cheaper.
  ///
  /// Computed at each call from the costs and the moves alone. Complexity: O(rows columns) sums of as many
  /// digits as the costs span.
  public var dualityGap: Double { grid.matrix.isKept ? grid.excess(of: moves) : .infinity }

  /// Whether this is the only cheapest path: whether the path's own is the only tight edge out of each
  /// of its nodes. Edges that rounding cannot tell from tight ones count as tight.
  ///
  /// Complexity: O(rows columns), at each call.
  public var isUnique: Bool {
    let potentials = potentials
    let steps = Double(max(64, grid.rows + grid.columns))
    let tolerance = steps * .ulpOfOne * potentials.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    func potential(_ node: AlignmentNode) -> Double {
      potentials[node.row * (grid.columns + 1) + node.column]
    }
    return zip(moves, path).allSatisfy { taken, node in
      AlignmentMove.allCases.allSatisfy { move in
        guard move != taken, let cost = grid.cost(of: move, from: node) else { return true }
        return cost + potential(node.moved(by: move)) > potential(node) + tolerance
      }
    }
  }
}
