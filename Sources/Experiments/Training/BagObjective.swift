import CombinatorialLosses

/// The loss of a step and its gradient by the logits, with the time that both took.
struct BagObjective {
  /// The mean loss per picture.
  let loss: Double
  /// dloss / dlogits, [pictures, classes].
  let gradient: Tensor
  let seconds: Double

  /// The logits become a leaf of a tape of their own. So the loss is timed apart from the network,
  /// whose gradients then follow from ``gradient`` as cotangent.
  /// - Parameters:
  ///   - logits: [pictures, classes], bag after bag.
  ///   - labels: The labels of each bag, in any order within it.
  init(logits: Tensor, labels: [Int32], loss: MatchingLoss) throws {
    let start = ContinuousClock.now
    let leaf = logits.detached.requiringGradient()
    let mean = try loss(logits: leaf, labels: labels)
    gradient = try mean.gradients(of: [leaf])[0]
    self.loss = Double(try mean.item())
    seconds = start.secondsUntilNow
  }
}

extension ContinuousClock.Instant {
  var secondsUntilNow: Double { (ContinuousClock.now - self) / .seconds(1) }
}
