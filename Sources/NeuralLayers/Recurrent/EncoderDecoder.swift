public import DifferentiableTensor

/// What an ``EncoderDecoder`` is made of.
public struct EncoderDecoderOptions: Sendable, Codable, Equatable {
  /// Of encoder and decoder.
  public var cell = RecurrentCell.gru
  /// Tokens of the source.
  public var sourceVocabulary: Int
  /// Tokens of the target.
  public var targetVocabulary: Int
  /// Whether source and target have one vocabulary and one embedding.
  public var sharesEmbedding = false
  /// Whether words of the source can be copied; needs a shared vocabulary.
  public var copies = false
  /// Features of a token.
  public var embedding = 128
  /// Units of each recurrent layer.
  public var hidden = 256
  /// The share of features dropped in training.
  public var dropout: Float = 0.2
  /// The token that the decoder starts from.
  public var start: Int32 = 1
  /// The token that ends a target.
  public var end: Int32 = 2
  /// The token that stands for words outside the vocabulary.
  public var unknown: Int32 = 0

  /// A model of the usual size.
  public init(sourceVocabulary: Int, targetVocabulary: Int) {
    (self.sourceVocabulary, self.targetVocabulary) = (sourceVocabulary, targetVocabulary)
  }
}

/// A recurrent encoder-decoder with attention and input feeding.
///
/// The bidirectional encoder's states, projected to the decoder's size, are the memory. In each step
/// the decoder's cell reads the token before and the attentional vector before; that vector is
/// a = tanh(W [context; h]), where the context is the attention of the hidden state h to the memory;
/// logits are V a + b.
///
/// Literature: M. Luong, H. Pham, C. Manning, EMNLP 2015, doi:10.18653/v1/D15-1166, equations 5 to 8 and
/// section 3.3; A. See, P. Liu, C. Manning, ACL 2017, doi:10.18653/v1/P17-1099, equation 8, for the
/// gate of ``EncoderDecoderOptions/copies``.
public final class EncoderDecoder: Model {
  /// The extents.
  public let options: EncoderDecoderOptions
  let sourceEmbedding, targetEmbedding: Embedding
  let encoder: BidirectionalEncoder
  let memory, bridge: Linear
  let decoder: RecurrentLayer
  let combination, output: Linear
  let gate: Linear?
  let sourceDropout, outputDropout: Dropout
  let noise: RandomSource

  /// A model with fresh parameters.
  ///
  /// - Throws: `TensorError` if an extent is negative or a weight is too large.
  public init(_ options: EncoderDecoderOptions, seed: UInt64) throws(TensorError) {
    self.options = options
    let (features, hidden) = (options.embedding, options.hidden)
    var random = SeededGenerator(seed: seed)
    sourceEmbedding = try Embedding(
      vocabulary: options.sourceVocabulary, features: features, using: &random)
    targetEmbedding =
      try options.sharesEmbedding
      ? sourceEmbedding
      : Embedding(vocabulary: options.targetVocabulary, features: features, using: &random)
    encoder = try BidirectionalEncoder(
      options.cell, inputs: features, hidden: hidden, using: &random)
    memory = try Linear(inputs: 2 * hidden, outputs: hidden, using: &random)
    decoder = try RecurrentLayer(
      options.cell, inputs: features + hidden, hidden: hidden, using: &random)
    bridge = try Linear(inputs: 2 * hidden, outputs: decoder.stateSize, using: &random)
    combination = try Linear(inputs: 2 * hidden, outputs: hidden, bias: false, using: &random)
    output = try Linear(inputs: hidden, outputs: options.targetVocabulary, using: &random)
    gate =
      try options.copies
      ? Linear(inputs: features + 2 * hidden, outputs: 1, using: &random) : nil
    sourceDropout = Dropout(probability: options.dropout, seed: random.next())
    outputDropout = Dropout(probability: options.dropout, seed: random.next())
    noise = RandomSource("noise", seed: random.next())
  }

  /// All layers; a shared embedding goes by the source's name.
  public var members: [LayerMember] {
    var members: [LayerMember] = [
      .layer("source_embedding", sourceEmbedding), .layer("encoder", encoder),
      .layer("memory", memory), .layer("bridge", bridge), .layer("decoder", decoder),
      .layer("combination", combination), .layer("output", output),
      .layer("source_dropout", sourceDropout), .layer("output_dropout", outputDropout),
      .random(noise),
    ]
    if !options.sharesEmbedding { members.append(.layer("target_embedding", targetEmbedding)) }
    if let gate { members.append(.layer("gate", gate)) }
    return members
  }

  /// Reads sources.
  ///
  /// - Parameter source: At least one token each. Where words can be copied, those outside the
  ///   vocabulary are numbered from its end.
  /// - Throws: `TensorError`.
  public func encode(_ source: TokenBatch) throws(TensorError) -> EncodedSource {
    let known = source.tokens.map { $0 < options.sourceVocabulary ? $0 : options.unknown }
    let embedded = try sourceEmbedding(known)
      .reshaped([source.count, source.steps, options.embedding])
    let (outputs, final) = try encoder(
      sourceDropout(embedded), lengths: source.lengths)
    return EncodedSource(
      tokens: source, memory: try memory(sourceDropout(outputs)),
      state: try bridge(final).tanh())
  }

  /// The state before the first step.
  func initialState(_ source: EncodedSource) throws(TensorError) -> DecoderState {
    DecoderState(
      state: source.state, fed: try .zeros([source.tokens.count, options.hidden]))
  }

  /// One step of the decoder.
  ///
  /// - Parameter input: The embedding of the token before, [batch, features].
  func step(
    _ input: Tensor, from previous: DecoderState, source: EncodedSource
  ) throws(TensorError) -> DecoderStep {
    let (batch, hidden) = (input.shape[0], options.hidden)
    let state = try decoder.step(
      try Tensor.concatenated([input, previous.fed], axis: 1), state: previous.state)
    let query = try decoder.hidden(of: state)
    let attended = try attention(
      query.reshaped([batch, 1, hidden]), memory: source.memory, lengths: source.tokens.lengths
    ).reshaped([batch, hidden + source.tokens.steps])
    let context = try attended.sliced(0..<hidden, axis: 1)
    let vector = try outputDropout(
      combination(Tensor.concatenated([context, query], axis: 1)).tanh())
    var copying: (weights: Tensor, gate: Tensor)?
    if let gate {
      let gated = try gate(Tensor.concatenated([input, query, context], axis: 1)).sigmoid()
      copying = (try attended.sliced(hidden..<hidden + source.tokens.steps, axis: 1), gated)
    }
    return DecoderStep(
      vector: vector, copying: copying, next: DecoderState(state: state, fed: vector))
  }

  /// The probabilities of the words of each row, those that can be copied from its source included.
  ///
  /// - Parameters:
  ///   - vectors: Attentional vectors, [rows, hidden].
  ///   - items: The source of each row.
  func probabilities(
    _ vectors: Tensor, copying: (weights: Tensor, gate: Tensor)?, source: EncodedSource,
    items: [Int]
  ) throws(TensorError) -> Tensor {
    let words = try rowProbabilities(output(vectors))
    guard let copying else { return words }
    return try copyMixture(
      probabilities: words, weights: copying.weights, gates: copying.gate,
      tokens: items.map { source.tokens[$0] }, extent: source.extent(options.targetVocabulary))
  }
}

/// A batch of sources as a decoder sees it.
public struct EncodedSource: Sendable {
  /// What was read.
  public let tokens: TokenBatch
  /// [count, steps, hidden].
  let memory: Tensor
  /// The decoder's first state, [count, state].
  let state: Tensor

  /// Words of the vocabulary extended by the source's own.
  func extent(_ vocabulary: Int) -> Int {
    max(vocabulary, Int(tokens.tokens.max() ?? 0) + 1)
  }
}

/// What one step of a decoder hands to the next.
struct DecoderState: Sendable {
  /// [batch, state].
  let state: Tensor
  /// The attentional vector, [batch, hidden].
  let fed: Tensor
}

/// What a step of a decoder gives.
struct DecoderStep: Sendable {
  /// The attentional vector, [batch, hidden].
  let vector: Tensor
  /// Attention to each position, [batch, positions], and the probability of the vocabulary,
  /// [batch, 1].
  let copying: (weights: Tensor, gate: Tensor)?
  let next: DecoderState
}
