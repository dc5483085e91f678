import CombinatorialSolvers
import TestSupport
import Testing

/// The alignment loss over arrays: logits in, values and gradient out.
struct TokenAlignmentTests {
  private static let shape = BatchShape(
    batch: 3, rows: 4, columns: 3, rowCounts: [4, 2, 0], columnCounts: [3, 3, 0])
  private static let classes = 5
  private static let targets: [Int32] = [0, 3, 4, 2, 2, 1, -7, 99, 5]

  /// Logits of a batch with NaN in its padding.
  private static func logits(seed: UInt64) -> [Double] {
    var random = SeededRandom(seed: seed)
    return (0..<3 * 4 * classes).map { index in
      let (item, row) = (index / (4 * classes), index / classes % 4)
      let logit = Double(Int.random(in: -4096...4096, using: &random)) / 1024
      return row < shape.rowCount(item) ? logit : .nan
    }
  }

  /// The costs, one by one.
  private static func costs(_ logits: [Double]) -> [Double] {
    (0..<3 * 4 * 3).map { cell in
      let (item, row, column) = (cell / 12, cell / 3 % 4, cell % 3)
      guard row < shape.rowCount(item), column < shape.columnCount(item) else { return .nan }
      let x = Array(logits[(item * 4 + row) * classes..<(item * 4 + row + 1) * classes])
      return RowReference.logSumExp(x) - x[Int(targets[item * 3 + column])]
    }
  }

  private static let problems: [any AlignmentProblem] = [
    Alignment(), Alignment(gapCost: 1), Alignment.timeWarping(), SoftAlignment(temperature: 0.5),
  ]

  @Test(arguments: 0..<4)
  func valuesAreThoseOfTheCosts(problem: Int) throws {
    try expectSameValues(Self.problems[problem])
  }

  private func expectSameValues(_ problem: some AlignmentProblem) throws {
    let logits = Self.logits(seed: 61)
    let found = try alignmentLoss(
      logits: logits, classes: Self.classes, targets: Self.targets, shape: Self.shape,
      alignment: problem)
    let single = try alignmentLoss(
      logits: logits.map { Float($0) }, classes: Self.classes, targets: Self.targets,
      shape: Self.shape, alignment: problem)
    let expected = try Self.costs(logits).withUnsafeBufferPointer {
      try problem.solveInPlace($0, shape: Self.shape).values
    }
    for item in 0..<3 {
      #expect(abs(found.values[item] - expected[item]) <= 1e-12 * (1 + abs(expected[item])))
      #expect(abs(single.values[item] - expected[item]) <= 1e-5 * (1 + abs(expected[item])))
    }
    #expect(zip(found.gradient, single.gradient).allSatisfy { abs($0 - Double($1)) <= 1e-5 })
  }

  @Test(arguments: 0..<4)
  func gradientsAreDifferences(problem: Int) throws {
    try expectDifferences(Self.problems[problem])
  }

  private func expectDifferences(_ problem: some AlignmentProblem) throws {
    var logits = Self.logits(seed: 62)
    func values() throws -> [Double] {
      try alignmentLoss(
        logits: logits, classes: Self.classes, targets: Self.targets, shape: Self.shape,
        alignment: problem
      ).values
    }
    let weights = [2, -1, 1].map(Double.init)
    var gradient = [Double](repeating: .nan, count: logits.count)
    _ = try logits.withUnsafeBufferPointer { logits in
      try gradient.withUnsafeMutableBufferPointer {
        try alignmentLoss(
          logits: logits, classes: Self.classes, targets: Self.targets, shape: Self.shape,
          alignment: problem, weights: weights, into: $0)
      }
    }
    for index in logits.indices {
      let logit = logits[index]
      let sides = try [1e-5, -1e-5].map { offset in
        logits[index] = logit + offset
        return zip(try values(), weights).map(*).reduce(0, +)
      }
      logits[index] = logit
      #expect(abs(gradient[index] - (sides[0] - sides[1]) / 2e-5) < 1e-8, "logit \(index)")
    }
  }

  /// Logits so large that a log-sum-exp rounds the loss away, were it not shifted first.
  @Test func largeLogitsLoseNothing() throws {
    let shape = BatchShape(rows: 2, columns: 2)
    let small: [Double] = [0, 1, 2, 0]
    let expected = try alignmentLoss(logits: small, classes: 2, targets: [0, 1], shape: shape)
    let found = try alignmentLoss(
      logits: small.map { $0 + 0x1p50 }, classes: 2, targets: [0, 1], shape: shape)
    #expect(abs(found.values[0] - expected.values[0]) < 1e-15)
    #expect(zip(found.gradient, expected.gradient).allSatisfy { abs($0 - $1) < 1e-15 })
    // Beyond the range of float, too.
    let huge = try alignmentLoss(
      logits: [1e300, 0, 0, 1e300], classes: 2, targets: [0, 1], shape: shape)
    #expect(huge.values == [0] && huge.gradient == [0, 0, 0, 0])
  }

  @Test func badInputIsNamed() {
    let shape = BatchShape(batch: 2, rows: 2, columns: 2)
    func loss(
      _ logits: [Float], classes: Int = 2, targets: [Int32] = [0, 1, 1, 0]
    ) throws -> [Double] {
      try alignmentLoss(logits: logits, classes: classes, targets: targets, shape: shape).values
    }
    var logits = [Float](repeating: 0, count: 8)
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "12 costs for shape [2, 2, 3]", found: "8")
    ) {
      try loss(logits, classes: 3)
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "2 targets for each of 2 sequences", found: "3")
    ) { try loss(logits, targets: [0, 1, 1]) }
    #expect(
      throws: CombinatorialError(.labelOutOfRange(position: 1, label: 2, classes: 2), item: 1)
    ) { try loss(logits, targets: [0, 1, 1, 2]) }
    logits[6] = .infinity
    #expect(
      throws: CombinatorialError(.invalidLogit(row: 1, column: 0, value: .infinity), item: 1)
    ) { try loss(logits) }
    logits[6] = -.infinity
    logits[4] = -.infinity
    #expect(throws: CombinatorialError(.infeasible, item: 1)) {
      try loss(logits, targets: [0, 1, 0, 0])
    }
    var gradient: [Float] = [0]
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "2 weights and room for 8 derivatives", found: "2 and 1")
    ) {
      try [Float](repeating: 0, count: 8).withUnsafeBufferPointer { logits in
        try gradient.withUnsafeMutableBufferPointer {
          try alignmentLoss(
            logits: logits, classes: 2, targets: [0, 1, 1, 0], shape: shape, into: $0)
        }
      }
    }
  }
}
