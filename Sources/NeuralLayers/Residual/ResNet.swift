public import DifferentiableTensor

/// A residual network for small images: a 3x3 stem, stages of residual blocks that halve the images
/// and double the channels, the mean of each channel, and a linear layer.
///
/// Depth 6n + 2 (8, 20, …) has three stages of n blocks. Parameters are called as in torchvision:
/// `conv1.weight`, `layer1.0.conv1.weight`, `layer2.0.downsample.0.weight`, `fc.weight`.
///
/// Literature: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning, CVPR 2016,
/// doi:10.1109/CVPR.2016.90, section 4.2, with projections as shortcuts (option B).
public class ResNet: Layer {
  private let stem: (convolution: Convolution2D, normalization: BatchNormalization)
  private let stages: [Sequential]
  private let pool = GlobalAveragePool()
  private let classifier: Linear

  /// A network of depth 6n + 2.
  ///
  /// - Parameters:
  ///   - depth: Layers with weights on the longest path: 8, 14, 20, ….
  ///   - widths: Channels of the three stages.
  ///   - inputChannels: 1 for gray pictures, 3 for color.
  ///   - classes: How many logits the network gives.
  /// - Throws: `LayerError.unsupportedDepth`; `TensorError` if the weights are too many.
  public convenience init(
    depth: Int, widths: [Int] = [16, 32, 64], inputChannels: Int, classes: Int,
    using generator: inout some RandomNumberGenerator
  ) throws {
    guard depth >= 8, (depth - 2) % 6 == 0, widths.count == 3 else {
      throw LayerError.unsupportedDepth(
        expected: "6n + 2 with three widths (8, 14, 20, …)", found: depth)
    }
    try self.init(
      blocks: Array(repeating: (depth - 2) / 6, count: 3), widths: widths,
      inputChannels: inputChannels, classes: classes, using: &generator)
  }

  /// A network with so many blocks of so many channels in each stage, at least one stage.
  ///
  /// - Throws: `LayerError.unsupportedDepth` unless each stage has its blocks and its width;
  ///   `TensorError` if the weights are too many.
  public init(
    blocks: [Int], widths: [Int], inputChannels: Int, classes: Int,
    using generator: inout some RandomNumberGenerator
  ) throws {
    guard let width = widths.first, let last = widths.last, blocks.count == widths.count,
      blocks.allSatisfy({ $0 > 0 })
    else {
      throw LayerError.unsupportedDepth(
        expected: "\(widths.count) stages of at least one block", found: blocks.count)
    }
    let convolution = try Convolution2D(
      inputChannels: inputChannels, outputChannels: width, kernelSize: 3, padding: 1, bias: false,
      using: &generator)
    stem = (convolution, try BatchNormalization(channels: width))
    var stages: [Sequential] = []
    var channels = width
    for (stage, (count, width)) in zip(blocks, widths).enumerated() {
      var layers: [any Layer] = []
      for block in 0..<count {
        let stride = stage > 0 && block == 0 ? 2 : 1
        layers.append(
          try ResidualBlock(
            inputChannels: channels, outputChannels: width, stride: stride, using: &generator))
        channels = width
      }
      stages.append(Sequential(layers))
    }
    self.stages = stages
    classifier = try Linear(inputs: last, outputs: classes, using: &generator)
  }

  /// `conv1`, `bn1`, the stages `layer1`, … and `fc`.
  public var members: [LayerMember] {
    [.layer("conv1", stem.convolution), .layer("bn1", stem.normalization)]
      + stages.enumerated().map { .layer("layer\($0.offset + 1)", $0.element) }
      + [.layer("fc", classifier)]
  }

  /// Logits [batch, classes] for images [batch, channels, height, width].
  ///
  /// - Throws: `TensorError.shapeMismatch`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    let images = try stem.normalization(stem.convolution(input), adding: nil, rectifies: true)
    return try classifier(pool(stages.reduce(images) { try $1($0) }))
  }
}

/// ResNet-18 in its form for small images: a 3x3 stem without pooling and four stages of two blocks
/// with 64, 128, 256 and 512 channels.
public final class ResNet18: ResNet {
  /// A network for images of `inputChannels` channels with `classes` logits.
  ///
  /// - Throws: `TensorError` if the weights are too many.
  public init(
    inputChannels: Int, classes: Int, using generator: inout some RandomNumberGenerator
  ) throws {
    try super.init(
      blocks: [2, 2, 2, 2], widths: [64, 128, 256, 512], inputChannels: inputChannels,
      classes: classes, using: &generator)
  }
}
