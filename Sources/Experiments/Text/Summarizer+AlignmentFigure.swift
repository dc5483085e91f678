import CombinatorialLosses
import Foundation
import NeuralLayers

extension Summarizer {
  /// The alignment of a prediction with its target, to be drawn.
  ///
  /// The model takes as many steps as the target has tokens, its end included. It reads what it was
  /// trained to read from step to step; one that was trained by teacher forcing reads the distribution
  /// that it predicts.
  ///
  /// - Parameters:
  ///   - pair: The source, and the target that the prediction is aligned with.
  ///   - gapFactor: What a gap costs, as a multiple of the diagonal move from the same node.
  public func alignmentFigure(of pair: TextPair, gapFactor: Double) throws -> AlignmentFigure {
    let source = numbers(pair.source)
    let target = targetNumbers(pair.target, extra: source.extra)
    let feedback = options.feedback == .teacher ? .softmax : options.decoderFeedback
    let probabilities = try withoutGradient {
      try model.decode(
        model.encode(TokenBatch([source.numbers])), targets: TokenBatch([target]),
        feedback: feedback
      ).probabilities()
    }
    let (steps, words) = (probabilities.shape[1], probabilities.shape[2])
    let rows = try probabilities.reshaped([steps, words])
    let costs = try rows.gathered(at: target, axis: 1).scalars.map {
      -log(Double(max($0, SummarizerLoss.leastProbability)))
    }
    let solution = try Alignment(gapFactor: gapFactor)
      .solve(costs, rows: steps, columns: target.count)
    let said = targetVocabulary.tokens(try rows.argmax(axis: 1), extra: source.extra)
    let word = pair.source.joined(separator: pair.source.allSatisfy { $0.count == 1 } ? "" : " ")
    return AlignmentFigure(
      predicted: said, target: targetVocabulary.tokens(target, extra: source.extra), costs: costs,
      moves: solution.moveString, gapFactor: gapFactor,
      title: "\(word.prefix(60)): cost \(String(format: "%.2f", solution.value))")
  }
}
