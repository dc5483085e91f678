public import DifferentiableTensor

/// A vector for each token of a vocabulary.
///
/// Gradient: that of each vector is the sum of the gradients wherever its token stands.
public final class Embedding: Model {
  /// [vocabulary, features].
  public let weight: Parameter

  /// Vectors drawn from a normal distribution.
  ///
  /// - Throws: `TensorError` if an extent is negative or the weight is too large.
  public init(
    vocabulary: Int, features: Int, standardDeviation: Float = 0.1,
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) {
    weight = Parameter(
      "weight",
      try .random(
        normal: [vocabulary, features], standardDeviation: standardDeviation, using: &generator))
  }

  /// `weight`.
  public var members: [LayerMember] { [.parameter(weight)] }

  /// The vectors of tokens, [tokens, features].
  ///
  /// - Throws: `TensorError.indexOutOfRange` for a token outside the vocabulary.
  public func callAsFunction(_ tokens: [Int32]) throws(TensorError) -> Tensor {
    try weight.value.gathered(at: tokens)
  }

  /// The vectors of a batch, [count, steps, features].
  ///
  /// - Throws: `TensorError.indexOutOfRange` for a token outside the vocabulary.
  public func callAsFunction(_ batch: TokenBatch) throws(TensorError) -> Tensor {
    try self(batch.tokens).reshaped([batch.count, batch.steps, weight.value.shape[1]])
  }

  /// The mean of all vectors under distributions [rows, vocabulary]: what a decoder feeds back where
  /// no token has been chosen, [rows, features].
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func expectation(_ probabilities: Tensor) throws(TensorError) -> Tensor {
    try probabilities.matmul(weight.value)
  }
}
