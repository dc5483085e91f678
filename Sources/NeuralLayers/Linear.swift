public import DifferentiableTensor

/// A linear layer: y = x weight^T + bias.
///
/// Gradient: with g the cotangent, dx = g weight, dweight = g^T x, dbias = sum of g over the batch.
public final class Linear: Layer {
  /// [outputs, inputs].
  public let weight: Parameter
  /// [outputs], or nil.
  public let bias: Parameter?

  /// A layer with a weight drawn at random and a bias of 0.
  ///
  /// - Throws: `TensorError` if an extent is negative or the weight is too large.
  public init(
    inputs: Int, outputs: Int, bias: Bool = true, initializer: Initializer = .fanInUniform,
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) {
    weight = Parameter("weight", try initializer([outputs, inputs], using: &generator))
    self.bias = bias ? Parameter("bias", try .zeros([outputs])) : nil
  }

  /// `weight` and, if there is one, `bias`.
  public var members: [LayerMember] {
    [.parameter(weight)] + (bias.map { [.parameter($0)] } ?? [])
  }

  /// [batch…, outputs] for an input [batch…, inputs].
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    guard let bias else { return try input.matmul(weight.value, transposeRight: true) }
    return try input.affine(weight: weight.value, bias: bias.value)
  }
}
