import DifferentiableTensor
import Foundation
import TestSupport
import Testing

private let functions: [@Sendable (Tensor) throws -> Tensor] = [
  { try $0.softmax() }, { try $0.logSoftmax() },
]

struct SoftmaxTests {
  @Test(arguments: [[1], [7], [3, 1], [4, 10], [2, 3, 5], [2, 1300], [0, 4], [3, 0]])
  func agreesWithTheDefinition(shape: [Int]) throws {
    var random = SeededGenerator(seed: 81)
    let x = try Tensor.random(normal: shape, standardDeviation: 4, using: &random)
    let (probabilities, logarithms) = (try x.softmax(), try x.logSoftmax())
    #expect(probabilities.shape == shape && logarithms.shape == shape)
    let columns = shape.last ?? 1
    for row in 0..<(columns > 0 ? x.count / columns : 0) {
      let cells = row * columns..<(row + 1) * columns
      let logits = x.scalars[cells].map(Double.init)
      let bound = RowTolerance(isFloat: true, columns: columns)
      for (cell, logarithm) in zip(cells, RowReference.logSoftmax(logits)) {
        let error = abs(Double(logarithms.scalars[cell]) - logarithm)
        #expect(error <= bound.logarithm * max(1, abs(logarithm)))
        let ratio = Double(probabilities.scalars[cell]) / exp(logarithm)
        #expect(abs(ratio - 1) <= bound.relative(logarithm))
      }
    }
  }

  @Test(arguments: [[5], [3, 4], [2, 2, 9]])
  func gradientsAgreeWithDifferences(shape: [Int]) throws {
    var random = SeededGenerator(seed: 82)
    let x = try Tensor.random(normal: shape, using: &random)
    let weights = try Tensor.random(normal: shape, using: &random)
    for function in functions {
      let report = try GradientCheck.centralDifferences(
        of: { try (function($0[0]) * weights).sum() }, at: [x])
      #expect(report.passes(), "\(report)")
    }
  }

  @Test(arguments: [0, 1, 2, -2])
  func otherAxesAreThatOfTheTransposed(axis: Int) throws {
    var random = SeededGenerator(seed: 83)
    let x = try Tensor.randn([3, 4, 5], using: &random)
    for function: (Tensor, Int) throws -> Tensor in [
      { try $0.softmax(axis: $1) }, { try $0.logSoftmax(axis: $1) },
    ] {
      let expected = try function(x.transposed(axis, -1), -1).transposed(axis, -1)
      let found = try function(x, axis)
      #expect(found.shape == x.shape && found.scalars == expected.scalars)
    }
    let sums = try x.softmax(axis: axis).sum(axes: [axis]).scalars
    #expect(sums.allSatisfy { abs($0 - 1) < 2e-6 })
  }

  /// Shifting a row changes nothing, where the shifted logits are floats.
  @Test(
    arguments: [([-3, 0.5, 1, 2.25, -8], 8192), ([0, -0x1p30, 0, 0, -0x1p28], 0x1p50)]
      as [([Float], Float)])
  func hugeLogitsAreStable(small: [Float], shift: Float) throws {
    let (x, shifted) = (
      try Tensor(small, shape: [5]).requiringGradient(),
      try Tensor(small.map { $0 + shift }, shape: [5]).requiringGradient()
    )
    // Each of the two results and gradients has an error. The pullback multiplies that of a probability by
    // the difference of weights, at most 5, and by a mean of weights, at most 3.
    let bound = RowTolerance(isFloat: true, columns: 5)
    let (ofValues, ofGradients) = (2 * Float(bound.logarithm), 16 * Float(bound.probability))
    for function in functions {
      let (y, z) = (try function(x), try function(shifted))
      #expect(zip(y.scalars, z.scalars).allSatisfy { abs($0 - $1) <= ofValues * max(1, abs($0)) })
      let weights = try Tensor([1, -2, 3, 0.5, -1], shape: [5])
      let gradients = try [((y * weights).sum(), x), ((z * weights).sum(), shifted)].map {
        try $0.0.gradients(of: [$0.1])[0].scalars
      }
      #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= ofGradients })
    }
    let spread = try Tensor([1e4, -1e4, -.infinity]).softmax().scalars
    #expect(spread == [1, 0, 0])
  }

  @Test func rowsThatAreNotNumbersStayToThemselves() throws {
    let x = try Tensor([0, .nan, 1, 1, .infinity, 0, -.infinity, -.infinity], shape: [4, 2])
    for y in [try x.softmax().scalars, try x.logSoftmax().scalars] {
      #expect(y.map(\.isNaN) == [true, true, false, false, true, true, true, true])
    }
  }

  @Test func aScalarHasNoRows() {
    for function in functions {
      #expect(throws: TensorError.axisOutOfRange(axis: -1, rank: 0)) { try function(Tensor(1)) }
    }
    #expect(throws: TensorError.axisOutOfRange(axis: 2, rank: 2)) {
      try Tensor.zeros([1, 1]).softmax(axis: 2)
    }
  }
}
