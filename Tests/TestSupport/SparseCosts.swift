/// A family's costs with a third of the pairs left out, as compressed rows: entries in any order, some pairs
/// twice, of which the cheaper entry counts.
public struct SparseCosts: Sendable {
  /// `[rows + 1]`
  public private(set) var offsets = [0]
  /// `[entries]`
  public private(set) var columnIndices: [Int32] = []
  /// `[entries]`
  public private(set) var costs: [Double] = []
  /// `[rows, columns]`, +infinity where there is no entry.
  public private(set) var dense: [Double]

  /// Random entries.
  public init(
    of family: AssignmentFamily, rows: Int, columns: Int, using random: inout SeededRandom
  ) {
    let full = family.costs(rows: rows, columns: columns, using: &random)
    dense = .init(repeating: .infinity, count: full.count)
    for row in 0..<rows {
      for column in (0..<columns).shuffled(using: &random) {
        let cell = row * columns + column
        let kind = Int.random(in: 0..<6, using: &random)
        for more in kind < 2 ? [] : kind < 5 ? [0.0] : [1.0, 0.0] {
          columnIndices.append(Int32(column))
          costs.append(full[cell] + more)
          dense[cell] = min(dense[cell], full[cell] + more)
        }
      }
      offsets.append(costs.count)
    }
  }
}
