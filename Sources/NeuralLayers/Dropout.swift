public import DifferentiableTensor

/// Sets each element to 0 with a given probability in training and scales the others by
/// 1 / (1 - probability), so that the expectation stays; the identity in evaluation.
///
/// Gradient: g / (1 - probability) at the elements that were kept, 0 at the others.
///
/// Literature: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Dropout, JMLR
/// 15, 2014.
public final class Dropout: Layer {
  /// The probability of a 0.
  public let probability: Float
  /// Where the choice comes from; part of the saved state.
  public let random: RandomSource

  /// A layer that drops with `probability`, clamped to 0 ... 1, as `seed` determines.
  public init(probability: Float = 0.5, seed: UInt64) {
    self.probability = min(1, max(0, probability))
    random = RandomSource("generator", seed: seed)
  }

  /// The random source, `generator`.
  public var members: [LayerMember] { [.random(random)] }

  /// The input with a new choice of elements dropped.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    guard isTraining, probability > 0 else { return input }
    return try input * mask(input.shape)
  }

  private func mask(_ shape: [Int]) throws(TensorError) -> Tensor {
    let keep = probability < 1 ? 1 / (1 - probability) : 0
    return try random.tensor(shape) { Float($0 >> 40) * 0x1p-24 < probability ? 0 : keep }
  }
}
