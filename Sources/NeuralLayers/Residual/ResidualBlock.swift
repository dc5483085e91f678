public import DifferentiableTensor

/// The basic block of a residual network: two 3x3 convolutions, each with batch normalization, and a
/// shortcut around both.
///
///     y = relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x))
///
/// The shortcut is the identity, or a 1x1 convolution with batch normalization where the extents
/// change. Members are called as in torchvision.
///
/// Literature: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning, CVPR 2016,
/// doi:10.1109/CVPR.2016.90, option B.
public final class ResidualBlock: Layer {
  private let first, second: (convolution: Convolution2D, normalization: BatchNormalization)
  private let shortcut: Sequential?

  /// A block with filters drawn at random.
  ///
  /// - Parameter stride: Of the first convolution and the shortcut.
  /// - Throws: `TensorError` if the filters are too many.
  public init(
    inputChannels: Int, outputChannels: Int, stride: Int = 1,
    using generator: inout some RandomNumberGenerator
  ) throws(TensorError) {
    func normalized(
      from inputs: Int, size: Int, stride: Int
    ) throws(TensorError) -> (Convolution2D, BatchNormalization) {
      let convolution = try Convolution2D(
        inputChannels: inputs, outputChannels: outputChannels, kernelSize: size, stride: stride,
        padding: size / 2, bias: false, using: &generator)
      return (convolution, try BatchNormalization(channels: outputChannels))
    }
    first = try normalized(from: inputChannels, size: 3, stride: stride)
    second = try normalized(from: outputChannels, size: 3, stride: 1)
    if stride != 1 || inputChannels != outputChannels {
      let (projection, normalization) = try normalized(
        from: inputChannels, size: 1, stride: stride)
      shortcut = Sequential(projection, normalization)
    } else {
      shortcut = nil
    }
  }

  /// `conv1`, `bn1`, `conv2`, `bn2` and, unless the shortcut is the identity, `downsample`.
  public var members: [LayerMember] {
    [
      .layer("conv1", first.convolution), .layer("bn1", first.normalization),
      .layer("conv2", second.convolution), .layer("bn2", second.normalization),
    ] + (shortcut.map { [.layer("downsample", $0)] } ?? [])
  }

  /// The block's output for images [batch, inputs, height, width].
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    let hidden = try first.normalization(
      first.convolution(input), adding: nil, rectifies: true)
    return try second.normalization(
      second.convolution(hidden), adding: shortcut?(input) ?? input, rectifies: true)
  }
}
