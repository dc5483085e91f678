import CombinatorialKernels
import CombinatorialLosses
import DifferentiableTensor
import NeuralLayers

/// How long an encoder-decoder takes for a training step, and what the alignment loss adds to it.
enum SequenceCases {
  static var all: [BenchmarkCase] {
    RecurrentCell.allCases.flatMap { cell in
      [("teacher", Feedback.teacher), ("softmax", .softmax)].map { name, feedback in
        encoderDecoder(cell, feedback: feedback, named: name)
      }
    }
  }

  /// A step on 64 pairs of 48 and 16 tokens, 256 units and 10,000 words: model, loss, gradients,
  /// optimizer. An instance is a step.
  private static func encoderDecoder(
    _ cell: RecurrentCell, feedback: Feedback, named name: String
  ) -> BenchmarkCase {
    BenchmarkCase(name: "training-step/\(cell.rawValue)-\(name)/64x48-16x256x10000/float") {
      let step = try SequenceStep(cell, feedback: feedback)
      let threadCounts = Parallel.coreCount > 1 ? [1, Parallel.coreCount] : [1]
      return threadCounts.flatMap { contestants(step, threads: $0) }
    }
  }

  private static func contestants(_ step: SequenceStep, threads: Int) -> [Contestant] {
    let suffix = threads > 1 ? ", all threads" : ""
    return [("cross-entropy step", false), ("alignment step", true)].map { name, aligns in
      let loss = Outcome<Float>()
      return Contestant(
        name: name + suffix, threads: threads, instances: 1,
        references: aligns ? ["cross-entropy step" + suffix] : [],
        run: { loss.value = try withMaxThreads(threads) { try step.run(aligns: aligns) } },
        check: {
          guard let loss = loss.value, loss.isFinite else {
            throw BenchmarksError.wrongResult("the loss is no number")
          }
        })
    }
  }
}

/// A model in training, always on the same pairs.
private final class SequenceStep {
  private static let (pairs, words) = (64, 10_000)
  private static let (sourceTokens, targetTokens) = (48, 16)

  private let model: EncoderDecoder
  private let optimizer = SGD(learningRate: 0.01, momentum: 0.9)
  private let feedback: Feedback
  private let source, target: TokenBatch

  init(_ cell: RecurrentCell, feedback: Feedback) throws {
    var options = EncoderDecoderOptions(
      sourceVocabulary: Self.words, targetVocabulary: Self.words)
    (options.cell, options.embedding, options.hidden, options.dropout) = (cell, 256, 256, 0)
    model = try EncoderDecoder(options, seed: 1)
    self.feedback = feedback
    var generator = SeededGenerator(seed: 2)
    func tokens(_ count: Int) -> TokenBatch {
      TokenBatch(
        (0..<Self.pairs).map { _ in
          (0..<count).map { _ in Int32.random(in: 0..<Int32(Self.words), using: &generator) }
        })
    }
    source = tokens(Self.sourceTokens)
    target = tokens(Self.targetTokens)
    _ = try run(aligns: false)
  }

  /// One step; returns its loss per token.
  func run(aligns: Bool) throws -> Float {
    let loss = try withTraining {
      let decoding = try model.decode(model.encode(source), targets: target, feedback: feedback)
      return aligns
        ? try alignmentLoss(logits: decoding.logits(), targets: target.tokens).sum()
          * (1 / Float(target.tokens.count))
        : try crossEntropy(logits: decoding.logits(at: target.positions), labels: target.unpadded)
          .mean()
    }
    let parameters = model.parameters
    try optimizer.step(parameters, along: loss.gradients(of: parameters.map(\.value)))
    return try loss.item()
  }
}
