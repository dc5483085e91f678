/// The bags and steps of one epoch.
struct EpochPlan: Equatable {
  /// Pictures in a bag.
  let bagSize: Int
  /// Bags trained on.
  let bags: Int
  /// Bags in a step; the last may have fewer.
  let bagsPerStep: Int

  var steps: Int { bags.dividedUp(by: bagsPerStep) }

  init(bagSize: Int, pictures: Int, batchSize: Int) {
    self.bagSize = bagSize
    bags = pictures / bagSize
    bagsPerStep = max(1, batchSize / bagSize)
  }
}

extension BagTrainingOptions {
  /// What an epoch trains on, of valid options.
  ///
  /// - Parameter pictures: How many pictures there are.
  func plan(ofEpoch epoch: Int, pictures: Int) -> EpochPlan {
    EpochPlan(
      bagSize: epoch < curriculum.count ? curriculum[epoch] : bagSize, pictures: pictures,
      batchSize: batchSize)
  }

  /// The steps of the epochs before one, which may be the end of the run.
  func steps(beforeEpoch epoch: Int, pictures: Int) -> Int {
    let early = (0..<min(epoch, curriculum.count)).reduce(0) {
      $0 + plan(ofEpoch: $1, pictures: pictures).steps
    }
    let late = max(0, epoch - curriculum.count)
    return early + late * plan(ofEpoch: curriculum.count, pictures: pictures).steps
  }
}
