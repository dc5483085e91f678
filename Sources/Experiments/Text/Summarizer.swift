import DifferentiableTensor
import NeuralLayers

/// An encoder-decoder with the vocabularies that turn text into its input and its output into text.
public struct Summarizer {
  let model: EncoderDecoder
  /// The options of the run that trains it.
  public let options: SummarizerOptions
  /// Of sources, and of targets where both share one.
  public let sourceVocabulary: Vocabulary
  /// Of targets.
  public let targetVocabulary: Vocabulary

  private static let pairsPerBatch = 64

  /// A model with fresh parameters for the words of a corpus.
  init(options: SummarizerOptions, pairs: [TextPair]) throws {
    let limit = options.vocabulary
    let source, target: Vocabulary
    if options.data.sharesVocabulary {
      source = Vocabulary(
        of: pairs.map(\.source) + pairs.map(\.target), minimumCount: options.minimumCount,
        limit: limit)
      target = source
    } else {
      source = Vocabulary(
        of: pairs.map(\.source), minimumCount: options.minimumCount, limit: limit)
      target = Vocabulary(
        of: pairs.map(\.target), minimumCount: options.minimumCount, limit: limit)
    }
    try self.init(options: options, source: source, target: target)
  }

  init(options: SummarizerOptions, source: Vocabulary, target: Vocabulary) throws {
    self.options = options
    (sourceVocabulary, targetVocabulary) = (source, target)
    var extents = EncoderDecoderOptions(
      sourceVocabulary: source.count, targetVocabulary: target.count)
    extents.cell = options.cell
    extents.sharesEmbedding = options.data.sharesVocabulary
    extents.copies = options.copying == .pointer
    (extents.embedding, extents.hidden) = (options.embedding, options.hidden)
    extents.dropout = Float(options.dropout)
    (extents.start, extents.end) = (Vocabulary.start, Vocabulary.end)
    extents.unknown = Vocabulary.unknown
    var generator = RandomStream.parameters.generator(seed: options.seed)
    model = try EncoderDecoder(extents, seed: generator.next())
  }

  /// Reads the model from a checkpoint of a training run.
  ///
  /// - Throws: ``TrainingError``, `CheckpointError`, `SafetensorsError`.
  public init(checkpoint path: String) throws {
    let checkpoint = try RunCheckpoint<SummarizerState>(contentsOf: path)
    self = try checkpoint.summarizer(with: checkpoint.state.options)
  }

  /// The most tokens that are predicted for a source, the end included.
  func maximumLength(of sources: [[String]]) -> Int {
    options.copying == .none && sourceVocabulary != targetVocabulary
      ? 2 * (sources.map(\.count).max() ?? 0) + 5 : 25
  }

  /// How a target is found.
  public enum Decoding: Sendable, Equatable {
    /// By beam search, which reads the tokens chosen so far; a width of 1 is greedy.
    case beam(width: Int)
    /// The most probable token of each step of a decoder that reads the distribution of the step
    /// before, as in training with softmax feedback.
    case distribution
  }

  /// What the model says to sources of at least one token each.
  public func predictions(
    _ sources: [[String]], decoding: Decoding = .beam(width: 1)
  ) throws -> [[String]] {
    let order = sources.indices.sorted { sources[$0].count < sources[$1].count }
    var predictions = [[String]](repeating: [], count: sources.count)
    for start in stride(from: 0, to: order.count, by: Self.pairsPerBatch) {
      let indices = order[start..<min(start + Self.pairsPerBatch, order.count)]
      let texts = indices.map { sources[$0] }
      let numbered = texts.map(numbers)
      let found = try targets(
        of: TokenBatch(numbered.map(\.numbers)), decoding, limit: maximumLength(of: texts))
      for ((index, tokens), source) in zip(zip(indices, found), numbered) {
        predictions[index] = targetVocabulary.tokens(tokens, extra: source.extra)
      }
    }
    return predictions
  }

  private func targets(
    of sources: TokenBatch, _ decoding: Decoding, limit: Int
  ) throws -> [[Int32]] {
    if case .beam(let width) = decoding {
      return try BeamSearch(width: width, maximumLength: limit)(model, sources)
    }
    let chosen = try withoutGradient {
      try model.decode(model.encode(sources), steps: limit, feedback: .softmax)
        .probabilities().argmax(axis: 2)
    }
    return (0..<sources.count).map { item in
      Array(chosen[item * limit..<(item + 1) * limit].prefix { $0 != Vocabulary.end })
    }
  }

  /// How well the model does on pairs.
  public func evaluate(
    on pairs: [TextPair], decoding: Decoding = .beam(width: 1)
  ) throws -> (evaluation: TextEvaluation, predictions: [[String]]) {
    let predictions = try predictions(pairs.map(\.source), decoding: decoding)
    let evaluation = TextEvaluation(
      predictions: predictions, targets: pairs.map(\.target), metric: options.data.metric)
    return (evaluation, predictions)
  }

  /// A source as numbers; with a copy mechanism words outside the vocabulary have their own.
  func numbers(_ source: [String]) -> (numbers: [Int32], extra: [String]) {
    options.copying == .pointer
      ? sourceVocabulary.extendedNumbers(source) : (sourceVocabulary.numbers(source), [])
  }

  /// A target as numbers, its end included; with a copy mechanism words that only the source has have
  /// its numbers.
  func targetNumbers(_ target: [String], extra: [String]) -> [Int32] {
    target.map { token in
      if let number = targetVocabulary[token] { return number }
      guard let place = extra.firstIndex(of: token) else { return Vocabulary.unknown }
      return Int32(targetVocabulary.count + place)
    } + [Vocabulary.end]
  }
}
