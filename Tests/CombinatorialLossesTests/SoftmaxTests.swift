import CombinatorialLosses
import TestSupport
import Testing

struct SoftmaxTests {
  @Test(arguments: [[1], [7], [3, 1], [4, 10], [2, 3, 5], [2, 1300], [0, 4], [3, 0]])
  func agreesWithTheDefinition(shape: [Int]) throws {
    var random = SeededGenerator(seed: 81)
    let x = try Tensor.random(normal: shape, standardDeviation: 4, using: &random)
    let (probabilities, logarithms) = (try softmax(x), try logSoftmax(x))
    #expect(probabilities.shape == shape && logarithms.shape == shape)
    let columns = shape.last ?? 1
    for row in 0..<(columns > 0 ? x.count / columns : 0) {
      let cells = row * columns..<(row + 1) * columns
      let logits = x.scalars[cells].map(Double.init)
      let logSumExp = RowReference.logSumExp(logits)
      for (cell, expected) in zip(cells, RowReference.softmax(logits)) {
        let logarithm = logits[cell - cells.lowerBound] - logSumExp
        #expect(abs(Double(logarithms.scalars[cell]) - logarithm) <= 1e-6 * max(1, abs(logarithm)))
        // The difference of logits is rounded before exp makes a relative error of it.
        let tolerance = 5e-7 + 1.2e-7 * abs(logarithm)
        #expect(abs(Double(probabilities.scalars[cell]) - expected) <= tolerance * expected)
      }
    }
  }

  @Test(arguments: [[5], [3, 4], [2, 2, 9]])
  func gradientsAgreeWithDifferences(shape: [Int]) throws {
    var random = SeededGenerator(seed: 82)
    let x = try Tensor.random(normal: shape, using: &random)
    let weights = try Tensor.random(normal: shape, using: &random)
    for function in [softmax, logSoftmax] {
      let report = try GradientCheck.centralDifferences(
        of: { try (function($0[0]) * weights).sum() }, at: [x])
      #expect(report.passes(), "\(report)")
    }
  }

  /// Shifting a row by 1e4 rounds its logits, and changes nothing else.
  @Test func hugeLogitsAreStable() throws {
    let small: [Float] = [-3, 0.5, 1, 2.25, -8]
    let (x, shifted) = (
      try Tensor(small, shape: [5]).requiringGradient(),
      try Tensor(small.map { $0 + 8192 }, shape: [5]).requiringGradient()
    )
    for function in [softmax, logSoftmax] {
      let (y, z) = (try function(x), try function(shifted))
      #expect(zip(y.scalars, z.scalars).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($0)) })
      let weights = try Tensor([1, -2, 3, 0.5, -1], shape: [5])
      let gradients = try [((y * weights).sum(), x), ((z * weights).sum(), shifted)].map {
        try $0.0.gradients(of: [$0.1])[0].scalars
      }
      #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= 3e-6 })
    }
    let spread = try softmax(Tensor([1e4, -1e4, -.infinity], shape: [3])).scalars
    #expect(spread == [1, 0, 0])
  }

  @Test func rowsThatAreNotNumbersStayToThemselves() throws {
    let x = try Tensor([0, .nan, 1, 1, .infinity, 0, -.infinity, -.infinity], shape: [4, 2])
    for y in [try softmax(x).scalars, try logSoftmax(x).scalars] {
      #expect(y.map(\.isNaN) == [true, true, false, false, true, true, true, true])
    }
  }

  @Test func aScalarHasNoRows() {
    for function in [softmax, logSoftmax] {
      #expect(throws: CombinatorialError.self) { try function(Tensor(1)) }
    }
  }
}
