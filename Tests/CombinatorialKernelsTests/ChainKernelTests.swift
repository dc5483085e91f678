import CombinatorialKernels
import TestSupport
import Testing

/// Every variant of the chain kernel against a plain dynamic program, and against the scalar one bit for
/// bit.
struct ChainKernelTests {
  /// Sizes around the lanes of every variant, and around four registers of them.
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 67], [false, true])
  func agreesWithAPlainProgram(labels: Int, hasTies: Bool) throws {
    var random = SeededRandom(seed: 81)
    for isShared in [false, true] {
      let chains = Chains<Double>(
        batch: 5, positions: 6, labels: labels, isShared: isShared, hasTies: hasTies, using: &random
      )
      let floats = chains.converted(Float.self)
      let plain = try chains.solve(.scalar)
      let plainFloats = try floats.solve(.scalar)
      for item in 0..<5 { chains.expectPlain(plain, item) }
      for set in InstructionSet.available {
        for threads in [1, 2] {
          expectSame(try chains.solve(set, threads: threads), plain, "\(set)")
          expectSame(try floats.solve(set, threads: threads), plainFloats, "\(set)")
        }
        #expect(try chains.solve(set, includesDistances: false).labels == plain.labels)
      }
    }
  }

  /// What lies behind an end is not read (it is NaN), and nothing is written there.
  @Test(arguments: InstructionSet.available)
  func paddingIsNeitherReadNorWritten(set: InstructionSet) throws {
    var random = SeededRandom(seed: 82)
    var chains = Chains<Float>(
      batch: 5, positions: 7, labels: 9, isShared: false, hasTies: false, using: &random)
    chains.shape.lengths = [7, 0, 3, 1, 6]
    let whole = chains
    for item in 0..<5 {
      let length = Int(chains.shape.lengths[item])
      for at in (item * 7 + length) * 9..<(item + 1) * 7 * 9 { chains.unary[at] = .nan }
      let matrices = max(0, length - 1)
      for at in (item * 6 + matrices) * 81..<(item + 1) * 6 * 81 { chains.steps[at] = .nan }
    }
    let output = try chains.solve(set)
    expectSame(output, try whole.solve(.scalar), "\(set)")
    for item in 0..<5 {
      let end = item * 7 + Int(chains.shape.lengths[item])
      #expect(output.labels[end..<(item + 1) * 7].allSatisfy { $0 == -1 })
      #expect(output.distances[end * 9..<(item + 1) * 7 * 9].allSatisfy { $0 == 0 })
    }
    #expect(output.values[1] == 0)
  }

  @Test(arguments: InstructionSet.available, [Double.nan, -Double.infinity])
  func theFirstBadProblemIsNamed(set: InstructionSet, cost: Double) throws {
    var random = SeededRandom(seed: 83)
    let chains = Chains<Double>(
      batch: 40, positions: 4, labels: 5, isShared: false, hasTies: false, using: &random)
    var bad = chains
    bad.unary[(22 * 4 + 2) * 5 + 3] = cost
    bad.steps[(30 * 3 + 1) * 25] = cost
    for threads in [1, 2] {
      #expect(throws: ChainFailure.invalidLabelCost(batch: 22, position: 2, label: 3)) {
        try bad.solve(set, threads: threads)
      }
    }
    bad.steps[(7 * 3 + 1) * 25 + 2 * 5 + 4] = cost
    #expect(throws: ChainFailure.invalidStepCost(batch: 7, position: 2, from: 2, label: 4)) {
      try bad.solve(set)
    }
    for label in 0..<5 { bad.unary[(4 * 4 + 1) * 5 + label] = .infinity }
    #expect(throws: ChainFailure.infeasible(batch: 4)) { try bad.solve(set) }
    bad.shape.labels = 0
    #expect(throws: ChainFailure.tooLarge) { try bad.solve(set) }
  }

  private func expectSame<Scalar: KernelScalar>(
    _ a: ChainOutput<Scalar>, _ b: ChainOutput<Scalar>, _ note: Comment
  ) {
    #expect(a.values == b.values, note)
    #expect(a.labels == b.labels, note)
    #expect(a.distances == b.distances, note)
  }
}

private struct Chains<Scalar: KernelScalar> {
  var shape: ChainShape
  var unary: [Scalar]
  var steps: [Scalar]

  /// Every tenth step is forbidden.
  init(
    batch: Int, positions: Int, labels: Int, isShared: Bool, hasTies: Bool,
    using random: inout SeededRandom
  ) {
    func costs(_ count: Int, mayForbid: Bool) -> [Scalar] {
      (0..<count).map { _ in
        if mayForbid, Int.random(in: 0..<10, using: &random) == 0 { return .infinity }
        return hasTies
          ? Scalar(Int.random(in: -2...2, using: &random))
          : Scalar(Double.random(in: -4...4, using: &random))
      }
    }
    let matrix = labels * labels
    shape = ChainShape(
      batch: batch, positions: positions, labels: labels,
      lengths: (0..<batch).map { Int32(positions - $0 % 3) },
      unaryStrides: (positions * labels, labels),
      stepStrides: isShared ? (0, 0) : ((positions - 1) * matrix, matrix))
    unary = costs(batch * positions * labels, mayForbid: false)
    steps = costs(isShared ? matrix : batch * (positions - 1) * matrix, mayForbid: labels > 4)
  }

  func converted<Other: KernelScalar>(_: Other.Type) -> Chains<Other> {
    Chains<Other>(shape: shape, unary: unary.map { Other($0) }, steps: steps.map { Other($0) })
  }

  private init(shape: ChainShape, unary: [Scalar], steps: [Scalar]) {
    (self.shape, self.unary, self.steps) = (shape, unary, steps)
  }

  func solve(
    _ set: InstructionSet, threads: Int = 1, includesDistances: Bool = true
  ) throws -> ChainOutput<Scalar> {
    try unary.withUnsafeBufferPointer { unary in
      try steps.withUnsafeBufferPointer {
        try ChainKernel.solve(
          unary: unary, steps: $0, shape: shape, includesDistances: includesDistances,
          instructionSet: set, maxThreads: threads)
      }
    }
  }

  /// The distances of a plain dynamic program, and the labels that the documented rule of ties leaves.
  func expectPlain(_ output: ChainOutput<Scalar>, _ item: Int) {
    let (count, length) = (shape.labels, Int(shape.lengths[item]))
    let first = item * shape.positions
    func own(_ position: Int, _ label: Int) -> Scalar { unary[(first + position) * count + label] }
    func step(_ position: Int, _ from: Int, _ to: Int) -> Scalar {
      let matrix = item * shape.stepStrides.problem + (position - 1) * shape.stepStrides.position
      return steps[matrix + from * count + to]
    }
    var distances: [[Scalar]] = [(0..<count).map { own(0, $0) }]
    for position in 1..<max(1, length) {
      let before = distances[position - 1]
      var row: [Scalar] = []
      for to in 0..<count {
        var least = Scalar.infinity
        for from in 0..<count { least = min(least, before[from] + step(position, from, to)) }
        row.append(least + own(position, to))
      }
      distances.append(row)
    }
    let cells: ArraySlice<Scalar> = output.distances[first * count..<(first + length) * count]
    #expect(Array(cells) == distances.flatMap { $0 })

    let last = distances[length - 1]
    var expected: [Int] = [last.firstIndex(of: last.min() ?? 0) ?? -1]
    for position in (1..<max(1, length)).reversed() {
      let to = expected[0]
      let from = (0..<count).first { from in
        let sum: Scalar = distances[position - 1][from] + step(position, from, to)
        return sum + own(position, to) == distances[position][to]
      }
      expected.insert(from ?? -1, at: 0)
    }
    #expect(output.labels[first..<first + length].map(Int.init) == expected)
    #expect(output.values[item] == Double(last.min() ?? 0))
  }
}
