import CombinatorialLosses
import Foundation
import TestSupport
import Testing

struct CrossEntropyTests {
  /// PyTorch's answers, in double precision.
  @Test func fixtures() throws {
    for problem in try CrossEntropyCase.all() {
      let logits = try Tensor(
        problem.flatLogits.map { Float($0) }, shape: [problem.rows, problem.classes]
      ).requiringGradient()
      let loss = try crossEntropy(logits: logits, labels: problem.labels).mean()
      // The mean adds a rounding for each row.
      let bound = RowTolerance(isFloat: true, columns: problem.classes)
      let tolerance = bound.logarithm + Double(problem.rows) * bound.unit
      #expect(
        abs(Double(try loss.item()) - problem.crossEntropy)
          <= tolerance * max(1, problem.crossEntropy), "\(problem.name)")
      let gradient = try loss.gradients(of: [logits])[0].scalars
      let worst = zip(gradient, problem.flatGradient).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(worst <= bound.gradient(weight: 1 / Double(problem.rows)), "\(problem.name)")
    }
  }

  /// Equal to log-softmax and picking, with a weight on each row; wide rows and huge logits too.
  @Test(arguments: [(1, 1, 1.0), (7, 10, 3.0), (33, 100, 1e4), (3, 2500, 5.0), (5, 40, 1e20)])
  func fusedEqualsUnfused(rows: Int, classes: Int, scale: Double) throws {
    var random = SeededGenerator(seed: 85)
    let logits = try Tensor.random(
      normal: [rows, classes], standardDeviation: Float(scale), using: &random
    ).requiringGradient()
    let weights = try Tensor.random(uniform: [rows], in: -2...3, using: &random)
    let labels = (0..<rows).map { _ in Int32.random(in: 0..<Int32(classes), using: &random) }
    var oneHot = [Float](repeating: 0, count: rows * classes)
    for (row, label) in labels.enumerated() { oneHot[row * classes + Int(label)] = 1 }
    let fused = try crossEntropy(logits: logits, labels: labels)
    let unfused = try -(logits.logSoftmax() * Tensor(oneHot, shape: logits.shape)).sum(axes: [1])
    let bound = RowTolerance(isFloat: true, columns: classes)
    let tolerance = 2 * Float(bound.logarithm)
    #expect(
      zip(fused.scalars, unfused.scalars).allSatisfy {
        abs($0 - $1) <= tolerance * max(1, abs($1))
      })
    let gradients = try [fused, unfused].map {
      try ($0 * weights).sum().gradients(of: [logits])[0].scalars
    }
    let ofGradients = 2 * Float(bound.gradient(weight: 3))
    #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= ofGradients })
  }

  /// Two equal logits of 1e15: the loss is log 2, though doubles near 1e15 lie 0.125 apart.
  @Test(arguments: [1e15, -1e15, 1e38, 2_331_275_230_707_712] as [Float])
  func equalLogitsOfAnyMagnitude(logit: Float) throws {
    let logits = try Tensor([logit, logit], shape: [1, 2]).requiringGradient()
    let loss = try crossEntropy(logits: logits, labels: [1])
    let tolerance = RowTolerance(isFloat: true, columns: 2).logarithm
    #expect(abs(Double(try loss.item()) - log(2)) <= tolerance)
    let gradient = try loss.sum().gradients(of: [logits])[0].scalars
    #expect(gradient == [0.5, -0.5])
  }

  @Test func gradientAgreesWithDifferences() throws {
    var random = SeededGenerator(seed: 86)
    let logits = try Tensor.random(normal: [4, 6], using: &random)
    try expectGradient(
      of: { try crossEntropy(logits: $0[0], labels: [5, 0, 3, 3]) }, at: [logits])
  }

  @Test func anImpossibleLabelCostsInfinity() throws {
    let logits = try Tensor([0, -.infinity, 0, 0], shape: [2, 2])
    let losses = try crossEntropy(logits: logits, labels: [1, 0]).scalars
    #expect(losses[0] == .infinity)
    let tolerance = RowTolerance(isFloat: true, columns: 2).logarithm
    #expect(abs(Double(losses[1]) - log(2)) <= tolerance)
  }

  @Test func noRowsHaveNoLosses() throws {
    let logits = try Tensor.zeros([0, 5]).requiringGradient()
    let losses = try crossEntropy(logits: logits, labels: [])
    #expect(losses.shape == [0])
    #expect(try losses.sum().gradients(of: [logits])[0].shape == [0, 5])
  }

  @Test func badInputIsNamed() throws {
    let logits = try Tensor([0, 1, 2, 3, .nan, 5], shape: [2, 3])
    let expected: [(CombinatorialError, [Int32])] = [
      (CombinatorialError(.labelOutOfRange(position: 1, label: 3, classes: 3), item: 0), [0, 3]),
      (CombinatorialError(.labelOutOfRange(position: 0, label: -1, classes: 3), item: 0), [-1, 7]),
      (
        .shapeMismatch(
          expected: "logits [rows, classes] and as many labels as rows",
          found: "[2, 3] and 1 labels"), [0]
      ),
    ]
    for (error, labels) in expected {
      #expect(throws: error) { try crossEntropy(logits: logits, labels: labels) }
    }
    // NaN is equal to nothing, itself included.
    let error = #expect(throws: CombinatorialError.self) {
      try crossEntropy(logits: logits, labels: [0, 0])
    }
    guard case .invalidLogit(row: 1, column: 1, let value)? = error?.reason, error?.item == 0 else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(value.isNaN)
    let infinite = try Tensor([.infinity, 0, -.infinity, -.infinity], shape: [2, 2])
    #expect(
      throws: CombinatorialError(.invalidLogit(row: 0, column: 0, value: .infinity), item: 0)
    ) { try crossEntropy(logits: infinite, labels: [0, 0]) }
    let hopeless = try Tensor([0, 0, -.infinity, -.infinity], shape: [2, 2])
    #expect(
      throws: CombinatorialError(.invalidLogit(row: 1, column: 0, value: -.infinity), item: 0)
    ) { try crossEntropy(logits: hopeless, labels: [0, 0]) }
  }

  @Test(arguments: [1, 2, 5])
  func threadsDoNotMatter(threads: Int) throws {
    var random = SeededGenerator(seed: 87)
    let logits = try Tensor.random(normal: [900, 50], using: &random).requiringGradient()
    let labels = (0..<900).map { _ in Int32.random(in: 0..<50, using: &random) }
    let results = try [1, threads].map { threads in
      try withMaxThreads(threads) {
        let loss = try crossEntropy(logits: logits, labels: labels)
        return (loss.scalars, try loss.mean().gradients(of: [logits])[0].scalars)
      }
    }
    #expect(results[0] == results[1])
  }
}
