import CombinatorialSolvers
import Testing

struct CombinatorialErrorTests {
  /// Whatever has an item names the new one, and nothing else changes.
  @Test(
    arguments: [
      .invalidCost(batch: 0, row: 1, column: 2, value: .infinity),
      .invalidCostAt(batch: 0, position: 1, value: .infinity),
      .negativeCost(batch: 0, row: 1, column: 2, value: -3),
      .negativeCycle(batch: 0, arcs: [1, 2], nodes: [3, 4]),
      .invalidUnmatchedCost(batch: 0, value: .infinity),
      .invalidPotential(batch: 0, column: 1, value: .infinity),
      .invalidGapCost(batch: 0, value: -.infinity),
      .infeasible(batch: 0),
      .emptySequence(batch: 0, side: .target), .valueOutOfRange(batch: 0),
      .invalidCapacity(batch: 0, position: 1, value: -1),
      .invalidGridCost(batch: 0, channel: 1, row: 2, column: 3, value: -1),
      .unboundedFlow(batch: 0),
      .labelOutOfRange(batch: 0, position: 1, label: 2, classes: 3),
      .lengthOutOfRange(batch: 0, length: 2, limit: 1),
      .invalidLogit(batch: 0, row: 1, column: 2, value: .infinity),
      .invalidMass(batch: 0, side: .demand, position: 1, value: -1),
      .unbalanced(batch: 0, supply: 1, demand: 2),
      .notConverged(batch: 0, iterations: 1, error: 2, tolerance: 3),
      .valueOutOfRange(batch: 0),
    ] as [CombinatorialError])
  func errorsMoveToAnotherItem(error: CombinatorialError) {
    let moved = error.ofItem(7)
    #expect(error.description.contains("batch item 0"))
    #expect(moved.description.contains("batch item 7"))
    #expect(moved.ofItem(0) == error)
  }

  @Test func errorsWithoutAnItemStay() {
    let errors: [CombinatorialError] = [
      .invalidOption("power", value: 0, expected: "1"), .sizeOverflow("a grid"),
      .shapeMismatch(expected: "1", found: "2"),
    ]
    for error in errors { #expect(error.ofItem(7) == error) }
  }
}
