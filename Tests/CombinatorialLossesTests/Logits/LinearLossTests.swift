import CombinatorialLosses
import TestSupport
import Testing

/// The losses that go through the output projection block by block, against the layer and the loss.
struct LinearLossTests {
  /// Of multiples of 1/16, so that logits are exact whatever the order of a sum.
  private struct Layer {
    let hidden, weight, bias: Tensor

    init(hidden shape: [Int], classes: Int, seed: UInt64) throws {
      var random = SeededGenerator(seed: seed)
      let width = shape[shape.count - 1]
      func sixteenths(_ shape: [Int], _ deviation: Float) throws -> Tensor {
        let numbers = try Tensor.random(
          normal: shape, standardDeviation: deviation, using: &random)
        return try Tensor(numbers.scalars.map { ($0 * 16).rounded() / 16 }, shape: shape)
          .requiringGradient()
      }
      hidden = try sixteenths(shape, 1)
      weight = try sixteenths([classes, width], 0.5)
      bias = try sixteenths([classes], 1)
    }

    var inputs: [Tensor] { [hidden, weight, bias] }

    var logits: Tensor {
      get throws { try hidden.matmul(weight, transposeRight: true) + bias }
    }
  }

  /// - Parameters:
  ///   - costs: The most costs that a value is the sum of; two sums may differ by their errors.
  ///   - weight: The most that a row's cells weigh in it.
  private func expectSame(
    _ found: Tensor, costs: Int, weight: Double, of layer: Layer, _ loss: (Tensor) throws -> Tensor
  ) throws {
    let expected = try loss(layer.logits)
    #expect(found.shape == expected.shape)
    let bound = RowTolerance(isFloat: true, columns: layer.bias.count)
    let (ofCosts, relative) = (2 * Float(costs) * Float(bound.logSum), 4 * Float(bound.unit))
    #expect(
      zip(found.scalars, expected.scalars).allSatisfy {
        abs($0 - $1) <= ofCosts + relative * max(1, abs($1))
      })
    let gradients = try [found, expected].map { try $0.sum().gradients(of: layer.inputs) }
    for ((found, expected), bound) in try zip(
      zip(gradients[0], gradients[1]), gradientBounds(weight: weight, of: layer, loss))
    {
      #expect(
        zip(zip(found.scalars, expected.scalars), bound.scalars).allSatisfy {
          abs($0.0 - $0.1) <= $1
        })
    }
  }

  /// How far two gradients by hidden states, weight and bias may lie apart: both are sums of products of the
  /// gradient by the logits, which has its own error, with numbers that are known exactly.
  private func gradientBounds(
    weight: Double, of layer: Layer, _ loss: (Tensor) throws -> Tensor
  ) throws -> [Tensor] {
    let (width, classes) = (layer.weight.shape[1], layer.bias.count)
    let rows = layer.hidden.count / width
    let logits = try layer.logits.detached.requiringGradient()
    let slopes = try loss(logits).sum().gradients(of: [logits])[0]
    let error = RowTolerance(isFloat: true, columns: classes)
      .gradient(weight: weight, labels: Int(weight.rounded(.up)))
    let gamma = ErrorBound.gamma(max(rows, classes) + 1)
    let bounds = try Tensor(
      slopes.scalars.map { Float(2 * (error + gamma * (Double(abs($0)) + error))) },
      shape: [rows, classes])
    // The bounds' own sums, of numbers that are not negative, round as much.
    let own = Float(1 + 2 * gamma)
    return try [
      bounds.matmul(layer.weight.detached.abs()) * own,
      bounds.matmul(
        layer.hidden.detached.abs().reshaped([rows, width]), transposeLeft: true) * own,
      bounds.sum(axes: [0]) * own,
    ]
  }

  /// Sizes below and above a block of rows and of classes.
  @Test(arguments: [(1, 1), (5, 7), (130, 30), (9, 2500), (140, 1030)])
  func crossEntropyEqualsThatOfTheLayer(rows: Int, classes: Int) throws {
    let layer = try Layer(hidden: [rows, 6], classes: classes, seed: 91)
    var random = SeededRandom(seed: 92)
    let labels = (0..<rows).map { _ in Int32.random(in: 0..<Int32(classes), using: &random) }
    let found = try linearCrossEntropy(
      hidden: layer.hidden, weight: layer.weight, bias: layer.bias, labels: labels)
    try expectSame(found, costs: 1, weight: 1, of: layer) {
      try crossEntropy(logits: $0, labels: labels)
    }
  }

  @Test(arguments: [(1, 1, 1, 2), (3, 5, 4, 7), (2, 70, 60, 30), (4, 9, 12, 2500)])
  func alignmentEqualsThatOfTheLayer(
    batch: Int, rows: Int, columns: Int, classes: Int
  ) throws {
    let layer = try Layer(hidden: [batch, rows, 6], classes: classes, seed: 93)
    var random = SeededRandom(seed: 94)
    let targets = (0..<batch * columns).map { _ in
      Int32.random(in: 0..<Int32(classes), using: &random)
    }
    let lengths = Lengths(
      rows: (0..<batch).map { rows - $0 % rows },
      columns: (0..<batch).map { columns - $0 % columns })
    let found = try linearAlignmentLoss(
      hidden: layer.hidden, weight: layer.weight, bias: layer.bias, targets: targets,
      lengths: lengths, gapFactor: 1.25)
    // A gap costs 1.25 times a cell. A row has a diagonal move and gaps, at most one for each column.
    try expectSame(
      found, costs: (rows + columns) * 5 / 4 + 1, weight: 1.25 * Double(columns + 1), of: layer
    ) {
      try alignmentLoss(logits: $0, targets: targets, lengths: lengths, gapFactor: 1.25)
    }
  }

  @Test func gradientsAgreeWithDifferences() throws {
    let layer = try Layer(hidden: [2, 3, 4], classes: 5, seed: 97)
    let targets: [Int32] = [0, 3, 1, 4, 4, 2, 0, 1]
    let alignment = try GradientCheck.centralDifferences(
      of: {
        try linearAlignmentLoss(hidden: $0[0], weight: $0[1], bias: $0[2], targets: targets)
      }, at: layer.inputs.map(\.detached), step: 0x1p-7)
    #expect(alignment.passes(), "\(alignment)")
    let rows = try layer.hidden.detached.reshaped([6, 4])
    let entropy = try GradientCheck.centralDifferences(
      of: {
        try linearCrossEntropy(
          hidden: $0[0], weight: $0[1], bias: $0[2], labels: [0, 3, 1, 4, 4, 2])
      }, at: [rows, layer.weight.detached, layer.bias.detached])
    #expect(entropy.passes(), "\(entropy)")
  }

  @Test func paddingIsNeverReadAndGetsNoGradient() throws {
    var scalars = [Float](repeating: 0.5, count: 2 * 3 * 2)
    for index in [4, 5, 8, 9, 10, 11] { scalars[index] = .nan }
    let hidden = try Tensor(scalars, shape: [2, 3, 2]).requiringGradient()
    let weight = try Tensor([1, 2, 3, -1, 0, 1], shape: [3, 2])
    let lengths = Lengths(rows: [2, 1], columns: [2, 1])
    let loss = try linearAlignmentLoss(
      hidden: hidden, weight: weight, targets: [0, 2, 1, -9], lengths: lengths)
    let gradient = try loss.sum().gradients(of: [hidden])[0].scalars
    #expect(zip(scalars, gradient).allSatisfy { $0.isNaN ? $1 == 0 : $1 != 0 })
  }

  @Test(arguments: [1, 2, 5])
  func threadsDoNotMatter(threads: Int) throws {
    let layer = try Layer(hidden: [300, 16], classes: 5000, seed: 96)
    let labels = (0..<300).map { Int32($0 * 16) }
    let results = try [1, threads].map { limit in
      let loss = try linearCrossEntropy(
        hidden: layer.hidden, weight: layer.weight, bias: layer.bias, labels: labels,
        maxThreads: limit)
      return [loss.scalars] + (try loss.sum().gradients(of: layer.inputs)).map(\.scalars)
    }
    #expect(results[0] == results[1])
  }

  @Test func badInputIsNamed() throws {
    let hidden = try Tensor([1, 1, 1, .nan], shape: [2, 2])
    let weight = try Tensor.ones([3, 2])
    #expect(
      throws: CombinatorialError(.labelOutOfRange(position: 1, label: 3, classes: 3), item: 0)
    ) { try linearCrossEntropy(hidden: hidden, weight: weight, labels: [0, 3]) }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "a weight [classes, 2] and a bias [classes] or none", found: "[3, 4] and none")
    ) { try linearCrossEntropy(hidden: hidden, weight: Tensor.ones([3, 4]), labels: [0, 1]) }
    #expect {
      try linearAlignmentLoss(hidden: hidden, weight: weight, targets: [0, 1])
    } throws: { error in
      guard let error = error as? CombinatorialError, error.item == 0,
        case .invalidLogit(1, 0, let value) = error.reason
      else { return false }
      return value.isNaN
    }
  }
}
