/// Which cells of a grid are beside each other.
public enum GridNeighbors: Int, Sendable, Hashable, CaseIterable {
  /// Those that share a side: right, down, left, up.
  case four = 4
  /// Those that share a side or a corner: these, and down-right, down-left, up-left, up-right.
  case eight = 8

  /// Rows and columns from a cell to each neighbor, in this order.
  public var steps: [(row: Int, column: Int)] {
    Array([(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1)].prefix(rawValue))
  }
}
