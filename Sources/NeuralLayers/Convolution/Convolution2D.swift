public import DifferentiableTensor

/// A layer of ``convolution2D(_:weight:bias:stride:padding:)`` with trained filters.
public final class Convolution2D: Layer {
  /// The filters: [outputs, inputs, kernel size, kernel size].
  public let weight: Parameter
  /// [outputs], or nil.
  public let bias: Parameter?
  /// The distance of windows.
  public let stride: Int
  /// Rows and columns of zeros around the images.
  public let padding: Int

  /// A layer with filters drawn at random and a bias of 0.
  ///
  /// - Parameters:
  ///   - kernelSize: Height and width of the filters.
  ///   - padding: From 0 to `kernelSize - 1`.
  ///   - bias: Whether the layer has one; before batch normalization it would have no effect.
  /// - Throws: `TensorError` if an extent is negative or the filters are too many.
  public init(
    inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0,
    bias: Bool = true, initializer: Initializer = .kaimingNormal(.output),
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) {
    let shape = [outputChannels, inputChannels, kernelSize, kernelSize]
    weight = Parameter("weight", try initializer(shape, using: &generator))
    self.bias = bias ? Parameter("bias", try .zeros([outputChannels])) : nil
    (self.stride, self.padding) = (stride, padding)
  }

  /// `weight` and, if there is one, `bias`.
  public var members: [LayerMember] {
    [.parameter(weight)] + (bias.map { [.parameter($0)] } ?? [])
  }

  /// The convolution of images [batch, inputs, height, width].
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    try convolution2D(
      input, weight: weight.value, bias: bias?.value, stride: stride, padding: padding)
  }
}
