import NeuralLayers

/// Everything that decides the outcome of training an encoder-decoder; threads do not.
public struct SummarizerOptions: RunOptions {
  /// What is minimized.
  public enum Loss: String, Sendable, Codable, CaseIterable {
    /// Cross-entropy, position by position: maximum likelihood.
    case mle
    /// The cost of the optimal alignment.
    case alignment
    /// The same as the costs along the optimal path, which is differentiated by interpolation: twice the
    /// work for the same gradient, because the path along the costs does not move.
    case interpolated = "alignment-interpolated"
    /// The costs along the solution of a linear program with a quadratic term, which is differentiated
    /// implicitly: hundreds of times the work.
    case linearProgram = "alignment-lp"
    /// The mean cost of the alignments under the distribution of a temperature, less its entropy.
    case soft = "soft-alignment"
  }

  /// What the decoder reads in training in place of the token before.
  public enum FeedbackKind: String, Sendable, Codable, CaseIterable {
    case teacher, softmax, gumbel
  }

  /// Whether words of the source can be copied.
  public enum Copying: String, Sendable, Codable, CaseIterable {
    case none, pointer
  }

  /// The text.
  public var data = TextSource.pronunciations
  /// What is minimized.
  public var loss = Loss.mle
  /// What the decoder reads in training.
  public var feedback = FeedbackKind.teacher
  /// Of the Gumbel-softmax.
  public var temperature = 1.0
  /// What a gap costs in an alignment, as a multiple of the diagonal move from the same node.
  public var gapFactor = 1.5
  /// Of `soft-alignment`.
  public var softTemperature = 0.5
  /// The weight of the quadratic term of `alignment-lp`.
  public var smoothing = 0.1
  /// Whether words of the source can be copied.
  public var copying = Copying.none
  /// Of encoder and decoder.
  public var cell = RecurrentCell.gru
  /// Units of each recurrent layer.
  public var hidden = 256
  /// Features of a token.
  public var embedding = 128
  /// The share of features dropped in training.
  public var dropout = 0.2
  /// The most tokens of a vocabulary.
  public var vocabulary = 10_000
  /// How often a token has to occur in training.
  public var minimumCount = 1
  /// How often all pairs are trained on.
  public var epochs = 10
  /// How many pairs of the training part are used; nil: all.
  public var pairs: Int?
  /// Pairs in a step.
  public var batchSize = 64
  /// The highest rate of the schedule, for Adam.
  public var learningRate = 0.002
  /// How the rate changes from step to step.
  public var schedule = RateSchedule.oneCycle
  /// Gradients are scaled down to this global norm.
  public var clipNorm = 5.0
  /// The share of training targets in which one token is dropped or doubled.
  public var targetNoise = 0.0
  /// Pairs of the validation part that are decoded after an epoch.
  public var validationPairs = 1_000
  /// Determines parameters, the order of pairs and noise.
  public var seed: UInt64 = 1

  /// Pronunciations, by maximum likelihood with teacher forcing.
  public init() {}

  /// As the command line has them.
  public static let optionNames = ["copying": "copy"]

  /// The first option that is out of its range, as what was expected and found; nil: all are fine.
  public var fault: String? {
    let fault =
      Self.fault(counts: [
        "hidden": hidden, "embedding": embedding, "vocabulary": vocabulary,
        "minimum count": minimumCount, "epochs": epochs, "pairs": pairs, "batch size": batchSize,
        "validation pairs": validationPairs,
      ])
      ?? Self.fault(positive: [
        "learning rate": learningRate, "clip norm": clipNorm, "temperature": temperature,
        "gap factor": gapFactor, "smoothing": smoothing, "soft temperature": softTemperature,
      ])
    if let fault { return fault }
    if copying == .pointer, !data.sharesVocabulary {
      return "copy: expected a data set whose targets repeat words of the source, found \(data)"
    }
    if !(0..<1).contains(dropout) { return "dropout: expected 0 ..< 1, found \(dropout)" }
    if !(0...1).contains(targetNoise) {
      return "target noise: expected a share of 0 ... 1, found \(targetNoise)"
    }
    return nil
  }

  var decoderFeedback: Feedback {
    switch feedback {
    case .teacher: .teacher
    case .softmax: .softmax
    case .gumbel: .gumbel(temperature: Float(temperature))
    }
  }
}
