public import DifferentiableTensor

/// The positive part, max(0, x). Gradient: g where x > 0, else 0.
public final class ReLU: Layer {
  /// A layer without state.
  public init() {}

  /// None.
  public var members: [LayerMember] { [] }

  /// The positive part of every element; NaN stays NaN.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.relu() }
}

/// [batch, …] as [batch, all the rest], which is how images reach a linear layer.
public final class Flatten: Layer {
  /// A layer without state.
  public init() {}

  /// None.
  public var members: [LayerMember] { [] }

  /// The same scalars in rank 2.
  ///
  /// - Throws: `TensorError.shapeMismatch` for a scalar.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    guard let batch = input.shape.first else {
      throw .shapeMismatch(expected: "a batch [batch, …]", found: input.shape)
    }
    return try input.reshaped([batch, input.shape.dropFirst().reduce(1, *)])
  }
}
