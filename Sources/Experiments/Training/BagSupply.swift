import CombinatorialLosses

/// Where the bags of a training run come from.
protocol BagSupply: Sendable {
  var pictures: PictureStack { get }
  var classNames: [String] { get }
  /// Pictures trained on in an epoch.
  var picturesOfEpoch: Int { get }
  /// Pictures in a bag.
  var bagSizes: ClosedRange<Int> { get }

  /// Steps of the epochs before one, which may be the end of the run.
  func steps(beforeEpoch index: Int) -> Int
  /// The fewest bags of a step, but for the last of an epoch.
  var fewestBagsPerStep: Int { get }
  /// The bags of one epoch, and by what they are trained on.
  func epoch(_ index: Int) throws -> any BagEpoch
}

/// What an epoch of bag training is trained on.
protocol BagEpoch {
  /// Pictures in a bag, or in the largest.
  var bagSize: Int { get }
  /// Bags trained on.
  var bags: Int { get }
  /// Bags that were drawn and not trained on.
  var skippedBags: Int { get }

  /// Which of the bags a step takes.
  func bags(ofStep number: Int) -> Range<Int>
  func step(_ bags: Range<Int>) -> BagStep
}

/// The bags of one step, or of a share of it.
struct BagStep {
  /// Indices of their pictures, bag after bag.
  let pictures: [Int]
  /// The mean loss per picture, of the logits [pictures, classes].
  let loss: (_ logits: Tensor) throws -> Tensor
}

/// Bags that are drawn anew in every epoch from pictures of which each has its label.
struct DrawnBags: BagSupply {
  let options: BagTrainingOptions
  let labeled: PictureSet

  /// - Throws: ``BagSamplerError`` where bags cannot be drawn, also for a late epoch.
  init(options: BagTrainingOptions, labeled: PictureSet) throws {
    (self.options, self.labeled) = (options, labeled)
    for bagSize in options.curriculum + [options.bagSize] {
      _ = try BagSampler(labels: labeled.labels, bagSize: bagSize, seed: options.seed)
    }
  }

  var pictures: PictureStack { labeled.stack }
  var classNames: [String] { labeled.classNames }
  var picturesOfEpoch: Int { labeled.count / options.bagSize * options.bagSize }
  var bagSizes: ClosedRange<Int> { options.bagSize...options.bagSize }

  func steps(beforeEpoch index: Int) -> Int {
    options.steps(beforeEpoch: index, pictures: labeled.count)
  }

  var fewestBagsPerStep: Int {
    max(1, options.batchSize / max(options.bagSize, options.curriculum.max() ?? 1))
  }

  func epoch(_ index: Int) throws -> any BagEpoch {
    let plan = options.plan(ofEpoch: index, pictures: labeled.count)
    let sampler = try BagSampler(labels: labeled.labels, bagSize: plan.bagSize, seed: options.seed)
    return Epoch(
      plan: plan, drawn: try sampler.epoch(index),
      loss: try MatchingLoss(options, bagSize: plan.bagSize))
  }

  private struct Epoch: BagEpoch {
    let plan: EpochPlan
    let drawn: EpochBags
    let loss: MatchingLoss

    var bagSize: Int { drawn.bagSize }
    var bags: Int { drawn.count }
    var skippedBags: Int { drawn.skipped }

    func bags(ofStep number: Int) -> Range<Int> {
      let first = number * plan.bagsPerStep
      return first..<min(first + plan.bagsPerStep, drawn.count)
    }

    func step(_ bags: Range<Int>) -> BagStep {
      let indices = bags.lowerBound * drawn.bagSize..<bags.upperBound * drawn.bagSize
      let labels = Array(drawn.labels[indices])
      return BagStep(pictures: Array(drawn.pictures[indices])) {
        try loss(logits: $0, labels: labels)
      }
    }
  }
}

/// Bags of the user's own, each trained on once an epoch, in another order each time.
struct GivenBags: BagSupply {
  let options: BagTrainingOptions
  let collection: BagCollection

  var pictures: PictureStack { collection.pictures }
  var classNames: [String] { collection.classNames }
  var picturesOfEpoch: Int { collection.picturesOfBags }
  var bagSizes: ClosedRange<Int> { collection.bagSizes }

  /// As many pictures as the options want, on average.
  private var bagsPerStep: Int {
    max(1, options.batchSize * collection.bags.count / max(1, collection.picturesOfBags))
  }

  func steps(beforeEpoch index: Int) -> Int {
    index * collection.bags.count.dividedUp(by: bagsPerStep)
  }

  var fewestBagsPerStep: Int { bagsPerStep }

  func epoch(_ index: Int) throws -> any BagEpoch {
    var generator = RandomStream.bags.generator(seed: options.seed, at: index)
    return Epoch(
      order: collection.bags.shuffled(using: &generator), bagsPerStep: bagsPerStep,
      bagSize: collection.bagSizes.upperBound,
      loss: OwnBagLoss(unmatchedCost: options.unmatchedCost))
  }

  private struct Epoch: BagEpoch {
    let order: [BagCollection.Bag]
    let bagsPerStep: Int
    let bagSize: Int
    let loss: OwnBagLoss

    var bags: Int { order.count }
    var skippedBags: Int { 0 }

    func bags(ofStep number: Int) -> Range<Int> {
      let first = number * bagsPerStep
      return first..<min(first + bagsPerStep, order.count)
    }

    func step(_ bags: Range<Int>) -> BagStep {
      let bags = order[bags]
      let contents = bags.map { (pictures: $0.pictures.count, labels: $0.labels) }
      return BagStep(pictures: bags.flatMap(\.pictures)) { logits in
        try loss(logits: logits, bags: contents)
      }
    }
  }
}
