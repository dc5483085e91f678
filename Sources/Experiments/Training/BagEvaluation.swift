import CombinatorialLosses

/// How well a classifier does on pictures one by one, and on bags with their labels.
public struct BagEvaluation: Sendable, Codable, Equatable {
  /// Pictures of the test set.
  public let pictures: Int
  /// The share of pictures that are classified wrongly.
  public let testError: Double
  /// Pictures in a bag.
  public let bagSize: Int
  /// Bags that were matched.
  public let bags: Int
  /// Bags that had too few distinct labels.
  public let skippedBags: Int
  /// The share of pictures of all bags that were matched with another class than theirs.
  public let bagError: Double
}

extension BagEvaluation: CustomStringConvertible {
  /// Two lines of text.
  public var description: String {
    """
    test error  \(TrainingDisplay.percent(testError)) of \(pictures) pictures
    bag error   \(TrainingDisplay.percent(bagError)) of \(bags) bags of \(bagSize)
    """
  }
}

/// A bag of pictures after its labels were matched with them.
public struct MatchedBag: Sendable, Equatable {
  /// Indices in the picture set.
  public let pictures: [Int]
  /// The class that each picture was matched with; together, the bag's labels.
  public let matchedClasses: [Int32]
  /// The class that each picture has.
  public let trueClasses: [Int32]

  /// Whether the picture at `position` was matched with its class.
  public func isRight(_ position: Int) -> Bool {
    matchedClasses[position] == trueClasses[position]
  }
}

extension BagClassifier {
  /// Classifies all pictures, draws bags of them as in training, and matches each bag's labels.
  ///
  /// - Parameters:
  ///   - pictures: A test set. The classes of bags are those that it has after ``aligned(_:)``.
  ///   - bagSize: By default that of the training run.
  ///   - seed: Determines the bags.
  public func evaluate(
    on pictures: PictureSet, bagSize: Int? = nil, seed: UInt64 = 1
  ) throws -> (evaluation: BagEvaluation, bags: [MatchedBag]) {
    let pictures = try aligned(pictures)
    let bagSize = bagSize ?? options.bagSize
    let bags = try BagSampler(
      labels: pictures.labels, bagSize: bagSize, seed: seed, stream: .evaluationBags
    ).epoch(0)
    let logits = try logits(of: pictures)
    let matched = try match(bags, logits: logits, trueClasses: pictures.labels)
    let wrong = matched.reduce(0) { sum, bag in
      sum + bag.pictures.indices.count { !bag.isRight($0) }
    }
    let evaluation = BagEvaluation(
      pictures: pictures.count, testError: try Self.errorRate(logits, labels: pictures.labels),
      bagSize: bagSize, bags: bags.count, skippedBags: bags.skipped,
      bagError: Double(wrong) / Double(max(1, bags.count * bagSize)))
    return (evaluation, matched)
  }

  /// The matching of least cost, -log p(label | picture) summed, in each bag.
  private func match(
    _ bags: EpochBags, logits: Tensor, trueClasses: [Int32]
  ) throws -> [MatchedBag] {
    let size = bags.bagSize
    let bagLogits = try logits.gathered(at: bags.pictures.map(Int32.init))
      .reshaped([bags.count, size, classNames.count])
    let matchedLabels = try matchBags(logits: bagLogits, labels: bags.labels).labelOfRow
    return (0..<bags.count).map { bag in
      let range = bag * size..<(bag + 1) * size
      return MatchedBag(
        pictures: Array(bags.pictures[range]), matchedClasses: Array(matchedLabels[range]),
        trueClasses: bags.pictures[range].map { trueClasses[$0] })
    }
  }
}
