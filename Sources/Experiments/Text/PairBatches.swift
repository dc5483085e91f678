import NeuralLayers

/// Pairs as numbers, and the batches of an epoch.
struct PairBatches {
  struct Item {
    let source: [Int32]
    /// With its end.
    let target: [Int32]
  }

  let items: [Item]
  let batchSize: Int
  let seed: UInt64

  /// Batches that are sorted by length together: pairs of about equal length waste no padding, but the
  /// order of pairs should stay random.
  private static let batchesPerBucket = 50

  var batchesPerEpoch: Int { items.count.dividedUp(by: batchSize) }

  /// The indices of each batch of an epoch: every pair once.
  func epoch(_ index: Int) -> [[Int]] {
    var generator = RandomStream.pairs.generator(seed: seed, at: index)
    let order = items.indices.shuffled(using: &generator)
    let bucketSize = batchSize * Self.batchesPerBucket
    var batches: [[Int]] = []
    for start in stride(from: 0, to: order.count, by: bucketSize) {
      let bucket = order[start..<min(start + bucketSize, order.count)].sorted {
        (items[$1].target.count, items[$1].source.count, $0)
          < (items[$0].target.count, items[$0].source.count, $1)
      }
      batches += stride(from: 0, to: bucket.count, by: batchSize).map {
        Array(bucket[$0..<min($0 + batchSize, bucket.count)])
      }
    }
    return batches.shuffled(using: &generator)
  }

  /// A share of a batch, with its padding.
  func batch(
    _ indices: [Int], share: Range<Int>
  ) -> (source: TokenBatch, target: TokenBatch) {
    func tokens(_ sequence: (Item) -> [Int32]) -> TokenBatch {
      let steps = indices.map { sequence(items[$0]).count }.max() ?? 0
      return TokenBatch(indices[share].map { sequence(items[$0]) }, steps: steps)
    }
    return (tokens(\.source), tokens(\.target))
  }
}

extension Summarizer {
  /// The pairs as numbers, with noise in some of the targets.
  func batches(of pairs: [TextPair]) -> PairBatches {
    let items = pairs.enumerated().map { index, pair in
      let source = numbers(pair.source)
      let target = noisy(pair.target, at: index)
      return PairBatches.Item(
        source: source.numbers, target: targetNumbers(target, extra: source.extra))
    }
    return PairBatches(items: items, batchSize: options.batchSize, seed: options.seed)
  }

  /// A target in which, with the probability ``SummarizerOptions/targetNoise``, one token is dropped or
  /// doubled: always the same one in a run.
  private func noisy(_ target: [String], at index: Int) -> [String] {
    guard options.targetNoise > 0, !target.isEmpty else { return target }
    var generator = RandomStream.targetNoise.generator(seed: options.seed, at: index)
    guard Double(generator.next() >> 11) * 0x1p-53 < options.targetNoise else { return target }
    var result = target
    let place = Int.random(in: target.indices, using: &generator)
    if Bool.random(using: &generator), target.count > 1 {
      result.remove(at: place)
    } else {
      result.insert(target[place], at: place)
    }
    return result
  }
}
