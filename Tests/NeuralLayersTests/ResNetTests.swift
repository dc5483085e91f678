import DifferentiableTensor
import NeuralLayers
import Testing

@Suite struct ResNetTests {
  /// By hand, with BN for the two numbers of each channel of a normalization. ResNet-20 (3 channels,
  /// 10 classes): stem 3 * 9 * 16 + BN 32 = 464; stage 1 3 * (2 * 16 * 9 * 16 + BN 64) = 14,016;
  /// stage 2 16 * 9 * 32 + 5 * 32 * 9 * 32 + BN 6 * 64, projection 16 * 32 + BN 64 = 51,648;
  /// stage 3 32 * 9 * 64 + 5 * 64 * 9 * 64 + BN 6 * 128, projection 32 * 64 + BN 128 = 205,696;
  /// fc 64 * 10 + 10 = 650: 272,474 in all. ResNet-8 (1 channel, 10 classes) likewise: 176 + 4,672 +
  /// 14,528 + 57,728 + 650 = 77,754.
  @Test("has the known number of parameters", arguments: [(8, 1, 77_754), (20, 3, 272_474)])
  func parameterCount(depth: Int, inputChannels: Int, expected: Int) throws {
    var generator = SeededGenerator(seed: 111)
    let model = try ResNet(
      depth: depth, inputChannels: inputChannels, classes: 10, using: &generator)
    #expect(model.parameterCount == expected)
  }

  /// torchvision's ResNet-18 has 11,689,512 parameters. Its 7x7 stem becomes a 3x3 one, 64 * 3 *
  /// (49 - 9) = 7,680 fewer, and its 1,000 classes become 100, 900 * 513 = 461,700 fewer.
  @Test func parameterCountOfResNet18() throws {
    var generator = SeededGenerator(seed: 112)
    let model = try ResNet18(inputChannels: 3, classes: 100, using: &generator)
    #expect(model.parameterCount == 11_220_132)
    #expect(model.parameterCount == 11_689_512 - 7_680 - 461_700)
    let paths = Set(model.namedParameters.map(\.path))
    #expect(
      paths.isSuperset(of: [
        "conv1.weight", "bn1.bias", "layer1.0.conv1.weight", "layer1.1.bn2.weight",
        "layer2.0.downsample.0.weight", "layer4.0.downsample.1.bias", "layer4.1.conv2.weight",
        "fc.weight", "fc.bias",
      ]))
    #expect(!paths.contains("layer1.0.downsample.0.weight"))
    #expect(model.namedBuffers.count == 40)
  }

  @Test func refusesOtherDepths() {
    var generator = SeededGenerator(seed: 113)
    for depth in [2, 9, 18, -4] {
      #expect(throws: LayerError.self) {
        try ResNet(depth: depth, inputChannels: 1, classes: 2, using: &generator)
      }
    }
    #expect(throws: LayerError.self) {
      try ResNet(blocks: [1], widths: [], inputChannels: 1, classes: 2, using: &generator)
    }
  }

  @Test func blocksComputeWhatTheirFormulaSays() throws {
    var generator = SeededGenerator(seed: 114)
    let block = try ResidualBlock(
      inputChannels: 2, outputChannels: 3, stride: 2, using: &generator)
    // Whole numbers and running variances that epsilon fills up to 1, so that all sums are exact.
    func integers(_ shape: [Int]) throws -> Tensor {
      let count = shape.reduce(1, *)
      return try Tensor(
        (0..<count).map { _ in Float(Int.random(in: -3...3, using: &generator)) }, shape: shape)
    }
    for parameter in block.parameters { try parameter.assign(integers(parameter.value.shape)) }
    for named in block.namedBuffers where named.path.hasSuffix("running_var") {
      try named.element.assign(.ones([3]) - 1e-5)
    }
    let value = Dictionary(
      uniqueKeysWithValues: block.namedParameters.map { ($0.path, $0.element.value) })
    let input = try integers([2, 2, 5, 5])
    func normalized(
      _ input: Tensor, _ layer: String, _ normalization: String, stride: Int, padding: Int
    ) throws -> Tensor {
      let sums = try convolution2D(
        input, weight: #require(value["\(layer).weight"]), stride: stride, padding: padding)
      let scale = try #require(value["\(normalization).weight"]).reshaped([3, 1, 1])
      return try sums * scale + #require(value["\(normalization).bias"]).reshaped([3, 1, 1])
    }
    let hidden = try normalized(input, "conv1", "bn1", stride: 2, padding: 1).relu()
    let shortcut = try normalized(
      input, "downsample.0", "downsample.1", stride: 2, padding: 0)
    let sum = try normalized(hidden, "conv2", "bn2", stride: 1, padding: 1) + shortcut
    #expect(try block(input).scalars == sum.relu().scalars)
  }

  /// Labels drawn at random can only be learnt by heart.
  @Test func learnsATinySetByHeart() throws {
    var generator = SeededGenerator(seed: 115)
    let model = try ResNet(
      depth: 8, widths: [4, 8, 8], inputChannels: 1, classes: 3, using: &generator)
    let images = try Tensor.random(normal: [8, 1, 8, 8], using: &generator)
    let labels = (0..<8).map { _ in Int.random(in: 0..<3, using: &generator) }
    let targets = try Tensor(
      labels.flatMap { label in (0..<3).map { $0 == label ? 1 : 0 } }, shape: [8, 3])
    let optimizer = SGD(learningRate: 0.05, momentum: 0.9)
    var losses: [Float] = []
    for _ in 0..<25 {
      let loss = try withTraining { try (model(images) - targets).pow(2).mean() }
      losses.append(try loss.item())
      try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
    }
    #expect(losses[0] > 0.2)
    // A wrong answer costs at least that: two of 24 outputs that are off by 1/2.
    #expect(losses[24] < 0.5 / 24, "\(losses)")
    let predictions = try withTraining { try model(images).argmax(axis: 1) }
    #expect(predictions.map { Int($0) } == labels)
  }

  @Test func trainingIsTheSameBitsOnAnyNumberOfThreads() throws {
    let results = try [1, 2, 3].map { threads in
      try withMaxThreads(threads) {
        var generator = SeededGenerator(seed: 116)
        let model = try ResNet(
          depth: 8, widths: [4, 8, 8], inputChannels: 2, classes: 3, using: &generator)
        let images = try Tensor.random(normal: [9, 2, 12, 12], using: &generator)
        let optimizer = Adam(learningRate: 0.01)
        for _ in 0..<2 {
          let loss = try withTraining { try model(images).pow(2).mean() }
          try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
        }
        return model.parameters.flatMap { $0.value.scalars.map(\.bitPattern) }
      }
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }
}
