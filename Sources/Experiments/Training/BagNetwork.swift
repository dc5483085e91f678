import DifferentiableTensor
import NeuralLayers

/// The networks that can be trained from bags.
public enum BagNetwork: String, Sendable, Codable, CaseIterable {
  case resnet8, resnet20, resnet18
  /// One hidden layer of 64 units.
  case mlp
  /// Two convolutions of 16 and 32 channels.
  case cnn

  /// A network with fresh parameters; its input is [n, channels, height, width].
  func make(for pictures: PictureSet, seed: UInt64) throws -> any Layer {
    var generator = RandomStream.parameters.generator(seed: seed)
    let (channels, classes) = (pictures.channels, pictures.classNames.count)
    switch self {
    case .resnet8, .resnet20:
      return try ResNet(
        depth: self == .resnet8 ? 8 : 20, inputChannels: channels, classes: classes,
        using: &generator)
    case .resnet18:
      return try ResNet18(inputChannels: channels, classes: classes, using: &generator)
    case .mlp:
      return Sequential([
        Flatten(),
        try Linear(inputs: pictures.pixelsPerPicture, outputs: 64, using: &generator),
        ReLU(),
        try Linear(inputs: 64, outputs: classes, using: &generator),
      ])
    case .cnn:
      return Sequential([
        try Convolution2D(inputs: channels, outputs: 16, kernel: 3, padding: 1, using: &generator),
        ReLU(),
        MaxPool2D(kernel: 2),
        try Convolution2D(inputs: 16, outputs: 32, kernel: 3, padding: 1, using: &generator),
        ReLU(),
        GlobalAveragePool(),
        try Linear(inputs: 32, outputs: classes, using: &generator),
      ])
    }
  }
}
