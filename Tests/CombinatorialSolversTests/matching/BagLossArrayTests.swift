import CombinatorialSolvers
import TestSupport
import Testing

/// The bag loss over arrays alone.
struct BagLossArrayTests {
  private struct Sample {
    let sizes: [Int]
    let classes: Int
    let logits: [Float]
    let labels: [Int32]

    init(sizes: [Int], classes: Int, _ random: inout SeededRandom) {
      (self.sizes, self.classes) = (sizes, classes)
      let pictures = sizes.reduce(0, +)
      logits = (0..<pictures * classes).map { _ in Float.random(in: -4...4, using: &random) }
      labels = (0..<pictures).map { _ in Int32.random(in: 0..<Int32(classes), using: &random) }
    }

    func range(of bag: Int) -> Range<Int> {
      let start = sizes[..<bag].reduce(0, +)
      return start..<start + sizes[bag]
    }

    /// The costs of a bag, in double.
    func costs(of bag: Int) -> [Double] {
      range(of: bag).flatMap { picture in
        let x = logits[picture * classes..<(picture + 1) * classes].map(Double.init)
        let logarithms = RowReference.logSoftmax(x)
        return range(of: bag).map { -logarithms[Int(labels[$0])] }
      }
    }

    /// The same bags, padded to one size with what is neither logit nor label.
    func padded(to size: Int) -> (logits: [Float], labels: [Int32]) {
      var (logits, labels) = ([Float](), [Int32]())
      for bag in sizes.indices {
        let (pictures, rest) = (range(of: bag), size - sizes[bag])
        logits += self.logits[pictures.lowerBound * classes..<pictures.upperBound * classes]
        logits += [Float](repeating: .nan, count: rest * classes)
        labels += self.labels[pictures] + [Int32](repeating: -7, count: rest)
      }
      return (logits, labels)
    }
  }

  private static let sizes = [
    [4, 4, 4], [5, 1, 0, 3, 8, 8, 2], [], [0, 0], [17], [1, 1, 1, 1, 1],
  ]

  @Test(arguments: sizes)
  func valuesAreThoseOfTheBestMatchings(sizes: [Int]) throws {
    var random = SeededRandom(seed: 81)
    let bags = Sample(sizes: sizes, classes: 6, &random)
    let matching = try matchBags(logits: bags.logits, labels: bags.labels, bagSizes: sizes)
    let bound = RowTolerance(isFloat: true, columns: 6).logarithm
    for bag in sizes.indices {
      let costs = bags.costs(of: bag)
      let best = try Assignment().solve(costs, rows: sizes[bag], columns: sizes[bag])
      #expect(
        abs(matching.values[bag] - best.value) <= bound * Double(sizes[bag]) * max(1, best.value))
      let range = bags.range(of: bag)
      #expect(Set(matching.columnOfRow[range]).count == sizes[bag])
      for picture in range {
        let column = Int(matching.columnOfRow[picture])
        #expect(matching.labelOfRow[picture] == bags.labels[range.lowerBound + column])
      }
    }
  }

  /// Bags one behind the other, padded ones, and each bag alone; several threads and one.
  @Test(arguments: sizes)
  func layoutsAgreeBitForBit(sizes: [Int]) throws {
    var random = SeededRandom(seed: 82)
    let bags = Sample(sizes: sizes, classes: 9, &random)
    let dense = try bagLoss(
      logits: bags.logits, labels: bags.labels, bagSizes: sizes, maxThreads: 1)
    let size = (sizes.max() ?? 0) + 1
    let padded = bags.padded(to: size)
    var gradient = [Float](repeating: 7, count: padded.logits.count)
    let values = try padded.logits.withUnsafeBufferPointer { logits in
      try gradient.withUnsafeMutableBufferPointer {
        try bagLoss(
          logits: logits, labels: padded.labels,
          bags: BagShape(batch: sizes.count, size: size, lengths: sizes), maxThreads: 2, into: $0)
      }
    }
    #expect(values == dense.values)
    for bag in sizes.indices {
      let (pictures, first) = (bags.range(of: bag), bag * size * 9)
      let own = Array(dense.gradient[pictures.lowerBound * 9..<pictures.upperBound * 9])
      #expect(Array(gradient[first..<first + own.count]) == own)
      #expect(gradient[first + own.count..<first + size * 9].allSatisfy { $0 == 0 })
      let alone = try bagLoss(
        logits: Array(bags.logits[pictures.lowerBound * 9..<pictures.upperBound * 9]),
        labels: Array(bags.labels[pictures]), bagSizes: [sizes[bag]])
      #expect(alone.values == [values[bag]])
      #expect(alone.gradient == own)
    }
  }

  @Test func gradientsOfDoublesAreDifferences() throws {
    var random = SeededRandom(seed: 83)
    let bags = Sample(sizes: [3, 5, 1], classes: 4, &random)
    let logits = bags.logits.map(Double.init)
    let weights = [2, -1, 0.5]
    var gradient = [Double](repeating: 0, count: logits.count)
    let values = try logits.withUnsafeBufferPointer { logits in
      try gradient.withUnsafeMutableBufferPointer {
        try bagLoss(
          logits: logits, labels: bags.labels, bags: BagShape(sizes: bags.sizes), weights: weights,
          into: $0)
      }
    }
    func loss(_ logits: [Double]) throws -> Double {
      let values = try matchBags(logits: logits, labels: bags.labels, bagSizes: bags.sizes).values
      return zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(abs(try loss(logits) - zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-12)
    let step = 0x1p-17
    for index in logits.indices {
      var (up, down) = (logits, logits)
      up[index] += step
      down[index] -= step
      let slope = try (loss(up) - loss(down)) / (2 * step)
      #expect(abs(slope - gradient[index]) < 1e-8, "logit \(index)")
    }
  }

  @Test func badInputIsNamed() {
    let zeros = [Float](repeating: 0, count: 18)
    let labels: [Int32] = [0, 1, 2, 0, 1, 2]
    var infinite = zeros
    infinite[14] = .infinity
    let expected: [(CombinatorialError, () throws -> Void)] = [
      (
        .shapeMismatch(expected: "5 labels, one for each picture of the bags", found: "6"),
        { _ = try bagLoss(logits: zeros, labels: labels, bagSizes: [2, 3]) }
      ),
      (
        CombinatorialError(.lengthOutOfRange(length: -1, limit: 6), item: 1),
        { _ = try bagLoss(logits: zeros, labels: labels, bagSizes: [6, -1]) }
      ),
      (
        .shapeMismatch(expected: "as many logits of each of 6 pictures", found: "17"),
        { _ = try bagLoss(logits: Array(zeros.dropLast()), labels: labels, bagSizes: [2, 4]) }
      ),
      (
        CombinatorialError(.labelOutOfRange(position: 1, label: 3, classes: 3), item: 1),
        { _ = try matchBags(logits: zeros, labels: [0, 1, 2, 3, 1, 2], bagSizes: [2, 4]) }
      ),
      (
        CombinatorialError(.invalidLogit(row: 2, column: 2, value: .infinity), item: 1),
        { _ = try matchBags(logits: infinite, labels: labels, bagSizes: [2, 4]) }
      ),
      (
        CombinatorialError(.infeasible, item: 1),
        {
          let logits: [Float] = [0, 0, 0, -.infinity, 0, -.infinity]
          _ = try matchBags(logits: logits, labels: [1, 0, 1], bagSizes: [1, 2])
        }
      ),
      (
        CombinatorialError(.valueOutOfRange, item: 0),
        {
          let logits = [0, -1e305, 0, -1e305]
          _ = try matchBags(logits: logits, labels: [1, 1], bagSizes: [2])
        }
      ),
      (
        .shapeMismatch(expected: "sizes of at least 0", found: "2 bags of -3"),
        {
          try zeros.withUnsafeBufferPointer {
            _ = try matchBags(logits: $0, labels: labels, bags: BagShape(batch: 2, size: -3))
          }
        }
      ),
    ]
    for (error, body) in expected { #expect(throws: error, performing: body) }
  }

  @Test func theFirstBadBagIsNamedWhateverTheThreads() {
    let logits = (0..<4000).map { Float($0 / 4 % 100 == 57 ? Double.nan : 0) }
    for threads in [1, 2, 4] {
      do {
        _ = try matchBags(
          logits: logits, labels: .init(repeating: 0, count: 1000),
          bagSizes: .init(repeating: 2, count: 500), maxThreads: threads)
        Issue.record("a NaN was accepted")
      } catch {
        #expect(error.item == 28)
        guard case .invalidLogit(row: 1, column: 0, _) = error.reason else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }
}
