import CombinatorialLosses

/// The loss of a step and its gradient by the logits, with the time that both took.
struct BagObjective {
  /// The mean loss per picture.
  let loss: Double
  /// dloss / dlogits, [pictures, classes].
  let gradient: Tensor
  let seconds: Double

  /// Bags of one picture: cross-entropy. Larger bags: the optimal matching of the bag's pictures with
  /// its labels, divided by the bag's size, so that learning rates suit every bag size.
  ///
  /// The logits become a leaf of a tape of their own. So the loss is timed apart from the network,
  /// whose gradients then follow from ``gradient`` as cotangent.
  /// - Parameters:
  ///   - logits: [pictures, classes], bag after bag.
  ///   - labels: The labels of each bag, in any order within it.
  init(logits: Tensor, labels: [Int32], bagSize: Int) throws {
    let start = ContinuousClock.now
    let leaf = logits.detached.requiringGradient()
    let mean: Tensor
    if bagSize == 1 {
      mean = try crossEntropy(logits: leaf, labels: labels).mean()
    } else {
      let bags = try leaf.reshaped([labels.count / bagSize, bagSize, logits.shape[1]])
      mean = try bagLoss(logits: bags, labels: labels).mean() * (1 / Float(bagSize))
    }
    gradient = try mean.gradients(of: [leaf])[0]
    loss = Double(try mean.item())
    seconds = start.secondsUntilNow
  }
}

extension ContinuousClock.Instant {
  var secondsUntilNow: Double { (ContinuousClock.now - self) / .seconds(1) }
}
