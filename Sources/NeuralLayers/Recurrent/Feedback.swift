public import DifferentiableTensor

/// What a decoder reads in place of the token before.
public enum Feedback: Sendable, Equatable {
  /// The target's token: teacher forcing.
  case teacher
  /// The expected embedding under the decoder's own distribution, which gradients flow through.
  case softmax
  /// The embedding of a token drawn by the Gumbel-softmax of this temperature, straight through.
  case gumbel(temperature: Float)
}

/// All steps of a decoder for a batch.
public struct Decoding {
  let model: EncoderDecoder
  let source: EncodedSource
  let steps: [DecoderStep]
  /// [batch, vocabulary] of each step, where the feedback needed them.
  let stepOutputs: [StepOutput]

  /// What a step predicts.
  struct StepOutput {
    /// Before the softmax.
    let logits: Tensor
    /// Nil where only logits were needed.
    let probabilities: Tensor?
  }

  /// Steps taken.
  public var count: Int { steps.count }

  /// The logits of all steps, [batch, steps, vocabulary].
  ///
  /// - Throws: `TensorError`.
  public func logits() throws(TensorError) -> Tensor {
    if !stepOutputs.isEmpty { return try .stacked(stepOutputs.map(\.logits), axis: 1) }
    return try model.output(vectors())
  }

  /// The logits at row-major positions of [batch, steps], [positions, vocabulary]: padding costs
  /// nothing.
  ///
  /// - Throws: `TensorError.indexOutOfRange`.
  public func logits(at positions: [Int32]) throws(TensorError) -> Tensor {
    let batch = source.tokens.count
    if !stepOutputs.isEmpty {
      return try logits().reshaped([batch * count, model.options.targetVocabulary])
        .gathered(at: positions)
    }
    return try model.output(
      vectors().reshaped([batch * count, model.options.hidden]).gathered(at: positions))
  }

  /// The probabilities of all steps over the vocabulary, extended by the sources' own words where
  /// words can be copied: [batch, steps, words].
  ///
  /// - Throws: `TensorError`.
  public func probabilities() throws(TensorError) -> Tensor {
    let batch = source.tokens.count
    let known = stepOutputs.compactMap(\.probabilities)
    if known.count == count, count > 0 { return try .stacked(known, axis: 1) }
    let rows = batch * count
    var copying: (weights: Tensor, gate: Tensor)?
    let parts = steps.compactMap(\.copying)
    if parts.count == count, count > 0 {
      copying = (
        try Tensor.stacked(parts.map(\.weights), axis: 1).reshaped([rows, source.tokens.steps]),
        try Tensor.stacked(parts.map(\.gate), axis: 1).reshaped([rows, 1])
      )
    }
    let probabilities = try model.probabilities(
      vectors().reshaped([rows, model.options.hidden]), copying: copying, source: source,
      items: (0..<rows).map { $0 / max(1, count) })
    return try probabilities.reshaped([batch, count, probabilities.shape[1]])
  }

  /// [batch, steps, hidden].
  private func vectors() throws(TensorError) -> Tensor {
    try .stacked(steps.map(\.vector), axis: 1)
  }
}

extension EncoderDecoder {
  /// Takes as many steps as the longest target has tokens.
  ///
  /// - Parameters:
  ///   - source: From ``encode(_:)``.
  ///   - targets: With the end token; only teacher forcing reads them.
  ///   - feedback: What goes from step to step.
  /// - Throws: `TensorError`.
  public func decode(
    _ source: EncodedSource, targets: TokenBatch, feedback: Feedback
  ) throws(TensorError) -> Decoding {
    guard feedback == .teacher else {
      return try decode(source, steps: targets.steps, feedback: feedback)
    }
    var state = try initialState(source)
    var input = try embeddedStart(source.tokens.count)
    var steps: [DecoderStep] = []
    for step in 0..<targets.steps {
      if step > 0 { input = try targetEmbedding(known(targets.column(step - 1))) }
      steps.append(try self.step(input, from: state, source: source))
      state = steps[step].next
    }
    return Decoding(model: self, source: source, steps: steps, stepOutputs: [])
  }

  /// Takes steps without a target.
  ///
  /// - Parameters:
  ///   - source: What ``encode(_:)`` returned.
  ///   - count: The number of steps.
  ///   - feedback: ``Feedback/softmax`` or ``Feedback/gumbel(temperature:)``; teacher forcing has
  ///     nothing to read here and is refused.
  /// - Throws: `TensorError`.
  public func decode(
    _ source: EncodedSource, steps count: Int, feedback: Feedback
  ) throws(TensorError) -> Decoding {
    guard feedback != .teacher else {
      throw .shapeMismatch(expected: "targets for teacher forcing", found: [])
    }
    var state = try initialState(source)
    var input = try embeddedStart(source.tokens.count)
    var steps: [DecoderStep] = []
    var outputs: [Decoding.StepOutput] = []
    for step in 0..<count {
      if step > 0 { input = try fedBack(outputs[step - 1], feedback) }
      steps.append(try self.step(input, from: state, source: source))
      outputs.append(try output(of: steps[step], source: source))
      state = steps[step].next
    }
    return Decoding(model: self, source: source, steps: steps, stepOutputs: outputs)
  }

  /// The embedding of the start token for each item.
  func embeddedStart(_ count: Int) throws(TensorError) -> Tensor {
    try targetEmbedding(Array(repeating: options.start, count: count))
  }

  /// Tokens that are not in the vocabulary become the unknown one.
  func known(_ tokens: [Int32]) -> [Int32] {
    tokens.map { $0 < options.targetVocabulary ? $0 : options.unknown }
  }

  private func output(
    of step: DecoderStep, source: EncodedSource
  ) throws(TensorError) -> Decoding.StepOutput {
    let logits = try output(step.vector)
    guard options.copies else { return .init(logits: logits, probabilities: nil) }
    return .init(
      logits: logits,
      probabilities: try probabilities(
        step.vector, copying: step.copying, source: source,
        items: Array(0..<source.tokens.count)))
  }

  private func fedBack(
    _ output: Decoding.StepOutput, _ feedback: Feedback
  ) throws(TensorError) -> Tensor {
    let words = try output.probabilities?.sliced(0..<options.targetVocabulary, axis: 1)
    guard case .gumbel(let temperature) = feedback else {
      guard let words else {
        return try targetEmbedding.expectation(rowProbabilities(output.logits))
      }
      return try targetEmbedding.expectation(words)
    }
    // Log-probabilities are logits; what has the probability 0 keeps a finite one.
    let logits = words.map { ($0 + 1e-20).log() } ?? output.logits
    let noisy = try (logits + noise.gumbel(logits.shape)) * (1 / temperature)
    return try straightThroughEmbedding(
      rowProbabilities(noisy), table: targetEmbedding.weight.value)
  }
}
