import DifferentiableTensor
import Testing

@testable import NeuralLayers

/// Mean and biased variance of each channel of [batch, channels, …], by the textbook's two passes in
/// double precision.
private func moments(_ input: Tensor) -> [(mean: Double, variance: Double)] {
  let plane = input.shape.dropFirst(2).reduce(1, *)
  return (0..<input.shape[1]).map { channel in
    let values = input.scalars.enumerated()
      .filter { $0.offset / plane % input.shape[1] == channel }.map { Double($0.element) }
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
  }
}

private func normalized(
  _ input: Tensor, _ moments: [(mean: Double, variance: Double)], weight: [Float], bias: [Float],
  epsilon: Double
) throws -> Tensor {
  let plane = input.shape.dropFirst(2).reduce(1, *)
  let values = input.scalars.enumerated().map { index, value in
    let channel = index / plane % input.shape[1]
    let (mean, variance) = moments[channel]
    let deviation = (variance + epsilon).squareRoot()
    return Float((Double(value) - mean) / deviation) * weight[channel] + bias[channel]
  }
  return try Tensor(values, shape: input.shape)
}

@Suite struct BatchNormalizationTests {
  private let weight: [Float] = [0.5, -2, 1.5]
  private let bias: [Float] = [0.1, 0, -3]

  private func layer() throws -> BatchNormalization {
    let layer = try BatchNormalization(channels: 3, momentum: 0.1, epsilon: 1e-5)
    try layer.weight.assign(Tensor(weight, shape: [3]))
    try layer.bias.assign(Tensor(bias, shape: [3]))
    return layer
  }

  private func batch(_ shape: [Int], mean: Float = 0.5, seed: UInt64 = 31) throws -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return try .random(normal: shape, mean: mean, standardDeviation: 2, using: &generator)
  }

  @Test(
    "normalises with the batch's statistics in training",
    arguments: [[4, 3, 5, 3], [6, 3], [2, 3, 1, 1], [1, 3, 7], [1, 3, 70, 61], [3, 3, 8, 1]])
  func training(shape: [Int]) throws {
    let (layer, input) = (try layer(), try batch(shape))
    let output = try withTraining { try layer(input) }
    let expected = try normalized(
      input, moments(input), weight: weight, bias: bias, epsilon: 1e-5)
    #expect(greatestDifference(output, expected) < 1e-4)
  }

  @Test func runningStatisticsFollowTheBatches() throws {
    let layer = try layer()
    var (means, variances) = ([0.0, 0, 0], [1.0, 1, 1])
    for seed in 1...3 {
      let input = try batch([4, 3, 2, 2], seed: UInt64(seed))
      _ = try withTraining { try layer(input) }
      for (channel, moments) in moments(input).enumerated() {
        means[channel] = 0.9 * means[channel] + 0.1 * moments.mean
        // 16 scalars a channel: the unbiased variance divides by 15.
        variances[channel] = 0.9 * variances[channel] + 0.1 * moments.variance * 16 / 15
      }
    }
    let expected = try [means, variances].map { try Tensor($0.map { Float($0) }, shape: [3]) }
    #expect(greatestDifference(layer.runningMean.value, expected[0]) < 1e-6)
    #expect(greatestDifference(layer.runningVariance.value, expected[1]) < 1e-5)

    let (before, input) = (layer.runningMean.value.scalars, try batch([2, 3, 2, 2], seed: 9))
    let output = try layer(input)
    let running = zip(means, variances).map { (mean: $0, variance: $1) }
    #expect(
      greatestDifference(
        output, try normalized(input, running, weight: weight, bias: bias, epsilon: 1e-5)) < 1e-5)
    #expect(layer.runningMean.value.scalars == before, "evaluation leaves the statistics alone")
  }

  @Test("digits survive a mean that is far from 0", arguments: [100, 10_000])
  func largeMean(mean: Float) throws {
    let input = try batch([8, 3, 6, 6], mean: mean)
    let output = try withTraining { try layer()(input) }
    let expected = try normalized(
      input, moments(input), weight: weight, bias: bias, epsilon: 1e-5)
    #expect(greatestDifference(output, expected) < 2e-7 * mean + 1e-4)
  }

  @Test("one pass gives what normalisation, sum and ReLU give", arguments: [true, false])
  func fused(training: Bool) throws {
    let layer = try layer()
    let leaves = try [batch([5, 3, 3, 4]), batch([5, 3, 3, 4], seed: 32)]
      .map { $0.requiringGradient() }
    let cotangent = try batch([5, 3, 3, 4], seed: 33)
    let targets = leaves + [layer.weight.value, layer.bias.value]
    let results = try [true, false].map { fuses in
      let output = try withMode(training: training) {
        fuses
          ? try layer(leaves[0], adding: leaves[1], rectifies: true)
          : try (layer(leaves[0]) + leaves[1]).relu()
      }
      // In evaluation the second call must meet the same running statistics.
      try layer.runningMean.assign(.zeros([3]))
      try layer.runningVariance.assign(.ones([3]))
      return [output] + (try output.gradients(of: targets, cotangent: cotangent))
    }
    #expect(results[0][0].scalars.contains(0))
    for (fused, separate) in zip(results[0], results[1]) {
      #expect(greatestDifference(fused, separate) < 1e-5)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let layer = try layer()
    #expect(throws: TensorError.self) { try layer(batch([2, 4, 2, 2])) }
    #expect(throws: TensorError.self) { try layer(batch([3])) }
    #expect(throws: TensorError.self) { try withTraining { try layer(batch([1, 3])) } }
    #expect(throws: TensorError.self) {
      try layer(batch([2, 3]), adding: batch([3, 3]), rectifies: false)
    }
    #expect(try layer(batch([1, 3])).shape == [1, 3], "one item can be evaluated")
  }

  @Test func notANumberStaysInItsChannel() throws {
    var input = try batch([2, 3, 3, 3])
    input.withUnsafeMutableScalars { $0[10] = .nan }
    let output = try withTraining { try layer()(input) }
    for (index, value) in output.scalars.enumerated() {
      #expect(value.isNaN == (index / 9 % 3 == 1))
    }
  }
}

func withMode<Result>(training: Bool, _ body: () throws -> Result) throws -> Result {
  training ? try withTraining(body) : try withEvaluation(body)
}
