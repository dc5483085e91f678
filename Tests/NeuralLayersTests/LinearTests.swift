import DifferentiableTensor
import NeuralLayers
import TestSupport
import Testing

@Suite struct LinearTests {
  @Test func computesTheProductAndAddsTheBias() throws {
    var generator = SeededGenerator(seed: 51)
    let layer = try Linear(inputs: 2, outputs: 3, using: &generator)
    try layer.weight.assign(Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]))
    try layer.bias?.assign(Tensor([0.5, -1, 10], shape: [3]))
    let output = try layer(Tensor([1, 10, -1, 0], shape: [2, 2]))
    #expect(output.shape == [2, 3])
    #expect(output.scalars == [21.5, 42, 75, -0.5, -4, 5])
    #expect(layer.namedParameters.map(\.path) == ["weight", "bias"])
    #expect(throws: TensorError.self) { try layer(Tensor([1, 2, 3], shape: [1, 3])) }
  }

  @Test func gradientsAgreeWithCentralDifferences() throws {
    var generator = SeededGenerator(seed: 52)
    let layer = try Linear(inputs: 3, outputs: 2, bias: false, using: &generator)
    let input = try Tensor.random(normal: [4, 3], using: &generator)
    let report = try GradientCheck.centralDifferences(of: { try layer($0[0]) }, at: [input])
    #expect(report.passes(), "\(report)")
    let output = try layer(input)
    let gradient = try output.gradients(of: layer.parameters.map(\.value), cotangent: output)[0]
    let expected = try output.matmul(input, transposeLeft: true)
    let magnitudes = try Tensor(output.scalars.map { abs($0) }, shape: output.shape)
      .matmul(Tensor(input.scalars.map { abs($0) }, shape: input.shape), transposeLeft: true)
    for (pair, magnitude) in zip(zip(gradient.scalars, expected.scalars), magnitudes.scalars) {
      // Two sums of 4 products each, in whatever order.
      let bound = 2 * ErrorBound.dotProduct(terms: 4, magnitude: Double(magnitude) * 1.001)
      #expect(abs(Double(pair.0) - Double(pair.1)) <= bound)
    }
  }
}
