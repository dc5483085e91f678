import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// Costs whose sums double or float cannot hold: the path is right, or refused, and the gap is honest.
struct AlignmentExtremesTests {
  @Test func smallCostsBetweenLargeOnesThatCancel() throws {
    // Each path pays 1e16 and -1e16; which of the small costs it pays, sums in double do not tell.
    let costs: [Double] = [
      1e16, 0.0625, .infinity, .infinity,
      .infinity, 0.5, 0.25, .infinity,
      .infinity, 0.75, 0.125, .infinity,
      .infinity, .infinity, .infinity, -1e16,
    ]
    let solution = try Alignment.timeWarping().solve(costs, rows: 4, columns: 4)
    #expect(solution.value == 0.4375 && solution.moveString == "HDVDD")
    #expect(solution.dualityGap == 0)
  }

  @Test func sumsBeyondTheElementType() throws {
    let floats = [Float](repeating: .greatestFiniteMagnitude, count: 9)
    let solution = try Alignment(gapFactor: 2).solve(floats, rows: 3, columns: 3)
    #expect(solution.moveString == "DDD" && solution.dualityGap == 0)
    #expect(solution.value == 3 * Double(Float.greatestFiniteMagnitude))

    let largest = Double.greatestFiniteMagnitude
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 1)) {
      try Alignment().solve(
        [1, 1, 1, 1, largest, largest, largest, largest], batch: 2, rows: 2, columns: 2)
    }
    // A sum on the way overflows, and the value does not.
    let cancelling = try Alignment.timeWarping(band: 0).solve(
      [-largest, 0, 0, 0, largest, 0, 0, 0, largest], rows: 3, columns: 3)
    #expect(cancelling.value == largest && cancelling.dualityGap == 0)
    let message = CombinatorialError(.valueOutOfRange, item: 1).description
    #expect(message.contains("\(largest)") && message.contains("item 1"))
  }

  @Test func optionsBeyondTheElementType() throws {
    let costs: [Float] = [0, 1, 1, 1]
    let free = try Alignment(gapFactor: 1e300).solve(costs, rows: 2, columns: 2)
    #expect(free.moveString == "DD" && free.value == 1 && free.dualityGap == 0)
    let expected = "at most \(Float.greatestFiniteMagnitude), as the costs, or +infinity"
    #expect(
      throws: CombinatorialError(.invalidOption("gap cost", value: 1e39, expected: expected))
    ) {
      try Alignment(gapCost: 1e39).solve(costs, rows: 2, columns: 2)
    }
    #expect(try Alignment(gapCost: .infinity).solve(costs, rows: 2, columns: 2).value == 1)
  }

  @Test func timeWarpingNamesTheEmptySequence() throws {
    let problem = Alignment.timeWarping()
    let smooth = SoftAlignment(temperature: 1, alignment: problem)
    for (rows, columns, side) in [
      (0, 3, CombinatorialError.SequenceSide.predicted), (3, 0, .target),
    ] {
      let error = CombinatorialError(.emptySequence(side: side), item: 0)
      #expect(throws: error) { try problem.solve([] as [Double], rows: rows, columns: columns) }
      #expect(throws: error) { try smooth.solve([] as [Double], rows: rows, columns: columns) }
      #expect(error.description.contains("the \(side.rawValue) sequence of batch item 0 is empty"))
    }
    #expect(throws: CombinatorialError(.emptySequence(side: .target), item: 2)) {
      try problem.solve(
        [1, 2, 3] as [Double], batch: 3, rows: 1, columns: 1, rowCounts: [1, 0, 1],
        columnCounts: [1, 0, 0])
    }
    #expect(try smooth.solve([] as [Double], rows: 0, columns: 0).value == 0)
  }

  @Test func smoothedEmptySequencesPayTheirGaps() throws {
    for (rows, columns) in [(0, 0), (0, 3), (2, 0)] {
      let byCost = SoftAlignment(temperature: 0.5, alignment: Alignment(gapCost: 2))
      let value = try byCost.solve([] as [Double], rows: rows, columns: columns).value
      #expect(value == Double(2 * (rows + columns)))
      #expect(
        try SoftAlignment(temperature: 1).solve([] as [Double], rows: rows, columns: columns).value
          == 0)
    }
  }

  /// Towards 0 the hard minimum, all cheapest paths alike; towards infinity all paths alike.
  @Test(arguments: [.leastNonzeroMagnitude, 0x1p-1063, 1e-300, 1e-18, 1e-14, 1e300, 5e307])
  func temperaturesOfAnyMagnitude(temperature: Double) throws {
    // Of the 13 paths over 2 x 2 cells, as many as 3 cost nothing: D D, and D with gaps at its end.
    let solution = try SoftAlignment(temperature: temperature, alignment: Alignment(gapFactor: 1))
      .solve([0, 9, 9, 0], rows: 2, columns: 2)
    let count: Double = temperature < 1 ? 3 : 13
    #expect(abs(solution.value + temperature * log(count)) <= 1e-14 * temperature + 0x1p-1070)
    #expect(solution.gradient.allSatisfy { $0 >= 0 && $0 <= 4 })
    if temperature < 1 {
      #expect(solution.gradient[1] == 0 && solution.gradient[2] == 0)
      #expect(abs(solution.gradient[0] - 1) <= 1e-15)
      #expect(abs(solution.gradient[3] - 5.0 / 3) <= 1e-15)
    }
  }

  @Test func aSmoothedValueBeyondDoubleIsRefused() throws {
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try SoftAlignment(temperature: 1.7e308).solve([1], rows: 1, columns: 1)
    }
    // The two paths of gaps cost twice 2.4e308, as good as forbidden.
    let value = try SoftAlignment(temperature: 1e300).solve([1.6e308], rows: 1, columns: 1).value
    #expect(value == 1.6e308)
  }
}
