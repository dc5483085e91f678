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
  /// LeNet-5 (LeCun et al., Gradient-based learning applied to document recognition, 1998) with rectified
  /// units and max pooling, for pictures of at least 12 x 12.
  case lenet

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
    case .lenet: return try lenet(pictureShape: pictureShape, classes: classes, using: &generator)
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

  private func lenet(
    pictureShape: [Int], classes: Int, using generator: inout SeededGenerator
  ) throws -> any Layer {
    // The second convolution has no padding: 4 rows and columns less.
    let sides = pictureShape.dropFirst().map { ($0 / 2 - 4) / 2 }
    guard sides.allSatisfy({ $0 > 0 }) else {
      throw TrainingError.option(
        "model: lenet needs pictures of at least 12 x 12, found \(pictureShape)")
    }
    return Sequential(
      try Convolution2D(
        inputChannels: pictureShape[0], outputChannels: 6, kernelSize: 5, padding: 2,
        using: &generator),
      ReLU(),
      MaxPool2D(kernelSize: 2),
      try Convolution2D(inputChannels: 6, outputChannels: 16, kernelSize: 5, using: &generator),
      ReLU(),
      MaxPool2D(kernelSize: 2),
      Flatten(),
      try Linear(inputs: 16 * sides.reduce(1, *), outputs: 120, using: &generator),
      ReLU(),
      try Linear(inputs: 120, outputs: 84, using: &generator),
      ReLU(),
      try Linear(inputs: 84, outputs: classes, using: &generator))
  }
}
