import CombinatorialLosses
import TestSupport
import Testing

struct MatchingLossTests {
  private static let sparse = try? SparseAssignment(
    rows: 3, columns: 4, rowOffsets: [0, 3, 5, 8], columnIndices: [0, 1, 3, 1, 2, 0, 2, 3])

  @Test func sparseGradientAgreesWithDifferences() throws {
    let problem = try #require(Self.sparse)
    var random = SeededGenerator(seed: 71)
    let costs = try Tensor.random(uniform: [3, 8], in: 0...16, using: &random)
    try expectGradient(
      of: { try problem.optimalValue($0[0]) }, at: [costs], step: 0x1p-8)
  }

  @Test func denseGradientsAgreeWithDifferences() throws {
    var random = SeededGenerator(seed: 72)
    let costs = try Tensor.random(uniform: [2, 5, 4], in: 0...16, using: &random)
    let problems: [(Tensor) throws -> Tensor] = [
      { try SemiAssignment(capacities: [1, 2, 2, 1]).optimalValue($0) },
      { try BottleneckAssignment().optimalValue($0) },
      { try RankedAssignment(count: 5).rankedValues($0) },
      { try RankedAssignment(count: 5).optimalValue($0) },
    ]
    for (position, problem) in problems.enumerated() {
      let report = try GradientCheck.centralDifferences(
        of: { try problem($0[0]) }, at: [costs], step: 0x1p-8)
      #expect(report.passes(), "problem \(position): \(report)")
    }
  }

  /// What has no linear program has its gradients checked by exhaustive search: costs without ties.
  @Test func gradientsAreThoseOfExhaustiveSearch() throws {
    var random = SeededRandom(seed: 77)
    for trial in 0..<30 {
      let (rows, columns) = (Int.random(in: 1...4, using: &random), 4)
      let scalars = AssignmentFamily.uniform.costs(rows: rows, columns: columns, using: &random)
      let costs = try Tensor(scalars.map { Float($0) }, shape: [rows, columns]).requiringGradient()
      var listed: [(columnOfRow: [Int32], sum: Double)] = []
      ExhaustiveAssignment.forEach(scalars, rows: rows, columns: columns) {
        listed.append(($0, $1))
      }
      let best = listed.sorted { $0.sum < $1.sum }.prefix(5)
      let ranked = try RankedAssignment(count: best.count).rankedValues(costs)
      for (rank, expected) in best.enumerated() {
        // Sums of multiples of 2^-24 below 1 are exact.
        #expect(ranked.scalars[rank] == Float(expected.sum), "trial \(trial)")
        let gradient = try ranked.gathered(at: [Int32(rank)], axis: 0).sum().gradients(of: [costs])
        let chosen = gradient[0].scalars.indices.filter { gradient[0].scalars[$0] == 1 }
        #expect(
          chosen == expected.columnOfRow.enumerated().map { $0 * columns + Int($1) },
          "trial \(trial), rank \(rank)")
      }
      let greatest = listed.compactMap {
        matchedCosts($0.columnOfRow, scalars, columns: columns).max()
      }
      let bottleneck = try BottleneckAssignment().optimalValue(costs)
      let gradient = try bottleneck.gradients(of: [costs])[0].scalars
      #expect(gradient.filter { $0 != 0 } == [1])
      #expect(gradient.firstIndex(of: 1).map { scalars[$0] } == greatest.min(), "trial \(trial)")
    }
  }

  @Test func pricesAreDifferentiable() throws {
    var random = SeededGenerator(seed: 73)
    let costs = try Tensor.random(uniform: [2, 3, 4], in: 0...16, using: &random)
    let rowPrices = try Tensor.random(uniform: [2, 3], in: 0...8, using: &random)
    let columnPrices = try Tensor.random(uniform: [4], in: 0...8, using: &random)
    try expectGradient(
      of: {
        try Assignment().optimalValue(
          $0[0], unmatchedRowCosts: $0[1], unmatchedColumnCosts: $0[2])
      }, at: [costs, rowPrices, columnPrices], step: 0x1p-8)
  }

  /// The sum of the k best values is the least of linear functions; semi-assignment is one too.
  @Test func atTiesTheIndicatorsAreSupergradients() throws {
    var random = SeededRandom(seed: 74)
    let problems: [(Tensor) throws -> Tensor] = [
      { try RankedAssignment(count: 4).rankedValues($0).sum() },
      { try RankedAssignment(count: 4, unmatchedCost: 1).optimalValue($0) },
      { try SemiAssignment(capacities: [2, 1, 1, 2]).optimalValue($0) },
    ]
    for trial in 0..<20 {
      let scalars = AssignmentFamily.ties.costs(rows: 4, columns: 4, using: &random)
      let costs = try Tensor(scalars.map { Float($0) }, shape: [4, 4]).requiringGradient()
      for problem in problems {
        try expectSupergradient(of: problem, at: costs, seed: trial)
      }
    }
  }

  /// Padding is never read, and has no gradient.
  @Test func raggedBatchesAreCroppedOnes() throws {
    var random = SeededGenerator(seed: 78)
    let (lengths, side) = (Lengths(rows: [3, 1, 4], columns: [4, 2, 2]), 4)
    var scalars = try Tensor.random(uniform: [3 * side * side], in: 0...16, using: &random).scalars
    let isUsed = scalars.indices.map { index in
      let (item, cell) = (index / 16, index % 16)
      return cell / side < lengths.rows![item] && cell % side < lengths.columns![item]
    }
    for index in scalars.indices where !isUsed[index] { scalars[index] = .nan }
    let costs = try Tensor(scalars, shape: [3, side, side]).requiringGradient()
    let prices = try Tensor([1, 2, 9, .nan, 4, .nan, .nan, .nan, 5, 6, 7, 8], shape: [3, 4])
    let problems: [(Tensor, Lengths?) throws -> Tensor] = [
      { try SemiAssignment(capacities: [2, 2, 2, 2]).optimalValue($0, lengths: $1) },
      { try BottleneckAssignment().optimalValue($0, lengths: $1) },
      { try RankedAssignment(count: 2).optimalValue($0, lengths: $1) },
      { try RankedAssignment(count: 2).rankedValues($0, lengths: $1).sum(axes: [1]) },
      {
        try Assignment().optimalValue(
          $0, unmatchedRowCosts: prices, unmatchedColumnCosts: Tensor(repeating: 3, shape: [4]),
          rowCounts: $1?.rows, columnCounts: $1?.columns)
      },
    ]
    for (position, problem) in problems.enumerated() {
      let values = try problem(costs, lengths)
      #expect(values.shape == [3] && values.scalars.allSatisfy(\.isFinite), "problem \(position)")
      let gradient = try values.sum().gradients(of: [costs])[0].scalars
      #expect(zip(gradient, isUsed).allSatisfy { $1 || $0 == 0 }, "problem \(position)")
      #expect(gradient.contains { $0 != 0 }, "problem \(position)")
    }
  }

  /// At ties the bottleneck's critical pair is the value's only one for some costs nearby.
  @Test func theCriticalPairIsInClarkesGradient() throws {
    var random = SeededRandom(seed: 75)
    for trial in 0..<50 {
      let costs = AssignmentFamily.ties.costs(rows: 4, columns: 4, using: &random)
      let solution = try BottleneckAssignment().solve(costs, rows: 4, columns: 4)
      let critical = solution.criticalRow * 4 + solution.criticalColumn
      let nearby = costs.enumerated().map { cell, cost in
        guard cost == solution.value, cell != critical else { return cost }
        let isMatched = Int(solution.columnOfRow[cell / 4]) == cell % 4
        return cost + (isMatched ? -1 : 1) * 0x1p-10
      }
      let again = try BottleneckAssignment().solve(nearby, rows: 4, columns: 4)
      #expect(again.value == solution.value, "trial \(trial)")
      #expect(again.criticalRow * 4 + again.criticalColumn == critical, "trial \(trial)")
    }
  }

  /// Labels that repeat: one column for each, with as much room, gives the bag's value and gradient.
  @Test func semiAssignmentIsTheBagLossOfRepeatedLabels() throws {
    var random = SeededGenerator(seed: 76)
    let labels: [Int32] = [2, 0, 2, 2, 1, 0]
    let logits = try Tensor.random(normal: [6, 4], using: &random).requiringGradient()
    let bag = try bagLoss(logits: logits, labels: labels, bagSizes: [6]).sum()
    let kinds: [Int32] = [0, 1, 2]
    let costs = try -logits.logSoftmax().gathered(at: kinds, axis: 1)
    let semi = try SemiAssignment(capacities: [2, 1, 3]).optimalValue(costs)
    // Two sums of six costs, each with its error.
    let bound = RowTolerance(isFloat: true, columns: 4)
    let tolerance = 2 * bound.logarithm * (6 + Double(try bag.item()))
    #expect(abs(Double(try bag.item()) - Double(try semi.item())) <= tolerance)
    let gradients = try [bag, semi].map { try $0.gradients(of: [logits])[0].scalars }
    let ofGradients = 2 * Float(bound.gradient(weight: 1))
    #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= ofGradients })
  }
}
