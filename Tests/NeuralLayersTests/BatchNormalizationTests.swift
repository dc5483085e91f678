import DifferentiableTensor
import TestSupport
import Testing

@testable import NeuralLayers

/// Mean and biased variance of each channel of [batch, channels, …], as a layer takes them: from sums of the
/// scalars less their first one and of the squares of that.
private func moments(_ input: Tensor) -> [(mean: Rounded, variance: Rounded)] {
  let plane = input.shape.dropFirst(2).reduce(1, *)
  return (0..<input.shape[1]).map { channel in
    let values = input.scalars.enumerated()
      .filter { $0.offset / plane % input.shape[1] == channel }.map { Rounded($0.element) }
    let (deviations, count) = (values.map { $0 - values[0] }, Rounded(Double(values.count)))
    let mean = Rounded.sum(deviations) / count
    let squares = Rounded.sum(deviations.map { $0 * $0 }) / count
    return (values[0] + mean, squares - mean * mean)
  }
}

private func normalized(
  _ input: Tensor, _ moments: [(mean: Rounded, variance: Rounded)], weight: [Float], bias: [Float],
  epsilon: Float
) -> [Rounded] {
  let plane = input.shape.dropFirst(2).reduce(1, *)
  let factors = zip(moments, weight).map { moments, weight in
    Rounded(weight) * (Rounded(Float(1)) / (moments.variance + Rounded(epsilon)).squareRoot())
  }
  return input.scalars.enumerated().map { index, value in
    let channel = index / plane % input.shape[1]
    return (Rounded(value) - moments[channel].mean) * factors[channel] + Rounded(bias[channel])
  }
}

@Suite struct BatchNormalizationTests {
  private let weight: [Float] = [0.5, -2, 1.5]
  private let bias: [Float] = [0.1, 0, -3]
  private let momentum: Float = 0.125
  /// Large enough to be missed.
  private let epsilon: Float = 0.125

  private func layer() throws -> BatchNormalization {
    let layer = try BatchNormalization(channels: 3, momentum: momentum, epsilon: epsilon)
    try layer.weight.assign(Tensor(weight, shape: [3]))
    try layer.bias.assign(Tensor(bias, shape: [3]))
    return layer
  }

  private func batch(_ shape: [Int], mean: Float = 0.5, seed: UInt64 = 31) throws -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return try .random(normal: shape, mean: mean, standardDeviation: 2, using: &generator)
  }

  @Test(
    "normalizes with the batch's statistics in training",
    arguments: [[4, 3, 5, 3], [6, 3], [2, 3, 1, 1], [1, 3, 7], [1, 3, 70, 61], [3, 3, 8, 1]])
  func training(shape: [Int]) throws {
    let (layer, input) = (try layer(), try batch(shape))
    let output = try withTraining { try layer(input) }
    let expected = normalized(
      input, moments(input), weight: weight, bias: bias, epsilon: epsilon)
    #expect(Rounded.excess(output.scalars, expected) <= 1)
  }

  @Test func runningStatisticsFollowTheBatches() throws {
    let layer = try layer()
    let (stays, moves) = (Rounded(1 - momentum), Rounded(momentum))
    var running = [(mean: Rounded, variance: Rounded)](
      repeating: (Rounded(0.0), Rounded(1.0)), count: 3)
    for seed in 1...3 {
      let input = try batch([4, 3, 2, 2], seed: UInt64(seed))
      _ = try withTraining { try layer(input) }
      // 16 scalars a channel: the unbiased variance divides by 15.
      let unbiased = Rounded(16.0) / Rounded(15.0)
      for (channel, moments) in moments(input).enumerated() {
        let (mean, variance) = running[channel]
        running[channel] = (
          stays * mean + moves * moments.mean,
          stays * variance + moves * (moments.variance * unbiased)
        )
      }
    }
    let found = [layer.runningMean, layer.runningVariance].map(\.value.scalars)
    #expect(Rounded.excess(found[0], running.map(\.mean)) <= 1)
    #expect(Rounded.excess(found[1], running.map(\.variance)) <= 1)

    let input = try batch([2, 3, 2, 2], seed: 9)
    let output = try layer(input)
    let expected = normalized(input, running, weight: weight, bias: bias, epsilon: epsilon)
    #expect(Rounded.excess(output.scalars, expected) <= 1)
    #expect(layer.runningMean.value.scalars == found[0], "evaluation leaves the statistics alone")
  }

  @Test("digits survive a mean that is far from 0", arguments: [100, 10_000])
  func largeMean(mean: Float) throws {
    let input = try batch([8, 3, 6, 6], mean: mean)
    let output = try withTraining { try layer()(input) }
    let expected = normalized(
      input, moments(input), weight: weight, bias: bias, epsilon: epsilon)
    #expect(Rounded.excess(output.scalars, expected) <= 1)
  }

  @Test("one pass gives what normalization, sum and ReLU give", arguments: [true, false])
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
    // Both take the same roundings in the same order.
    #expect(results[0].map(\.scalars) == results[1].map(\.scalars))
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
