import CombinatorialKernels
import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// What chains share with every problem: batches, element types, memory of the caller's, gradients, JSON.
struct ChainLabelingShapeTests {
  private static let (batch, positions, labels) = (5, 7, 3)
  private static let lengths = [7, 0, 3, 1, 6]

  /// Costs `[batch, count, size]`, NaN from the ends on; multiples of 1/256, so that sums are exact in Float.
  private static func costs(
    _ count: Int, size: Int, ends: [Int], using random: inout SeededRandom
  ) -> [Double] {
    (0..<batch * count * size).map { index in
      let cost = Double(Int.random(in: -1024...1024, using: &random)) / 256
      return index / size % count < ends[index / size / count] ? cost : .nan
    }
  }

  /// Steps that all share, one matrix for each step, one for each of every chain.
  private static func steps(_ kind: Int, using random: inout SeededRandom) -> [Double] {
    let all = costs(
      positions - 1, size: labels * labels, ends: lengths.map { max(0, $0 - 1) }, using: &random)
    return Array(all.prefix([labels * labels, (positions - 1) * labels * labels, all.count][kind]))
  }

  /// The costs of the steps of one chain.
  private static func steps(of item: Int, _ steps: [Double], kind: Int) -> [Double] {
    guard kind > 0 else { return steps }
    let matrix = labels * labels
    let first = kind == 1 ? 0 : item * (positions - 1) * matrix
    return Array(steps[first..<first + max(0, lengths[item] - 1) * matrix])
  }

  @Test func literalCostsAreEnough() throws {
    let chain = ChainLabeling()
    #expect(try chain.solve(unary: [0, 5, 5, 0], steps: [0, 1, 1, 0], labels: 2).value == 1)
    let (value, gradient, stepGradient) = try chain.valueAndGradient(
      unary: [0, 5, 5, 0], steps: [0, 1, 1, 0], labels: 2)
    #expect(value == 1 && gradient == [1, 0, 0, 1] && stepGradient == [0, 1, 0, 0])
  }

  /// With costs of labels and steps together.
  @Test func keepsTheContract() throws {
    var random = SeededRandom(seed: 81)
    let items = (0..<5).map { _ in
      (0..<3 * 4 * 3).map { _ in Double(Int.random(in: 1...64, using: &random)) / 8 }
    }
    let contract = ProblemContract(
      problem: ChainLabeling(), shape: BatchShape(channels: 3, rows: 4, columns: 3), items: items
    ) { costs, shape throws(CombinatorialError) in
      try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
        try ChainLabeling().solve(costs, shape: shape)
      }
    }
    try contract.check()
  }

  /// Ragged batches, whatever their padding, are their items alone, in either type and any number of threads.
  @Test(arguments: 0..<3, [1, 3])
  func raggedBatchesAreTheirItems(kind: Int, threads: Int) throws {
    var random = SeededRandom(seed: 82)
    let unary = Self.costs(
      Self.positions, size: Self.labels, ends: Self.lengths, using: &random)
    let steps = Self.steps(kind, using: &random)
    let chain = ChainLabeling(maxThreads: threads)
    let together = try chain.solve(
      unary: unary, steps: steps, batch: Self.batch, positions: Self.positions,
      labels: Self.labels, lengths: Self.lengths)
    let floats = try chain.solve(
      unary: unary.map { Float($0) }, steps: steps.map { Float($0) }, batch: Self.batch,
      positions: Self.positions, labels: Self.labels, lengths: Self.lengths)
    #expect(together.elementsEqual(floats))
    var (gradients, stepGradients) = ([[Double]](), [[Double]]())
    for (item, solution) in together.enumerated() {
      let first = item * Self.positions * Self.labels
      let alone = try chain.solve(
        unary: Array(unary[first..<first + Self.lengths[item] * Self.labels]),
        steps: Self.steps(of: item, steps, kind: kind), labels: Self.labels)
      #expect(solution == alone)
      #expect(solution.dualityGap == 0 && solution.largestViolation == 0)
      gradients.append(alone.gradient)
      stepGradients.append(alone.stepGradient)
      let end = (item * Self.positions + Self.lengths[item])..<(item + 1) * Self.positions
      #expect(together.labels[end].allSatisfy { $0 == -1 })
    }
    let found = try chain.valuesAndGradient(
      unary: unary, steps: steps, batch: Self.batch, positions: Self.positions,
      labels: Self.labels, lengths: Self.lengths)
    #expect(found.values == together.values)
    expectPadded(found.gradient, gradients, stride: Self.positions * Self.labels)
    let matrices = (Self.positions - 1) * Self.labels * Self.labels
    if kind == 2 { expectPadded(found.stepGradient, stepGradients, stride: matrices) }
    // Each chain takes a step less than it has positions.
    #expect(found.stepGradient.reduce(0, +) == 13)
  }

  private func expectPadded(_ gradient: [Double], _ items: [[Double]], stride: Int) {
    let padded = items.flatMap { $0 + .init(repeating: 0, count: stride - $0.count) }
    #expect(gradient == padded)
  }

  @Test func costsMayLieAnywhere() throws {
    var random = SeededRandom(seed: 83)
    let unary = Self.costs(
      Self.positions, size: Self.labels, ends: Self.lengths, using: &random)
    let steps = Self.steps(0, using: &random)
    let shape = BatchShape(
      batch: Self.batch, rows: Self.positions, columns: Self.labels, rowCounts: Self.lengths)
    let chain = ChainLabeling()
    let arrays = try chain.solve(
      unary: unary, steps: steps, batch: Self.batch, positions: Self.positions,
      labels: Self.labels, lengths: Self.lengths)
    let (buffers, inPlace) = try unary.withUnsafeBufferPointer { unary in
      try steps.withUnsafeBufferPointer {
        (
          try chain.solve(unary: unary, steps: $0, shape: shape),
          try chain.solveInPlace(unary: unary, steps: $0, shape: shape)
        )
      }
    }
    #expect(arrays.elementsEqual(buffers))
    #if compiler(>=6.2)
      let spans = try chain.solve(
        unary: unary.span, steps: steps.span, batch: Self.batch, positions: Self.positions,
        labels: Self.labels, lengths: Self.lengths)
      #expect(arrays.elementsEqual(spans))
    #endif
    // Solved in place, nothing is known of the costs: there is no certificate.
    #expect(inPlace.labels == arrays.labels && inPlace[0].potentials.isEmpty)
    #expect(inPlace[0].dualityGap == .infinity && inPlace[0] != arrays[0])
  }

  /// Where no labeling ties, the gradients are the differences.
  @Test(arguments: 0..<3)
  func gradientsAreDifferences(kind: Int) throws {
    var random = SeededRandom(seed: 84)
    let unary = Self.costs(
      Self.positions, size: Self.labels, ends: Self.lengths, using: &random)
    let steps = Self.steps(kind, using: &random)
    var costs = [unary, steps]
    func solve() throws -> (values: [Double], gradient: [Double], stepGradient: [Double]) {
      try ChainLabeling().valuesAndGradient(
        unary: costs[0], steps: costs[1], batch: Self.batch, positions: Self.positions,
        labels: Self.labels, lengths: Self.lengths)
    }
    let here = try solve()
    for (part, gradient) in [here.gradient, here.stepGradient].enumerated() {
      for index in gradient.indices {
        let cost = costs[part][index]
        let sides = try [0x1p-20, -0x1p-20].map { offset in
          costs[part][index] = cost + offset
          return try solve().values.reduce(0, +)
        }
        costs[part][index] = cost
        #expect(sides[0] - sides[1] == gradient[index] * 0x1p-19, "\(part) \(index)")
      }
    }
  }

  /// Costs of labels and steps together are the same problem, as a maximum too.
  @Test func costsMayLieTogether() throws {
    var random = SeededRandom(seed: 85)
    let (positions, rows) = (4, 1 + Self.labels)
    let block = rows * Self.labels
    let costs = Self.costs(
      positions, size: block, ends: .init(repeating: positions, count: Self.batch), using: &random)
    var shape = BatchShape(
      batch: Self.batch, channels: positions, rows: rows, columns: Self.labels)
    let together = try costs.withUnsafeBufferPointer {
      try ChainLabeling().solve($0, shape: shape)
    }
    let greatest = try costs.map { -$0 }.withUnsafeBufferPointer {
      try ChainLabeling().maximum.solve($0, shape: shape)
    }
    #expect(greatest.values == together.values.map { -$0 })
    for (item, solution) in together.enumerated() {
      let own = Array(costs[item * positions * block..<(item + 1) * positions * block])
      let blocks = (0..<positions).map { own[$0 * block..<($0 + 1) * block] }
      let alone = try ChainLabeling().solve(
        unary: blocks.flatMap { $0.prefix(Self.labels) },
        steps: blocks.dropFirst().flatMap { $0.dropFirst(Self.labels) }, labels: Self.labels)
      #expect(solution.labels == alone.labels && solution.value == alone.value)
      #expect(solution.potentials == alone.potentials && solution.dualityGap == 0)
      // The value is linear in all that is paid.
      let paid: [Double] = zip(own, solution.gradient).map { $0 * $1 }
      #expect(paid.reduce(0, +) == solution.value)
      #expect(greatest[item].gradient == solution.gradient)
    }
    shape.rowCounts = .init(repeating: 1, count: Self.batch)
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected:
          "costs [batch, positions, 1 + labels, labels] of at least 1 label, and no lengths",
        found: "[5, 4, 4, 3]")
    ) {
      try costs.withUnsafeBufferPointer { try ChainLabeling().solve($0, shape: shape) }
    }
  }

  @Test(arguments: [1, 2], [Double.nan, -.infinity])
  func theFirstBadProblemIsNamed(threads: Int, cost: Double) throws {
    let (batch, positions, labels) = (40, 4, 5)
    var unary = [Double](repeating: 1, count: batch * positions * labels)
    var steps = [Double](repeating: 1, count: batch * (positions - 1) * labels * labels)
    func reason() -> (item: Int?, text: String)? {
      let error = #expect(throws: CombinatorialError.self) {
        try ChainLabeling(maxThreads: threads).solve(
          unary: unary, steps: steps, batch: batch, positions: positions, labels: labels)
      }
      return error.map { ($0.item, "\($0)") }
    }
    unary[(22 * 4 + 2) * 5 + 3] = cost
    steps[(30 * 3 + 1) * 25] = cost
    #expect(reason()?.item == 22)
    #expect(reason()?.text.hasPrefix("cost of row 2, column 3 in batch item 22 is \(cost)") == true)
    steps[(7 * 3 + 1) * 25 + 2 * 5 + 4] = cost
    #expect(reason()?.item == 7)
    #expect(reason()?.text.hasPrefix("cost 39 of batch item 7 is \(cost)") == true)
    for label in 0..<5 { unary[(4 * 4 + 1) * 5 + label] = .infinity }
    #expect(reason()?.item == 4)
    #expect(reason()?.text.contains("infeasible") == true)
  }

  @Test func aSolutionIsJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let solution = try ChainLabeling().solve(
      unary: [0, 5, 5, 0], steps: [0, 1, 1, 0], labels: 2)
    #expect(
      String(decoding: try encoder.encode(solution), as: UTF8.self)
        == #"{"labels":[0,1],"potentials":[0,5,5,1],"value":1}"#)
  }

  @Test func aKeptSolutionLeavesTheCostsToTheCaller() throws {
    var (unary, steps): ([Double], [Double]) = ([0, 5, 5, 0], [0, 1, 1, 0])
    let solution = try ChainLabeling().solve(unary: unary, steps: steps, labels: 2)
    let before = [unary, steps].map { $0.withUnsafeBufferPointer { $0.baseAddress } }
    (unary[0], steps[0]) = (7, 7)
    #expect([unary, steps].map { $0.withUnsafeBufferPointer { $0.baseAddress } } == before)
    #expect(solution.dualityGap == 0)
  }
}
