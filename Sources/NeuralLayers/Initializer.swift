public import DifferentiableTensor

/// How the numbers of a new parameter are drawn.
///
/// The fans are those of a weight of shape `[outputs, inputs, …]`, whose further axes are a
/// convolution's kernel: each output depends on `fanIn` numbers, each input reaches `fanOut`.
///
/// Literature: X. Glorot, Y. Bengio, AISTATS 2010 (`xavier…`); K. He, X. Zhang, S. Ren, J. Sun, ICCV
/// 2015, doi:10.1109/ICCV.2015.123 (`kaiming…`, with the gain sqrt(2) of ReLU).
public enum Initializer: Sendable, Equatable {
  /// Which of a weight's fans a variance is computed from.
  public enum Fan: Sendable {
    /// Keeps the variance of activations in the forward pass.
    case input
    /// Keeps the variance of gradients in the backward pass.
    case output
  }

  /// One value everywhere.
  case constant(Float)
  /// Uniform in [-bound, bound].
  case uniform(bound: Float)
  /// Normal with mean 0.
  case normal(standardDeviation: Float)
  /// Normal with variance 2 / fan.
  case kaimingNormal(Fan)
  /// Uniform with variance 2 / fan.
  case kaimingUniform(Fan)
  /// Normal with variance 2 / (fanIn + fanOut).
  case xavierNormal
  /// Uniform with variance 2 / (fanIn + fanOut).
  case xavierUniform
  /// Uniform in [-1, 1] / sqrt(fanIn): variance 1 / (3 fanIn).
  case fanInUniform

  /// Draws a tensor.
  ///
  /// - Throws: `TensorError.shapeMismatch` if the shape has no fans (rank below 2) and they are
  ///   needed, `.negativeExtent`, `.sizeOverflow`.
  public func callAsFunction(
    _ shape: [Int], using generator: inout some RandomNumberGenerator
  ) throws(TensorError) -> Tensor {
    switch self {
    case .constant(let value): return try Tensor(repeating: value, shape: shape)
    case .uniform(let bound):
      return try .random(uniform: shape, in: -abs(bound)...abs(bound), using: &generator)
    case .normal(let deviation):
      return try .random(normal: shape, standardDeviation: deviation, using: &generator)
    case .kaimingNormal, .xavierNormal:
      let deviation = try variance(shape).squareRoot()
      return try .random(normal: shape, standardDeviation: deviation, using: &generator)
    case .kaimingUniform, .xavierUniform, .fanInUniform:
      let bound = try (3 * variance(shape)).squareRoot()
      return try .random(uniform: shape, in: -bound...bound, using: &generator)
    }
  }

  private func variance(_ shape: [Int]) throws(TensorError) -> Float {
    guard shape.count >= 2 else {
      throw .shapeMismatch(expected: "a weight [outputs, inputs, …]", found: shape)
    }
    let window = shape.dropFirst(2).reduce(1) { $0 * Float($1) }
    let fanIn = max(1, Float(shape[1]) * window)
    let fanOut = max(1, Float(shape[0]) * window)
    return switch self {
    case .kaimingNormal(let fan), .kaimingUniform(let fan): 2 / (fan == .input ? fanIn : fanOut)
    case .fanInUniform: 1 / (3 * fanIn)
    default: 2 / (fanIn + fanOut)
    }
  }
}
