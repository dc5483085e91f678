import DifferentiableTensor
import DistributedTraining
import NeuralLayers
import Testing

/// Batch normalization over a batch of which several ranks have shares.
@Suite struct NormalizationTests {
  private struct Outcome {
    var output, inputGradient, weightGradient, biasGradient, addendGradient: [Float]
    var statistics: [[Float]]
  }

  private static func tensor(_ shape: [Int], seed: UInt64, mean: Float = 0) throws -> Tensor {
    var random = SeededGenerator(seed: seed)
    return try .random(normal: shape, mean: mean, standardDeviation: 2, using: &random)
  }

  /// - Parameter residual: Whether there is an addend, and negative sums are cut off.
  private static func outcome(
    _ processes: DataParallel, shape: [Int], mean: Float, residual: Bool
  ) throws -> Outcome {
    let layer = try BatchNormalization(channels: shape[1])
    try layer.weight.assign(tensor([shape[1]], seed: 11))
    let share = processes.share(of: shape[0])
    let own = { (tensor: Tensor) in try tensor.sliced(share.items) }
    let input = try own(tensor(shape, seed: 12, mean: mean)).requiringGradient()
    let addend = try own(tensor(shape, seed: 13)).requiringGradient()
    var cotangent = try own(tensor(shape, seed: 14))
    if !share.counts { cotangent = Tensor(zerosLike: cotangent) }
    let output = try withTraining(share) {
      try layer(input, adding: residual ? addend : nil, rectifies: residual)
    }
    let leaves = [input, layer.weight.value, layer.bias.value] + (residual ? [addend] : [])
    let gradients = try output.gradients(of: leaves, cotangent: cotangent)
    var sums = [gradients[1], gradients[2]]
    try processes.sum(&sums)
    let counts = { (tensor: Tensor) in share.counts ? tensor.scalars : [] }
    return Outcome(
      output: counts(output), inputGradient: counts(gradients[0]),
      weightGradient: sums[0].scalars, biasGradient: sums[1].scalars,
      addendGradient: residual ? counts(gradients[3]) : [],
      statistics: [layer.runningMean, layer.runningVariance].map(\.value.scalars))
  }

  private static func expectNear(
    _ found: [Float], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = expected.map(abs).max() ?? 0
    let isNear =
      found.count == expected.count
      && zip(found, expected).allSatisfy { abs($0 - $1) <= 2e-5 * max(scale, 1e-3) }
    #expect(isNear, "\(found) \(expected)", sourceLocation: sourceLocation)
  }

  /// Shares of different sizes, and in the last case fewer items than ranks.
  @Test(arguments: [[6, 3, 2, 2], [7, 2, 3, 1], [5, 3], [2, 2, 2, 3]], [false, true])
  func synchronizedStatisticsAreThoseOfTheBatch(shape: [Int], residual: Bool) throws {
    let mean: Float = residual ? 0 : 50
    let whole = try Self.outcome(DataParallel(), shape: shape, mean: mean, residual: residual)
    for ranks in [2, 3] {
      let parts = try DataParallelTests.run(ranks: ranks, synchronizes: true) {
        try Self.outcome($0, shape: shape, mean: mean, residual: residual)
      }
      Self.expectNear(parts.flatMap(\.output), whole.output)
      Self.expectNear(parts.flatMap(\.inputGradient), whole.inputGradient)
      Self.expectNear(parts.flatMap(\.addendGradient), whole.addendGradient)
      for part in parts {
        Self.expectNear(part.weightGradient, whole.weightGradient)
        Self.expectNear(part.biasGradient, whole.biasGradient)
        for (found, expected) in zip(part.statistics, whole.statistics) {
          Self.expectNear(found, expected)
        }
        #expect(part.statistics == parts[0].statistics)
      }
    }
  }

  /// Without synchronization each rank has the statistics of its share.
  @Test func sharesHaveTheirOwnStatistics() throws {
    let parts = try DataParallelTests.run(ranks: 2) {
      try Self.outcome($0, shape: [6, 2, 2, 2], mean: 0, residual: false)
    }
    #expect(parts[0].statistics != parts[1].statistics)
  }

  /// One scalar in a channel of a share is enough where the batch has more.
  @Test func theBatchNeedsTwoScalars() throws {
    let shapes = try DataParallelTests.run(ranks: 2, synchronizes: true) {
      try Self.outcome($0, shape: [2, 3], mean: 0, residual: false).output.count
    }
    #expect(shapes == [3, 3])
    #expect(throws: TensorError.self) {
      try DataParallelTests.run(ranks: 2) {
        try Self.outcome($0, shape: [2, 3], mean: 0, residual: false)
      }
    }
  }
}

@Suite struct RandomShareTests {
  /// Rows of dropout and noise are those of the whole batch, where an item has several too.
  @Test(arguments: [2, 3, 4], [1, 3, 8])
  func drawsAreThoseOfTheBatch(ranks: Int, items: Int) throws {
    @Sendable func draws(_ processes: DataParallel) throws -> [[Float]] {
      let share = processes.share(of: items)
      let (dropout, noise) = (Dropout(probability: 0.5, seed: 4), RandomSource("noise", seed: 5))
      let rows = 2 * share.items.count
      return try withTraining(share) {
        try (0..<2).map { _ in
          let drawn = try [dropout(.ones([rows, 3])), noise.gumbel([share.items.count, 4])]
          return share.counts ? drawn.flatMap(\.scalars) : []
        }
      }
    }
    let whole = try draws(DataParallel())
    let parts = try DataParallelTests.run(ranks: ranks) { try draws($0) }
    for round in 0..<2 {
      let drops = parts.flatMap { $0[round].prefix($0[round].count * 6 / 10) }
      let noise = parts.flatMap { $0[round].suffix($0[round].count * 4 / 10) }
      #expect(drops + noise == whole[round])
    }
  }

  @Test func rowsOfItemsAreEquallyMany() {
    let dropout = Dropout(probability: 0.5, seed: 4)
    #expect(throws: TensorError.self) {
      try withTraining(BatchShare(items: 0..<2, of: 5)) { try dropout(.ones([3, 2])) }
    }
  }
}
