import CombinatorialLosses
import NeuralLayers

/// The loss that the options of a run choose.
///
/// It is summed over the batch and divided by the tokens of its targets, so that learning rates suit all.
struct SummarizerLoss {
  let options: SummarizerOptions

  /// A step's, of the decoder's output: logits, or probabilities where words can be copied.
  func objective(_ decoding: Decoding, targets: TokenBatch) throws -> StepObjective {
    let isPositional = options.loss == .mle
    let output =
      switch options.copying {
      case .none where isPositional: try decoding.logits(at: targets.positions)
      case .none: try decoding.logits()
      case .pointer: try decoding.probabilities()
      }
    let count = targets.lengths.reduce(0, +)
    return StepObjective(output: output, items: targets.count, count: count) {
      let losses =
        try isPositional ? crossEntropies($0, targets) : alignmentLosses($0, targets)
      return losses.sum() * (1 / Float(max(1, count)))
    }
  }

  /// -log p of each token of the targets.
  private func crossEntropies(_ output: Tensor, _ targets: TokenBatch) throws -> Tensor {
    guard options.copying == .pointer else {
      return try crossEntropy(logits: output, labels: targets.unpadded)
    }
    return try negativeLogarithms(
      of: output, at: zip(targets.positions, targets.unpadded).map { (Int($0), $1) })
  }

  /// The cost of the best alignment of each item, by the way that the options choose.
  private func alignmentLosses(_ output: Tensor, _ targets: TokenBatch) throws -> Tensor {
    let lengths = Lengths(rows: targets.lengths, columns: targets.lengths)
    let alignment = Alignment(gapFactor: options.gapFactor)
    let soft = SoftAlignment(temperature: options.softTemperature, alignment: alignment)
    let isLogits = options.copying == .none
    if isLogits, options.loss == .alignment {
      return try alignmentLoss(
        logits: output, targets: targets.tokens, lengths: lengths, alignment: alignment)
    }
    if isLogits, options.loss == .soft {
      return try alignmentLoss(
        logits: output, targets: targets.tokens, lengths: lengths, alignment: soft)
    }
    let costs = try self.costs(output, targets, isLogits: isLogits)
    switch options.loss {
    case .soft: return try soft.value(costs, lengths: lengths)
    case .interpolated, .linearProgram: return try baselines(costs, targets, alignment)
    case .mle, .alignment: return try alignment.optimalValue(costs, lengths: lengths)
    }
  }

  /// The cost of each item by way of a differentiated solution, item by item.
  private func baselines(
    _ costs: Tensor, _ targets: TokenBatch, _ alignment: Alignment
  ) throws -> Tensor {
    try .stacked(
      (0..<targets.count).map { item in
        let length = targets.lengths[item]
        let itemCosts = try costs.sliced(item..<item + 1)
          .reshaped([targets.steps, targets.steps])
          .sliced(0..<length).sliced(0..<length, axis: 1)
        return try baseline(itemCosts, alignment)
      })
  }

  private func baseline(_ costs: Tensor, _ alignment: Alignment) throws -> Tensor {
    if options.loss == .linearProgram {
      return try AlignmentProgram(
        rows: costs.shape[0], columns: costs.shape[1], gapFactor: options.gapFactor
      ).value(costs, smoothing: options.smoothing)
    }
    let path = try alignment.solution(
      costs, gradient: InterpolatedGradient(lambda: Self.interpolationLambda))
    return try (costs * path).sum()
  }

  /// -log p of every token of an item's target in each of its steps, [batch, steps, target].
  private func costs(
    _ output: Tensor, _ targets: TokenBatch, isLogits: Bool
  ) throws -> Tensor {
    let (count, steps) = (targets.count, targets.steps)
    var places: [(row: Int, token: Int32)] = []
    for item in 0..<count {
      for step in 0..<steps {
        for column in 0..<steps {
          places.append((item * steps + step, targets.tokens[item * steps + column]))
        }
      }
    }
    let costs =
      try isLogits
      ? output.logSoftmax().reshaped([-1]).gathered(at: flat(places, words: output.shape[2])) * -1
      : negativeLogarithms(of: output, at: places)
    return try costs.reshaped([count, steps, steps])
  }

  /// -log of the probabilities of tokens in rows of [batch, steps, words].
  private func negativeLogarithms(
    of probabilities: Tensor, at places: [(row: Int, token: Int32)]
  ) throws -> Tensor {
    let chosen = try probabilities.reshaped([-1])
      .gathered(at: flat(places, words: probabilities.shape[2]))
    return (chosen + Self.leastProbability).log() * -1
  }

  private func flat(_ places: [(row: Int, token: Int32)], words: Int) -> [Int32] {
    places.map { Int32($0.row * words + Int($0.token)) }
  }

  /// Keeps the logarithm finite where a softmax has underflowed.
  static let leastProbability: Float = 1e-20

  /// How far the second problem of the interpolation lies along the costs.
  private static let interpolationLambda: Float = 1
}
