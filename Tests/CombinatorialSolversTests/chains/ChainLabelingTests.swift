import CombinatorialSolvers
import TestSupport
import Testing

struct ChainLabelingTests {
  /// All labelings of small chains, and the potentials as proofs.
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
        #expect(throws: CombinatorialError(.infeasible, item: 0), note) {
          try ChainLabeling().solve(unary: unary, steps: steps, labels: labels)
        }
        continue
      }
      let solution = try ChainLabeling().solve(unary: unary, steps: steps, labels: labels)
      #expect(solution.value == best, note)
      #expect(
        Self.cost(solution.labels, unary: unary, steps: steps, labels: labels) == best, note)
      #expect(solution.dualityGap == 0 && solution.largestViolation == 0, note)
    }
    #expect(infeasible < 50)
  }

  /// A hidden Markov model by hand: two states; what was seen costs them 1, 3, then 2, 2, then 3, 1.
  @Test func theMostLikelyStates() throws {
    let solution = try ChainLabeling().solve(
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
    let solution = try ChainLabeling().solve(unary: unary, steps: steps, labels: 20)
    #expect(solution.dualityGap == 0 && solution.largestViolation == 0)
  }

  @Test func theSmallestLabelsWinTies() throws {
    let solution = try ChainLabeling().solve(
      unary: .init(repeating: 0, count: 12), steps: .init(repeating: 1, count: 9), labels: 3)
    #expect(solution.labels == [0, 0, 0, 0])
  }

  @Test func badInputIsNamed() throws {
    let chain = ChainLabeling()
    let matrices = "steps [labels, labels] or one such matrix for each step, of at least 1 label"
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: matrices, found: "0 costs of steps, 0 labels")
    ) { try chain.solve(unary: [] as [Float], steps: [], labels: 0) }
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "2 costs for shape [1, 1, 2]", found: "3")
    ) { try chain.solve(unary: [1, 2, 3], steps: [1, 2, 3, 4], labels: 2) }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: matrices, found: "3 costs of steps, 2 labels")
    ) { try chain.solve(unary: [1, 2, 3, 4], steps: [1, 2, 3], labels: 2) }
    #expect(
      throws: CombinatorialError(.invalidCost(row: 1, column: 0, value: -.infinity), item: 0)
    ) {
      try chain.solve(unary: [1, 2, -Double.infinity, 4], steps: [1, 2, 3, 4], labels: 2)
    }
    var steps = [Double](repeating: 1, count: 8)
    steps[5] = -.infinity
    #expect(throws: CombinatorialError(.invalidCostAt(position: 5, value: -.infinity), item: 0)) {
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
    _ labeling: [Int32], unary: [Double], steps: [Double], labels: Int
  ) -> Double {
    let isShared = steps.count == labels * labels
    var (sum, before) = (0.0, 0)
    for (position, label) in labeling.map(Int.init).enumerated() {
      let matrix = isShared ? 0 : (position - 1) * labels * labels
      sum += unary[position * labels + label]
      if position > 0 { sum += steps[matrix + before * labels + label] }
      before = label
    }
    return sum
  }

  private static func exhaustive(unary: [Double], steps: [Double], labels: Int) -> Double {
    var labelings: [[Int32]] = [[]]
    for _ in 0..<unary.count / labels {
      labelings = labelings.flatMap { start in (0..<Int32(labels)).map { start + [$0] } }
    }
    return labelings.reduce(.infinity) {
      min($0, cost($1, unary: unary, steps: steps, labels: labels))
    }
  }
}
