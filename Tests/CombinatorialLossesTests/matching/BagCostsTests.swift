import CombinatorialLosses
import TestSupport
import Testing

struct BagCostsTests {
  private static func bags(
    _ batch: Int, _ size: Int, _ classes: Int
  ) throws -> (logits: Tensor, labels: [Int32]) {
    var random = SeededGenerator(seed: 61)
    let logits = try Tensor.random(
      normal: [batch, size, classes], standardDeviation: 3, using: &random)
    let labels = (0..<batch * size).map { _ in
      Int32.random(in: 0..<Int32(classes), using: &random)
    }
    return (logits, labels)
  }

  @Test(arguments: [(1, 1, 2), (5, 4, 10), (3, 8, 100), (2, 17, 33)])
  func areNegativeLogarithmsOfProbabilities(batch: Int, size: Int, classes: Int) throws {
    let (logits, labels) = try Self.bags(batch, size, classes)
    let costs = try bagCosts(logits: logits, labels: labels)
    #expect(costs.shape == [batch, size, size])
    for row in 0..<batch * size {
      let x = logits.scalars[row * classes..<(row + 1) * classes].map(Double.init)
      let logarithms = RowReference.logSoftmax(x)
      let tolerance = RowTolerance(isFloat: true, columns: classes).logarithm
      for column in 0..<size {
        let label = Int(labels[row / size * size + column])
        let expected = -logarithms[label]
        let found = Double(costs.scalars[row * size + column])
        let error = abs(found - expected)
        #expect(error <= tolerance * max(1, expected), "row \(row), column \(column)")
      }
    }
  }

  /// Repeated labels share a logit, whose gradient sums over them.
  @Test func gradientAgreesWithDifferences() throws {
    let (logits, _) = try Self.bags(3, 4, 6)
    let labels: [Int32] = [0, 0, 5, 2, 1, 1, 1, 1, 3, 4, 5, 0]
    try expectGradient(
      of: { try bagCosts(logits: $0[0], labels: labels) }, at: [logits], step: 0x1p-7)
  }

  /// The best matching of the costs is what the fused loss finds.
  @Test func matchingThemIsTheBagLoss() throws {
    let (logits, labels) = try Self.bags(6, 8, 20)
    let leaf = logits.requiringGradient()
    let values = [
      try Assignment().optimalValue(bagCosts(logits: leaf, labels: labels)),
      try bagLoss(logits: leaf, labels: labels),
    ]
    // The costs are the same; the values, sums in double, are rounded to float.
    let bound = RowTolerance(isFloat: true, columns: 20)
    let unit = Float(bound.unit)
    #expect(zip(values[0].scalars, values[1].scalars).allSatisfy { abs($0 - $1) <= unit * $1 })
    let gradients = try values.map { try $0.sum().gradients(of: [leaf])[0].scalars }
    let tolerance = 2 * Float(bound.gradient(weight: 1))
    #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= tolerance })
  }

  /// Bags of several sizes are padded to the largest.
  @Test func bagsOfPicturesArePadded() throws {
    let sizes = [3, 0, 4, 1]
    let (bag, labels) = try Self.bags(1, 8, 5)
    let logits = try bag.reshaped([8, 5]).requiringGradient()
    let costs = try bagCosts(logits: logits, labels: labels, bagSizes: sizes)
    #expect(costs.shape == [4, 4, 4])
    var first = 0
    for (bag, size) in sizes.enumerated() {
      let alone = try bagCosts(
        logits: logits.detached.sliced(first..<first + size),
        labels: Array(labels[first..<first + size]),
        bagSizes: [size])
      let own = costs.scalars[bag * 16..<(bag + 1) * 16]
      for row in 0..<4 {
        for column in 0..<4 {
          let expected = row < size && column < size ? alone.scalars[row * size + column] : 0
          #expect(own[bag * 16 + row * 4 + column] == expected)
        }
      }
      first += size
    }
    let values = try Assignment().optimalValue(costs, rowCounts: sizes, columnCounts: sizes)
    let fused = try bagLoss(logits: logits, labels: labels, bagSizes: sizes)
    let unit = Float(RowTolerance(isFloat: true, columns: 5).unit)
    #expect(zip(values.scalars, fused.scalars).allSatisfy { abs($0 - $1) <= unit * $1 })
    let gradients = try [values, fused].map { try $0.sum().gradients(of: [logits])[0].scalars }
    let tolerance = 2 * Float(RowTolerance(isFloat: true, columns: 5).gradient(weight: 1))
    #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= tolerance })
    #expect(try bagCosts(logits: Tensor.zeros([0, 3, 2]), labels: []).shape == [0, 3, 3])
  }

  /// Padded bags: the rest is never read, and has no gradient.
  @Test func lengthsHidePadding() throws {
    let (bags, labels) = try Self.bags(3, 4, 5)
    var scalars = bags.scalars
    let lengths = [2, 4, 0]
    for row in 0..<12 where row % 4 >= lengths[row / 4] {
      for column in 0..<5 { scalars[row * 5 + column] = .nan }
    }
    let logits = try Tensor(scalars, shape: [3, 4, 5]).requiringGradient()
    let costs = try bagCosts(logits: logits, labels: labels, lengths: lengths)
    let weights = try Tensor((0..<48).map { Float($0 % 5) }, shape: [3, 4, 4])
    let gradient = try (costs * weights).sum().gradients(of: [logits])[0].scalars
    #expect(costs.scalars.allSatisfy { $0.isFinite })
    #expect(zip(scalars, gradient).allSatisfy { $0.isNaN ? $1 == 0 : $1.isFinite })
  }

  @Test func badInputIsNamed() throws {
    let zeros = try Tensor.zeros([2, 2, 3])
    let infinite = try Tensor([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .infinity], shape: [2, 2, 3])
    #expect(
      throws: CombinatorialError(.labelOutOfRange(position: 0, label: 3, classes: 3), item: 1)
    ) { try bagCosts(logits: zeros, labels: [0, 1, 3, 2]) }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "4 labels, one for each picture of the bags", found: "3")
    ) { try bagCosts(logits: zeros, labels: [0, 1, 2]) }
    #expect(
      throws: CombinatorialError(.invalidLogit(row: 1, column: 2, value: .infinity), item: 1)
    ) { try bagCosts(logits: infinite, labels: [0, 1, 1, 2]) }
  }
}
