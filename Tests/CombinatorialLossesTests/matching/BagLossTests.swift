import CombinatorialLosses
import TestSupport
import Testing

struct BagLossTests {
  /// Algorithm 2 step by step: log-softmax, gather, assignment.
  private func unfused(_ logits: Tensor, labels: [Int32], lengths: [Int]? = nil) throws -> Tensor {
    let (batch, size) = (logits.shape[0], logits.shape[1])
    let costs = try (0..<batch).map { bag in
      try (-logits[bag].logSoftmax())
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

  @Test func oneBagOfPictures() throws {
    let logits = try Tensor([2, 0, 0, 0, 3, 0, 0, 0, 1], shape: [3, 3])
    let loss = try bagLoss(logits: logits, labels: [2, 0, 1], bagSizes: [3])
    #expect(loss.shape == [1])
    let matching = try matchBags(logits: logits, labels: [2, 0, 1], bagSizes: [3])
    #expect(matching.labelOfRow == [0, 1, 2])
    #expect(matching.columnOfRow == [1, 2, 0])
    let inPlace = try crossEntropy(logits: logits, labels: [0, 1, 2]).sum()
    let tolerance = 6 * RowTolerance(isFloat: true, columns: 3).logarithm
    #expect(abs(Double(try loss.sum().item() - inPlace.item())) <= tolerance)
  }

  /// As a model of pictures returns them, bags of any sizes, against the same bags padded.
  @Test(arguments: [[4, 2, 0, 5], [3, 3, 3]])
  func picturesAreBagAfterBag(sizes: [Int]) throws {
    var random = SeededGenerator(seed: 56)
    let (pictures, classes, most) = (sizes.reduce(0, +), 6, 5)
    let logits = try Tensor.random(normal: [pictures, classes], using: &random)
      .requiringGradient()
    let labels = (0..<pictures).map { _ in Int32.random(in: 0..<6, using: &random) }
    var (scalars, padded, first) = ([Float](), [Int32](), 0)
    for size in sizes {
      scalars += logits.scalars[first * classes..<(first + size) * classes]
      scalars += [Float](repeating: .nan, count: (most - size) * classes)
      padded += labels[first..<first + size] + [Int32](repeating: 0, count: most - size)
      first += size
    }
    let other = try Tensor(scalars, shape: [sizes.count, most, classes]).requiringGradient()
    let weights = try Tensor.random(uniform: [sizes.count], in: -1...2, using: &random)
    let losses = [
      try bagLoss(logits: logits, labels: labels, bagSizes: sizes),
      try bagLoss(logits: other, labels: padded, lengths: sizes),
    ]
    #expect(losses[0].shape == [sizes.count])
    #expect(losses[0].scalars == losses[1].scalars)
    let gradients = [
      try (losses[0] * weights).sum().gradients(of: [logits])[0].scalars,
      try (losses[1] * weights).sum().gradients(of: [other])[0].scalars,
    ]
    #expect(gradients[0] == zip(scalars, gradients[1]).filter { !$0.0.isNaN }.map(\.1))
  }

  /// A tensor of pictures is no bag of all: that trained to guessing.
  @Test func picturesWithoutBagSizesAreRefused() throws {
    let logits = try Tensor.zeros([4, 3])
    let labels: [Int32] = [0, 1, 2, 0]
    let refusal = CombinatorialError.shapeMismatch(
      expected: "logits [batch, size, classes], or [pictures, classes] with bagSizes",
      found: "[4, 3]")
    #expect(throws: refusal) { try bagLoss(logits: logits, labels: labels) }
    #expect(throws: refusal) { try matchBags(logits: logits, labels: labels) }
    #expect(throws: refusal) { try bagCosts(logits: logits, labels: labels) }
    let sizes = CombinatorialError.shapeMismatch(
      expected: "bag sizes of at least 0 that add up to 4 pictures", found: "[3, 2]")
    #expect(throws: sizes) { try bagLoss(logits: logits, labels: labels, bagSizes: [3, 2]) }
    let bags = try logits.reshaped([2, 2, 3])
    let rank = CombinatorialError.shapeMismatch(
      expected: "logits [pictures, classes], as there are bagSizes", found: "[2, 2, 3]")
    #expect(throws: rank) { try bagLoss(logits: bags, labels: labels, bagSizes: [2, 2]) }
  }

  /// The first gradient takes over the memory of the exponentials, the next one computes them again.
  @Test(arguments: [nil, [6, 0, 4]] as [[Int]?])
  func gradientsMayBeAskedForAgain(lengths: [Int]?) throws {
    var random = SeededGenerator(seed: 57)
    let logits = try Tensor.random(normal: [3, 6, 11], using: &random).requiringGradient()
    let labels = (0..<18).map { _ in Int32.random(in: 0..<11, using: &random) }
    let loss = try bagLoss(logits: logits, labels: labels, lengths: lengths)
    let weights = try (0..<2).map { _ in
      try Tensor.random(uniform: [3], in: -1...2, using: &random)
    }
    let first = try loss.gradients(of: [logits], cotangent: weights[0])[0]
    let before = first.scalars
    let other = try loss.gradients(of: [logits], cotangent: weights[1])[0]
    let again = try loss.gradients(of: [logits], cotangent: weights[0])[0]
    #expect(first.scalars == before && again.scalars == before && other.scalars != before)
    let alone = try bagLoss(logits: logits, labels: labels, lengths: lengths)
    #expect(try alone.gradients(of: [logits], cotangent: weights[1])[0].scalars == other.scalars)
  }

  /// More than the caches hold: nothing is kept. Bags of one are cross-entropy.
  @Test func largeLogitsAreReadAgain() throws {
    let (bags, classes) = (4, 1_100_000)
    var scalars = [Float](repeating: 0, count: bags * classes)
    let places = Array(stride(from: 0, to: scalars.count, by: 1009)) + [scalars.count - 1]
    for place in places { scalars[place] = Float(place % 7) }
    let logits = try Tensor(scalars, shape: [bags, 1, classes]).requiringGradient()
    let labels: [Int32] = [0, 1, 1_099_999, 77]
    let loss = try bagLoss(logits: logits, labels: labels).sum()
    let found = try loss.gradients(of: [logits])[0].scalars
    let flat = try Tensor(scalars, shape: [bags, classes]).requiringGradient()
    let expected = try crossEntropy(logits: flat, labels: labels).sum().gradients(of: [flat])[0]
    let (tolerance, others) = (
      2 * Float(RowTolerance(isFloat: true, columns: classes).relative(-15)), expected.scalars
    )
    let labeled = labels.enumerated().map { $0 * classes + Int($1) }
    for place in places + labeled + places.map({ $0 / 2 }) {
      #expect(abs(found[place] - others[place]) <= tolerance * abs(others[place]))
    }
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
    try expectGradient(
      of: { try bagLoss(logits: $0[0], labels: labels) }, at: [logits], step: 0x1p-7)
  }

  @Test func badInputIsNamed() throws {
    let good = try Tensor.zeros([2, 2, 3])
    let expected: [(CombinatorialError, () throws -> Void)] = [
      (
        CombinatorialError(.labelOutOfRange(position: 0, label: 3, classes: 3), item: 1),
        { _ = try bagLoss(logits: good, labels: [0, 1, 3, 2]) }
      ),
      (
        .shapeMismatch(expected: "4 labels, one for each picture of the bags", found: "3"),
        { _ = try bagLoss(logits: good, labels: [0, 1, 2]) }
      ),
      (
        CombinatorialError(.lengthOutOfRange(length: 3, limit: 2), item: 0),
        { _ = try bagLoss(logits: good, labels: [0, 1, 1, 2], lengths: [3, 1]) }
      ),
      (
        CombinatorialError(.invalidLogit(row: 1, column: 2, value: .infinity), item: 1),
        {
          let logits = try Tensor(
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .infinity], shape: [2, 2, 3])
          _ = try bagLoss(logits: logits, labels: [0, 1, 1, 2])
        }
      ),
      (
        CombinatorialError(.infeasible, item: 0),
        {
          let logits = try Tensor([0, -.infinity, 0, -.infinity], shape: [1, 2, 2])
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
