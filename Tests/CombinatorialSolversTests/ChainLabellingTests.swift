import CombinatorialSolvers
import TestSupport
import Testing

struct ChainLabellingTests {
  /// All labellings of small chains, and the potentials as proofs.
  @Test(arguments: [false, true])
  func agreesWithExhaustiveSearch(isShared: Bool) throws {
    var random = SeededRandom(seed: 84)
    var infeasible = 0
    for trial in 0..<100 {
      let labels = Int.random(in: 1...4, using: &random)
      let positions = Int.random(in: 1...5, using: &random)
      let unary = Self.costs(positions * labels, using: &random)
      let matrices = isShared ? 1 : positions - 1
      let steps = Self.costs(matrices * labels * labels, using: &random)
      let note: Comment = "trial \(trial)"
      let best = Self.exhaustive(unary: unary, steps: steps, labels: labels)
      guard best < .infinity else {
        infeasible += 1
        #expect(throws: CombinatorialError.infeasible(batch: 0), note) {
          try ChainLabelling().solve(unary: unary, steps: steps, labels: labels)
        }
        continue
      }
      let solution = try ChainLabelling().solve(unary: unary, steps: steps, labels: labels)
      #expect(solution.value == best, note)
      #expect(
        Self.cost(solution.labels, unary: unary, steps: steps, labels: labels) == best, note)
      #expect(solution.dualityGap == 0 && solution.largestViolation == 0, note)
    }
    #expect(infeasible < 50)
  }

  /// A hidden Markov model by hand: two states; what was seen costs them 1, 3, then 2, 2, then 3, 1.
  @Test func theMostLikelyStates() throws {
    let solution = try ChainLabelling().solve(
      unary: [1, 3, 2, 2, 3, 1], steps: [0.5, 1.5, 1.5, 0.5], labels: 2)
    #expect(solution.labels == [0, 0, 1])
    #expect(solution.value == 6)
    #expect(solution.potentials == [1, 3, 3.5, 4.5, 7, 6])
  }

  @Test func longChainsProveThemselves() throws {
    var random = SeededRandom(seed: 85)
    // Multiples of 2^-20, whose sums are exact.
    func costs(_ count: Int) -> [Double] {
      (0..<count).map { _ in 0x1p-20 * Double(Int.random(in: -3 << 20...3 << 20, using: &random)) }
    }
    let (unary, steps) = (costs(300 * 20), costs(400))
    let solution = try ChainLabelling().solve(unary: unary, steps: steps, labels: 20)
    #expect(solution.dualityGap == 0 && solution.largestViolation == 0)
  }

  @Test func theSmallestLabelsWinTies() throws {
    let solution = try ChainLabelling().solve(
      unary: .init(repeating: 0, count: 12), steps: .init(repeating: 1, count: 9), labels: 3)
    #expect(solution.labels == [0, 0, 0, 0])
  }

  @Test func badInputIsNamed() throws {
    let chain = ChainLabelling()
    #expect(throws: CombinatorialError.self) { try chain.solve(unary: [1], steps: [], labels: 0) }
    #expect(throws: CombinatorialError.self) {
      try chain.solve(unary: [1, 2, 3], steps: [1, 2, 3, 4], labels: 2)
    }
    #expect(throws: CombinatorialError.self) {
      try chain.solve(unary: [1, 2, 3, 4], steps: [1, 2, 3], labels: 2)
    }
    #expect(
      throws: CombinatorialError.invalidCost(batch: 0, row: 1, column: 0, value: -.infinity)
    ) {
      try chain.solve(unary: [1, 2, -.infinity, 4], steps: [1, 2, 3, 4], labels: 2)
    }
    var steps = [Double](repeating: 1, count: 8)
    steps[5] = -.infinity
    #expect(throws: CombinatorialError.invalidCostAt(batch: 0, position: 5, value: -.infinity)) {
      try chain.solve(unary: .init(repeating: 0, count: 6), steps: steps, labels: 2)
    }
    #expect(try chain.solve(unary: [], steps: [0], labels: 1).value == 0)
    #expect(try chain.solve(unary: [2, 1], steps: [], labels: 2).labels == [1])
  }

  private static func costs(_ count: Int, using random: inout SeededRandom) -> [Double] {
    (0..<count).map { _ in
      Int.random(in: 0..<8, using: &random) == 0
        ? .infinity : Double(Int.random(in: -4...4, using: &random))
    }
  }

  private static func cost(
    _ labelling: [Int], unary: [Double], steps: [Double], labels: Int
  ) -> Double {
    let isShared = steps.count == labels * labels
    return labelling.indices.reduce(0) { sum, position in
      let own = sum + unary[position * labels + labelling[position]]
      guard position > 0 else { return own }
      let matrix = isShared ? 0 : (position - 1) * labels * labels
      return own + steps[matrix + labelling[position - 1] * labels + labelling[position]]
    }
  }

  private static func exhaustive(unary: [Double], steps: [Double], labels: Int) -> Double {
    var labellings: [[Int]] = [[]]
    for _ in 0..<unary.count / labels {
      labellings = labellings.flatMap { start in (0..<labels).map { start + [$0] } }
    }
    return labellings.reduce(.infinity) {
      min($0, cost($1, unary: unary, steps: steps, labels: labels))
    }
  }
}
