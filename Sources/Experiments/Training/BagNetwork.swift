import DifferentiableTensor
import NeuralLayers

/// The networks that can be trained from bags.
public enum BagNetwork: String, Sendable, Codable, CaseIterable {
  /// Residual networks of 16, 32 and 64 channels.
  case resnet8, resnet20
  /// Four stages of 64 to 512 channels.
  case resnet18
  /// One hidden layer of 64 units.
  case mlp
  /// Two convolutions of 16 and 32 channels.
  case cnn

  /// A network with fresh parameters, from pictures [n, channels, height, width] to logits.
  func make(pictureShape: [Int], classes: Int, seed: UInt64) throws -> any Layer {
    var generator = RandomStream.parameters.generator(seed: seed)
    let channels = pictureShape[0]
    switch self {
    case .resnet8, .resnet20:
      return try ResNet(
        depth: self == .resnet8 ? 8 : 20, inputChannels: channels, classes: classes,
        using: &generator)
    case .resnet18:
      return try ResNet18(inputChannels: channels, classes: classes, using: &generator)
    case .mlp:
      return Sequential(
        Flatten(),
        try Linear(inputs: pictureShape.reduce(1, *), outputs: 64, using: &generator),
        ReLU(),
        try Linear(inputs: 64, outputs: classes, using: &generator))
    case .cnn:
      return Sequential(
        try Convolution2D(
          inputChannels: channels, outputChannels: 16, kernelSize: 3, padding: 1, using: &generator),
        ReLU(),
        MaxPool2D(kernelSize: 2),
        try Convolution2D(
          inputChannels: 16, outputChannels: 32, kernelSize: 3, padding: 1, using: &generator),
        ReLU(),
        GlobalAveragePool(),
        try Linear(inputs: 32, outputs: classes, using: &generator))
    }
  }
}
