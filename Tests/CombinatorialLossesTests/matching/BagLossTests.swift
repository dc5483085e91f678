import CombinatorialLosses
import TestSupport
import Testing

struct BagLossTests {
  /// Algorithm 2 step by step: log-softmax, gather, assignment.
  private func unfused(_ logits: Tensor, labels: [Int32], lengths: [Int]? = nil) throws -> Tensor {
    let (batch, size) = (logits.shape[0], logits.shape[1])
    let costs = try (0..<batch).map { bag in
      try (-logSoftmax(logits.sliced(bag..<bag + 1).reshaped(Array(logits.shape.dropFirst()))))
        .gathered(at: Array(labels[bag * size..<(bag + 1) * size]), axis: 1)
    }
    return try Assignment().optimalValue(
      Tensor.stacked(costs), rowCounts: lengths, columnCounts: lengths)
  }

  @Test(arguments: [(1, 1, 2), (5, 4, 10), (3, 8, 100), (2, 17, 33), (40, 6, 7)])
  func fusedEqualsUnfused(batch: Int, size: Int, classes: Int) throws {
    var random = SeededGenerator(seed: 51)
    let logits = try Tensor.random(
      normal: [batch, size, classes], standardDeviation: 3, using: &random
    ).requiringGradient()
    let labels = (0..<batch * size).map { _ in
      Int32.random(in: 0..<Int32(classes), using: &random)
    }
    let weights = try Tensor.random(uniform: [batch], in: -1...2, using: &random)
    let fused = try bagLoss(logits: logits, labels: labels)
    let reference = try unfused(logits, labels: labels)
    // Both values are sums of `size` costs, and may be those of two matchings within the costs' errors.
    let bound = RowTolerance(isFloat: true, columns: classes)
    let tolerance = Float(bound.logarithm) * Float(2 * size)
    #expect(
      zip(fused.scalars, reference.scalars).allSatisfy { abs($0 - $1) <= tolerance * max(1, $1) })
    let gradients = try [fused, reference].map {
      try ($0 * weights).sum().gradients(of: [logits])[0].scalars
    }
    let ofGradients = 2 * Float(bound.gradient(weight: 2))
    #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= ofGradients })
  }

  @Test func oneBagNeedsNoBatchAxis() throws {
    let logits = try Tensor([2, 0, 0, 0, 3, 0, 0, 0, 1], shape: [3, 3])
    let loss = try bagLoss(logits: logits, labels: [2, 0, 1])
    #expect(loss.shape == [])
    #expect(try matchBags(logits: logits, labels: [2, 0, 1]).labelOfRow == [0, 1, 2])
    let inPlace = try crossEntropy(logits: logits, labels: [0, 1, 2]).sum()
    let tolerance = 6 * RowTolerance(isFloat: true, columns: 3).logarithm
    #expect(abs(Double(try loss.item() - inPlace.item())) <= tolerance)
  }

  @Test func paddingIsNeverReadAndGetsNoGradient() throws {
    var random = SeededGenerator(seed: 52)
    let (batch, size, classes) = (3, 4, 5)
    var scalars = try Tensor.random(normal: [batch, size, classes], using: &random).scalars
    let lengths = [4, 2, 0]
    var labels = (0..<batch * size).map { _ in Int32.random(in: 0..<5, using: &random) }
    for row in 0..<batch * size where row % size >= lengths[row / size] {
      labels[row] = -77
      for column in 0..<classes { scalars[row * classes + column] = .nan }
    }
    let logits = try Tensor(scalars, shape: [batch, size, classes]).requiringGradient()
    let loss = try bagLoss(logits: logits, labels: labels, lengths: lengths)
    let gradient = try loss.sum().gradients(of: [logits])[0].scalars
    #expect(loss.scalars[2] == 0)
    #expect(zip(scalars, gradient).allSatisfy { $0.isNaN ? $1 == 0 : $1 != 0 })
  }

  /// Probabilities of 1 and 0, and costs that floats can still tell apart.
  @Test(arguments: [1e4, 1e15, 1e37] as [Float])
  func hugeLogitsAreStable(scale: Float) throws {
    var random = SeededGenerator(seed: 55)
    let logits = try Tensor.random(uniform: [20, 5, 9], in: -scale...scale, using: &random)
      .requiringGradient()
    let labels = (0..<100).map { _ in Int32.random(in: 0..<9, using: &random) }
    let loss = try bagLoss(logits: logits, labels: labels)
    let matching = try matchBags(logits: logits, labels: labels)
    for bag in 0..<20 {
      var costs: [Double] = []
      for row in bag * 5..<bag * 5 + 5 {
        let x = logits.scalars[row * 9..<row * 9 + 9].map(Double.init)
        let logarithms = RowReference.logSoftmax(x)
        costs += (0..<5).map { -logarithms[Int(labels[bag * 5 + $0])] }
      }
      let best = try #require(ExhaustiveAssignment.solve(costs, rows: 5, columns: 5))
      // The value is below that of the best matching at its costs, and above by the costs' errors.
      let bound = RowTolerance(isFloat: true, columns: 9)
      let tolerance = 5 * bound.logSum + 2 * bound.unit * best.value
      #expect(abs(matching.values[bag] - best.value) <= tolerance, "seed 55, bag \(bag)")
    }
    #expect(try loss.sum().gradients(of: [logits])[0].scalars.allSatisfy { abs($0) <= 1 })
  }

  @Test func gradientAgreesWithDifferences() throws {
    var random = SeededGenerator(seed: 53)
    let logits = try Tensor.random(normal: [3, 4, 6], using: &random)
    let labels = (0..<12).map { _ in Int32.random(in: 0..<6, using: &random) }
    let report = try GradientCheck.centralDifferences(
      of: { try bagLoss(logits: $0[0], labels: labels) }, at: [logits], step: 0x1p-7)
    #expect(report.passes(), "\(report)")
  }

  @Test func badInputIsNamed() throws {
    let good = try Tensor.zeros([2, 2, 3])
    let expected: [(CombinatorialError, () throws -> Void)] = [
      (
        .labelOutOfRange(batch: 1, position: 0, label: 3, classes: 3),
        { _ = try bagLoss(logits: good, labels: [0, 1, 3, 2]) }
      ),
      (
        .shapeMismatch(expected: "4 labels, one for each row of the logits", found: "3"),
        { _ = try bagLoss(logits: good, labels: [0, 1, 2]) }
      ),
      (
        .lengthOutOfRange(batch: 0, length: 3, limit: 2),
        { _ = try bagLoss(logits: good, labels: [0, 1, 1, 2], lengths: [3, 1]) }
      ),
      (
        .invalidLogit(batch: 1, row: 1, column: 2, value: .infinity),
        {
          let logits = try Tensor(
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .infinity], shape: [2, 2, 3])
          _ = try bagLoss(logits: logits, labels: [0, 1, 1, 2])
        }
      ),
      (
        .infeasible(batch: 0),
        {
          let logits = try Tensor([0, -.infinity, 0, -.infinity], shape: [2, 2])
          _ = try bagLoss(logits: logits, labels: [0, 1])
        }
      ),
    ]
    for (error, body) in expected { #expect(throws: error, performing: body) }
  }

  @Test(arguments: [1, 2, 5])
  func threadsDoNotMatter(threads: Int) throws {
    var random = SeededGenerator(seed: 54)
    let logits = try Tensor.random(normal: [300, 8, 20], using: &random).requiringGradient()
    let labels = (0..<2400).map { _ in Int32.random(in: 0..<20, using: &random) }
    let results = try [1, threads].map { limit in
      let loss = try bagLoss(logits: logits, labels: labels, maxThreads: limit)
      return (loss.scalars, try loss.sum().gradients(of: [logits])[0].scalars)
    }
    #expect(results[0] == results[1])
  }
}
