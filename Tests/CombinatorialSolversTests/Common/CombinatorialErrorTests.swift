import CombinatorialSolvers
import Testing

struct CombinatorialErrorTests {
  /// Whatever has an item names the new one, and nothing else changes.
  @Test(
    arguments: [
      .invalidCost(row: 1, column: 2, value: .infinity),
      .invalidCostAt(position: 1, value: .infinity),
      .negativeCost(row: 1, column: 2, value: -3),
      .negativeCycle(arcs: [1, 2], nodes: [3, 4]),
      .invalidUnmatchedCost(value: .infinity),
      .invalidPotential(column: 1, value: .infinity),
      .invalidGapCost(value: -.infinity),
      .infeasible, .unboundedFlow, .valueOutOfRange,
      .emptySequence(side: .target),
      .invalidCapacity(position: 1, value: -1),
      .invalidGridCost(channel: 1, row: 2, column: 3, value: -1),
      .labelOutOfRange(position: 1, label: 2, classes: 3),
      .lengthOutOfRange(length: 2, limit: 1),
      .invalidLogit(row: 1, column: 2, value: .infinity),
      .invalidMass(side: .demand, position: 1, value: -1),
      .unbalanced(supply: 1, demand: 2),
      .notConverged(iterations: 1, error: 2, tolerance: 3),
      .wrongValue(value: 1, objective: 2),
    ] as [CombinatorialError.Reason])
  func errorsMoveToAnotherItem(reason: CombinatorialError.Reason) {
    let error = CombinatorialError(reason, item: 0)
    #expect(error.description.contains("batch item 0"))
    #expect(error.ofItem(7).description.contains("batch item 7"))
    #expect(error.ofItem(7).ofItem(0) == error)
  }

  @Test func errorsWithoutAnItemStay() {
    let errors: [CombinatorialError] = [
      CombinatorialError(.invalidOption("power", value: 0, expected: "1")), .sizeOverflow("a grid"),
      .shapeMismatch(expected: "1", found: "2"),
    ]
    for error in errors { #expect(error.ofItem(7) == error) }
  }
}
