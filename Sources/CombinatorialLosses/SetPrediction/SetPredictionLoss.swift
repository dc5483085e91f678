internal import CombinatorialKernels

/// The loss of predicting a set of objects, as DETR trains it: each target is matched to a query of its
/// own, matched queries learn its class and box, and all others learn "no object".
///
/// Three terms, each over the batch, from a matching at the least cost for each image:
///
///     classification = sum_q w_q (-log softmax(logits_q)[class_q]) / sum_q w_q      (`.softmax`)
///                    = sum of the focal losses of all queries and classes / N       (`.focal`)
///     box            = sum over matched pairs of |box_q - box_t|_1 / N
///     overlap        = sum over matched pairs of (1 - giou(box_q, box_t)) / N
///
/// with N = max(1, number of targets), and w_q the weight of "no object" for unmatched queries, else 1.
/// "No object" is the last class of the logits with `.softmax`, and no class at all with `.focal`.
///
/// **What the gradient is.** The matching is treated as constant. With ``MatchingCost/loss`` the cost of a
/// pair is what matching it adds to the total, so the total is an optimal value plus terms that are the
/// same for every matching, and its gradient is exact (at ties that of one of the best matchings, as for
/// ``Assignment``). With ``MatchingCost/probability`` the cost differs from the loss: then this is the
/// gradient of the loss at the matching found, as in DETR, and the total jumps where the matching changes.
///
/// N. Carion et al., ECCV 2020, doi:10.1007/978-3-030-58452-8_13; focal: X. Zhu et al., ICLR 2021.
public struct SetPredictionLoss: Sendable {
  /// How a query says that there is no object, and what a wrong class costs.
  public enum Classification: Sendable, Hashable {
    /// Logits `[…, classes + 1]`; the last is "no object", whose cross-entropy has this weight.
    case softmax(noObjectWeight: Double = 0.1)
    /// Logits `[…, classes]`, each the odds of its own class; T. Lin et al., ICCV 2017.
    case focal(alpha: Double = 0.25, gamma: Double = 2)
  }

  /// What matching is at the least of.
  public enum MatchingCost: Sendable, Hashable {
    /// DETR's: minus the class's probability, or the difference of the focal losses if focal.
    case probability
    /// What the pair adds to the total loss.
    case loss
  }

  /// Factors of the three terms.
  public struct Weights: Sendable, Hashable {
    /// Of the class.
    public var classification: Double
    /// Of the L1 distance of the boxes.
    public var box: Double
    /// Of 1 - giou.
    public var overlap: Double

    /// DETR's factors, unless others are given.
    public init(classification: Double = 1, box: Double = 5, overlap: Double = 2) {
      (self.classification, self.box, self.overlap) = (classification, box, overlap)
    }
  }

  /// How classes are scored.
  public var classification: Classification
  /// What the matching is for.
  public var matchingCost: MatchingCost
  /// Factors in the total.
  public var weights: Weights
  /// Factors in the matching with ``MatchingCost/probability``.
  public var matchingWeights: Weights

  /// DETR's loss, unless other options are given.
  public init(
    classification: Classification = .softmax(), matchingCost: MatchingCost = .probability,
    weights: Weights = Weights(), matchingWeights: Weights = Weights()
  ) {
    (self.classification, self.matchingCost) = (classification, matchingCost)
    (self.weights, self.matchingWeights) = (weights, matchingWeights)
  }

  /// The terms of a loss.
  public struct Terms: Sendable {
    /// `[3]`: classification, box and overlap, without their weights.
    public let terms: Tensor
    /// The weighted sum: what to train on, of shape `[]`.
    public let total: Tensor
    /// `[batch * queries]`: the target of each query among its image's, -1 where there is none.
    public let targetOfQuery: [Int32]
  }

  /// The loss of a whole batch in one call.
  ///
  /// - Parameters:
  ///   - logits: `[batch, queries, classes + 1]`, or `[batch, queries, classes]` if focal.
  ///   - boxes: `[batch, queries, 4]`: center x, center y, width and height, the sizes at least 0.
  ///   - targets: The objects. If an image has more than there are queries, the rest is left out.
  ///   - queryCounts: Queries in use, for each image; the rest is padding: never read, gradient 0.
  /// - Throws: ``CombinatorialError``: a wrong shape, a label that is no class, a logit or box that is
  ///   no number.
  /// - Complexity: O(batch queries (classes + targets)) and the matchings.
  public func callAsFunction(
    logits: Tensor, boxes: Tensor, targets: SetTargets, queryCounts: [Int]? = nil
  ) throws -> Terms {
    let problem = try SetPredictionProblem(
      self, logits: logits, boxes: boxes, targets: targets, queryCounts: queryCounts)
    let matching = try problem.match()
    let terms = Tensor.recorded(
      "setPrediction", inputs: [logits, boxes], output: try problem.terms(matching)
    ) { cotangent in
      let weights = cotangent.scalars.map(Double.init)
      return [
        try problem.logitGradient(matching, weight: weights[0]),
        try problem.boxGradient(matching, box: weights[1], overlap: weights[2]),
      ]
    }
    let factors = [weights.classification, weights.box, weights.overlap].map { Float($0) }
    return Terms(
      terms: terms, total: try (terms * Tensor(factors, shape: [3])).sum(),
      targetOfQuery: matching)
  }

  /// The sum of the totals of several outputs, such as all layers of a decoder, each matched on its own.
  ///
  /// - Parameters:
  ///   - layers: Logits and boxes of each.
  ///   - targets: The same for all.
  /// - Throws: ``CombinatorialError``.
  public func total(
    layers: [(logits: Tensor, boxes: Tensor)], targets: SetTargets
  ) throws -> Tensor {
    try layers.reduce(Tensor(0)) { sum, layer in
      try sum + self(logits: layer.logits, boxes: layer.boxes, targets: targets).total
    }
  }
}
