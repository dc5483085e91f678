import CombinatorialSolvers
import TestSupport
import Testing

/// Costs most of which are one, as a tracker's: kernels solve them in another way from some size on.
struct CommonCostTests {
  /// That of the pairs below the gate, and for each row a column of its own at the gate.
  @Test(arguments: [(60, 60), (45, 70), (70, 45), (4, 400)], [1, 1e5, -2])
  func gatedCostsAreASparseProblem(_ shape: (rows: Int, columns: Int), gate: Double) throws {
    var random = SeededRandom(seed: 31)
    for _ in 0..<20 {
      var costs = [Double](repeating: gate, count: shape.rows * shape.columns)
      for row in 0..<shape.rows {
        for _ in 0..<Int.random(in: 0...4, using: &random) {
          let column = Int.random(in: 0..<shape.columns, using: &random)
          costs[row * shape.columns + column] = gate - Double.random(in: 0...3, using: &random)
        }
      }
      let solution = try Assignment().solve(costs, rows: shape.rows, columns: shape.columns)
      let pairs = solution.columnOfRow.filter { $0 >= 0 }
      #expect(pairs.count == min(shape.rows, shape.columns) && Set(pairs).count == pairs.count)
      let surplus = Double(max(0, shape.rows - shape.columns)) * gate
      let sparse = try sparseValue(costs, shape, gate: gate) - surplus
      let rounding = 1e-12 * max(1, abs(sparse))
      #expect(abs(solution.value - sparse) <= rounding && solution.dualityGap <= rounding)
    }
  }

  /// Most pairs cost the least: all are matched at it.
  @Test func fewDearerPairsAreAvoided() throws {
    var random = SeededRandom(seed: 32)
    for _ in 0..<20 {
      let costs = (0..<50 * 50).map { _ in Int.random(in: 0..<40, using: &random) == 0 ? 1.0 : 0 }
      let solution = try Assignment().solve(costs, rows: 50, columns: 50)
      #expect(solution.value == 0 && solution.dualityGap == 0)
      #expect(Set(solution.columnOfRow).count == 50)
    }
  }

  private func sparseValue(
    _ costs: [Double], _ shape: (rows: Int, columns: Int), gate: Double
  ) throws -> Double {
    var (offsets, columns, listed) = ([0], [Int32](), [Double]())
    for row in 0..<shape.rows {
      for column in 0..<shape.columns where costs[row * shape.columns + column] < gate {
        columns.append(Int32(column))
        listed.append(costs[row * shape.columns + column])
      }
      columns.append(Int32(shape.columns + row))
      listed.append(gate)
      offsets.append(listed.count)
    }
    return try SparseAssignment(
      rows: shape.rows, columns: shape.columns + shape.rows, rowOffsets: offsets,
      columnIndices: columns
    ).solve(listed).value
  }
}
