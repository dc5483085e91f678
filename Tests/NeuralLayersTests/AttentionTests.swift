import DifferentiableTensor
import Foundation
import TestSupport
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

  /// Context and weights of an item's queries, from the definition.
  private func definition(_ queries: Tensor, _ memory: Tensor, length: Int) -> [Rounded] {
    func rows(_ tensor: Tensor, _ count: Int) -> [[Rounded]] {
      (0..<count).map { row in (0..<4).map { Rounded(tensor.scalars[row * 4 + $0]) } }
    }
    let memory = rows(memory, length)
    return rows(queries, 2).flatMap { query in
      let products = memory.map { Rounded.sum(zip(query, $0).map { $0 * $1 }) }
      // Logits that are off by e put probabilities off by a factor of at most exp(2 e).
      let factor = exp(2 * (products.map(\.error).max() ?? 0))
      let bound = RowTolerance(isFloat: true, columns: length)
      let weights = RowReference.softmax(products.map(\.value)).map {
        Rounded($0, error: $0 * (factor * (1 + bound.relative(log($0))) - 1))
      }
      let context = (0..<4).map { feature in
        Rounded.sum(zip(weights, memory).map { $0 * $1[feature] })
      }
      return context + weights
    }
  }

  @Test func isTheMeanUnderTheSoftmaxOfProducts() throws {
    let (queries, memory) = try example(seed: 41)
    let output = try attention(queries, memory: memory, lengths: [5, 5, 5])
    let expected = try (0..<3).flatMap {
      try definition(queries.sliced($0..<$0 + 1), memory.sliced($0..<$0 + 1), length: 5)
    }
    #expect(Rounded.excess(output.scalars, expected) <= 1)
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
    let expected = try definition(queries.sliced(2..<3), memory.sliced(2..<3), length: 3)
    let found = try output.sliced(2..<3).sliced(0..<7, axis: 2).scalars
    #expect(Rounded.excess(found, expected) <= 1)
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
    // Whole numbers, so that sums are exact.
    let table = try Tensor([3, -1, 0, 2, -4, 1], shape: [3, 2])
    let probabilities = try rowProbabilities(logits).requiringGradient()
    let leaf = table.requiringGradient()
    let output = try straightThroughEmbedding(probabilities, table: leaf)
    let chosen = try probabilities.argmax(axis: 1)
    #expect(output.scalars == (try table.gathered(at: chosen)).scalars)
    let gradients = try output.gradients(of: [probabilities, leaf], cotangent: output.detached)
    let soft = try probabilities.matmul(table)
    let expected = try soft.gradients(of: [probabilities], cotangent: output.detached)[0]
    #expect(gradients[0].scalars == expected.scalars)
    let hard = try leaf.gathered(at: chosen)
      .gradients(of: [leaf], cotangent: output.detached)[0]
    #expect(gradients[1].scalars == hard.scalars)
  }

  /// The maximum of logits plus Gumbel noise is a draw from their softmax.
  @Test func gumbelNoiseDrawsFromTheSoftmax() throws {
    let source = RandomSource("noise", seed: 45)
    let probabilities = [0.6, 0.3, 0.1]
    let draws = 20_000
    let logits = try Tensor(
      Array(repeating: probabilities.map { Float($0) }, count: draws).flatMap { $0 },
      shape: [draws, 3]
    ).log()
    let chosen = try (logits + source.gumbel([draws, 3])).argmax(axis: 1)
    for (word, probability) in probabilities.enumerated() {
      let share = Double(chosen.count { $0 == Int32(word) }) / Double(draws)
      let deviation = (probability * (1 - probability) / Double(draws)).squareRoot()
      #expect(abs(share - probability) < 5 * deviation)
    }
  }

  @Test func copyingMovesTheRestOfTheProbability() throws {
    let mixture = try copyMixture(
      probabilities: Tensor([0.5, 0.5], shape: [1, 2]),
      weights: Tensor([0.25, 0.5, 0.25], shape: [1, 3]), gates: Tensor([0.75], shape: [1, 1]),
      tokens: [[1, 2, 1]], extent: 4)
    #expect(mixture.scalars == [0.375, 0.5, 0.125, 0])
    #expect(throws: TensorError.indexOutOfRange(position: 0, index: 4, extent: 4)) {
      try copyMixture(
        probabilities: .zeros([1, 2]), weights: .zeros([1, 1]), gates: .zeros([1, 1]),
        tokens: [[4]], extent: 4)
    }
  }
}
