import CombinatorialSolvers
import TestSupport

/// Grids whose searches or sweeps are special in some way.
enum GridCutFamily: CaseIterable {
  case ties, fewArcs, noArcs, noSource, noSink, nothing, hardCells, across, upwards, winding

  /// Whole costs `[2 + neighbors, rows, columns]`, or infinite ones that some cut avoids.
  func costs(
    _ neighbors: GridCut.Neighbors, _ rows: Int, _ columns: Int, using random: inout SeededRandom
  ) -> [Double] {
    var costs: [Double] = []
    for channel in 0..<2 + neighbors.rawValue {
      for row in 0..<rows {
        for column in 0..<columns {
          costs.append(
            channel < 2
              ? pull(channel, row, column, rows, columns, using: &random)
              : arc(channel - 2, row, column, columns, using: &random))
        }
      }
    }
    return costs
  }

  /// The cost of a cell on the sink's side, channel 0, or on the source's.
  private func pull(
    _ channel: Int, _ row: Int, _ column: Int, _ rows: Int, _ columns: Int,
    using random: inout SeededRandom
  ) -> Double {
    let small = Double(Int.random(in: -3...3, using: &random))
    switch self {
    case .ties, .fewArcs, .noArcs: return small
    case .noSource: return channel == 0 ? 0 : abs(small)
    case .noSink: return channel == 1 ? 0 : abs(small)
    case .nothing: return 0
    case .hardCells: return (row + 2 * column) % 5 == 3 * channel ? .infinity : small
    case .across: return column == (channel == 0 ? 0 : columns - 1) ? 1e6 : 0
    case .upwards: return row == (channel == 0 ? rows - 1 : 0) ? 1e6 : 0
    case .winding:
      return channel == 0 ? (row + column == 0 ? 90 : 0) : row + 1 == rows ? abs(small) : 0
    }
  }

  private func arc(
    _ direction: Int, _ row: Int, _ column: Int, _ columns: Int, using random: inout SeededRandom
  ) -> Double {
    switch self {
    case .ties, .nothing: return Double(Int.random(in: 0...1, using: &random))
    case .fewArcs: return max(0, Double(Int.random(in: -9...2, using: &random)))
    case .noArcs: return 0
    case .winding:
      // Along the rows, and from one to the next at their ends, left and right in turn.
      let isOpen =
        direction % 2 == 0
        ? direction < 4 : direction == 1 && column == (row % 2 == 0 ? columns - 1 : 0)
      return isOpen ? Double(Int.random(in: 20...50, using: &random)) : 0
    default: return Double(Int.random(in: 1...100, using: &random))
    }
  }
}
