import DifferentiableTensor
import Testing

@testable import NeuralLayers

@Suite struct AttentionTests {
  private func example(seed: UInt64) throws -> (queries: Tensor, memory: Tensor) {
    var random = SeededGenerator(seed: seed)
    return (
      try .random(normal: [3, 2, 4], using: &random),
      try .random(normal: [3, 5, 4], using: &random)
    )
  }

  @Test func isTheMeanUnderTheSoftmaxOfProducts() throws {
    let (queries, memory) = try example(seed: 41)
    let output = try attention(queries, memory: memory, lengths: [5, 5, 5])
    let products = try queries.matmul(memory, transposeRight: true)
    let weights = try rowProbabilities(products.reshaped([6, 5])).reshaped([3, 2, 5])
    let expected = try Tensor.concatenated([weights.matmul(memory), weights], axis: 2)
    #expect(greatestDifference(output, expected) < 1e-6)
  }

  @Test func neverReadsPadding() throws {
    let (queries, memory) = try example(seed: 42)
    let lengths = [5, 1, 3]
    var spoiled = memory
    spoiled.withUnsafeMutableScalars { scalars in
      for item in 0..<3 {
        for position in lengths[item]..<5 {
          for feature in 0..<4 { scalars[(item * 5 + position) * 4 + feature] = .nan }
        }
      }
    }
    let leaves = [queries, spoiled].map { $0.requiringGradient() }
    let output = try attention(leaves[0], memory: leaves[1], lengths: lengths)
    let gradients = try output.gradients(of: leaves, cotangent: output.detached)
    #expect((gradients + [output]).allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
    #expect(try output.sliced(1..<2).sliced(5..<9, axis: 2).scalars.allSatisfy { $0 == 0 })
    #expect(try gradients[1].sliced(1..<2).sliced(1..<5, axis: 1).scalars.allSatisfy { $0 == 0 })
    let alone = try attention(
      queries.sliced(2..<3), memory: memory.sliced(2..<3).sliced(0..<3, axis: 1), lengths: [3])
    #expect(
      greatestDifference(try output.sliced(2..<3).sliced(0..<7, axis: 2), alone) < 1e-6)
  }

  @Test func refusesAnEmptyMemory() throws {
    let (queries, memory) = try example(seed: 43)
    #expect(throws: TensorError.indexOutOfRange(position: 1, index: 0, extent: 6)) {
      try attention(queries, memory: memory, lengths: [5, 0, 5])
    }
  }
}

@Suite struct SamplingTests {
  /// The forward pass is that of the chosen rows, the gradient that of the expected embedding.
  @Test func straightThroughChoosesAndDifferentiatesTheMean() throws {
    var random = SeededGenerator(seed: 44)
    let logits = try Tensor.random(normal: [4, 3], using: &random)
    let table = try Tensor.random(normal: [3, 2], using: &random)
    let probabilities = try rowProbabilities(logits).requiringGradient()
    let leaf = table.requiringGradient()
    let output = try straightThroughEmbedding(probabilities, table: leaf)
    let chosen = try probabilities.argmax(axis: 1)
    #expect(output.scalars == (try table.gathered(at: chosen)).scalars)
    let gradients = try output.gradients(of: [probabilities, leaf], cotangent: output.detached)
    let soft = try probabilities.matmul(table)
    let expected = try soft.gradients(of: [probabilities], cotangent: output.detached)[0]
    #expect(greatestDifference(gradients[0], expected) < 1e-6)
    let hard = try leaf.gathered(at: chosen)
      .gradients(of: [leaf], cotangent: output.detached)[0]
    #expect(greatestDifference(gradients[1], hard) < 1e-6)
  }

  /// The maximum of logits plus Gumbel noise is a draw from their softmax.
  @Test func gumbelNoiseDrawsFromTheSoftmax() throws {
    let source = RandomSource("noise", seed: 45)
    let probabilities: [Float] = [0.6, 0.3, 0.1]
    let draws = 20_000
    let logits = try Tensor(
      Array(repeating: probabilities, count: draws).flatMap { $0 }, shape: [draws, 3]
    ).log()
    let chosen = try (logits + source.gumbel([draws, 3])).argmax(axis: 1)
    for (word, probability) in probabilities.enumerated() {
      let share = Float(chosen.count { $0 == Int32(word) }) / Float(draws)
      #expect(abs(share - probability) < 0.015)
    }
  }

  @Test func copyingMovesTheRestOfTheProbability() throws {
    let mixture = try copyMixture(
      probabilities: Tensor([0.5, 0.5], shape: [1, 2]),
      weights: Tensor([0.25, 0.5, 0.25], shape: [1, 3]), gates: Tensor([0.8], shape: [1, 1]),
      tokens: [[1, 2, 1]], extent: 4)
    let expected: [Float] = [0.4, 0.5, 0.1, 0]
    #expect(zip(mixture.scalars, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(throws: TensorError.indexOutOfRange(position: 0, index: 4, extent: 4)) {
      try copyMixture(
        probabilities: .zeros([1, 2]), weights: .zeros([1, 1]), gates: .zeros([1, 1]),
        tokens: [[4]], extent: 4)
    }
  }
}
