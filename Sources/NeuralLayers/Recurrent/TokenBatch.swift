/// Sequences of tokens of different lengths, each padded to the longest.
public struct TokenBatch: Sendable, Equatable {
  /// [count, steps] in row-major order. Padding is token 0, which no operation reads as a token.
  public let tokens: [Int32]
  /// Tokens of each sequence.
  public let lengths: [Int]
  /// The greatest length, or what all are padded to beyond that.
  public let steps: Int

  /// Sequences.
  public var count: Int { lengths.count }

  /// Pads sequences, to `steps` at least: a share of a batch as long as the batch.
  public init(_ sequences: [[Int32]], steps: Int = 0) {
    lengths = sequences.map(\.count)
    let steps = max(lengths.max() ?? 0, steps)
    tokens = sequences.flatMap { $0 + Array(repeating: 0, count: steps - $0.count) }
    self.steps = steps
  }

  /// The tokens of a sequence, without padding.
  public subscript(sequence: Int) -> ArraySlice<Int32> {
    tokens[sequence * steps..<sequence * steps + lengths[sequence]]
  }

  /// The tokens of all sequences at a step, padding included.
  public func column(_ step: Int) -> [Int32] {
    (0..<count).map { tokens[$0 * steps + step] }
  }

  /// The row-major positions of all tokens that are not padding.
  public var positions: [Int32] {
    (0..<count).flatMap { item in
      (0..<lengths[item]).map { Int32(item * steps + $0) }
    }
  }

  /// The tokens at ``positions``.
  public var unpadded: [Int32] { (0..<count).flatMap { self[$0] } }
}
