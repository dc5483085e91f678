import Testing

@testable import CombinatorialExperiments

@Suite struct BagSamplerTests {
  /// Labels of `count` pictures in equal shares.
  private static func balanced(_ count: Int, classes: Int) -> [Int32] {
    (0..<count).map { Int32($0 % classes) }
  }

  @Test(arguments: [(1, 1), (2, 2), (4, 3), (8, 6), (12, 9), (16, 12), (24, 18), (32, 24), (5, 4)])
  func needsThreeQuartersOfItsLabelsDistinct(bagSize: Int, required: Int) {
    #expect(BagSampler.requiredDistinctLabels(bagSize: bagSize) == required)
  }

  @Test(arguments: [1, 4, 8, 9])
  func bagsKeepTheRuleAndTheirLabels(bagSize: Int) throws {
    let labels = Self.balanced(1_003, classes: 10)
    let sampler = try BagSampler(labels: labels, bagSize: bagSize, seed: 5)
    let epoch = try sampler.epoch(0)
    #expect(epoch.count == 1_003 / bagSize)
    for bag in 0..<epoch.count {
      let range = bag * bagSize..<(bag + 1) * bagSize
      let pictures = epoch.pictures[range]
      #expect(Set(pictures).count == bagSize)
      #expect(Set(epoch.labels[range]).count >= sampler.requiredDistinctLabels)
      #expect(epoch.labels[range].sorted() == pictures.map { labels[$0] }.sorted())
    }
  }

  /// Of all 10^8 sequences of 8 labels, 58.9% have at least 6 distinct ones (inclusion-exclusion).
  @Test func acceptsTheShareOfBagsThatCountingPredicts() throws {
    let sampler = try BagSampler(
      labels: Self.balanced(20_000, classes: 10), bagSize: 8, seed: 11)
    let epoch = try sampler.epoch(0, pictures: 80_000)
    #expect(epoch.count == 10_000)
    let share = Double(epoch.count) / Double(epoch.count + epoch.skipped)
    let expected = Self.shareWithDistinct(atLeast: 6, of: 8, classes: 10)
    #expect(abs(expected - 0.589) < 0.001)
    // Four standard deviations of a share of 17,000 bags.
    #expect(abs(share - expected) < 0.015, "seed 11")
  }

  /// The chance that `size` labels drawn from `classes` have at least `least` distinct ones.
  private static func shareWithDistinct(atLeast least: Int, of size: Int, classes: Int) -> Double {
    var chance = [Double](repeating: 0, count: size + 1)
    chance[0] = 1
    for _ in 0..<size {
      var next = [Double](repeating: 0, count: size + 1)
      for distinct in 0..<size {
        let known = Double(distinct) / Double(classes)
        next[distinct] += chance[distinct] * known
        next[distinct + 1] += chance[distinct] * (1 - known)
      }
      chance = next
    }
    return chance[least...].reduce(0, +)
  }

  /// Where the label of the first picture of a bag stands must say nothing about the picture.
  @Test func labelsOfABagComeInNoOrder() throws {
    let bagSize = 4
    let labels = Self.balanced(4_000, classes: 1_000)
    let epoch = try BagSampler(labels: labels, bagSize: bagSize, seed: 3)
      .epoch(0, pictures: 32_000)
    var counts = [Int](repeating: 0, count: bagSize * bagSize)
    var used = 0
    for bag in 0..<epoch.count {
      let range = bag * bagSize..<(bag + 1) * bagSize
      let bagLabels = Array(epoch.labels[range])
      guard Set(bagLabels).count == bagSize else { continue }
      used += 1
      for (position, picture) in epoch.pictures[range].enumerated() {
        let place = try #require(bagLabels.firstIndex(of: labels[picture]))
        counts[position * bagSize + place] += 1
      }
    }
    let expected = Double(used) / Double(bagSize)
    let deviations = counts.map { Double($0) - expected }
    let chiSquare = deviations.reduce(0) { $0 + $1 * $1 / expected }
    // 9 degrees of freedom: above 33.7 once in 10,000 seeds.
    #expect(chiSquare < 33.7, "seed 3")
  }

  @Test func anEpochUsesEveryPictureOfAShuffleOnce() throws {
    let epoch = try BagSampler(labels: Self.balanced(60, classes: 60), bagSize: 4, seed: 1).epoch(0)
    #expect(epoch.pictures.sorted() == Array(0..<60))
    #expect(epoch.skipped == 0)
  }

  @Test func epochsDifferAndSeedsDetermineThem() throws {
    let labels = Self.balanced(200, classes: 10)
    let sampler = try BagSampler(labels: labels, bagSize: 4, seed: 1)
    let again = try BagSampler(labels: labels, bagSize: 4, seed: 1)
    let other = try BagSampler(labels: labels, bagSize: 4, seed: 2)
    #expect(try sampler.epoch(7) == again.epoch(7))
    #expect(try sampler.epoch(7) != sampler.epoch(8))
    #expect(try sampler.epoch(7) != other.epoch(7))
  }

  @Test func refusesBagsThatCannotPass() {
    #expect(throws: BagSamplerError.tooFewClasses(bagSize: 16, required: 12, found: 10)) {
      try BagSampler(labels: Self.balanced(100, classes: 10), bagSize: 16, seed: 1)
    }
    for bagSize in [0, -1, 101] {
      #expect(throws: BagSamplerError.bagSizeOutOfRange(bagSize: bagSize, pictures: 100)) {
        try BagSampler(labels: Self.balanced(100, classes: 100), bagSize: bagSize, seed: 1)
      }
    }
  }

  /// A bag passes only if it has all five rare pictures: once in about 10^7 shuffles.
  @Test func givesUpWhereNoBagPasses() {
    let labels = [Int32](repeating: 0, count: 300) + Array(1...5)
    #expect {
      try BagSampler(labels: labels, bagSize: 8, seed: 1).epoch(0, pictures: 8)
    } throws: { error in
      guard case BagSamplerError.noBagPasses(8, 6, let drawn) = error else { return false }
      return drawn == 1_000 * (305 / 8)
    }
  }
}
