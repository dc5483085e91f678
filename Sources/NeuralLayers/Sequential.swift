public import DifferentiableTensor

/// Layers one after the other, called `0`, `1`, … in paths.
public final class Sequential: Layer {
  /// The layers in order.
  public let layers: [any Layer]

  /// The composition of layers; of none, the identity.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// The composition of layers.
  public convenience init(_ layers: any Layer...) { self.init(layers) }

  /// The layers, called `0`, `1`, ….
  public var members: [LayerMember] {
    layers.enumerated().map { .layer("\($0.offset)", $0.element) }
  }

  /// The last layer's output.
  ///
  /// - Throws: What a layer throws.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try layers.reduce(input) { try $1($0) }
  }
}
