public import DifferentiableTensor
internal import CombinatorialLibc

/// Finds probable targets by keeping, step by step, the most probable beginnings.
///
/// A finished target is judged by its log-probability over its number of tokens to the power of
/// ``lengthExponent``. With a width of 1 this is greedy decoding.
///
/// Literature: Y. Wu et al., 2016, arXiv:1609.08144, section 7, with the plain power of the length.
public struct BeamSearch: Sendable {
  /// Beginnings kept for each source.
  public var width: Int
  /// 0: no normalization; 1: the mean log-probability of a token.
  public var lengthExponent: Double
  /// The most tokens of a target, the end included.
  public var maximumLength: Int

  /// A search.
  public init(width: Int = 1, lengthExponent: Double = 1, maximumLength: Int) {
    self.width = max(1, width)
    (self.lengthExponent, self.maximumLength) = (lengthExponent, maximumLength)
  }

  /// The best target of each source, without the end token.
  ///
  /// - Throws: `TensorError`.
  public func callAsFunction(
    _ model: EncoderDecoder, _ source: TokenBatch
  ) throws(TensorError) -> [[Int32]] {
    try withoutGradient { () throws(TensorError) in
      try withEvaluation { () throws(TensorError) in try search(model, source) }
    }
  }

  private func search(
    _ model: EncoderDecoder, _ source: TokenBatch
  ) throws(TensorError) -> [[Int32]] {
    var beams = (0..<source.count).map { _ in Beam(width: width) }
    guard source.count > 0 else { return [] }
    let encoded = try model.encode(source).repeated(width)
    var state = try model.initialState(encoded)
    var input = try model.embeddedStart(encoded.tokens.count)
    for _ in 0..<maximumLength {
      let step = try model.step(input, from: state, source: encoded)
      let probabilities = try model.probabilities(
        step.vector, copying: step.copying, source: encoded,
        items: Array(0..<encoded.tokens.count))
      var origins: [Int32] = []
      let words = probabilities.shape[1]
      probabilities.withUnsafeScalars { scalars in
        for item in beams.indices {
          let rows = item * width..<(item + 1) * width
          let chosen = beams[item].advance(
            rows.map { UnsafeBufferPointer(rebasing: scalars[$0 * words..<($0 + 1) * words]) },
            end: model.options.end, lengthExponent: lengthExponent)
          origins += chosen.map { Int32(rows.lowerBound + $0) }
        }
      }
      guard beams.contains(where: { !$0.isDone }) else { break }
      state = DecoderState(
        state: try step.next.state.gathered(at: origins),
        fed: try step.next.fed.gathered(at: origins))
      input = try model.targetEmbedding(model.known(beams.flatMap(\.lastTokens)))
    }
    return beams.map { $0.best(lengthExponent: lengthExponent) }
  }
}

extension EncodedSource {
  /// Each source `count` times in a row.
  func repeated(_ count: Int) throws(TensorError) -> EncodedSource {
    guard count > 1 else { return self }
    let items = (0..<tokens.count).flatMap { Array(repeating: $0, count: count) }
    let indices = items.map(Int32.init)
    return EncodedSource(
      tokens: TokenBatch(items.map { Array(tokens[$0]) }),
      memory: try memory.gathered(at: indices), state: try state.gathered(at: indices))
  }
}

/// The beginnings of one source's targets.
private struct Beam {
  private struct Hypothesis {
    var tokens: [Int32] = []
    var logProbability = 0.0

    func score(_ exponent: Double) -> Double {
      logProbability / pow(Double(max(1, tokens.count)), exponent)
    }
  }

  private let width: Int
  /// `width` beginnings once there are as many; at first one.
  private var open: [Hypothesis]
  private var finished: [Hypothesis] = []

  init(width: Int) {
    self.width = width
    open = [Hypothesis()]
  }

  /// As many have ended as are kept, or nothing is left to go on with.
  var isDone: Bool { finished.count >= width || open.isEmpty }

  /// The last token of each row.
  var lastTokens: [Int32] {
    (0..<width).map { open.isEmpty ? 0 : open[min($0, open.count - 1)].tokens.last ?? 0 }
  }

  /// Extends the beginnings by a token each.
  ///
  /// - Parameter rows: The probabilities of the next token of each beginning.
  /// - Returns: For each new row the row that it continues.
  mutating func advance(
    _ rows: [UnsafeBufferPointer<Float>], end: Int32, lengthExponent: Double
  ) -> [Int] {
    guard !isDone else { return Array(0..<width) }
    var candidates: [(row: Int, token: Int32, logProbability: Double)] = []
    for (row, hypothesis) in open.enumerated() {
      for token in Self.best(rows[row], count: width + 1) {
        let probability = Double(max(rows[row][token], .leastNormalMagnitude))
        candidates.append((row, Int32(token), hypothesis.logProbability + log(probability)))
      }
    }
    candidates.sort { $0.logProbability > $1.logProbability }
    var (next, origins): ([Hypothesis], [Int]) = ([], [])
    for candidate in candidates where next.count < width && !isDone {
      let hypothesis = Hypothesis(
        tokens: open[candidate.row].tokens + [candidate.token],
        logProbability: candidate.logProbability)
      if candidate.token == end {
        finished.append(hypothesis)
      } else {
        next.append(hypothesis)
        origins.append(candidate.row)
      }
    }
    open = next
    return (0..<width).map { origins.isEmpty ? $0 : origins[min($0, origins.count - 1)] }
  }

  /// The tokens of the best target, without its end.
  func best(lengthExponent: Double) -> [Int32] {
    let score = { (hypothesis: Hypothesis) in hypothesis.score(lengthExponent) }
    if let best = finished.max(by: { score($0) < score($1) }) { return best.tokens.dropLast() }
    return open.max { score($0) < score($1) }?.tokens ?? []
  }

  /// The positions of the greatest numbers, greatest first, at ties the first.
  private static func best(_ row: UnsafeBufferPointer<Float>, count: Int) -> [Int] {
    var chosen: [Int] = []
    for index in row.indices {
      if chosen.count == count, row[chosen[count - 1]] >= row[index] { continue }
      let place = chosen.firstIndex { row[$0] < row[index] } ?? chosen.count
      chosen.insert(index, at: place)
      if chosen.count > count { chosen.removeLast() }
    }
    return chosen
  }
}
