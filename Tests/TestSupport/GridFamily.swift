/// Families of costs of grids.
public enum GridFamily: String, CaseIterable, Sendable {
  case uniform, fewValued, zeros, forbidden, serpentine, lost

  /// `[rows, columns]`, row by row.
  public func costs(rows: Int, columns: Int, using random: inout SeededRandom) -> [Double] {
    (0..<rows * columns).map { cell in
      let (row, column) = (cell / columns, cell % columns)
      let uniform = Double.random(in: 0.5...9, using: &random)
      switch self {
      case .uniform: return uniform
      case .fewValued: return Double(Int.random(in: 1...3, using: &random))
      case .zeros: return Double(Int.random(in: 0...1, using: &random))
      case .forbidden: return Int.random(in: 0..<4, using: &random) == 0 ? .infinity : uniform
      case .serpentine:
        // Walls with a gap at alternate ends: the path bends at every second row.
        let gap = row / 2 % 2 == 0 ? columns - 1 : 0
        return row % 2 == 1 && column != gap ? .infinity : uniform
      case .lost:
        // Costs that are lost when they are added to the first.
        return cell == 0 ? 0x1p60 : Double(Int.random(in: 0...2, using: &random))
      }
    }
  }
}
