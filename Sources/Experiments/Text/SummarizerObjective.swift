import CombinatorialLosses
import NeuralLayers

/// The loss of a step and its gradient by the decoder's output, with the time that both took.
struct SummarizerObjective {
  /// The decoder's output on its tape, and the loss's gradient by it.
  let output: Tensor
  let gradient: Tensor
  /// The mean loss per token.
  let loss: Double
  let seconds: Double

  /// The output becomes a leaf of a tape of its own, so that the loss is timed apart from the model.
  init(
    _ decoding: Decoding, targets: TokenBatch, options: SummarizerOptions
  ) throws {
    switch options.copying {
    case .none: output = try decoding.logits(at: targets.positions)
    case .pointer: output = try decoding.probabilities()
    }
    let start = ContinuousClock.now
    let leaf = output.detached.requiringGradient()
    let losses =
      switch options.copying {
      case .none: try crossEntropy(logits: leaf, labels: targets.unpadded)
      case .pointer: try Self.negativeLogLikelihood(leaf, targets: targets)
      }
    let mean = losses.sum() * (1 / Float(max(1, targets.lengths.reduce(0, +))))
    gradient = try mean.gradients(of: [leaf])[0]
    loss = Double(try mean.item())
    seconds = start.secondsUntilNow
  }

  /// -log p of each token of the targets, from probabilities [batch, steps, words].
  private static func negativeLogLikelihood(
    _ probabilities: Tensor, targets: TokenBatch
  ) throws -> Tensor {
    let words = probabilities.shape[2]
    let places = zip(targets.positions, targets.unpadded)
      .map { Int32(Int($0) * words + Int($1)) }
    let chosen = try probabilities.reshaped([-1]).gathered(at: places)
    return (chosen + leastProbability).log() * -1
  }

  /// Keeps the logarithm finite where a softmax has underflowed.
  static let leastProbability: Float = 1e-20
}
