import DifferentiableTensor
import NeuralLayers
import Testing

@Suite struct DropoutTests {
  @Test func keepsTheExpectationInTraining() throws {
    let layer = Dropout(probability: 0.3, seed: 61)
    let input = try Tensor(repeating: 2, shape: [100, 200]).requiringGradient()
    let output = try withTraining { try layer(input) }
    let kept = output.scalars.filter { $0 != 0 }
    #expect(kept.allSatisfy { $0 == 2 / (1 - 0.3) })
    let deviation = (0.3 * 0.7 / 20_000).squareRoot()
    #expect(abs(Double(kept.count) / 20_000 - 0.7) < 5 * deviation)
    let gradient = try output.sum().gradients(of: [input])[0]
    #expect(gradient.scalars == output.scalars.map { $0 / 2 })
  }

  @Test func isTheIdentityInEvaluation() throws {
    let layer = Dropout(probability: 0.5, seed: 62)
    let state = layer.random.generator.state
    let input = try Tensor([1, 2, 3], shape: [3])
    #expect(try layer(input).scalars == [1, 2, 3])
    #expect(layer.random.generator.state == state)
  }

  @Test func drawsAnewAndFromItsState() throws {
    let layer = Dropout(probability: 0.5, seed: 63)
    let input = try Tensor.ones([64])
    let state = layer.random.generator.state
    let outputs = try (0..<2).map { _ in try withTraining { try layer(input).scalars } }
    #expect(outputs[0] != outputs[1])
    layer.random.generator.state = state
    #expect(try withTraining { try layer(input).scalars } == outputs[0])
  }

  @Test("dropping nothing and dropping all", arguments: [(-1, 1), (0, 1), (1, 0), (2, 0)])
  func extremes(probability: Float, value: Float) throws {
    let layer = Dropout(probability: probability, seed: 64)
    let output = try withTraining { try layer(.ones([9])) }
    #expect(output.scalars.allSatisfy { $0 == value })
  }
}
