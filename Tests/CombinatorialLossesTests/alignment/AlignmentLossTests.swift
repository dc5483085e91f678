import CombinatorialLosses
import TestSupport
import Testing

struct AlignmentLossTests {
  @Test func thePathIsTheGradient() throws {
    let costs = try Tensor([0.5, 9, 9, 9, 4, 0.25], shape: [2, 3]).requiringGradient()
    let value = try Alignment().optimalValue(costs)
    #expect(try value.item() == 4.875)
    #expect(try value.gradients(of: [costs])[0].scalars == [1, 0, 0, 0, 1, 1.5])
  }

  @Test(arguments: [[3, 3], [4, 2, 5], [3, 5, 2], [2, 7, 7]], [0, 1, 2])
  func gradientAgreesWithDifferences(shape: [Int], rule: Int) throws {
    let problem = [Alignment(), Alignment(gapCost: 2), .timeWarping(band: 2)][rule]
    var random = SeededGenerator(seed: 47)
    // The seed keeps the optimum away from ties by more than the step.
    let costs = try Tensor.random(uniform: shape, in: 0...16, using: &random)
    try expectGradient(
      of: { try problem.optimalValue($0[0]) }, at: [costs], step: 0x1p-8)
  }

  @Test(arguments: [[3, 4], [3, 5, 6]])
  func gapCostsAreDifferentiable(shape: [Int]) throws {
    var random = SeededGenerator(seed: 48)
    let costs = try Tensor.random(uniform: shape, in: 0...8, using: &random)
    let batch = Array(shape.dropLast(2))
    let rows = try Tensor.random(
      uniform: batch + [shape[shape.count - 2]], in: 0.5...3, using: &random)
    let columns = try Tensor.random(
      uniform: batch + [shape[shape.count - 1]], in: 0.5...3, using: &random)
    let problem = Alignment(gapCost: 1)
    try expectGradient(
      of: { try problem.optimalValue($0[0], predictedGaps: $0[1], targetGaps: $0[2]) },
      at: [costs, rows, columns], step: 0x1p-9)
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "gap costs of shapes \(rows.shape) and \(columns.shape)",
        found: "\(columns.shape) and \(rows.shape)")
    ) { try problem.optimalValue(costs, predictedGaps: columns, targetGaps: rows) }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "no costs of single gaps unless the rule is a gap cost", found: "gap costs")
    ) { try Alignment().optimalValue(costs, predictedGaps: rows, targetGaps: columns) }
  }

  @Test(arguments: [0, 1, 2])
  func atTiesThePathIsASupergradient(rule: Int) throws {
    let problem = [Alignment(), Alignment(gapCost: 1), .timeWarping()][rule]
    var random = SeededRandom(seed: 42)
    for trial in 0..<30 {
      let (rows, columns) = (Int.random(in: 1...5, using: &random), 4)
      let scalars = AlignmentFamily.ties.costs(rows: rows, columns: columns, using: &random)
      let costs = try Tensor(scalars.map { Float($0) }, shape: [rows, columns]).requiringGradient()
      try expectSupergradient(of: { try problem.optimalValue($0) }, at: costs, seed: trial)
    }
  }

  @Test func paddingIsNeverReadAndGetsNoGradient() throws {
    var random = SeededGenerator(seed: 43)
    var scalars = try Tensor.random(uniform: [3, 4, 4], in: 0...1, using: &random).scalars
    let (rowCounts, columnCounts) = ([4, 2, 0], [4, 3, 0])
    for cell in scalars.indices {
      let (item, row, column) = (cell / 16, cell / 4 % 4, cell % 4)
      if row >= rowCounts[item] || column >= columnCounts[item] { scalars[cell] = .nan }
    }
    let costs = try Tensor(scalars, shape: [3, 4, 4]).requiringGradient()
    let value = try Alignment().optimalValue(
      costs, rowCounts: rowCounts, columnCounts: columnCounts)
    let gradient = try value.sum().gradients(of: [costs])[0].scalars
    #expect(value.scalars[2] == 0)
    #expect(zip(scalars, gradient).allSatisfy { !$0.isNaN || $1 == 0 })
    #expect(gradient[16..<32].contains { $0 != 0 })
  }

  @Test func genericCodeFindsTheSameSolution() throws {
    var random = SeededGenerator(seed: 45)
    let costs = try Tensor.random(normal: [5, 3, 4], using: &random)
    let problem: some PrimalProblem = Alignment()
    let optimum = try problem.optimum(costs)
    let batch = try Alignment().solve(costs.scalars, batch: 5, rows: 3, columns: 4)
    #expect(optimum.values == batch.values)
    #expect(optimum.solution.scalars == batch.flatMap { $0.gradient.map { Float($0) } })
    #expect(try problem.optimalValue(costs).scalars == batch.values.map { Float($0) })
    let first = try problem.solve(Tensor(Array(costs.scalars.prefix(12)), shape: [3, 4]))
    #expect(first.value == batch[0].value)
  }

  /// The interpolated gradient of the solution, of which the value's is the limit case.
  @Test func interpolationWorks() throws {
    let costs = try Tensor([0.5, 9, 9, 9, 4, 0.25], shape: [2, 3]).requiringGradient()
    let target = try Tensor([1, 0, 0, 0, 1.5, 1], shape: [2, 3])
    let path = try Alignment().solution(costs, gradient: .interpolated(lambda: 4))
    #expect(path.scalars == [1, 0, 0, 0, 1, 1.5])
    let gradient = try (path - target).pow(2).sum().gradients(of: [costs])[0].scalars
    // At costs + 4 * 2 (path - target) the path is the target: what it takes should become cheaper.
    #expect(gradient == [0, 0, 0, 0, 0.125, -0.125])
  }
}

struct TokenAlignmentLossTests {
  /// Section 3.2 step by step: log-softmax, gather, alignment.
  private func unfused(
    _ logits: Tensor, targets: [Int32], lengths: Lengths? = nil,
    alignment: Alignment = Alignment()
  ) throws -> Tensor {
    let (batch, columns) = (logits.shape[0], targets.count / logits.shape[0])
    let costs = try (0..<batch).map { item in
      try (-logits[item].logSoftmax())
        .gathered(at: Array(targets[item * columns..<(item + 1) * columns]), axis: 1)
    }
    return try alignment.optimalValue(Tensor.stacked(costs), lengths: lengths)
  }

  @Test(arguments: [(1, 1, 1, 2), (5, 4, 6, 10), (3, 8, 5, 100), (2, 17, 17, 33), (40, 6, 9, 7)])
  func fusedEqualsUnfused(batch: Int, rows: Int, columns: Int, classes: Int) throws {
    var random = SeededGenerator(seed: 51)
    let logits = try Tensor.random(
      normal: [batch, rows, classes], standardDeviation: 3, using: &random
    ).requiringGradient()
    let targets = (0..<batch * columns).map { _ in
      Int32.random(in: 0..<Int32(classes), using: &random)
    }
    let weights = try Tensor.random(uniform: [batch], in: -1...2, using: &random)
    for alignment in [Alignment(), Alignment(gapCost: 4), .timeWarping()] {
      let fused = try alignmentLoss(logits: logits, targets: targets, alignment: alignment)
      let reference = try unfused(logits, targets: targets, alignment: alignment)
      // Each sum of at most rows + columns costs is off by their errors, relative above 1, and rounded.
      let bound = RowTolerance(isFloat: true, columns: classes)
      let relative = Float(2 * bound.logarithm + bound.unit)
      #expect(
        zip(fused.scalars, reference.scalars).allSatisfy {
          abs($0 - $1) <= relative * (Float(rows + columns) + max($0, $1))
        })
      let gradients = try [fused, reference].map {
        try ($0 * weights).sum().gradients(of: [logits])[0].scalars
      }
      // A row has at most a diagonal move and `columns` more, each of weight 2 or less.
      let ofGradients = 2 * Float(bound.gradient(weight: 2 * Double(columns + 1), labels: columns))
      #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= ofGradients })
    }
  }

  @Test func oneSequenceNeedsNoBatchAxis() throws {
    let logits = try Tensor([9, 0, 0, 0, 0, 9], shape: [2, 3])
    let loss = try alignmentLoss(logits: logits, targets: [0, 2])
    #expect(loss.shape == [])
    let inPlace = try crossEntropy(logits: logits, labels: [0, 2]).sum()
    let tolerance = 4 * RowTolerance(isFloat: true, columns: 3).logarithm
    #expect(abs(Double(try loss.item()) - Double(try inPlace.item())) <= tolerance)
    let moves = try alignTokens(logits: logits, targets: [0, 1, 2])[0].moves
    #expect(moves == [.diagonal, .diagonal, .horizontal])
  }

  @Test func paddingIsNeverReadAndGetsNoGradient() throws {
    var random = SeededGenerator(seed: 52)
    let (batch, rows, columns, classes) = (3, 4, 5, 6)
    var scalars = try Tensor.random(normal: [batch, rows, classes], using: &random).scalars
    let (rowCounts, columnCounts) = ([4, 2, 0], [5, 3, 0])
    var targets = (0..<batch * columns).map { _ in Int32.random(in: 0..<6, using: &random) }
    for position in targets.indices
    where position % columns >= columnCounts[position / columns] { targets[position] = -77 }
    for index in scalars.indices {
      let row = index / classes
      if row % rows >= rowCounts[row / rows] { scalars[index] = .nan }
    }
    let logits = try Tensor(scalars, shape: [batch, rows, classes]).requiringGradient()
    let loss = try alignmentLoss(
      logits: logits, targets: targets, lengths: Lengths(rows: rowCounts, columns: columnCounts))
    let gradient = try loss.sum().gradients(of: [logits])[0].scalars
    #expect(loss.scalars[2] == 0)
    #expect(zip(scalars, gradient).allSatisfy { $0.isNaN ? $1 == 0 : $1 != 0 })
    let second = try alignmentLoss(
      logits: Tensor(Array(scalars[24..<36]), shape: [2, 6]), targets: Array(targets[5..<8]))
    #expect(loss.scalars[1] == (try second.item()))
  }

  @Test func gradientAgreesWithDifferences() throws {
    var random = SeededGenerator(seed: 53)
    let logits = try Tensor.random(normal: [3, 4, 6], using: &random)
    let targets = (0..<15).map { _ in Int32.random(in: 0..<6, using: &random) }
    try expectGradient(
      of: { try alignmentLoss(logits: $0[0], targets: targets) }, at: [logits], step: 0x1p-7)
  }

  @Test func badInputIsNamed() throws {
    let good = try Tensor.zeros([2, 2, 3])
    let expected: [(CombinatorialError, () throws -> Void)] = [
      (
        CombinatorialError(.labelOutOfRange(position: 0, label: 3, classes: 3), item: 1),
        { _ = try alignmentLoss(logits: good, targets: [0, 1, 3, 2]) }
      ),
      (
        .shapeMismatch(expected: "as many targets for each of 2 sequences", found: "3"),
        { _ = try alignmentLoss(logits: good, targets: [0, 1, 2]) }
      ),
      (
        CombinatorialError(.lengthOutOfRange(length: 3, limit: 2), item: 0),
        {
          let lengths = Lengths(rows: [3, 1], columns: [1, 1])
          _ = try alignmentLoss(logits: good, targets: [0, 1, 1, 2], lengths: lengths)
        }
      ),
      (
        CombinatorialError(.invalidLogit(row: 1, column: 2, value: .infinity), item: 1),
        {
          let logits = try Tensor(
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .infinity], shape: [2, 2, 3])
          _ = try alignmentLoss(logits: logits, targets: [0, 1, 1, 2])
        }
      ),
      (
        CombinatorialError(.infeasible, item: 0),
        {
          let logits = try Tensor([0, -.infinity, 0, -.infinity], shape: [2, 2])
          _ = try alignmentLoss(logits: logits, targets: [0, 1])
        }
      ),
    ]
    for (error, body) in expected { #expect(throws: error, performing: body) }
  }

  @Test(arguments: [1, 2, 5])
  func threadsDoNotMatter(threads: Int) throws {
    var random = SeededGenerator(seed: 54)
    let logits = try Tensor.random(normal: [100, 8, 20], using: &random).requiringGradient()
    let targets = (0..<900).map { _ in Int32.random(in: 0..<20, using: &random) }
    let results = try [1, threads].map { limit in
      let loss = try alignmentLoss(logits: logits, targets: targets, maxThreads: limit)
      return (loss.scalars, try loss.sum().gradients(of: [logits])[0].scalars)
    }
    #expect(results[0] == results[1])
  }
}
