import CombinatorialLosses
import Testing

/// The cheapest way from the top left to the bottom right of a grid, right or down at every step.
struct GridRoute: PrimalProblem {
  let costRank = 2

  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let (rows, columns, cost) = (costs.shape[0], costs.shape[1], costs.scalars)
    // The cheapest way to each crossing, and the crossing before it.
    var best = cost.map(Double.init)
    var previous = [Int?](repeating: nil, count: cost.count)
    for crossing in 1..<cost.count {
      let above = crossing >= columns ? crossing - columns : nil
      let left = crossing % columns > 0 ? crossing - 1 : nil
      let before = [above, left].compactMap { $0 }.min { best[$0] < best[$1] }
      best[crossing] += before.map { best[$0] } ?? 0
      previous[crossing] = before
    }
    let route = sequence(first: rows * columns - 1) { previous[$0] }
    return PrimalSolution(value: best[rows * columns - 1], chosen: Array(route))
  }
}

/// The examples of the documentation, compiled and run.
struct BringYourOwnSolverTests {
  @Test func theExampleHasTheResultItStates() throws {
    let costs = try Tensor([1, 9, 1, 1, 1, 9, 9, 1, 1], shape: [3, 3]).requiringGradient()
    let value = try GridRoute().optimalValue(costs)  // 5
    let gradient = try value.gradients(of: [costs])[0]  // 1 0 0, 1 1 0, 0 1 1
    #expect(try value.item() == 5)
    #expect(gradient.scalars == [1, 0, 0, 1, 1, 0, 0, 1, 1])

    let check = try GridRoute().check(costs)
    #expect(check.faults.isEmpty, "\(check)")
    let report = try GradientCheck.centralDifferences(
      of: { try GridRoute().optimalValue($0[0]) }, at: [costs], step: 0x1p-6)
    #expect(report.passes(), "\(report)")
  }

  /// Against every route: each is a choice of the steps that go down.
  @Test(arguments: [[1, 1], [1, 4], [4, 1], [3, 4], [5, 5]])
  func theRouteIsTheCheapest(shape: [Int]) throws {
    var random = SeededGenerator(seed: 91)
    let costs = try Tensor.multiples([6] + shape, using: &random)
    let values = try GridRoute().optimalValue(costs)
    let (rows, columns) = (shape[0], shape[1])
    for item in 0..<6 {
      let grid = costs.scalars[item * rows * columns..<(item + 1) * rows * columns].map(Double.init)
      let routes = (0..<1 << (rows + columns - 2)).filter { $0.nonzeroBitCount == rows - 1 }
      let best = routes.map { steps in
        var crossing = 0
        return (0..<rows + columns - 2).reduce(grid[0]) { sum, step in
          crossing += steps >> step & 1 == 1 ? columns : 1
          return sum + grid[crossing]
        }
      }.min()
      #expect(Double(values.scalars[item]) == best, "seed 91, item \(item)")
    }
  }
}
